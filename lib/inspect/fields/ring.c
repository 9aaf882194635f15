// SPDX-License-Identifier: LGPL-2.1-or-later
/* Parts of a queue as records: its rings, its events, the driver's state. */
#include "inspect/fields/queue.h"

/* --- Split (spec 1.4, 2.7.6 to 2.7.10) --- */

QUEUE_NUMBER(avail_flags, true, ring->avail_flags)
QUEUE_NUMBER(avail_idx, true, ring->avail_idx)
QUEUE_NUMBER(used_event, true, ring->used_event)
QUEUE_NUMBER(used_flags, true, ring->used_flags)
QUEUE_NUMBER(used_idx, true, ring->used_idx)
QUEUE_NUMBER(avail_event, true, ring->avail_event)

static const struct vi_field avail_fields[] = {
	{ "flags", VI_UINT, "1: no interrupts wanted", get_avail_flags, NULL },
	{ "idx", VI_UINT, "buffers made available so far, modulo 65536", get_avail_idx, NULL },
	{ "used_event", VI_UINT, "used index at which an interrupt is wanted", get_used_event, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_avail_schema = { avail_fields };

static const struct vi_field used_fields[] = {
	{ "flags", VI_UINT, "1: no kicks wanted", get_used_flags, NULL },
	{ "idx", VI_UINT, "buffers completed so far, modulo 65536", get_used_idx, NULL },
	{ "avail_event", VI_UINT, "available index at which a kick is wanted", get_avail_event, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_used_schema = { used_fields };

/* --- Packed (spec 1.4, 2.8.14) --- */

#define EVENT(side)							\
QUEUE_NUMBER(side##_flags, true, ring->side##_flags)			\
QUEUE_NUMBER(side##_off_wrap, true, ring->side##_off_wrap)		\
QUEUE_NUMBER(side##_offset, true, ring->side##_off_wrap & 0x7fff)	\
QUEUE_BOOL(side##_wrap, true, ring->side##_off_wrap >> 15)		\
									\
static const struct vi_field side##_event_fields[] = {			\
	{ "flags", VI_UINT, "0: wanted, 1: not wanted, 2: at the offset", get_##side##_flags, NULL }, \
	{ "off_wrap", VI_UINT, "offset and wrap counter as they stand there", get_##side##_off_wrap, NULL }, \
	{ "offset", VI_UINT, "slot at which it is wanted", get_##side##_offset, NULL }, \
	{ "wrap", VI_BOOL, "wrap counter there", get_##side##_wrap, NULL }, \
	{ NULL, 0, NULL, NULL, NULL },					\
};									\
									\
const struct vi_schema vi_##side##_event_schema = { side##_event_fields };

EVENT(driver)
EVENT(device)

/* --- The driver's own state --- */

#define LAST_USED	(q->packed ? q->last_used & 0x7fff : q->last_used)

QUEUE_NUMBER(last_used_idx, view_has(view, VI_Q_LAST_USED), LAST_USED)
QUEUE_BOOL(last_used_wrap, view_has(view, VI_Q_LAST_USED) && q->packed,
	   q->last_used >> 15)
QUEUE_NUMBER(num_free, view_has(view, VI_Q_NUM_FREE), q->num_free)
QUEUE_NUMBER(free_head, view_has(view, VI_Q_FREE_HEAD), q->free_head)
QUEUE_NUMBER(num_added, view_has(view, VI_Q_NUM_ADDED), q->num_added)
QUEUE_BOOL(broken, view_has(view, VI_Q_BROKEN), q->broken)
QUEUE_BOOL(reset, view_has(view, VI_Q_RESET), q->reset)
QUEUE_BOOL(event_triggered, view_has(view, VI_Q_EVENT_TRIGGERED),
	   q->event_triggered)
QUEUE_BOOL(callback, view_has(view, VI_Q_CALLBACK), q->callback)
QUEUE_NUMBER(avail_shadow, view_has(view, VI_Q_AVAIL_SHADOW) && !q->packed,
	     q->avail_shadow)
QUEUE_NUMBER(next_avail, view_has(view, VI_Q_AVAIL_SHADOW) && q->packed,
	     q->avail_shadow & 0x7fff)
QUEUE_BOOL(avail_wrap, view_has(view, VI_Q_AVAIL_SHADOW) && q->packed,
	   q->avail_shadow >> 15)
QUEUE_NUMBER(flags_shadow, view_has(view, VI_Q_FLAGS_SHADOW),
	     q->flags_shadow)
QUEUE_NUMBER(desc_va, view_has(view, VI_Q_RING_VA), q->desc_va)
QUEUE_NUMBER(driver_va, view_has(view, VI_Q_RING_VA), q->driver_va)
QUEUE_NUMBER(device_va, view_has(view, VI_Q_RING_VA), q->device_va)

static int get_tokens(const void *object, struct vi_value *v)
{
	const struct vi_raw_queue *q = view_of(object)->q;
	uint32_t i;

	if (!(q->have & VI_Q_TOKENS))
		return -ENODATA;
	for (i = 0; i < q->size; i++)
		v->number += q->tokens[i].present;
	return 0;
}

static const struct vi_field driver_state_fields[] = {
	{ "last_used_idx", VI_UINT, "completions that it has seen; packed: slot of the next", get_last_used_idx, NULL },
	{ "last_used_wrap", VI_BOOL, "packed: wrap counter there", get_last_used_wrap, NULL },
	{ "num_free", VI_UINT, "descriptors that are free", get_num_free, NULL },
	{ "free_head", VI_UINT, "first of them", get_free_head, NULL },
	{ "num_added", VI_UINT, "buffers added since the last kick", get_num_added, NULL },
	{ "broken", VI_BOOL, "it has given the queue up", get_broken, NULL },
	{ "reset", VI_BOOL, "the queue is being reset", get_reset, NULL },
	{ "event_triggered", VI_BOOL, "an interrupt came since callbacks were switched off", get_event_triggered, NULL },
	{ "callback", VI_BOOL, "it is to be called on interrupts", get_callback, NULL },
	{ "avail_shadow", VI_UINT, "split: what it believes the available index to be", get_avail_shadow, NULL },
	{ "next_avail", VI_UINT, "packed: slot that it fills next", get_next_avail, NULL },
	{ "avail_wrap", VI_BOOL, "packed: wrap counter there", get_avail_wrap, NULL },
	{ "flags_shadow", VI_UINT, "what it believes its flags in the ring to be", get_flags_shadow, NULL },
	{ "desc_va", VI_HEX, "kernel address of the descriptors", get_desc_va, NULL },
	{ "driver_va", VI_HEX, "kernel address of the part that it writes", get_driver_va, NULL },
	{ "device_va", VI_HEX, "kernel address of the part that the device writes", get_device_va, NULL },
	{ "tokens", VI_UINT, "buffers that it waits for", get_tokens, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_driver_state_schema = { driver_state_fields };
