// SPDX-License-Identifier: GPL-2.0-or-later
/* The last minutes of each queue. */
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "common/tool.h"
#include "vqtop/model/history.h"

static uint64_t generation(const struct vt_row *r)
{
	struct vi_value v;

	return vt_get(r, "generation", &v) ? v.number : 0;
}

/* A device that was plugged in again has a new history. */
static bool is_of(const struct vt_past *p, const struct vt_row *r)
{
	return vt_same_queue(r, p->device, p->index) &&
	       p->generation == generation(r);
}

/* @hint is right unless queues came or went. */
const struct vt_past *vt_history_find(const struct vt_history *h,
				      const struct vt_row *r, size_t hint)
{
	size_t i;

	if (hint < h->count && is_of(&h->past[hint], r))
		return &h->past[hint];
	for (i = 0; i < h->count; i++)
		if (is_of(&h->past[i], r))
			return &h->past[i];
	return NULL;
}

static struct vt_past *add(struct vt_history *h, const struct vt_row *r)
{
	struct vt_past *p;

	if (!tool_grow(&h->past, h->count, sizeof(*h->past)))
		return NULL;
	p = &h->past[h->count];
	memset(p, 0, sizeof(*p));
	p->device = strdup(vt_device(r));
	p->index = vt_index(r);
	p->generation = generation(r);
	if (!p->device)
		return NULL;
	h->count++;
	return p;
}

/* A recording may say more than a float holds. */
static float narrow(double n)
{
	return n > FLT_MAX ? FLT_MAX : n;
}

static void put(struct vt_past *p, const struct vt_row *r)
{
	double n;

	p->rate[p->at] = vt_number(r, "completed_per_s", &n) ? narrow(n) : -1;
	p->latency[p->at] = vt_number(r, "latency_us", &n) ? narrow(n) : -1;
	p->at = (p->at + 1) % VT_HISTORY;
	if (p->count < VT_HISTORY)
		p->count++;
}

static void forget(struct vt_history *h)
{
	size_t i, n = 0;

	for (i = 0; i < h->count; i++) {
		if (h->past[i].seen != h->generation)
			free(h->past[i].device);
		else if (n++ != i)
			h->past[n - 1] = h->past[i];
	}
	h->count = n;
}

bool vt_history_add(struct vt_history *h, const struct vt_snapshot *s)
{
	size_t i;

	h->generation++;
	for (i = 0; i < s->count; i++) {
		struct vt_past *p = (struct vt_past *)
			vt_history_find(h, &s->row[i], i);

		if (!p)
			p = add(h, &s->row[i]);
		if (!p)
			return false;
		p->seen = h->generation;
		put(p, &s->row[i]);
	}
	/* An incomplete sample may lack queues that still exist. */
	if (!vt_error(s))
		forget(h);
	return true;
}

void vt_history_free(struct vt_history *h)
{
	h->generation++;
	forget(h);
	free(h->past);
	memset(h, 0, sizeof(*h));
}
