/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Schemas of queues and their records, and macros that the files share. */
#ifndef VI_INSPECT_FIELDS_QUEUE_H
#define VI_INSPECT_FIELDS_QUEUE_H

#include <errno.h>

#include "inspect/snapshot.h"
#include "record/schema.h"

/* Records that are the queue itself (struct vi_queue). */
extern const struct vi_schema vi_avail_schema, vi_used_schema;
extern const struct vi_schema vi_driver_event_schema, vi_device_event_schema;
extern const struct vi_schema vi_driver_state_schema;
extern const struct vi_schema vi_raw_schema;

extern const struct vi_schema vi_flight_schema;		/* struct vi_flight */
extern const struct vi_schema vi_unreaped_schema;	/* struct vi_unreaped */

static inline const struct vi_queue *view_of(const void *object)
{
	return object;
}

/* What fields made on demand. */
static inline struct vi_queue_texts *texts_of(const void *object)
{
	return &((struct vi_queue *)object)->texts;
}

/* Is one of these bits set in the raw queue? */
static inline bool view_has(const void *object, uint32_t bits)
{
	return view_of(object)->q->have & bits;
}

static inline bool is_split(const void *object)
{
	return view_of(object)->ring->readable && !view_of(object)->q->packed;
}

static inline bool is_packed(const void *object)
{
	return view_of(object)->ring->readable && view_of(object)->q->packed;
}

/* Known if the raw queue has the bits in the key. The second form is for
 * members whose bits are set elsewhere. */
extern const struct vi_known vi_by_bits, vi_with_bits;

/* Rows for a member of the raw queue, for one that has its own bits, and for
 * the queue itself as a record of another schema. */
#define RAW(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, vi_raw_queue, member,		\
		  VI_THROUGH(vi_queue, q), __VA_ARGS__)
#define RAW_BITS(name, type, member, bits, help, ...)			\
	RAW(name, type, member, help, .known = &vi_by_bits, .key = (bits), \
	    __VA_ARGS__)
#define ITSELF(name, type, help, schema, ...)				\
	VI_ITSELF(name, type, help, vi_queue, schema, __VA_ARGS__)

/* Getters; the expressions can use @view, @q and @ring. */
#define VI_QUEUE_GETTER(name, member, known, expr)			\
static int get_##name(const void *object, struct vi_value *v)		\
{									\
	const struct vi_queue *view = object;			\
	const struct vi_raw_queue *q = view->q;				\
	const struct vi_decoded *ring = view->ring;			\
									\
	(void)q;							\
	(void)ring;							\
	if (!(known))							\
		return -ENODATA;					\
	v->member = (expr);						\
	return 0;							\
}

#define QUEUE_NUMBER(name, known, expr)				\
	VI_QUEUE_GETTER(name, number, known, expr)
#define QUEUE_BOOL(name, known, expr)					\
	VI_QUEUE_GETTER(name, boolean, known, expr)
#define QUEUE_STRING(name, known, expr)				\
	VI_QUEUE_GETTER(name, string, known, expr)

/* Getters for other records; the expressions can use @r, the record. */
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

/* Convert bytes to digits once, and keep them in *@text. 0 or -ENOMEM. */
int vi_hex_string(struct vi_pool *pool, const void *bytes, size_t len,
		  const char **text, struct vi_value *v);

/* "request", "may-wait" or "parked". */
const char *vi_role_name(enum vi_queue_role role);

#endif
