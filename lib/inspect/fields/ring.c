// SPDX-License-Identifier: LGPL-2.1-or-later
/* Rings, events and the driver's private state of a queue. */
#include "inspect/fields/queue.h"

#define RING(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, vi_decoded, member,			\
		  VI_THROUGH(vi_queue, ring), __VA_ARGS__)

/* --- Split (spec 1.4, 2.7.6 to 2.7.10) --- */

static const struct vi_field avail_fields[] = {
	RING("flags", VI_UINT, avail_flags, "1: the driver wants no interrupts"),
	RING("idx", VI_UINT, avail_idx, "buffers submitted so far, modulo 65536"),
	RING("used_event", VI_UINT, used_event, "used index at which the driver wants an interrupt"),
	VI_FIELDS_END,
};

const struct vi_schema vi_avail_schema = { avail_fields };

static const struct vi_field used_fields[] = {
	RING("flags", VI_UINT, used_flags, "1: the device wants no notifications"),
	RING("idx", VI_UINT, used_idx, "buffers completed so far, modulo 65536"),
	RING("avail_event", VI_UINT, avail_event, "available index at which the device wants a notification"),
	VI_FIELDS_END,
};

const struct vi_schema vi_used_schema = { used_fields };

/* --- Packed (spec 1.4, 2.8.14) --- */

#define EVENT(side)							\
QUEUE_NUMBER(side##_offset, true, ring->side##_off_wrap & 0x7fff)	\
QUEUE_BOOL(side##_wrap, true, ring->side##_off_wrap >> 15)		\
									\
static const struct vi_field side##_event_fields[] = {			\
	RING("flags", VI_UINT, side##_flags, "0: always, 1: never, 2: at the offset"), \
	RING("off_wrap", VI_UINT, side##_off_wrap, "raw offset and wrap counter"), \
	VI_COMPUTED("offset", VI_UINT, "slot at which the event is wanted", get_##side##_offset), \
	VI_COMPUTED("wrap", VI_BOOL, "wrap counter at that slot", get_##side##_wrap), \
	VI_FIELDS_END,							\
};									\
									\
const struct vi_schema vi_##side##_event_schema = { side##_event_fields };

EVENT(driver)
EVENT(device)

/* --- The driver's private state --- */

#define LAST_USED	(q->packed ? q->last_used & 0x7fff : q->last_used)

QUEUE_NUMBER(last_used_idx, view_has(view, VI_Q_LAST_USED), LAST_USED)
QUEUE_BOOL(last_used_wrap, view_has(view, VI_Q_LAST_USED) && q->packed,
	   q->last_used >> 15)
QUEUE_NUMBER(avail_shadow, view_has(view, VI_Q_AVAIL_SHADOW) && !q->packed,
	     q->avail_shadow)
QUEUE_NUMBER(next_avail, view_has(view, VI_Q_AVAIL_SHADOW) && q->packed,
	     q->avail_shadow & 0x7fff)
QUEUE_BOOL(avail_wrap, view_has(view, VI_Q_AVAIL_SHADOW) && q->packed,
	   q->avail_shadow >> 15)

QUEUE_NUMBER(batch_last, view_has(view, VI_Q_BATCH) && q->in_batch,
	     q->batch_last)
QUEUE_NUMBER(batch_len, view_has(view, VI_Q_BATCH) && q->in_batch,
	     q->batch_len)

static const char *const maps[] = {
	[VI_MAP_DIRECT] = "direct", [VI_MAP_DMA] = "dma",
	[VI_MAP_BOUNCE] = "bounce", [VI_MAP_TRANSPORT] = "transport",
};

static const struct vi_names map_names = {
	"direct, dma, bounce or transport", maps, ARRAY_SIZE(maps),
};

static int get_tokens(const void *object, struct vi_value *v)
{
	const struct vi_raw_queue *q = view_of(object)->q;
	uint32_t i, n = 0;

	if (!(q->have & VI_Q_TOKENS))
		return -ENODATA;
	for (i = 0; i < q->size; i++)
		n += q->tokens[i].present;
	v->number = n;
	return 0;
}

#define VA(name, member, help)						\
	RAW(name, VI_HEX, member, help, .known = &vi_with_bits,		\
	    .key = VI_Q_RING_VA)

static const struct vi_field driver_state_fields[] = {
	RAW_BITS("last_used_idx", VI_UINT, last_used, VI_Q_LAST_USED, "completions processed so far; packed: next slot to process", .get = get_last_used_idx),
	VI_COMPUTED("last_used_wrap", VI_BOOL, "packed: wrap counter at that slot", get_last_used_wrap),
	RAW_BITS("num_free", VI_UINT, num_free, VI_Q_NUM_FREE, "number of free descriptors"),
	RAW_BITS("free_head", VI_UINT, free_head, VI_Q_FREE_HEAD, "first free descriptor"),
	RAW_BITS("num_added", VI_UINT, num_added, VI_Q_NUM_ADDED, "buffers added since the last kick"),
	RAW_BITS("broken", VI_BOOL, broken, VI_Q_BROKEN, "the driver has given up on the queue"),
	RAW_BITS("reset", VI_BOOL, reset, VI_Q_RESET, "the queue is being reset"),
	RAW_BITS("event_triggered", VI_BOOL, event_triggered, VI_Q_EVENT_TRIGGERED, "an interrupt arrived since callbacks were disabled"),
	RAW_BITS("callback", VI_BOOL, callback, VI_Q_CALLBACK, "the queue has a callback for interrupts"),
	RAW_BITS("avail_shadow", VI_UINT, avail_shadow, VI_Q_AVAIL_SHADOW, "split: the driver's copy of the available index", .get = get_avail_shadow),
	RAW_BITS("next_avail", VI_UINT, avail_shadow, VI_Q_AVAIL_SHADOW, "packed: next slot to fill", .get = get_next_avail, .max = 0x7fff),
	VI_COMPUTED("avail_wrap", VI_BOOL, "packed: wrap counter at that slot", get_avail_wrap),
	RAW_BITS("flags_shadow", VI_UINT, flags_shadow, VI_Q_FLAGS_SHADOW, "the driver's copy of its flags in the ring"),
	RAW_BITS("in_batch", VI_BOOL, in_batch, VI_Q_BATCH, "in order: the driver is halfway through a batch of completions"),
	RAW("batch_last", VI_UINT, batch_last, "id of the last buffer of that batch", .known = &vi_with_bits, .key = VI_Q_BATCH, .get = get_batch_last),
	RAW("batch_len", VI_UINT, batch_len, "bytes that the device wrote to it", .known = &vi_with_bits, .key = VI_Q_BATCH, .get = get_batch_len),
	RAW_BITS("next_head", VI_UINT, next_head, VI_Q_NEXT_HEAD, "split, in order: head that the driver expects to complete next"),
	RAW_BITS("map", VI_STRING, map, VI_Q_MAP, "how the driver maps buffers: direct (physical addresses), dma (by the platform), bounce (likewise, copies), or transport (by it, as VDUSE does)", .names = &map_names),
	VA("desc_va", desc_va, "kernel address of the descriptors"),
	VA("driver_va", driver_va, "kernel address of the driver area"),
	VA("device_va", device_va, "kernel address of the device area"),
	VI_COMPUTED("tokens", VI_UINT, "number of buffers that the driver waits for", get_tokens),
	VI_FIELDS_END,
};

const struct vi_schema vi_driver_state_schema = { driver_state_fields };
