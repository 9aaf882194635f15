// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is known of a queue, as fields: one row each. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "inspect/fields/queue.h"
#include "inspect/fields/snapshot.h"

const char *vi_role_name(enum vi_queue_role role)
{
	static const char *const names[] = {
		[VI_QUEUE_REQUEST] = "request",
		[VI_QUEUE_MAY_WAIT] = "may-wait",
		[VI_QUEUE_PARKED] = "parked",
	};

	return names[role];
}

/* --- What it is --- */

QUEUE_NUMBER(index, view_has(view, VI_Q_INDEX), q->index)
QUEUE_STRING(name, view_has(view, VI_Q_NAME), q->name)
QUEUE_NUMBER(size, view_has(view, VI_Q_SIZE), q->size)
QUEUE_NUMBER(max_size, view_has(view, VI_Q_MAX_SIZE), q->max_size)
QUEUE_STRING(layout, true, q->packed ? "packed" : "split")
QUEUE_BOOL(ready, view_has(view, VI_Q_READY), q->ready)
QUEUE_NUMBER(desc, view_has(view, VI_Q_ADDRESSES), q->desc)
QUEUE_NUMBER(driver, view_has(view, VI_Q_ADDRESSES), q->driver)
QUEUE_NUMBER(device, view_has(view, VI_Q_ADDRESSES), q->device)

static int get_spec_name(const void *object, struct vi_value *v)
{
	const struct vi_queue *view = object;
	struct vi_queue_texts *t = texts_of(object);
	const char *number;

	if (!view->kind)
		return -ENODATA;
	number = strstr(view->kind->name, "%u");
	if (number)
		snprintf(t->spec_name, sizeof(t->spec_name), "%.*s%u%s",
			 (int)(number - view->kind->name), view->kind->name,
			 view->number, number + 2);
	v->string = number ? t->spec_name : view->kind->name;
	return 0;
}

/* Of a queue that is not known, nothing says that it may not wait. */
QUEUE_STRING(role, true, vi_role_name(view->kind ? view->kind->role :
				      VI_QUEUE_MAY_WAIT))

/* --- Its ring --- */

static int get_avail(const void *object, struct vi_value *v)
{
	return self(object, is_split(object), v);
}

static int get_driver_event(const void *object, struct vi_value *v)
{
	return self(object, is_packed(object), v);
}

#define SLOT(pos)	((pos) & 0x7fff)
#define WRAP(pos)	((pos) >> 15)

QUEUE_NUMBER(next_avail, is_packed(view) && ring->has_avail,
	     SLOT(ring->avail))
QUEUE_BOOL(avail_wrap, is_packed(view) && ring->has_avail, WRAP(ring->avail))
QUEUE_NUMBER(next_used, is_packed(view) && ring->has_used, SLOT(ring->used))
QUEUE_BOOL(used_wrap, is_packed(view) && ring->has_used, WRAP(ring->used))

static int get_driver_state(const void *object, struct vi_value *v)
{
	return self(object, view_has(object, VI_Q_LAST_USED | VI_Q_NUM_FREE |
				     VI_Q_FREE_HEAD | VI_Q_NUM_ADDED |
				     VI_Q_BROKEN | VI_Q_RESET |
				     VI_Q_EVENT_TRIGGERED | VI_Q_CALLBACK |
				     VI_Q_AVAIL_SHADOW | VI_Q_FLAGS_SHADOW |
				     VI_Q_TOKENS | VI_Q_RING_VA), v);
}

QUEUE_BOOL(would_kick, ring->readable && ring->has_avail, ring->would_kick)
QUEUE_BOOL(would_interrupt, ring->readable && ring->has_used,
	   ring->would_interrupt)

/* --- What is in it --- */

QUEUE_NUMBER(num_in_flight, ring->known, ring->num_in_flight)
QUEUE_NUMBER(truncated, ring->num_cut, ring->num_cut)
QUEUE_NUMBER(num_unreaped, ring->knows_unreaped, ring->num_unreaped)
QUEUE_BOOL(inferred, ring->known, !ring->exact)
QUEUE_BOOL(positions_inferred, is_packed(view), ring->inferred_positions)

static int get_in_flight(const void *object, struct vi_value *v)
{
	const struct vi_queue *view = object;

	v->records = view->flights;
	v->count = view->ring->num_in_flight;
	v->stride = sizeof(*view->flights);
	return view->ring->known ? 0 : -ENODATA;
}

static int get_unreaped(const void *object, struct vi_value *v)
{
	const struct vi_queue *view = object;

	v->records = view->unreaped;
	v->count = view->ring->num_unreaped;
	v->stride = sizeof(*view->unreaped);
	return view->ring->knows_unreaped ? 0 : -ENODATA;
}

/* --- Its interrupt --- */

QUEUE_NUMBER(vector, view_has(view, VI_Q_VECTOR), q->vector)
QUEUE_NUMBER(irq, view->irq.has_irq, view->irq.irq)
QUEUE_NUMBER(irq_count, view->irq.known, view->irq.count)
QUEUE_STRING(irq_name, view->irq.known && view->irq.name, view->irq.name)

/* --- How it was read --- */

static int get_time(const void *object, struct vi_value *v)
{
	const struct vi_queue *view = object;
	struct vi_queue_texts *t = texts_of(object);
	uint64_t ns = view->q->time_ns;

	if (!ns || !vi_time_text(ns / VI_NS, ns % VI_NS, 6, t->time))
		return -ENODATA;
	v->string = t->time;
	return 0;
}

QUEUE_NUMBER(time_ns, q->time_ns, q->time_ns)
QUEUE_NUMBER(passes, q->passes, q->passes)
QUEUE_BOOL(torn, true, q->torn)
QUEUE_BOOL(gone, true, q->gone)
QUEUE_STRING(attach, true, view->snap->attach)

static int get_memory_error(const void *object, struct vi_value *v)
{
	const struct vi_queue *view = object;
	struct vi_queue_texts *t = texts_of(object);

	if (!view->q->memory_err)
		return -ENODATA;
	v->string = t->memory_error;
	/* Nobody tried: what would there be to read it from? */
	if (view->q->memory_err == -ENODATA)
		v->string = "there is no way to the memory that it is in";
	else
		snprintf(t->memory_error, sizeof(t->memory_error),
			 "0x%" PRIx64 ": %s", view->q->memory_fault,
			 strerror(-view->q->memory_err));
	return 0;
}

static int get_raw(const void *object, struct vi_value *v)
{
	return self(object, true, v);
}

static const struct vi_field fields[] = {
	{ "index", VI_UINT, "number of the queue", get_index, NULL },
	{ "name", VI_STRING, "the driver's name of it", get_name, NULL },
	{ "spec_name", VI_STRING, "its name in the virtio specification", get_spec_name, NULL },
	{ "role", VI_STRING, "what it means that a buffer stays with the device: request, may-wait, parked", get_role, NULL },
	{ "size", VI_UINT, "entries of its ring", get_size, NULL },
	{ "max_size", VI_UINT, "entries that the device offers", get_max_size, NULL },
	{ "layout", VI_STRING, "split or packed", get_layout, NULL },
	{ "ready", VI_BOOL, "in use", get_ready, NULL },
	{ "desc", VI_HEX, "address of its descriptors, as the device was given it", get_desc, NULL },
	{ "driver", VI_HEX, "address of the part that the driver writes", get_driver, NULL },
	{ "device", VI_HEX, "address of the part that the device writes", get_device, NULL },
	{ "avail", VI_RECORD, "available ring", get_avail, &vi_avail_schema },
	{ "used", VI_RECORD, "used ring", get_avail, &vi_used_schema },
	{ "driver_event", VI_RECORD, "when the driver wants interrupts", get_driver_event, &vi_driver_event_schema },
	{ "device_event", VI_RECORD, "when the device wants kicks", get_driver_event, &vi_device_event_schema },
	{ "next_avail", VI_UINT, "slot that the driver fills next", get_next_avail, NULL },
	{ "avail_wrap", VI_BOOL, "wrap counter there", get_avail_wrap, NULL },
	{ "next_used", VI_UINT, "slot that the device completes next", get_next_used, NULL },
	{ "used_wrap", VI_BOOL, "wrap counter there", get_used_wrap, NULL },
	{ "driver_state", VI_RECORD, "what its driver knows", get_driver_state, &vi_driver_state_schema },
	{ "would_kick", VI_BOOL, "one more buffer would be announced to the device", get_would_kick, NULL },
	{ "would_interrupt", VI_BOOL, "one more completion would be announced to the driver", get_would_interrupt, NULL },
	{ "num_in_flight", VI_UINT, "buffers that the device has not completed", get_num_in_flight, NULL },
	{ "num_unreaped", VI_UINT, "completions that the driver has not seen", get_num_unreaped, NULL },
	{ "truncated", VI_UINT, "buffers in flight whose descriptors are not all told, as too many share them", get_truncated, NULL },
	{ "inferred", VI_BOOL, "those in flight are inferred from the ring alone", get_inferred, NULL },
	{ "positions_inferred", VI_BOOL, "both positions are inferred from the ring alone", get_positions_inferred, NULL },
	{ "in_flight", VI_RECORDS, "buffers that the device has not completed", get_in_flight, &vi_flight_schema },
	{ "unreaped", VI_RECORDS, "completions that the driver has not seen", get_unreaped, &vi_unreaped_schema },
	{ "vector", VI_UINT, "its interrupt vector; 65535: none", get_vector, NULL },
	{ "irq", VI_UINT, "number of its interrupt", get_irq, NULL },
	{ "irq_count", VI_UINT, "how often that came, on all CPUs", get_irq_count, NULL },
	{ "irq_name", VI_STRING, "kernel's name of it", get_irq_name, NULL },
	{ "time", VI_STRING, "when it was read", get_time, NULL },
	{ "time_ns", VI_UINT | VI_ON_REQUEST, "the same, in nanoseconds since 1970", get_time_ns, NULL },
	{ "passes", VI_UINT, "how often it was read until nothing moved meanwhile", get_passes, NULL },
	{ "torn", VI_BOOL, "it moved each time", get_torn, NULL },
	{ "gone", VI_BOOL, "it went away meanwhile", get_gone, NULL },
	{ "memory_error", VI_STRING, "why its ring could not be read", get_memory_error, NULL },
	{ "attach", VI_STRING, "how it was read", get_attach, NULL },
	{ "raw", VI_RECORD | VI_ON_REQUEST, "what was read, undecoded", get_raw, &vi_raw_schema },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_queue_view_schema = { fields };

VI_EXPORT const struct vi_schema *vi_queue_schema(void)
{
	return &vi_queue_view_schema;
}
