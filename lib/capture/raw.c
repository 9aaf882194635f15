// SPDX-License-Identifier: LGPL-2.1-or-later
/* What was read of a queue, undecoded. Lengths must be what they should be. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture/json.h"
#include "inspect/fields/raw.h"

/* Of one table, and of one buffer's contents. */
#define MAX_TABLE	(65536u * 16)
#define MAX_CONTENT	((size_t)64 << 20)
/* No error of Linux is larger. */
#define MAX_ERRNO	4095

/* A part of the ring, which is all there or not at all. */
static void read_part(struct vi_cap *c, const struct vi_cap_at *raw,
		      const char *name, size_t expected, uint8_t **bytes)
{
	size_t len;

	if (!vi_cap_bytes(c, raw, name, expected, bytes, &len) ||
	    len == expected)
		return;
	vi_cap_bad(c, raw, name, "%zu bytes were expected, and these are %zu",
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

#define TOKEN(name, kind, member)					\
	VI_CAP_MEMBER(vi_token, name, kind, member, 0, 0)

static const struct vi_cap_member token_members[] = {
	TOKEN("present", VI_BOOL, present),
	TOKEN("num", VI_UINT, num),
	TOKEN("last", VI_UINT, last),
	TOKEN("indirect", VI_HEX, indirect),
	{ NULL, 0, 0, 0, 0, 0 },
};

static bool read_tokens(struct vi_cap *c, const struct vi_cap_at *raw,
			struct vi_raw_queue *q)
{
	struct vi_cap_at array, entry;
	size_t i, count;
	uint64_t id;

	if (!vi_cap_array(c, raw, "tokens", &array, &count))
		return !c->err;
	if (!vi_cap_take(c, raw, "tokens", q->size, sizeof(*q->tokens)))
		return false;
	q->tokens = calloc(q->size + 1, sizeof(*q->tokens));
	if (!q->tokens)
		return vi_cap_no_memory(c);
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++) {
		if (!vi_cap_number(c, &entry, "id", UINT32_MAX, &id))
			return vi_cap_bad(c, &entry, "id", "it is missing");
		if (id >= q->size)
			return vi_cap_bad(c, &entry, "id",
					  "it is not below the queue's size");
		vi_cap_members(c, &entry, token_members, &q->tokens[id]);
	}
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

#define TABLE(name, kind, member, max)					\
	VI_CAP_MEMBER(vi_table, name, kind, member, max, 0)

static const struct vi_cap_member table_members[] = {
	TABLE("addr", VI_HEX, addr, 0),
	TABLE("len", VI_UINT, len, 0),
	TABLE("errno", VI_UINT, err, MAX_ERRNO),
	{ NULL, 0, 0, 0, 0, 0 },
};

static bool read_tables(struct vi_cap *c, const struct vi_cap_at *raw,
			struct vi_raw_queue *q)
{
	struct vi_cap_at array, entry;
	size_t i, count, len;

	if (!vi_cap_array(c, raw, "tables", &array, &count) || !count)
		return !c->err;
	q->tables = calloc(count, sizeof(*q->tables));
	if (!q->tables)
		return vi_cap_no_memory(c);
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++) {
		struct vi_table *t = &q->tables[q->num_tables];

		vi_cap_members(c, &entry, table_members, t);
		t->err = -t->err;
		if (!vi_cap_bytes(c, &entry, "hex", t->len < MAX_TABLE ?
				  t->len : MAX_TABLE, &t->bytes, &len))
			return vi_cap_bad(c, &entry, "hex", "it is missing");
		t->have = len;
		q->num_tables++;
	}
	return !c->err;
}

static bool read_header(struct vi_cap *c, const struct vi_cap_at *entry,
			struct vi_header *h)
{
	uint64_t number;
	uint8_t *bytes;
	size_t len;

	if (!vi_cap_number(c, entry, "id", UINT32_MAX, &number))
		return vi_cap_bad(c, entry, "id", "it is missing");
	h->id = number;
	h->has_status = vi_cap_number(c, entry, "status", UINT8_MAX, &number);
	h->status = h->has_status ? number : 0;
	h->has_age = vi_cap_number(c, entry, "age_ms", INT64_MAX / 1000000,
				   &number);
	h->age_ns = h->has_age ? number * 1000000 : 0;
	if (vi_cap_bytes(c, entry, "hex", sizeof(h->bytes), &bytes, &len)) {
		memcpy(h->bytes, bytes, len);
		h->len = len;
		free(bytes);
	}
	return !c->err;
}

static bool read_headers(struct vi_cap *c, const struct vi_cap_at *raw,
			 struct vi_raw_queue *q)
{
	struct vi_cap_at array, entry;
	size_t i, count;

	if (!vi_cap_array(c, raw, "headers", &array, &count) || !count)
		return !c->err;
	q->headers = calloc(count, sizeof(*q->headers));
	if (!q->headers)
		return vi_cap_no_memory(c);
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++)
		if (!read_header(c, &entry, &q->headers[q->num_headers++]))
			break;
	return !c->err;
}

static bool read_contents(struct vi_cap *c, const struct vi_cap_at *raw,
			  struct vi_raw_queue *q)
{
	struct vi_cap_at array, entry;
	size_t i, count, len;

	if (!vi_cap_array(c, raw, "contents", &array, &count) || !count)
		return !c->err;
	q->contents = calloc(count, sizeof(*q->contents));
	if (!q->contents)
		return vi_cap_no_memory(c);
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++) {
		struct vi_content *content = &q->contents[q->num_contents];

		if (!vi_cap_hex(c, &entry, "addr", UINT64_MAX, &content->addr))
			return vi_cap_bad(c, &entry, "addr", "it is missing");
		if (!vi_cap_bytes(c, &entry, "hex", MAX_CONTENT,
				  &content->bytes, &len))
			return vi_cap_bad(c, &entry, "hex", "it is missing");
		content->len = len;
		q->num_contents++;
	}
	return !c->err;
}

static const struct vi_cap_member raw_members[] = {
	VI_CAP_MEMBER(vi_raw_queue, "errno", VI_UINT, memory_err, MAX_ERRNO, 0),
	VI_CAP_MEMBER(vi_raw_queue, "fault", VI_HEX, memory_fault, 0, 0),
	VI_CAP_MEMBER(vi_raw_queue, "avail_again", VI_UINT, avail_again, 0,
		      VI_Q_AVAIL_AGAIN),
	{ NULL, 0, 0, 0, 0, 0 },
};

bool vi_cap_raw(struct vi_cap *c, const struct vi_cap_at *queue,
		struct vi_raw_queue *q)
{
	struct vi_cap_at raw;

	if (!vi_cap_object(c, queue, "raw", &raw))
		return !c->err;
	q->have |= vi_cap_members(c, &raw, raw_members, q);
	q->memory_err = -q->memory_err;
	return read_ring(c, &raw, q) && read_tokens(c, &raw, q) &&
	       read_extra(c, &raw, q) && read_tables(c, &raw, q) &&
	       read_headers(c, &raw, q) && read_contents(c, &raw, q);
}
