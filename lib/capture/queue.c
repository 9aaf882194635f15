// SPDX-License-Identifier: LGPL-2.1-or-later
/* Queues of a capture: their fields, of which what is derived is passed over. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/json.h"
#include "core/clock.h"

/* Of a queue with nothing in it: what is kept, and what may be found wrong. */
#define QUEUE_ROOM	4096

#define MEMBER(name, kind, member, max, have)				\
	VI_CAP_MEMBER(vi_raw_queue, name, kind, member, max, have)

static const struct vi_cap_member queue_members[] = {
	MEMBER("index", VI_UINT, index, 0, VI_Q_INDEX),
	MEMBER("size", VI_UINT, size, UINT16_MAX, VI_Q_SIZE),
	MEMBER("max_size", VI_UINT, max_size, 0, VI_Q_MAX_SIZE),
	MEMBER("ready", VI_BOOL, ready, 0, VI_Q_READY),
	MEMBER("vector", VI_UINT, vector, 0, VI_Q_VECTOR),
	MEMBER("passes", VI_UINT, passes, 0, 0),
	MEMBER("torn", VI_BOOL, torn, 0, 0),
	MEMBER("gone", VI_BOOL, gone, 0, 0),
	{ NULL, 0, 0, 0, 0, 0 },
};

static const struct vi_cap_member state_members[] = {
	MEMBER("last_used_idx", VI_UINT, last_used, 0, VI_Q_LAST_USED),
	MEMBER("num_free", VI_UINT, num_free, 0, VI_Q_NUM_FREE),
	MEMBER("free_head", VI_UINT, free_head, 0, VI_Q_FREE_HEAD),
	MEMBER("num_added", VI_UINT, num_added, 0, VI_Q_NUM_ADDED),
	MEMBER("broken", VI_BOOL, broken, 0, VI_Q_BROKEN),
	MEMBER("reset", VI_BOOL, reset, 0, VI_Q_RESET),
	MEMBER("event_triggered", VI_BOOL, event_triggered, 0,
	       VI_Q_EVENT_TRIGGERED),
	MEMBER("callback", VI_BOOL, callback, 0, VI_Q_CALLBACK),
	MEMBER("avail_shadow", VI_UINT, avail_shadow, 0, VI_Q_AVAIL_SHADOW),
	MEMBER("next_avail", VI_UINT, avail_shadow, 0x7fff, VI_Q_AVAIL_SHADOW),
	MEMBER("flags_shadow", VI_UINT, flags_shadow, 0, VI_Q_FLAGS_SHADOW),
	{ NULL, 0, 0, 0, 0, 0 },
};

/* Three addresses that are known together or not at all. */
static bool read_addresses(struct vi_cap *c, const struct vi_cap_at *at,
			   const char *const names[3], uint64_t *const to[3])
{
	unsigned int found = 0, i;

	for (i = 0; i < 3; i++)
		found += vi_cap_hex(c, at, names[i], UINT64_MAX, to[i]);
	if (found && found < 3)
		return vi_cap_bad(c, at, names[0],
				  "%s, %s and %s must be there together",
				  names[0], names[1], names[2]);
	return found;
}

static void read_state(struct vi_cap *c, const struct vi_cap_at *at,
		       struct vi_raw_queue *q)
{
	static const char *const names[] = {
		"desc_va", "driver_va", "device_va",
	};
	uint64_t *const to[] = { &q->desc_va, &q->driver_va, &q->device_va };
	struct vi_cap_at state;
	bool wrap = false;

	if (!vi_cap_object(c, at, "driver_state", &state))
		return;
	q->have |= vi_cap_members(c, &state, state_members, q);
	if (read_addresses(c, &state, names, to))
		q->have |= VI_Q_RING_VA;
	if (!q->packed)
		return;
	if (q->last_used & 0x8000)
		vi_cap_bad(c, &state, "last_used_idx",
			   "in a packed ring it is below 32768");
	if (vi_cap_bool(c, &state, "last_used_wrap", &wrap) && wrap)
		q->last_used |= 0x8000;
	wrap = false;
	if (vi_cap_bool(c, &state, "avail_wrap", &wrap) && wrap)
		q->avail_shadow |= 0x8000;
}

static void read_name(struct vi_cap *c, const struct vi_cap_at *at,
		      struct vi_raw_queue *q)
{
	const char *name;

	if (!vi_cap_string(c, at, "name", &name))
		return;
	if (strlen(name) >= sizeof(q->name)) {
		vi_cap_bad(c, at, "name", "it is longer than %zu bytes",
			   sizeof(q->name) - 1);
		return;
	}
	strcpy(q->name, name);
	if (*name)
		q->have |= VI_Q_NAME;
}

static void read_layout(struct vi_cap *c, const struct vi_cap_at *at,
			struct vi_raw_queue *q)
{
	const char *layout;

	if (!vi_cap_string(c, at, "layout", &layout)) {
		vi_cap_bad(c, at, "layout", "it is missing");
		return;
	}
	q->packed = !strcmp(layout, "packed");
	if (!q->packed && strcmp(layout, "split"))
		vi_cap_bad(c, at, "layout", "split or packed was expected");
}

static void read_time(struct vi_cap *c, const struct vi_cap_at *at,
		      struct vi_raw_queue *q)
{
	const char *time;

	if (vi_cap_string(c, at, "time", &time) &&
	    !vi_time_parse(time, &q->time_ns))
		vi_cap_bad(c, at, "time",
			   "a time like 2026-01-31T12:00:00.000000Z was expected");
}

/* Its own bears its name, "virtio3-req.0", or none at all. */
static void read_irq(struct vi_cap *c, const struct vi_cap_at *at,
		     const struct vi_raw_queue *q, struct vi_queue_irq *irq)
{
	uint64_t number = 0;
	size_t len, n = strlen(q->name);

	irq->has_irq = vi_cap_number(c, at, "irq", UINT32_MAX, &number);
	irq->irq = number;
	irq->known = vi_cap_number(c, at, "irq_count", INT64_MAX,
				   &irq->count);
	irq->own = irq->known;
	if (!vi_cap_string(c, at, "irq_name", &irq->name))
		return;
	len = strlen(irq->name);
	irq->own = n && len > n && irq->name[len - n - 1] == '-' &&
		   !strcmp(irq->name + len - n, q->name);
}

bool vi_cap_queue(struct vi_cap *c, const struct vi_cap_at *at,
		  struct vi_snapshot *snap, struct vi_queue_irq *irq)
{
	static const char *const names[] = { "desc", "driver", "device" };
	struct vi_raw_queue *q;

	if (!vi_cap_take(c, at, NULL, 1, QUEUE_ROOM))
		return false;
	q = vi_snapshot_add(snap);
	if (!q)
		return vi_cap_no_memory(c);
	q->features = snap->dev->vdev.features;
	q->have |= vi_cap_members(c, at, queue_members, q);
	if (!(q->have & VI_Q_INDEX))
		vi_cap_bad(c, at, "index", "it is missing");
	read_name(c, at, q);
	read_layout(c, at, q);
	if (read_addresses(c, at, names, (uint64_t *[]){
			&q->desc, &q->driver, &q->device }))
		q->have |= VI_Q_ADDRESSES;
	read_state(c, at, q);
	read_time(c, at, q);
	read_irq(c, at, q, irq);
	/* Legacy rings are in the order of the machine (spec 1.4, 2.7.3). */
	q->swap = !q->packed &&
		  (c->big_endian &&
		   !vi_raw_queue_has_feature(q, VIRTIO_F_VERSION_1)) !=
			  VI_BIG_ENDIAN;
	return vi_cap_raw(c, at, q);
}
