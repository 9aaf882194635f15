// SPDX-License-Identifier: LGPL-2.1-or-later
/* Read a queue's ring from memory. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "view/decode.h"
#include "view/raw_mem.h"

/* Maximum attempts to read a ring that changes meanwhile. */
#define MAX_PASSES	8

static int read_part(struct vi_raw_queue *q, struct vi_mem *mem, uint64_t addr,
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

static int read_ring(struct vi_raw_queue *q, struct vi_mem *mem)
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

static void forget_ring(struct vi_raw_queue *q)
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

/* Split: read the driver's index again; it cannot have moved backwards. */
static void read_avail_again(struct vi_raw_queue *q, struct vi_mem *mem)
{
	uint16_t idx;

	if (q->packed || q->order_unknown || !q->driver_bytes ||
	    vi_mem_read(mem, q->driver + 2, &idx, sizeof(idx), NULL))
		return;
	q->avail_again = vi_q16(q, idx);
	q->have |= VI_Q_AVAIL_AGAIN;
}

/* Unchanged during the read? Split: both indices; packed: the descriptors. */
static bool is_still(struct vi_raw_queue *q, struct vi_mem *mem)
{
	if (!q->desc_bytes || !q->driver_bytes || !q->device_bytes)
		return true;
	if (q->packed)
		return same(mem, q->desc, q->desc_bytes,
			    vi_ring_parts(true, q->size).desc);
	return same(mem, q->device + 2, q->device_bytes + 2, 2) &&
	       same(mem, q->driver + 2, q->driver_bytes + 2, 2);
}

static bool points(void *data, const struct vi_raw_queue *q, uint32_t i,
		   struct vi_table *t)
{
	(void)data;
	return vi_points_to_table(q, i, t);
}

static int read_physical(void *data, const struct vi_table *t, void *buf,
			 size_t len)
{
	return vi_mem_read(data, t->addr, buf, len, NULL);
}

int vi_raw_queue_read(struct vi_raw_queue *q, struct vi_mem *mem)
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
	if (q->order_unknown)
		return 0;
	return vi_raw_queue_read_tables(q, &(struct vi_table_source) {
		.points = points, .read = read_physical, .data = mem });
}
