// SPDX-License-Identifier: LGPL-2.1-or-later
/* Buffers in flight, and completions that the driver has not processed. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "inspect/fields/queue.h"

/* --- Descriptors --- */

#define DESC_NUMBER(name, known, expr)					\
	GETTER(vi_desc, name, number, known, expr)

/* The flags that have a name: three, and two more in packed rings. */
#define NAMED		7
#define AVAIL		(1 << VRING_PACKED_DESC_F_AVAIL)
#define USED		(1 << VRING_PACKED_DESC_F_USED)

static uint16_t named_flags(const struct vi_desc *d)
{
	return d->flags & (d->packed && !d->in_table ?
			   NAMED | AVAIL | USED : NAMED);
}

DESC_NUMBER(flag_bits, r->flags != named_flags(r), r->flags & ~named_flags(r))
DESC_NUMBER(next, !r->packed && r->flags & VRING_DESC_F_NEXT, r->next)
DESC_NUMBER(id, r->packed && !r->in_table, r->next)

/* The names for each combination of flags. */
#define EIGHT(...)							\
	{ __VA_ARGS__ }, { "NEXT", __VA_ARGS__ },			\
	{ "WRITE", __VA_ARGS__ }, { "NEXT", "WRITE", __VA_ARGS__ },	\
	{ "INDIRECT", __VA_ARGS__ }, { "NEXT", "INDIRECT", __VA_ARGS__ }, \
	{ "WRITE", "INDIRECT", __VA_ARGS__ },				\
	{ "NEXT", "WRITE", "INDIRECT", __VA_ARGS__ }

static const char *const flag_names[32][5] = {
	EIGHT(NULL), EIGHT("AVAIL"), EIGHT("USED"), EIGHT("AVAIL", "USED"),
};

static int get_flags(const void *object, struct vi_value *v)
{
	uint16_t flags = named_flags(object);
	unsigned int set = (flags & NAMED) | (flags & AVAIL ? 8 : 0) |
			   (flags & USED ? 16 : 0);

	v->list = (const char **)flag_names[set];
	v->count = __builtin_popcount(set);
	return 0;
}

static const struct vi_field desc_fields[] = {
	VI_MEMBER("at", VI_UINT, "position in the ring, or in the indirect table", vi_desc, at),
	VI_MEMBER("addr", VI_HEX, "buffer address", vi_desc, addr),
	VI_MEMBER("len", VI_UINT, "length in bytes", vi_desc, len),
	VI_COMPUTED("flags", VI_LIST, "NEXT, WRITE, INDIRECT; packed: AVAIL, USED", get_flags),
	VI_COMPUTED("flag_bits", VI_HEX, "reserved flags", get_flag_bits),
	VI_COMPUTED("next", VI_UINT, "split: next descriptor", get_next),
	VI_COMPUTED("id", VI_UINT, "packed: buffer id in this descriptor", get_id),
	VI_MEMBER("in_table", VI_BOOL, "whether it is in an indirect table", vi_desc, in_table),
	VI_FIELDS_END,
};

static const struct vi_schema desc_schema = { desc_fields };

static int get_descs(const void *object, struct vi_value *v)
{
	const struct vi_flight *f = object;

	v->records = f->chain->desc;
	v->count = f->chain->num;
	v->stride = sizeof(*f->chain->desc);
	return f->chain->twin ? -ENODATA : 0;
}

/* --- Contents of a buffer, if requested --- */

struct vi_flight_buffer {
	uint32_t at;
	const struct vi_content *content;
	struct vi_pool *pool;
	const char *hex;		/* made on demand */
};

static int get_buffer_hex(const void *object, struct vi_value *v)
{
	struct vi_flight_buffer *b = (struct vi_flight_buffer *)object;

	return vi_hex_string(b->pool, b->content->bytes, b->content->len,
			     &b->hex, v);
}

static const struct vi_field buffer_fields[] = {
	VI_MEMBER("at", VI_UINT, "index of the descriptor", vi_flight_buffer, at),
	VI_MEMBER("addr", VI_HEX, "address", vi_content, addr, VI_THROUGH(vi_flight_buffer, content)),
	VI_COMPUTED("hex", VI_STRING | VI_BYTES, "contents, as hexadecimal digits", get_buffer_hex),
	VI_FIELDS_END,
};

static const struct vi_schema buffer_schema = { buffer_fields };

static int list_buffers(struct vi_flight *f)
{
	struct vi_pool *pool = f->view->snap->pool;
	const struct vi_chain *c = f->chain;
	struct vi_flight_buffer *buffers;
	size_t i, n = 0;

	buffers = vi_pool_alloc(pool, vi_chain_own(c) * sizeof(*buffers));
	if (!buffers)
		return -ENOMEM;
	for (i = 0; i < vi_chain_own(c); i++) {
		const struct vi_content *content =
			vi_find_content(f->view->q, c->desc[i].addr);

		/* Show shared memory once. */
		if (content && content->desc == &c->desc[i])
			buffers[n++] = (struct vi_flight_buffer) {
				i, content, pool, NULL };
	}
	f->buffers = buffers;
	f->num_buffers = n;
	return 0;
}

static int get_buffers(const void *object, struct vi_value *v)
{
	struct vi_flight *f = (struct vi_flight *)object;
	int err = 0;

	if (!f->view->q->num_contents)
		return -ENODATA;
	if (!f->buffers)
		err = list_buffers(f);
	v->records = f->buffers;
	v->count = f->num_buffers;
	v->stride = sizeof(*f->buffers);
	return err ? err : v->count ? 0 : -ENODATA;
}

/* --- In flight --- */

#define FLIGHT_NUMBER(name, known, expr)				\
	GETTER(vi_flight, name, number, known, expr)

/* Only the id of a buffer that is no longer in a packed ring is known. */
static bool in_ring(const struct vi_flight *f)
{
	size_t i;

	for (i = 0; i < f->chain->num_anomalies && !f->chain->num; i++)
		if (f->chain->anomaly[i].what == VI_WALK_HEAD_GONE)
			return false;
	return true;
}

FLIGHT_NUMBER(head, in_ring(r), r->chain->head)
FLIGHT_NUMBER(out_len, in_ring(r), r->chain->out_len)
FLIGHT_NUMBER(in_len, in_ring(r), r->chain->in_len)
FLIGHT_NUMBER(table, r->chain->table, r->chain->table->addr)
FLIGHT_NUMBER(table_len, r->chain->table, r->chain->table->len)
FLIGHT_NUMBER(same_table_as, r->chain->twin,
	      r->view->ring->in_flight[r->chain->twin - 1].head)
FLIGHT_NUMBER(age_ms, r->header && r->header->has_age,
	      r->header->age_ns / 1000000)

static int get_request(const void *object, struct vi_value *v)
{
	struct vi_flight *f = (struct vi_flight *)object;

	if (!in_ring(f))
		return -ENODATA;
	v->string = vi_flight_text(f);
	return v->string ? 0 : -ENOMEM;
}

#define NOTE_SIZE	160

/* Allocate all notes at once, so that a failure leaves none. */
static int list_notes(struct vi_flight *f)
{
	size_t n = f->chain->num_anomalies, i;
	const char **notes;
	char *text;

	notes = vi_pool_alloc(f->view->snap->pool,
			      n * (sizeof(*notes) + NOTE_SIZE));
	if (!notes)
		return -ENOMEM;
	text = (char *)(notes + n);
	for (i = 0; i < n; i++, text += NOTE_SIZE) {
		vi_anomaly_text(&f->chain->anomaly[i], text, NOTE_SIZE);
		notes[i] = text;
	}
	f->notes = notes;
	return 0;
}

static int get_notes(const void *object, struct vi_value *v)
{
	struct vi_flight *f = (struct vi_flight *)object;
	int err = 0;

	if (!f->chain->num_anomalies)
		return -ENODATA;
	if (!f->notes)
		err = list_notes(f);
	v->list = f->notes;
	v->count = f->chain->num_anomalies;
	return err;
}

static const struct vi_field flight_fields[] = {
	VI_COMPUTED("head", VI_UINT, "first descriptor; packed: slot", get_head),
	VI_MEMBER("id", VI_UINT, "id that its completion will use", vi_chain, id, VI_THROUGH(vi_flight, chain)),
	VI_MEMBER("slots", VI_UINT, "number of ring descriptors that it occupies", vi_chain, slots, VI_THROUGH(vi_flight, chain)),
	VI_COMPUTED("request", VI_STRING, "decoded request", get_request),
	VI_COMPUTED("age_ms", VI_UINT, "milliseconds since the buffer was first seen", get_age_ms),
	VI_COMPUTED("out_len", VI_UINT, "number of bytes that the device may read", get_out_len),
	VI_COMPUTED("in_len", VI_UINT, "number of bytes that the device may write", get_in_len),
	VI_COMPUTED("table", VI_HEX, "address of the indirect table", get_table),
	VI_COMPUTED("table_len", VI_UINT, "length of that table in bytes", get_table_len),
	VI_COMPUTED("same_table_as", VI_UINT, "head of the buffer that shares this table and lists its descriptors", get_same_table_as),
	VI_COMPUTED("notes", VI_LIST, "anomalies", get_notes),
	VI_COMPUTED("descs", VI_RECORDS, "descriptors", get_descs, .schema = &desc_schema),
	VI_COMPUTED("buffers", VI_RECORDS, "contents of its memory, if requested; shared memory is listed once", get_buffers, .schema = &buffer_schema),
	VI_FIELDS_END,
};

const struct vi_schema vi_flight_schema = { flight_fields };

/* --- Completed, but not processed by the driver --- */

#define UNREAPED_NUMBER(name, known, expr)				\
	GETTER(vi_unreaped, name, number, known, expr)

UNREAPED_NUMBER(used_id, !r->used->skipped || !r->view->q->packed, r->used->id)
UNREAPED_NUMBER(used_len, !r->used->skipped, r->used->len)

static int get_unreaped_request(const void *object, struct vi_value *v)
{
	struct vi_unreaped *u = (struct vi_unreaped *)object;

	/* Used descriptors have overwritten the request. */
	if (u->view->q->packed)
		return -ENODATA;
	v->string = vi_unreaped_text(u);
	return v->string ? 0 : -ENOMEM;
}

static const struct vi_field unreaped_fields[] = {
	VI_COMPUTED("id", VI_UINT, "id, or head", get_used_id),
	VI_COMPUTED("len", VI_UINT, "number of bytes that the device wrote", get_used_len),
	VI_MEMBER("at", VI_UINT, "position of the completion: entry of the used ring; packed: slot", vi_used, at, VI_THROUGH(vi_unreaped, used)),
	VI_COMPUTED("request", VI_STRING, "decoded request and its result", get_unreaped_request),
	VI_FIELDS_END,
};

const struct vi_schema vi_unreaped_schema = { unreaped_fields };
