// SPDX-License-Identifier: LGPL-2.1-or-later
/* What was read of a queue, undecoded: all that a view can be made of again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hex.h"
#include "inspect/fields/queue.h"
#include "inspect/fields/raw.h"
#include "ring/endian.h"

static char *to_hex(struct vi_pool *pool, const void *bytes, size_t len)
{
	char *text = vi_pool_alloc(pool, 2 * len + 1);

	if (text)
		vi_hex_encode(bytes, len, text);
	return text;
}

int vi_hex_string(struct vi_pool *pool, const void *bytes, size_t len,
		  const char **text, struct vi_value *v)
{
	if (!*text)
		*text = to_hex(pool, bytes, len);
	v->string = *text;
	return *text ? 0 : -ENOMEM;
}

/* --- Ring memory --- */

#define PART(part)							\
static int get_##part(const void *object, struct vi_value *v)		\
{									\
	const struct vi_queue *view = object;			\
	const struct vi_raw_queue *q = view->q;				\
	struct vi_ring_parts parts = vi_ring_parts(q->packed, q->size);	\
									\
	return q->part##_bytes ?					\
	       vi_hex_string(view->snap->pool, q->part##_bytes,	\
			     parts.part, &texts_of(object)->part, v) :	\
	       -ENODATA;						\
}

PART(desc)
PART(driver)
PART(device)

/* Packed rings are little-endian always (spec 1.4, 2.8). */
QUEUE_STRING(byte_order, !q->packed && (q->desc_bytes || q->driver_bytes ||
					q->device_bytes),
	     q->swap != VI_BIG_ENDIAN ? "big" : "little")

QUEUE_NUMBER(error_number, q->memory_err, -q->memory_err)
QUEUE_NUMBER(fault, q->memory_err, q->memory_fault)
QUEUE_NUMBER(avail_again, view_has(view, VI_Q_AVAIL_AGAIN), q->avail_again)

/* --- The driver's state of each buffer --- */

struct vi_raw_token {
	uint32_t id;
	bool packed;
	const struct vi_token *t;
};

#define GETTER(type, name, member, known, expr)			\
static int get_##name(const void *object, struct vi_value *v)		\
{									\
	const struct type *r = object;					\
									\
	if (!(known))							\
		return -ENODATA;					\
	v->member = (expr);						\
	return 0;							\
}

GETTER(vi_raw_token, token_id, number, true, r->id)
GETTER(vi_raw_token, present, boolean, true, r->t->present)
GETTER(vi_raw_token, num, number, r->packed, r->t->num)
GETTER(vi_raw_token, last, number, r->packed, r->t->last)
GETTER(vi_raw_token, indirect, number, r->t->indirect, r->t->indirect)

static const struct vi_field token_fields[] = {
	{ "id", VI_UINT, "head; packed: buffer id", get_token_id, NULL },
	{ "present", VI_BOOL, "the driver waits for it", get_present, NULL },
	{ "num", VI_UINT, "packed: descriptors that it takes", get_num, NULL },
	{ "last", VI_UINT, "packed: id of its last descriptor", get_last, NULL },
	{ "indirect", VI_HEX, "kernel address of its indirect table", get_indirect, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema token_schema = { token_fields };

/* Those that say nothing are left out. */
static int list_tokens(const struct vi_queue *view,
		       struct vi_queue_texts *texts)
{
	const struct vi_raw_queue *q = view->q;
	struct vi_raw_token *tokens;
	size_t n = 0;
	uint32_t i;

	tokens = vi_pool_alloc(view->snap->pool, q->size * sizeof(*tokens));
	if (!tokens)
		return -ENOMEM;
	for (i = 0; i < q->size; i++) {
		const struct vi_token *t = &q->tokens[i];

		if (t->present || t->num || t->last || t->indirect)
			tokens[n++] = (struct vi_raw_token) {
				i, q->packed, t };
	}
	texts->tokens = tokens;
	texts->num_tokens = n;
	return 0;
}

static int get_tokens(const void *object, struct vi_value *v)
{
	struct vi_queue_texts *texts = texts_of(object);
	int err = 0;

	if (!(view_of(object)->q->have & VI_Q_TOKENS))
		return -ENODATA;
	if (!texts->tokens)
		err = list_tokens(object, texts);
	v->records = texts->tokens;
	v->count = texts->num_tokens;
	v->stride = sizeof(*texts->tokens);
	return err;
}

/* The driver's copies of descriptors, laid out as split ones. */
static void pack_extra(const struct vi_extra *e, uint8_t to[16])
{
	uint64_t addr = vi_le64(e->addr);
	uint32_t len = vi_le32(e->len);
	uint16_t flags = vi_le16(e->flags), next = vi_le16(e->next);

	memcpy(to, &addr, 8);
	memcpy(to + 8, &len, 4);
	memcpy(to + 12, &flags, 2);
	memcpy(to + 14, &next, 2);
}

static int get_extra(const void *object, struct vi_value *v)
{
	const struct vi_queue *view = object;
	const struct vi_raw_queue *q = view->q;
	uint8_t *bytes = NULL;
	uint32_t i;
	int err;

	if (!(q->have & VI_Q_EXTRA))
		return -ENODATA;
	if (!view->texts.extra) {
		bytes = malloc((size_t)q->size * 16 + 1);
		if (!bytes)
			return -ENOMEM;
		for (i = 0; i < q->size; i++)
			pack_extra(&q->extra[i], bytes + (size_t)i * 16);
	}
	err = vi_hex_string(view->snap->pool, bytes, (size_t)q->size * 16,
			    &texts_of(object)->extra, v);
	free(bytes);
	return err;
}

void vi_extra_unpack(const uint8_t from[16], struct vi_extra *e)
{
	memcpy(&e->addr, from, 8);
	memcpy(&e->len, from + 8, 4);
	memcpy(&e->flags, from + 12, 2);
	memcpy(&e->next, from + 14, 2);
	e->addr = vi_le64(e->addr);
	e->len = vi_le32(e->len);
	e->flags = vi_le16(e->flags);
	e->next = vi_le16(e->next);
}

/* --- Records of memory: tables, headers, contents --- */

struct vi_raw_piece {
	struct vi_pool *pool;
	const char *hex;		/* once it was asked for, as error */
	char error[64];
	union {
		const struct vi_table *table;
		const struct vi_header *header;
		const struct vi_content *content;
	};
};

#define PIECES(name, array, number)					\
static struct vi_raw_piece *list_##name(const struct vi_queue *view) \
{									\
	struct vi_pool *pool = view->snap->pool;			\
	struct vi_raw_piece *pieces;					\
	size_t i;							\
									\
	pieces = vi_pool_alloc(pool, view->q->number * sizeof(*pieces)); \
	for (i = 0; pieces && i < view->q->number; i++) {		\
		pieces[i].pool = pool;					\
		pieces[i].array = &view->q->array##s[i];		\
	}								\
	return pieces;							\
}									\
									\
static int get_##name(const void *object, struct vi_value *v)		\
{									\
	const struct vi_queue *view = object;			\
	struct vi_queue_texts *texts = texts_of(object);		\
									\
	if (!view->q->number)						\
		return -ENODATA;					\
	if (!texts->name)						\
		texts->name = list_##name(view);			\
	v->records = texts->name;					\
	v->count = view->q->number;					\
	v->stride = sizeof(*texts->name);				\
	return texts->name ? 0 : -ENOMEM;				\
}

PIECES(tables, table, num_tables)
PIECES(headers, header, num_headers)
PIECES(contents, content, num_contents)

#define PIECE_HEX(name, length)						\
static int get_##name##_hex(const void *object, struct vi_value *v)	\
{									\
	struct vi_raw_piece *p = (struct vi_raw_piece *)object;		\
									\
	return vi_hex_string(p->pool, p->name->bytes, p->name->length,	\
			     &p->hex, v);				\
}

GETTER(vi_raw_piece, table_addr, number, true, r->table->addr)
GETTER(vi_raw_piece, table_len, number, true, r->table->len)
GETTER(vi_raw_piece, table_errno, number, r->table->err, -r->table->err)

/* A copy: that of a number which has no name is the next one's, too. */
static int get_table_error(const void *object, struct vi_value *v)
{
	struct vi_raw_piece *p = (struct vi_raw_piece *)object;

	if (!p->table->err)
		return -ENODATA;
	snprintf(p->error, sizeof(p->error), "%s", strerror(-p->table->err));
	v->string = p->error;
	return 0;
}


PIECE_HEX(table, have)

static const struct vi_field table_fields[] = {
	{ "addr", VI_HEX, "its address", get_table_addr, NULL },
	{ "len", VI_UINT, "bytes that the descriptor claims", get_table_len, NULL },
	{ "hex", VI_STRING | VI_BYTES, "those that were read, as hexadecimal digits", get_table_hex, NULL },
	{ "error", VI_STRING, "why there are fewer", get_table_error, NULL },
	{ "errno", VI_UINT, "the same as an error number of Linux", get_table_errno, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema table_schema = { table_fields };

GETTER(vi_raw_piece, header_id, number, true, r->header->id)
GETTER(vi_raw_piece, header_status, number, r->header->has_status,
       r->header->status)
GETTER(vi_raw_piece, header_age, number, r->header->has_age,
       r->header->age_ns / 1000000)

PIECE_HEX(header, len)

static const struct vi_field header_fields[] = {
	{ "id", VI_UINT, "of the buffer", get_header_id, NULL },
	{ "hex", VI_STRING | VI_BYTES, "how it begins, as hexadecimal digits", get_header_hex, NULL },
	{ "status", VI_UINT, "the device's answer", get_header_status, NULL },
	{ "age_ms", VI_UINT, "milliseconds since it was first seen", get_header_age, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema header_schema = { header_fields };

GETTER(vi_raw_piece, content_addr, number, true, r->content->addr)

PIECE_HEX(content, len)

static const struct vi_field content_fields[] = {
	{ "addr", VI_HEX, "its address", get_content_addr, NULL },
	{ "hex", VI_STRING | VI_BYTES, "what it held, as hexadecimal digits", get_content_hex, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema content_schema = { content_fields };

static const struct vi_field raw_fields[] = {
	{ "desc", VI_STRING | VI_BYTES, "descriptors, as hexadecimal digits", get_desc, NULL },
	{ "driver", VI_STRING | VI_BYTES, "the part that the driver writes", get_driver, NULL },
	{ "device", VI_STRING | VI_BYTES, "the part that the device writes", get_device, NULL },
	{ "byte_order", VI_STRING, "of its words: little or big; packed rings are little", get_byte_order, NULL },
	{ "errno", VI_UINT, "why parts are missing: an error number of Linux", get_error_number, NULL },
	{ "fault", VI_HEX, "first address that could not be read", get_fault, NULL },
	{ "avail_again", VI_UINT, "split: available index at the end of the same pass", get_avail_again, NULL },
	{ "tokens", VI_RECORDS, "what the driver knows of each buffer", get_tokens, &token_schema },
	{ "extra", VI_STRING | VI_BYTES, "the driver's copies of descriptors, laid out as split ones", get_extra, NULL },
	{ "tables", VI_RECORDS, "indirect tables", get_tables, &table_schema },
	{ "headers", VI_RECORDS, "how buffers begin: in flight, then unreaped", get_headers, &header_schema },
	{ "contents", VI_RECORDS, "memory of buffers", get_contents, &content_schema },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_raw_schema = { raw_fields };
