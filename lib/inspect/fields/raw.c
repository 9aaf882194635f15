// SPDX-License-Identifier: LGPL-2.1-or-later
/* Raw data of a queue, from which readers of captures decode it again. */
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

/* Packed rings are always little-endian (spec 1.4, 2.8). */
QUEUE_STRING(byte_order, !q->packed && (q->desc_bytes || q->driver_bytes ||
					q->device_bytes),
	     q->order_unknown ? "unknown" :
	     q->swap != VI_BIG_ENDIAN ? "big" : "little")

QUEUE_NUMBER(error_number, q->memory_err, -q->memory_err)
QUEUE_NUMBER(fault, q->memory_err, q->memory_fault)

/* --- The driver's state for each buffer --- */

/* Only packed rings have these members. */
static int test_packed(const void *object, const struct vi_field *f)
{
	(void)f;
	return ((const struct vi_raw_token *)object)->packed ? 0 : -ENODATA;
}

static const struct vi_known if_packed = { test_packed, NULL };

#define TOKEN(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, vi_token, member,			\
		  VI_THROUGH(vi_raw_token, t), __VA_ARGS__)

static const struct vi_field token_fields[] = {
	VI_MEMBER("id", VI_UINT | VI_REQUIRED, "head; packed: buffer id", vi_raw_token, id),
	TOKEN("present", VI_BOOL, present, "whether the driver waits for this buffer"),
	TOKEN("num", VI_UINT, num, "packed: number of descriptors that it occupies", .known = &if_packed),
	TOKEN("last", VI_UINT, last, "packed: id of its last descriptor", .known = &if_packed),
	TOKEN("indirect", VI_HEX, indirect, "kernel address of its indirect table", VI_IF_NOT(0)),
	VI_FIELDS_END,
};

const struct vi_schema vi_token_schema = { token_fields };

/* Leave out empty tokens. */
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
				i, q->packed, (struct vi_token *)t };
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

/* The driver's copies of descriptors, in split format. */
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

/* --- Pieces of memory: tables, headers, contents --- */

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

#define PIECE(name, type, kind, member, help, ...)			\
	VI_MEMBER(name, type, help, vi_##kind, member,			\
		  VI_THROUGH(vi_raw_piece, kind), __VA_ARGS__)

#define PIECE_HEX(name, length)						\
static int get_##name##_hex(const void *object, struct vi_value *v)	\
{									\
	struct vi_raw_piece *p = (struct vi_raw_piece *)object;		\
									\
	return vi_hex_string(p->pool, p->name->bytes, p->name->length,	\
			     &p->hex, v);				\
}

GETTER(vi_raw_piece, table_errno, number, r->table->err, -r->table->err)

/* Copy the text: strerror() reuses its buffer for unknown numbers. */
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
	PIECE("addr", VI_HEX, table, addr, "address", VI_UNLESS_ABSENT(vi_table, 0)),
	PIECE("len", VI_UINT, table, len, "length according to the descriptor", VI_UNLESS_ABSENT(vi_table, 1)),
	VI_COMPUTED("hex", VI_STRING | VI_BYTES, "the bytes that were read, as hexadecimal digits", get_table_hex),
	VI_COMPUTED("error", VI_STRING, "why some bytes are missing", get_table_error),
	PIECE("errno", VI_UINT, table, err, "the same as a Linux error number", .get = get_table_errno, .max = VI_MAX_ERRNO),
	VI_FIELDS_END,
};

const struct vi_schema vi_table_schema = { table_fields };

GETTER(vi_raw_piece, header_age, number, r->header->has_age,
       r->header->age_ns / 1000000)

PIECE_HEX(header, len)

static const struct vi_field header_fields[] = {
	PIECE("id", VI_UINT | VI_REQUIRED, header, id, "buffer id"),
	VI_COMPUTED("hex", VI_STRING | VI_BYTES, "first bytes, as hexadecimal digits", get_header_hex, VI_THROUGH(vi_raw_piece, header), VI_UNLESS_ABSENT(vi_header, 0)),
	PIECE("status", VI_UINT, header, status, "status returned by the device", VI_IF_FLAG(vi_header, has_status)),
	VI_COMPUTED("age_ms", VI_UINT, "milliseconds since the buffer was first seen", get_header_age),
	VI_FIELDS_END,
};

const struct vi_schema vi_header_schema = { header_fields };

PIECE_HEX(content, len)

static const struct vi_field content_fields[] = {
	PIECE("addr", VI_HEX | VI_REQUIRED, content, addr, "address"),
	VI_COMPUTED("hex", VI_STRING | VI_BYTES, "contents, as hexadecimal digits", get_content_hex),
	VI_FIELDS_END,
};

const struct vi_schema vi_content_schema = { content_fields };

static const struct vi_field raw_fields[] = {
	VI_COMPUTED("desc", VI_STRING | VI_BYTES, "descriptors, as hexadecimal digits", get_desc),
	VI_COMPUTED("driver", VI_STRING | VI_BYTES, "driver area", get_driver),
	VI_COMPUTED("device", VI_STRING | VI_BYTES, "device area", get_device),
	VI_COMPUTED("byte_order", VI_STRING, "byte order of the words in them: little, big or unknown", get_byte_order),
	RAW("errno", VI_UINT, memory_err, "why parts are missing: a Linux error number", .get = get_error_number, .max = VI_MAX_ERRNO),
	RAW("fault", VI_HEX, memory_fault, "first address that could not be read", .get = get_fault, VI_UNLESS_ABSENT(vi_raw_queue, VI_QX_FAULT)),
	RAW_BITS("avail_again", VI_UINT, avail_again, VI_Q_AVAIL_AGAIN, "split: available index, read again at the end of the same pass"),
	VI_COMPUTED("tokens", VI_RECORDS, "the driver's state for each buffer", get_tokens, .schema = &vi_token_schema),
	VI_COMPUTED("extra", VI_STRING | VI_BYTES, "the driver's copies of descriptors, in split format", get_extra),
	VI_COMPUTED("tables", VI_RECORDS, "indirect tables", get_tables, .schema = &vi_table_schema),
	VI_COMPUTED("headers", VI_RECORDS, "first bytes of buffers: in flight, then unreaped", get_headers, .schema = &vi_header_schema),
	VI_COMPUTED("contents", VI_RECORDS, "contents of buffers", get_contents, .schema = &vi_content_schema),
	VI_FIELDS_END,
};

const struct vi_schema vi_raw_schema = { raw_fields };
