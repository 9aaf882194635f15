// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Write rings by hand that this library's driver would never make. Nothing is
 * checked, on purpose.
 */
#include <endian.h>
#include <string.h>
#include <time.h>

#include <linux/virtio_ring.h>

#include "vqinject/conform/raw.h"

/* beyond what page tables and IOMMUs can address */
#define NOWHERE		0x000ffff000000000ULL
#define END		0xfffffffffffff000ULL

/* small rings reveal accesses beyond their end */
#define RAW_SIZE	16

static uint64_t address(struct conform *c, const struct raw_desc *d)
{
	switch (d->place) {
	case RAW_OUT:
		return vi_dma_addr(c->vdev, c->out, CONFORM_ROOM);
	case RAW_IN:
		return vi_dma_addr(c->vdev, c->in, CONFORM_ROOM);
	case RAW_TABLE:
		return vi_dma_addr(c->vdev, c->table, CONFORM_ROOM);
	case RAW_NOWHERE:
		return NOWHERE;
	case RAW_END:
		break;
	}
	return END;
}

/* A request without a device-readable part still needs one byte here. */
static uint32_t length(const struct conform *c, const struct raw_desc *d)
{
	uint32_t len = d->place == RAW_IN ? c->request->in : c->request->out;

	if (d->len == RAW_TABLE_LEN)
		return c->at->raw->num_table * sizeof(struct vring_desc);
	if (d->len == RAW_LEN)
		return len ? len : 1;
	return d->len;
}

/* Both layouts have 16 bytes; address and length are in the same place. */
static void put_desc(struct conform *c, void *at, const struct raw_desc *d,
		     bool packed, uint16_t more_flags)
{
	uint64_t addr = htole64(address(c, d));
	uint32_t len = htole32(length(c, d));
	uint16_t flags = htole16(d->flags | more_flags), next = htole16(d->next);
	uint8_t *bytes = at;

	memcpy(bytes, &addr, 8);
	memcpy(bytes + 8, &len, 4);
	memcpy(bytes + 12, packed ? &next : &flags, 2);
	memcpy(bytes + 14, packed ? &flags : &next, 2);
}

static void put_table(struct conform *c)
{
	const struct conform_raw *raw = c->at->raw;
	unsigned int i;

	for (i = 0; i < raw->num_table; i++)
		put_desc(c, c->table + i * sizeof(struct vring_desc),
			 &raw->table[i], c->packed, 0);
}

static void put_split(struct conform *c, const struct vi_ring_memory *mem)
{
	const struct conform_raw *raw = c->at->raw;
	struct vring_desc *desc = mem->desc;
	struct vring_avail *avail = mem->driver;
	unsigned int i;

	for (i = 0; i < raw->num; i++)
		put_desc(c, &desc[i], &raw->desc[i], false, 0);
	for (i = 0; i < raw->num_avail; i++)
		avail->ring[i] = htole16(raw->avail[i]);
	__atomic_store_n(&avail->idx, htole16(raw->num_avail + raw->jump),
			 __ATOMIC_SEQ_CST);
}

/* Make the head available last (spec 1.4, 2.8.21.1). */
static void put_packed(struct conform *c, const struct vi_ring_memory *mem)
{
	const struct conform_raw *raw = c->at->raw;
	struct vring_packed_desc *desc = mem->desc;
	struct vring_packed_desc_event *driver = mem->driver;
	uint16_t available = 1 << VRING_PACKED_DESC_F_AVAIL;
	unsigned int i;

	driver->flags = htole16(raw->event_flags);
	for (i = raw->num; i--;) {
		uint16_t more = i && raw->torn ? 0 : available;

		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		put_desc(c, &desc[i], &raw->desc[i], true, more);
	}
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* How many buffers the device has used; for packed rings, any at all. */
static unsigned int count_used(const struct vi_ring_memory *mem)
{
	const struct vring_used *used = mem->device;
	const struct vring_packed_desc *desc = mem->desc;
	unsigned int i, n = 0;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!mem->packed)
		return le16toh(__atomic_load_n(&used->idx, __ATOMIC_ACQUIRE));
	for (i = 0; i < mem->num; i++)
		n += le16toh(__atomic_load_n(&desc[i].flags,
					     __ATOMIC_ACQUIRE)) >>
		     VRING_PACKED_DESC_F_USED & 1;
	return n;
}

static bool wants_reset(struct conform *c)
{
	return conform_status(c) & VIRTIO_CONFIG_S_NEEDS_RESET;
}

/* Wait for an answer or NEEDS_RESET, as long as a request may take. */
static unsigned int watch(struct conform *c, const struct vi_ring_memory *mem)
{
	unsigned int i, steps = conform_timeout(c) * 200, n;

	for (i = 0; i < steps; i++) {
		n = count_used(mem);
		if (n || wants_reset(c))
			return n;
		nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
	}
	return count_used(mem);
}

static enum conform_verdict judge(struct conform *c, unsigned int used)
{
	const struct conform_raw *raw = c->at->raw;

	if (raw->valid && used)
		return CONFORM_PASS;
	if (wants_reset(c))
		return conform_say(c, raw->valid ? CONFORM_FAIL :
				   CONFORM_REJECT,
				   "NEEDS_RESET, completions: %u", used);
	if (raw->valid)
		return conform_say(c, CONFORM_FAIL,
				   "no completion within %.1f s",
				   conform_timeout(c));
	if (used)
		return conform_say(c, CONFORM_REJECT,
				   "completed as if nothing were wrong, completions: %u",
				   used);
	return conform_say(c, CONFORM_REJECT, "ignored, no completion");
}

/* A simulated device trusts every address and would crash this process. */
static bool too_much(const struct conform *c)
{
	const struct conform_raw *raw = c->at->raw;
	unsigned int i;

	if (c->vdev->dma)
		return false;
	for (i = 0; i < RAW_MAX; i++)
		if (raw->desc[i].place >= RAW_NOWHERE ||
		    raw->table[i].place >= RAW_NOWHERE ||
		    raw->desc[i].len == UINT32_MAX)
			return true;
	return false;
}

/* Start with a ring of RAW_SIZE, or of the device's size if that is less. */
static enum conform_verdict start(struct conform *c)
{
	const struct conform_raw *raw = c->at->raw;
	unsigned int flags = raw->needs == VIRTIO_RING_F_INDIRECT_DESC ?
			     START_INDIRECT : 0;
	enum conform_verdict v = conform_start_small(c, flags, RAW_SIZE);

	if (v == CONFORM_PASS && conform_queue_size(c) < RAW_MAX)
		return conform_say(c, CONFORM_SKIP,
				   "the queue of %u is too small for this case",
				   conform_queue_size(c));
	return v;
}

enum conform_verdict conform_run_raw(struct conform *c)
{
	struct vi_ring_memory mem;
	enum conform_verdict v;

	if (too_much(c))
		return conform_say(c, CONFORM_SKIP,
				   "not possible: a simulated device shares this process's memory");
	v = start(c);
	if (v != CONFORM_PASS)
		return v;
	if (vi_queue_memory(c->vq, &mem))
		return conform_say(c, CONFORM_SKIP,
				   "the ring cannot be written by hand");
	memset(c->out, 0, CONFORM_ROOM);
	if (c->request->fill)
		c->request->fill(c->out);
	put_table(c);
	if (mem.packed)
		put_packed(c, &mem);
	else
		put_split(c, &mem);
	vi_notify(c->vq);
	return judge(c, watch(c, &mem));
}
