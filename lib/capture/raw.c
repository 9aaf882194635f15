// SPDX-License-Identifier: LGPL-2.1-or-later
/* Read the raw data of a queue, whose lengths must match its size. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture/json_parts.h"
#include "inspect/fields/raw.h"

/* Limits for one table, and for the contents of one buffer. */
#define MAX_TABLE	(65536u * 16)
#define MAX_CONTENT	((size_t)64 << 20)

/* Read a part of the ring, which must be complete. */
static void read_part(struct vi_cap *c, const struct vi_cap_at *raw,
		      const char *name, size_t expected, uint8_t **bytes)
{
	size_t len;

	if (!vi_cap_bytes(c, raw, name, expected, bytes, &len) ||
	    len == expected)
		return;
	vi_cap_bad(c, raw, name, "expected %zu bytes, got %zu",
		   expected, len);
	free(*bytes);
	*bytes = NULL;
}

static bool read_ring(struct vi_cap *c, const struct vi_cap_at *raw,
		      struct vi_raw_queue *q)
{
	struct vi_ring_parts parts = vi_ring_parts(q->packed, q->size);

	read_part(c, raw, "desc", parts.desc, &q->desc_bytes);
	read_part(c, raw, "driver", parts.driver, &q->driver_bytes);
	read_part(c, raw, "device", parts.device, &q->device_bytes);
	return !c->err;
}

/* Without these, it is not known what the driver waits for. */
static bool is_whole_token(struct vi_cap *c, const struct vi_cap_at *entry,
			   bool packed)
{
	return vi_cap_get(c, entry, "present") &&
	       (!packed || (vi_cap_get(c, entry, "num") &&
			    vi_cap_get(c, entry, "last")));
}

static bool read_tokens(struct vi_cap *c, const struct vi_cap_at *raw,
			struct vi_raw_queue *q)
{
	struct vi_cap_at array, entry;
	bool whole = true;
	size_t i, count;

	if (!vi_cap_array(c, raw, "tokens", &array, &count))
		return !c->err;
	if (!vi_cap_take(c, raw, "tokens", q->size, sizeof(*q->tokens)))
		return false;
	q->tokens = calloc(q->size + 1, sizeof(*q->tokens));
	if (!q->tokens)
		return vi_cap_no_memory(c);
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++) {
		struct vi_token token = { 0 };
		struct vi_raw_token t = { .t = &token };

		if (!vi_cap_fields(c, &entry, &vi_token_schema, &t))
			return false;
		if (t.id >= q->size)
			return vi_cap_bad(c, &entry, "id",
					  "not below the queue's size");
		q->tokens[t.id] = token;
		whole &= is_whole_token(c, &entry, q->packed);
	}
	if (whole)
		q->have |= VI_Q_TOKENS;
	return !c->err;
}

static bool read_extra(struct vi_cap *c, const struct vi_cap_at *raw,
		       struct vi_raw_queue *q)
{
	uint8_t *bytes = NULL;
	uint32_t i;

	read_part(c, raw, "extra", (size_t)q->size * 16, &bytes);
	if (!bytes)
		return !c->err;
	q->extra = calloc(q->size + 1, sizeof(*q->extra));
	for (i = 0; q->extra && i < q->size; i++)
		vi_extra_unpack(bytes + (size_t)i * 16, &q->extra[i]);
	free(bytes);
	if (!q->extra)
		return vi_cap_no_memory(c);
	q->have |= VI_Q_EXTRA;
	return true;
}

/* --- Pieces of memory --- */

/* @count: number of pieces that were begun; each may own memory. */
static bool read_pieces(struct vi_cap *c, const struct vi_cap_at *raw,
			const char *name, size_t size, void *pieces,
			size_t *count,
			bool (*read)(struct vi_cap *c,
				     const struct vi_cap_at *entry,
				     void *piece))
{
	struct vi_cap_at array, entry;
	char *piece;
	size_t i, most;

	if (!vi_cap_array(c, raw, name, &array, &most) || !most)
		return !c->err;
	piece = calloc(most, size);
	if (!piece)
		return vi_cap_no_memory(c);
	*(void **)pieces = piece;
	for (i = 0; i < most && vi_cap_entry(c, &array, i, &entry); i++) {
		++*count;
		if (!read(c, &entry, piece + i * size))
			return false;
	}
	return !c->err;
}

static bool read_table(struct vi_cap *c, const struct vi_cap_at *entry,
		       void *piece)
{
	struct vi_table *t = piece;
	struct vi_raw_piece p = { .table = t };
	size_t len;

	vi_cap_fields(c, entry, &vi_table_schema, &p);
	t->err = -t->err;
	if (!vi_cap_bytes(c, entry, "hex", t->len < MAX_TABLE ? t->len :
			  MAX_TABLE, &t->bytes, &len))
		return vi_cap_bad(c, entry, "hex", "missing");
	t->have = len;
	return true;
}

static bool read_header(struct vi_cap *c, const struct vi_cap_at *entry,
			void *piece)
{
	struct vi_header *h = piece;
	struct vi_raw_piece p = { .header = h };
	uint64_t age;
	uint8_t *bytes;
	size_t len;

	vi_cap_fields(c, entry, &vi_header_schema, &p);
	h->has_age = vi_cap_number(c, entry, "age_ms", INT64_MAX / 1000000,
				   &age);
	h->age_ns = h->has_age ? age * 1000000 : 0;
	if (vi_cap_bytes(c, entry, "hex", sizeof(h->bytes), &bytes, &len)) {
		memcpy(h->bytes, bytes, len);
		h->len = len;
		free(bytes);
	}
	return !c->err;
}

static bool read_content(struct vi_cap *c, const struct vi_cap_at *entry,
			 void *piece)
{
	struct vi_content *content = piece;
	struct vi_raw_piece p = { .content = content };
	size_t len;

	vi_cap_fields(c, entry, &vi_content_schema, &p);
	if (!vi_cap_bytes(c, entry, "hex", MAX_CONTENT, &content->bytes, &len))
		return vi_cap_bad(c, entry, "hex", "missing");
	content->len = len;
	return true;
}

/* Which descriptors a table belongs to is seen from its address and length. */
static void drop_tables(struct vi_raw_queue *q)
{
	size_t i, n = 0;

	for (i = 0; i < q->num_tables; i++)
		if (q->tables[i].absent)
			free(q->tables[i].bytes);
		else
			q->tables[n++] = q->tables[i];
	q->num_tables = n;
}

#define READ_PIECES(kind)						\
	read_pieces(c, &raw, #kind "s", sizeof(*q->kind##s), &q->kind##s, \
		    &q->num_##kind##s, read_##kind)

bool vi_cap_raw(struct vi_cap *c, const struct vi_cap_at *queue,
		struct vi_raw_queue *q)
{
	struct vi_cap_at raw;

	if (!vi_cap_object(c, queue, "raw", &raw))
		return !c->err;
	q->memory_err = -q->memory_err;
	if (!read_ring(c, &raw, q) || !read_tokens(c, &raw, q) ||
	    !read_extra(c, &raw, q) || !READ_PIECES(table) ||
	    !READ_PIECES(header) || !READ_PIECES(content))
		return false;
	drop_tables(q);
	return true;
}
