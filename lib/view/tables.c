// SPDX-License-Identifier: LGPL-2.1-or-later
/* Read the tables that indirect descriptors point to. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/sorted.h"
#include "mem/span.h"
#include "view/decode.h"
#include "view/raw_mem.h"

/* Limits in bytes: one table (65,536 entries), all tables of a queue. */
#define MAX_TABLE	(65536u * 16)
#define MAX_TABLES	((size_t)64 << 20)

/* Tests flags alone: called for each descriptor, and few are indirect. */
static bool is_indirect(const struct vi_raw_queue *q, uint32_t i)
{
	const uint8_t *at = q->desc_bytes + (size_t)i * sizeof(struct vring_desc);
	uint16_t flags;

	if (q->packed) {
		memcpy(&flags, at + offsetof(struct vring_packed_desc, flags),
		       sizeof(flags));
		flags = vi_le16(flags);
	} else {
		memcpy(&flags, at + offsetof(struct vring_desc, flags),
		       sizeof(flags));
		flags = vi_q16(q, flags);
	}
	return flags & VRING_DESC_F_INDIRECT;
}

bool vi_points_to_table(const struct vi_raw_queue *q, uint32_t i,
			struct vi_table *t)
{
	if (!is_indirect(q, i))
		return false;
	*t = (struct vi_table) {
		.addr = q->packed ? vi_packed_desc(q, i).addr :
				    vi_split_desc(q, i).addr,
		.len = q->packed ? vi_packed_desc(q, i).len :
				   vi_split_desc(q, i).len,
	};
	return true;
}

/* Sort by address and length, then in descriptor order. */
static int by_place(const void *a, const void *b)
{
	const struct vi_table *x = *(struct vi_table *const *)a;
	const struct vi_table *y = *(struct vi_table *const *)b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* Several descriptors may point to one table: keep the first. */
static int drop_doubles(struct vi_raw_queue *q)
{
	struct vi_table **order = calloc(q->num_tables + 1, sizeof(*order));
	size_t i, kept = 0;

	if (!order)
		return -ENOMEM;
	for (i = 0; i < q->num_tables; i++)
		order[i] = &q->tables[i];
	vi_sort(order, q->num_tables, by_place);
	for (i = 1; i < q->num_tables; i++)
		order[i]->have = order[i]->addr == order[i - 1]->addr &&
				 order[i]->len == order[i - 1]->len;
	free(order);
	for (i = 0; i < q->num_tables; i++)
		if (!q->tables[i].have)
			q->tables[kept++] = q->tables[i];
	q->num_tables = kept;
	return 0;
}

static int list_tables(struct vi_raw_queue *q,
		       const struct vi_table_source *from)
{
	bool ascend = true;
	struct vi_table t;
	size_t count = 0;
	uint32_t i;

	for (i = 0; i < q->size; i++)
		count += from->points(from->data, q, i, &t);
	if (!count)
		return 0;
	q->tables = calloc(count, sizeof(*q->tables));
	if (!q->tables)
		return -ENOMEM;
	for (i = 0; i < q->size; i++) {
		if (!from->points(from->data, q, i, &t))
			continue;
		ascend &= !q->num_tables ||
			  q->tables[q->num_tables - 1].addr < t.addr;
		q->tables[q->num_tables++] = t;
	}
	return ascend ? 0 : drop_doubles(q);
}

static uint32_t wanted(const struct vi_table *t)
{
	return t->len < MAX_TABLE ? t->len : MAX_TABLE;
}

/*
 * Limit the total size of tables. Tables made by drivers do not overlap;
 * hostile ones that do could make a little memory stand for any amount. So read
 * at most the size of the memory in which they lie, plus that of the ring.
 */
static int tables_allowed(const struct vi_raw_queue *q, size_t *most)
{
	struct vi_span *spans = calloc(q->num_tables, sizeof(*spans));
	uint64_t cover;
	size_t i;

	if (!spans)
		return -ENOMEM;
	for (i = 0; i < q->num_tables; i++)
		spans[i] = (struct vi_span) {
			q->tables[i].addr, wanted(&q->tables[i]) };
	cover = vi_span_cover(spans, q->num_tables) +
		vi_ring_parts(q->packed, q->size).desc;
	*most = cover < MAX_TABLES ? cover : MAX_TABLES;
	free(spans);
	return 0;
}

/* A table that cannot be read keeps no memory. */
static int read_table(struct vi_table *t, const struct vi_table_source *from,
		      size_t *left)
{
	uint32_t len = wanted(t);

	if (!len || len > *left) {
		t->err = len ? -ENOBUFS : 0;
		return 0;
	}
	*left -= len;
	t->bytes = malloc(len);
	if (!t->bytes)
		return -ENOMEM;
	t->err = from->read(from->data, t, t->bytes, len);
	if (!t->err) {
		t->have = len;
		return 0;
	}
	free(t->bytes);
	t->bytes = NULL;
	return 0;
}

int vi_raw_queue_read_tables(struct vi_raw_queue *q,
			 const struct vi_table_source *from)
{
	size_t left, i;
	int err = q->desc_bytes ? list_tables(q, from) : 0;

	if (err || !q->num_tables)
		return err;
	err = tables_allowed(q, &left);
	for (i = 0; i < q->num_tables && !err; i++)
		err = read_table(&q->tables[i], from, &left);
	return err;
}
