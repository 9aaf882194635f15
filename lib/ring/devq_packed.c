// SPDX-License-Identifier: LGPL-2.1-or-later
/* Device side of a packed virtqueue (virtio specification 1.4, section 2.8). */
#include <errno.h>

#include "ring/devq.h"

#define F_AVAIL		(1 << VRING_PACKED_DESC_F_AVAIL)
#define F_USED		(1 << VRING_PACKED_DESC_F_USED)

static int broken(struct vi_devq *dq, const char *rule)
{
	dq->fault = rule;
	return -EPROTO;
}

/* Available in this lap: AVAIL equals the wrap counter, USED does not. */
static inline bool is_avail(uint16_t flags, bool wrap)
{
	return (flags & (F_AVAIL | F_USED)) == (wrap ? F_AVAIL : F_USED);
}

static inline uint16_t read_flags(const struct vring_packed_desc *desc)
{
	return vi_le16(vi_load_acquire(&desc->flags));
}

/* A table's entries follow in order, without links (spec 2.8.7). */
static const char *walk_table(struct vi_devq *dq, struct vi_buffer *buf,
			      uint64_t addr, uint32_t len)
{
	const struct vring_packed_desc *table = (void *)(uintptr_t)addr;
	uint32_t entries = len / sizeof(*table), i;
	const char *rule;

	if (!dq->indirect)
		return "INDIRECT was not negotiated (2.8.19)";
	if (!entries || len % sizeof(*table))
		return "an indirect table whose length is not a multiple of 16 bytes (2.8.7)";
	for (i = 0; i < entries; i++) {
		uint16_t flags = vi_le16(vi_load(&table[i].flags));

		if (flags & VRING_DESC_F_INDIRECT)
			return "an indirect descriptor in a table (2.8.19)";
		rule = vi_devq_piece(dq, buf, vi_le64(vi_load(&table[i].addr)),
				     vi_le32(vi_load(&table[i].len)), flags);
		if (rule)
			return rule;
	}
	return NULL;
}

static const char *read_slot(struct vi_devq *dq, struct vi_buffer *buf,
			     const struct vring_packed_desc *desc,
			     uint16_t flags)
{
	uint64_t addr = vi_le64(vi_load(&desc->addr));
	uint32_t len = vi_le32(vi_load(&desc->len));

	if (unlikely(flags & VRING_DESC_F_INDIRECT)) {
		if (flags & VRING_DESC_F_NEXT || buf->slots)
			return "INDIRECT in a list of descriptors (2.8.19)";
		return walk_table(dq, buf, addr, len);
	}
	return vi_devq_piece(dq, buf, addr, len, flags);
}

/* Pop a buffer of several pieces: a list of descriptors or a table. */
static vi_noinline int pop_list(struct vi_devq *dq, struct vi_buffer *buf,
				uint16_t flags)
{
	const struct vring_packed_desc *desc =
		&dq->packed.desc[dq->last_avail];
	uint32_t at = dq->last_avail;
	bool wrap = dq->avail_wrap;
	const char *rule;

	buf->out_num = 0;
	buf->in_num = 0;
	buf->slots = 0;
	for (;;) {
		rule = read_slot(dq, buf, desc, flags);
		if (rule)
			return broken(dq, rule);
		/* The last descriptor has the buffer id (spec 2.8.6). */
		buf->id = vi_le16(vi_load(&desc->id));
		buf->slots++;
		if (++at == dq->num) {
			at = 0;
			wrap = !wrap;
		}
		if (!(flags & VRING_DESC_F_NEXT))
			break;
		if (buf->slots == dq->num)
			return broken(dq, "a list longer than the queue (2.8.6)");
		desc = &dq->packed.desc[at];
		flags = read_flags(desc);
		if (!is_avail(flags, wrap))
			return broken(dq, "a list whose head became available before the rest (2.8.6)");
	}
	dq->last_avail = at;
	dq->avail_wrap = wrap;
	return 1;
}

int vi_devq_packed_pop(struct vi_devq *dq, struct vi_buffer *buf)
{
	uint32_t at = dq->last_avail;
	const struct vring_packed_desc *desc = &dq->packed.desc[at];
	uint16_t flags = read_flags(desc);

	if (!is_avail(flags, dq->avail_wrap))
		return 0;
	buf->sg = dq->sg;
	if (unlikely(flags & (VRING_DESC_F_NEXT | VRING_DESC_F_INDIRECT)))
		return pop_list(dq, buf, flags);
	vi_devq_one_piece(dq, buf, vi_le64(vi_load(&desc->addr)),
			  vi_le32(vi_load(&desc->len)), flags);
	buf->id = vi_le16(vi_load(&desc->id));
	buf->slots = 1;
	if (unlikely(++at == dq->num)) {
		at = 0;
		dq->avail_wrap = !dq->avail_wrap;
	}
	dq->last_avail = at;
	return 1;
}

void vi_devq_packed_push(struct vi_devq *dq, const struct vi_buffer *buf,
			 uint32_t len)
{
	struct vring_packed_desc *desc = &dq->packed.desc[dq->used];
	uint32_t slots = buf->slots, at = dq->used + slots;
	uint16_t flags = dq->used_wrap ? F_AVAIL | F_USED : 0;

	if (len)
		flags |= VRING_DESC_F_WRITE;

	vi_store(&desc->id, vi_le16(buf->id));
	vi_store(&desc->len, vi_le32(len));
	if (unlikely(at >= dq->num)) {
		at -= dq->num;
		dq->used_wrap = !dq->used_wrap;
	}
	dq->used = at;
	dq->signalled += slots;
	/* Flags go last: the driver then owns the descriptor (spec 2.8.22). */
	vi_store_release(&desc->flags, vi_le16(flags));
}

bool vi_devq_packed_interrupt(struct vi_devq *dq)
{
	uint16_t flags, where, event, since = dq->signalled;

	vi_full_barrier();
	dq->signalled = 0;
	flags = vi_le16(vi_load_acquire(&dq->packed.driver->flags)) & 3;
	if (flags != VRING_PACKED_EVENT_FLAG_DESC || !dq->event)
		return flags != VRING_PACKED_EVENT_FLAG_DISABLE;
	where = vi_le16(vi_load(&dq->packed.driver->off_wrap));
	event = where & 0x7fff;
	if (dq->used_wrap != where >> 15)
		event -= dq->num;
	return vring_need_event(event, dq->used, dq->used - since);
}

bool vi_devq_packed_kick(struct vi_devq *dq, bool enable)
{
	struct vring_packed_desc_event *ours = dq->packed.device;
	uint16_t flags = VRING_PACKED_EVENT_FLAG_DISABLE;

	if (enable && dq->event) {
		vi_store(&ours->off_wrap, vi_le16(dq->last_avail |
						  (uint16_t)dq->avail_wrap
						  << 15));
		flags = VRING_PACKED_EVENT_FLAG_DESC;
	} else if (enable) {
		flags = VRING_PACKED_EVENT_FLAG_ENABLE;
	}
	vi_store_release(&ours->flags, vi_le16(flags));
	if (!enable)
		return true;
	vi_full_barrier();
	return !is_avail(read_flags(&dq->packed.desc[dq->last_avail]),
			 dq->avail_wrap);
}
