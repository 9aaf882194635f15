// SPDX-License-Identifier: LGPL-2.1-or-later
/* Device side of a split virtqueue (virtio specification 1.4, section 2.7). */
#include <errno.h>

#include "ring/devq.h"

static uint16_t swab16(const struct vi_devq *dq, uint16_t v)
{
	return vi_swab16_if(dq->swap, v);
}

static int broken(struct vi_devq *dq, const char *rule)
{
	dq->fault = rule;
	return -EPROTO;
}

/* Read each field of a descriptor once. */
static inline struct vring_desc read_desc(const struct vi_devq *dq,
					  const struct vring_desc *from)
{
	struct vring_desc d = {
		.addr = vi_swab64_if(dq->swap, vi_load(&from->addr)),
		.len = vi_swab32_if(dq->swap, vi_load(&from->len)),
		.flags = swab16(dq, vi_load(&from->flags)),
		.next = swab16(dq, vi_load(&from->next)),
	};

	return d;
}

/* The chain in an indirect table begins at entry 0 (spec 2.7.5.3). */
static const char *walk_table(struct vi_devq *dq, struct vi_buffer *buf,
			      uint64_t addr, uint32_t len)
{
	const struct vring_desc *table = (void *)(uintptr_t)addr;
	uint32_t entries = len / sizeof(*table), at = 0, i;
	const char *rule;

	if (!dq->indirect)
		return "INDIRECT was not negotiated (2.7.5.3.1)";
	if (!entries || len % sizeof(*table))
		return "an indirect table whose length is not a multiple of 16 bytes (2.7.5.3.2)";
	for (i = 0; i < entries; i++) {
		struct vring_desc d = read_desc(dq, &table[at]);

		if (d.flags & VRING_DESC_F_INDIRECT)
			return "an indirect descriptor in a table (2.7.5.3.1)";
		rule = vi_devq_piece(dq, buf, d.addr, d.len, d.flags);
		if (rule)
			return rule;
		if (!(d.flags & VRING_DESC_F_NEXT))
			return NULL;
		if (d.next >= entries)
			return "next outside the indirect table (2.7.5.3.1)";
		at = d.next;
	}
	return "a loop in an indirect table (2.7.5.1)";
}

static vi_noinline const char *walk(struct vi_devq *dq, struct vi_buffer *buf,
				    uint32_t head)
{
	struct vring_desc d = read_desc(dq, &dq->split.desc[head]);
	const char *rule;
	uint32_t i;

	buf->out_num = 0;
	buf->in_num = 0;

	for (i = 0; i < dq->num; i++) {
		if (d.flags & VRING_DESC_F_INDIRECT) {
			if (d.flags & VRING_DESC_F_NEXT)
				return "INDIRECT together with NEXT (2.7.5.3.1)";
			return walk_table(dq, buf, d.addr, d.len);
		}
		rule = vi_devq_piece(dq, buf, d.addr, d.len, d.flags);
		if (rule)
			return rule;
		if (!(d.flags & VRING_DESC_F_NEXT))
			return NULL;
		if (d.next >= dq->num)
			return "next outside the descriptor table (2.7.5)";
		d = read_desc(dq, &dq->split.desc[d.next]);
	}
	return "a loop of descriptors (2.7.5.1)";
}

/* Read the driver's index; 1 if buffers are pending. */
static vi_noinline int snap(struct vi_devq *dq)
{
	dq->seen = swab16(dq, vi_load_acquire(&dq->split.avail->idx));
	if ((uint16_t)(dq->seen - dq->last_avail) > dq->num)
		return broken(dq, "the available index moved by more than the queue size (2.7.6)");
	return dq->seen != dq->last_avail;
}

int vi_devq_split_pop(struct vi_devq *dq, struct vi_buffer *buf)
{
	uint32_t last = dq->last_avail, head;
	const struct vring_desc *desc;
	const char *rule;
	uint16_t flags;
	int ret;

	if (unlikely(last == dq->seen)) {
		ret = snap(dq);
		if (ret <= 0)
			return ret;
	}
	head = swab16(dq, vi_load(&dq->split.avail->ring[last & dq->mask]));
	if (unlikely(head >= dq->num))
		return broken(dq, "a head outside the descriptor table (2.7.6)");
	buf->sg = dq->sg;
	buf->id = head;
	desc = &dq->split.desc[head];
	flags = swab16(dq, vi_load(&desc->flags));
	if (unlikely(flags & (VRING_DESC_F_NEXT | VRING_DESC_F_INDIRECT))) {
		rule = walk(dq, buf, head);
		if (rule)
			return broken(dq, rule);
	} else {
		vi_devq_one_piece(dq, buf,
				  vi_swab64_if(dq->swap, vi_load(&desc->addr)),
				  vi_swab32_if(dq->swap, vi_load(&desc->len)),
				  flags);
	}
	dq->last_avail = last + 1;
	return 1;
}

void vi_devq_split_push(struct vi_devq *dq, uint16_t id, uint32_t len)
{
	struct vring_used *used = dq->split.used;
	uint32_t idx = dq->used;
	struct vring_used_elem *elem = &used->ring[idx++ & dq->mask];

	vi_store(&elem->id, vi_swab32_if(dq->swap, id));
	vi_store(&elem->len, vi_swab32_if(dq->swap, len));
	/* Write the entry before the index that covers it (spec 2.7.8.2). */
	vi_store_release(&used->idx, swab16(dq, idx));
	dq->used = idx;
}

bool vi_devq_split_interrupt(struct vi_devq *dq)
{
	const struct vring_avail *avail = dq->split.avail;
	uint16_t before = dq->signalled;

	vi_full_barrier();
	dq->signalled = dq->used;
	if (dq->event)
		return vring_need_event(
			swab16(dq, vi_load(&avail->ring[dq->num])), dq->used,
			before);
	return !(swab16(dq, vi_load(&avail->flags)) &
		 VRING_AVAIL_F_NO_INTERRUPT);
}

/* With EVENT_IDX the flag stays 0; an index already passed suppresses kicks. */
bool vi_devq_split_kick(struct vi_devq *dq, bool enable)
{
	struct vring_used *used = dq->split.used;
	uint16_t *avail_event = (uint16_t *)(void *)&used->ring[dq->num];

	if (dq->event)
		vi_store(avail_event,
			 swab16(dq, dq->last_avail - (enable ? 0 : 1)));
	else
		vi_store(&used->flags,
			 swab16(dq, enable ? 0 : VRING_USED_F_NO_NOTIFY));
	if (!enable)
		return true;
	vi_full_barrier();
	return swab16(dq, vi_load_acquire(&dq->split.avail->idx)) ==
	       dq->last_avail;
}
