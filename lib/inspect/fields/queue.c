// SPDX-License-Identifier: LGPL-2.1-or-later
/* The fields of queues, one row each. */
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

/* --- Whether a value is known --- */

static int test_bits(const void *object, const struct vi_field *f)
{
	return view_has(object, f->key) ? 0 : -ENODATA;
}

static void set_bits(void *object, const struct vi_field *f, bool there)
{
	if (there)
		view_of(object)->q->have |= f->key;
}

const struct vi_known vi_by_bits = { test_bits, set_bits };
const struct vi_known vi_with_bits = { test_bits, NULL };

static int test_split(const void *object, const struct vi_field *f)
{
	(void)f;
	return is_split(object) ? 0 : -ENODATA;
}

static int test_packed(const void *object, const struct vi_field *f)
{
	(void)f;
	return is_packed(object) ? 0 : -ENODATA;
}

static const struct vi_known if_split = { test_split, NULL };
static const struct vi_known if_packed = { test_packed, NULL };

/* --- Identity --- */

static const char *const layouts[] = { "split", "packed" };

static const struct vi_names layout_names = {
	"split or packed", layouts, ARRAY_SIZE(layouts),
};


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

/* Buffers in an unknown kind of queue may wait for all we know. */
QUEUE_STRING(role, true, vi_role_name(view->kind ? view->kind->role :
				      VI_QUEUE_MAY_WAIT))

/* --- Ring --- */

#define SLOT(pos)	((pos) & 0x7fff)
#define WRAP(pos)	((pos) >> 15)

QUEUE_NUMBER(next_avail, is_packed(view) && ring->has_avail,
	     SLOT(ring->avail))
QUEUE_BOOL(avail_wrap, is_packed(view) && ring->has_avail, WRAP(ring->avail))
QUEUE_NUMBER(next_used, is_packed(view) && ring->has_used, SLOT(ring->used))
QUEUE_BOOL(used_wrap, is_packed(view) && ring->has_used, WRAP(ring->used))

QUEUE_BOOL(would_kick, ring->knows_events && ring->has_avail, ring->would_kick)
QUEUE_BOOL(would_interrupt, ring->knows_events && ring->has_used,
	   ring->would_interrupt)

/* --- Buffers --- */

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

/* --- Interrupt --- */


/* --- The snapshot --- */

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
QUEUE_STRING(attach, !view->snap->unknown_attach, view->snap->attach)

static int get_memory_error(const void *object, struct vi_value *v)
{
	const struct vi_queue *view = object;
	struct vi_queue_texts *t = texts_of(object);

	if (!view->q->memory_err)
		return -ENODATA;
	v->string = t->memory_error;
	/* The access method has no way to read memory. */
	if (view->q->memory_err == -ENODATA)
		v->string = "there is no way to the memory that it is in";
	else if (view->q->absent & 1u << VI_QX_FAULT)
		snprintf(t->memory_error, sizeof(t->memory_error), "%s",
			 strerror(-view->q->memory_err));
	else
		snprintf(t->memory_error, sizeof(t->memory_error),
			 "0x%" PRIx64 ": %s", view->q->memory_fault,
			 strerror(-view->q->memory_err));
	return 0;
}

/* --- The schema --- */

#define DRIVER_STATE	(VI_Q_LAST_USED | VI_Q_NUM_FREE | VI_Q_FREE_HEAD | \
			 VI_Q_NUM_ADDED | VI_Q_BROKEN | VI_Q_RESET |	\
			 VI_Q_EVENT_TRIGGERED | VI_Q_CALLBACK |		\
			 VI_Q_AVAIL_SHADOW | VI_Q_FLAGS_SHADOW |	\
			 VI_Q_TOKENS | VI_Q_RING_VA | VI_Q_BATCH |	\
			 VI_Q_NEXT_HEAD | VI_Q_MAP)

#define QUEUE(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, vi_queue, member, __VA_ARGS__)

static const struct vi_field fields[] = {
	RAW_BITS("index", VI_UINT | VI_REQUIRED, index, VI_Q_INDEX, "queue index"),
	RAW("index_assumed", VI_BOOL, index_assumed, "its index was not given, so it may be any queue of the device", VI_IF_NOT(0)),
	RAW_BITS("name", VI_STRING | VI_INLINE, name, VI_Q_NAME, "the driver's name for the queue"),
	VI_COMPUTED("spec_name", VI_STRING, "name in the virtio specification", get_spec_name),
	VI_COMPUTED("role", VI_STRING, "how buffers in this queue behave: request, may-wait, or parked (they wait by design)", get_role),
	RAW_BITS("size", VI_UINT, size, VI_Q_SIZE, "number of ring entries", .max = UINT16_MAX),
	RAW_BITS("max_size", VI_UINT, max_size, VI_Q_MAX_SIZE, "maximum size that the device offers"),
	RAW("layout", VI_STRING | VI_REQUIRED, packed, "split or packed", .names = &layout_names),
	RAW_BITS("ready", VI_BOOL, ready, VI_Q_READY, "whether the queue is in use"),
	RAW("desc", VI_HEX, desc, "descriptor address, as programmed into the device", .known = &vi_with_bits, .key = VI_Q_ADDRESSES),
	RAW("driver", VI_HEX, driver, "address of the driver area", .known = &vi_with_bits, .key = VI_Q_ADDRESSES),
	RAW("device", VI_HEX, device, "address of the device area", .known = &vi_with_bits, .key = VI_Q_ADDRESSES),
	ITSELF("avail", VI_RECORD, "available ring", &vi_avail_schema, .known = &if_split),
	ITSELF("used", VI_RECORD, "used ring", &vi_used_schema, .known = &if_split),
	ITSELF("driver_event", VI_RECORD, "when the driver wants an interrupt", &vi_driver_event_schema, .known = &if_packed),
	ITSELF("device_event", VI_RECORD, "when the device wants a notification", &vi_device_event_schema, .known = &if_packed),
	VI_COMPUTED("next_avail", VI_UINT, "next slot that the driver will fill", get_next_avail),
	VI_COMPUTED("avail_wrap", VI_BOOL, "wrap counter at that slot", get_avail_wrap),
	VI_COMPUTED("next_used", VI_UINT, "next slot that the device will complete", get_next_used),
	VI_COMPUTED("used_wrap", VI_BOOL, "wrap counter at that slot", get_used_wrap),
	ITSELF("driver_state", VI_RECORD, "the driver's private state", &vi_driver_state_schema, .known = &vi_with_bits, .key = DRIVER_STATE),
	VI_COMPUTED("would_kick", VI_BOOL, "whether one more buffer would make the driver notify the device", get_would_kick),
	VI_COMPUTED("would_interrupt", VI_BOOL, "whether one more completion would make the device interrupt the driver", get_would_interrupt),
	VI_COMPUTED("num_in_flight", VI_UINT, "number of buffers in flight", get_num_in_flight),
	VI_COMPUTED("num_unreaped", VI_UINT, "number of completions that the driver has not processed", get_num_unreaped),
	VI_COMPUTED("truncated", VI_UINT, "buffers in flight with an incomplete descriptor list, because too many share descriptors", get_truncated),
	VI_COMPUTED("inferred", VI_BOOL, "the list of buffers in flight was inferred from the ring alone", get_inferred),
	VI_COMPUTED("positions_inferred", VI_BOOL, "a position was inferred from the ring alone", get_positions_inferred),
	VI_COMPUTED("in_flight", VI_RECORDS, "buffers in flight", get_in_flight, .schema = &vi_flight_schema),
	VI_COMPUTED("unreaped", VI_RECORDS, "completions that the driver has not processed", get_unreaped, .schema = &vi_unreaped_schema),
	RAW_BITS("vector", VI_UINT, vector, VI_Q_VECTOR, "MSI-X vector; 65535: none"),
	QUEUE("irq", VI_UINT, irq.irq, "interrupt number", VI_IF_FLAG(vi_queue, irq.has_irq)),
	QUEUE("irq_count", VI_UINT, irq.count, "interrupt count, over all CPUs", VI_IF_FLAG(vi_queue, irq.known), .max = INT64_MAX),
	QUEUE("irq_name", VI_STRING, irq.name, "kernel name of the interrupt", VI_IF_OTHER_FLAG(vi_queue, irq.known)),
	VI_COMPUTED("time", VI_STRING, "time of the snapshot", get_time),
	VI_COMPUTED("time_ns", VI_UINT | VI_ON_REQUEST, "the same in nanoseconds since 1970", get_time_ns),
	RAW("passes", VI_UINT, passes, "number of reads until one was consistent", VI_IF_NOT(0)),
	RAW("torn", VI_BOOL, torn, "the queue changed during every read", VI_UNLESS_ABSENT(vi_raw_queue, VI_QX_TORN)),
	RAW("gone", VI_BOOL, gone, "the queue was removed while it was read", VI_UNLESS_ABSENT(vi_raw_queue, VI_QX_GONE)),
	VI_COMPUTED("memory_error", VI_STRING, "why the ring could not be read", get_memory_error),
	VI_COMPUTED("attach", VI_STRING, "method by which the queue was read", get_attach),
	ITSELF("raw", VI_RECORD | VI_ON_REQUEST, "raw data", &vi_raw_schema),
	VI_FIELDS_END,
};

const struct vi_schema vi_queue_view_schema = { fields };

VI_EXPORT const struct vi_schema *vi_queue_schema(void)
{
	return &vi_queue_view_schema;
}
