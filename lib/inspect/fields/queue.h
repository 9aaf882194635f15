/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Schemas of queues and of what they hold, and getters that they share. */
#ifndef VI_INSPECT_FIELDS_QUEUE_H
#define VI_INSPECT_FIELDS_QUEUE_H

#include <errno.h>

#include "inspect/snapshot.h"
#include "record/schema.h"

/* Records that are the queue itself, seen from one side. */
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

/* What fields make of it; like facts, it is made when it is asked for. */
static inline struct vi_queue_texts *texts_of(const void *object)
{
	return &((struct vi_queue *)object)->texts;
}

/* Is one of these known? */
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

/* The queue itself as a record of another schema. */
static inline int self(const void *object, bool known, struct vi_value *v)
{
	v->records = object;
	v->count = 1;
	v->stride = sizeof(struct vi_queue);
	return known ? 0 : -ENODATA;
}

/* Getters: @q, @ring and @view are there for the expressions. */
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

/* Bytes as hexadecimal digits, made once and kept in *@text. 0 or -ENOMEM. */
int vi_hex_string(struct vi_pool *pool, const void *bytes, size_t len,
		  const char **text, struct vi_value *v);

/* A name for a role: "request", "may-wait", "parked". */
const char *vi_role_name(enum vi_queue_role role);

#endif
