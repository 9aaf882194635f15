// SPDX-License-Identifier: LGPL-2.1-or-later
/* Read the queues of a capture. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/json_parts.h"
#include "core/clock.h"

/* Memory for an empty queue, and for findings about it. */
#define QUEUE_ROOM	4096

/* Returns @bits if the three addresses, which belong together, are there. */
static uint32_t check_addresses(struct vi_cap *c, const struct vi_cap_at *at,
				const char *const names[3], uint32_t bits)
{
	unsigned int found = 0, i;

	for (i = 0; i < 3; i++)
		found += !!vi_cap_get(c, at, names[i]);
	if (found && found < 3)
		vi_cap_bad(c, at, names[0],
			   "%s, %s and %s must be present together",
			   names[0], names[1], names[2]);
	return found == 3 ? bits : 0;
}

/* Positions in a packed ring have their wrap counters in bit 15, and are
 * unknown without them. */
static void read_wraps(struct vi_cap *c, const struct vi_cap_at *state,
		       struct vi_raw_queue *q)
{
	bool used = false, avail = false;

	if (q->last_used & 0x8000)
		vi_cap_bad(c, state, "last_used_idx",
			   "must be below 32768 in a packed ring");
	if (!vi_cap_bool(c, state, "last_used_wrap", &used))
		q->have &= ~VI_Q_LAST_USED;
	if (!vi_cap_bool(c, state, "avail_wrap", &avail))
		q->have &= ~VI_Q_AVAIL_SHADOW;
	q->last_used |= used << 15;
	q->avail_shadow |= avail << 15;
}

static void read_state(struct vi_cap *c, const struct vi_cap_at *at,
		       struct vi_raw_queue *q)
{
	static const char *const names[] = {
		"desc_va", "driver_va", "device_va",
	};
	struct vi_cap_at state;

	if (!vi_cap_object(c, at, "driver_state", &state))
		return;
	q->have |= check_addresses(c, &state, names, VI_Q_RING_VA);
	if (q->packed)
		read_wraps(c, &state, q);
	/* Without its end, a batch is not known. */
	if (q->in_batch && (!vi_cap_get(c, &state, "batch_last") ||
			    !vi_cap_get(c, &state, "batch_len")))
		q->have &= ~VI_Q_BATCH;
}

static void read_time(struct vi_cap *c, const struct vi_cap_at *at,
		      struct vi_raw_queue *q)
{
	const char *time;

	if (vi_cap_string(c, at, "time", &time) &&
	    !vi_time_parse(time, &q->time_ns))
		vi_cap_bad(c, at, "time",
			   "expected a time such as 2026-01-31T12:00:00.000000Z");
}

/* An interrupt that belongs to the queue alone is named after it, such as
 * "virtio3-req.0", or has no name. */
static bool is_own_irq(const struct vi_queue_irq *irq, const char *name)
{
	size_t n = strlen(name), len = irq->name ? strlen(irq->name) : 0;

	if (!irq->name)
		return irq->known;
	return n && len > n && irq->name[len - n - 1] == '-' &&
	       !strcmp(irq->name + len - n, name);
}

/*
 * The raw data says which byte order the ring has, or that it is unknown.
 * Otherwise legacy rings have that of the machine, if the capture says which one
 * that is (spec 1.4, 2.7.3).
 */
static void read_order(struct vi_cap *c, const struct vi_cap_at *at,
		       struct vi_raw_queue *q)
{
	bool modern = vi_features_test(q->features, VIRTIO_F_VERSION_1);
	bool big = c->big_endian && !modern;
	struct vi_cap_at raw;
	const char *order;

	q->order_unknown = !q->packed && !modern && !c->knows_order;
	if (vi_cap_object(c, at, "raw", &raw) &&
	    vi_cap_string(c, &raw, "byte_order", &order)) {
		big = !strcmp(order, "big");
		q->order_unknown = !q->packed && !strcmp(order, "unknown");
		if (!big && strcmp(order, "little") &&
		    strcmp(order, "unknown"))
			vi_cap_bad(c, &raw, "byte_order",
				   "expected little, big or unknown");
	}
	q->swap = !q->packed && big != VI_BIG_ENDIAN;
}

bool vi_cap_queue(struct vi_cap *c, const struct vi_cap_at *at,
		  struct vi_snapshot *snap, struct vi_queue_irq *irq)
{
	static const char *const names[] = { "desc", "driver", "device" };
	struct vi_queue view = { .snap = snap };
	struct vi_raw_queue *q;

	if (!vi_cap_take(c, at, NULL, 1, QUEUE_ROOM))
		return false;
	q = vi_snapshot_add(snap);
	if (!q)
		return vi_cap_no_memory(c);
	if (!vi_load(snap->dev, VI_FACT_FEATURES)) {
		q->features = snap->dev->vdev.features;
		q->have |= VI_Q_FEATURES;
	}
	view.q = q;
	if (!vi_cap_fields(c, at, vi_queue_schema(), &view))
		return false;
	if (!*q->name)
		q->have &= ~VI_Q_NAME;
	q->have |= check_addresses(c, at, names, VI_Q_ADDRESSES);
	read_state(c, at, q);
	read_time(c, at, q);
	*irq = view.irq;
	irq->own = is_own_irq(irq, q->name);
	read_order(c, at, q);
	return vi_cap_raw(c, at, q);
}
