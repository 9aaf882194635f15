// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading a queue's ring out of memory. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ring/decode.h"
#include "ring/queue_mem.h"

/* How often a ring that moves is read again. */
#define MAX_PASSES	8
/* Of one table: 65,536 entries; of all of a queue's. */
#define MAX_TABLE	(65536u * 16)
#define MAX_TABLES	((size_t)64 << 20)

static int read_part(struct vi_queue *q, struct vi_mem *mem, uint64_t addr,
		     size_t len, uint8_t **bytes)
{
	uint64_t fault = addr;
	int err;

	*bytes = malloc(len + 1);
	if (!*bytes)
		return -ENOMEM;
	err = vi_mem_read(mem, addr, *bytes, len, &fault);
	if (!err)
		return 0;
	free(*bytes);
	*bytes = NULL;
	if (!q->memory_err) {
		q->memory_err = err;
		q->memory_fault = fault;
	}
	return 0;
}

static int read_ring(struct vi_queue *q, struct vi_mem *mem)
{
	struct vi_ring_parts parts = vi_ring_parts(q->packed, q->size);
	int err;

	err = read_part(q, mem, q->device, parts.device, &q->device_bytes);
	if (!err)
		err = read_part(q, mem, q->driver, parts.driver,
				&q->driver_bytes);
	if (!err)
		err = read_part(q, mem, q->desc, parts.desc, &q->desc_bytes);
	return err;
}

static void forget_ring(struct vi_queue *q)
{
	free(q->desc_bytes);
	free(q->driver_bytes);
	free(q->device_bytes);
	q->desc_bytes = q->driver_bytes = q->device_bytes = NULL;
	q->memory_err = 0;
}

static bool same(struct vi_mem *mem, uint64_t addr, const uint8_t *was,
		 size_t len)
{
	uint8_t *now = malloc(len + 1);
	bool ok = now && !vi_mem_read(mem, addr, now, len, NULL) &&
		  !memcmp(now, was, len);

	free(now);
	return ok;
}

/* Split: the driver's index once more, which cannot have gone backwards. */
static void read_avail_again(struct vi_queue *q, struct vi_mem *mem)
{
	uint16_t idx;

	if (q->packed || !q->driver_bytes ||
	    vi_mem_read(mem, q->driver + 2, &idx, sizeof(idx), NULL))
		return;
	q->avail_again = vi_q16(q, idx);
	q->have |= VI_Q_AVAIL_AGAIN;
}

/* Split: did both indices stay; packed: did the descriptors? */
static bool is_still(struct vi_queue *q, struct vi_mem *mem)
{
	if (!q->desc_bytes || !q->driver_bytes || !q->device_bytes)
		return true;
	if (q->packed)
		return same(mem, q->desc, q->desc_bytes,
			    vi_ring_parts(true, q->size).desc);
	return same(mem, q->device + 2, q->device_bytes + 2, 2) &&
	       same(mem, q->driver + 2, q->driver_bytes + 2, 2);
}

static int read_table(struct vi_queue *q, struct vi_mem *mem, uint64_t addr,
		      uint32_t len, size_t *total)
{
	struct vi_table *grown, *t;

	grown = reallocarray(q->tables, q->num_tables + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	q->tables = grown;
	t = &grown[q->num_tables];
	*t = (struct vi_table) { .addr = addr, .len = len };
	t->have = len < MAX_TABLE ? len : MAX_TABLE;
	if (t->have > MAX_TABLES - *total)
		t->have = MAX_TABLES - *total;
	*total += t->have;
	t->bytes = malloc(t->have + 1);
	if (!t->bytes)
		return -ENOMEM;
	q->num_tables++;
	t->err = vi_mem_read(mem, addr, t->bytes, t->have, NULL);
	if (t->err)
		t->have = 0;
	return 0;
}

static int read_tables(struct vi_queue *q, struct vi_mem *mem)
{
	size_t total = 0;
	uint32_t i;
	int err = 0;

	for (i = 0; q->desc_bytes && i < q->size && !err; i++) {
		struct vring_packed_desc p = vi_packed_desc(q, i);
		struct vring_desc s = vi_split_desc(q, i);

		if (q->packed && p.flags & VRING_DESC_F_INDIRECT)
			err = read_table(q, mem, p.addr, p.len, &total);
		else if (!q->packed && s.flags & VRING_DESC_F_INDIRECT)
			err = read_table(q, mem, s.addr, s.len, &total);
	}
	return err;
}

int vi_queue_read_memory(struct vi_queue *q, struct vi_mem *mem)
{
	int err;

	for (q->passes = 1;; q->passes++) {
		err = read_ring(q, mem);
		if (err)
			return err;
		read_avail_again(q, mem);
		if (is_still(q, mem))
			break;
		if (q->passes == MAX_PASSES) {
			q->torn = true;
			break;
		}
		forget_ring(q);
	}
	return read_tables(q, mem);
}
