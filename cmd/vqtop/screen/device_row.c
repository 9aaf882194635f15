// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A folded device: one line for its queues. Rates and requests in flight add
 * up; ages and fill levels show the maximum. If a value is unknown for some
 * queues, show only what holds regardless.
 */
#include <string.h>

#include "vqtop/screen/layout.h"

/* The @i-th queue of a device. */
static const struct vt_row *queue_at(const struct vt_canvas *c,
				     const struct vt_line *device, size_t i)
{
	return &c->m->now.row[c->v->lines.order[device->first + i]];
}

static void set(struct vt_own *all, enum vt_field f, struct vi_value v)
{
	all->known[f] = true;
	all->v[f] = v;
}

static void set_yes(struct vt_own *all, enum vt_field f)
{
	set(all, f, (struct vi_value) { .type = VI_BOOL, .boolean = true });
}

static void set_real(struct vt_own *all, enum vt_field f, double n)
{
	set(all, f, (struct vi_value) { .type = VI_REAL, .real = n });
}

/* If only some queues have a known rate, the sum is a lower bound. */
static void add_rates(struct vt_own *all, const struct vt_canvas *c,
		      const struct vt_line *device, enum vt_field f)
{
	size_t i, known = 0;
	double sum = 0, n;

	for (i = 0; i < device->count; i++) {
		const struct vt_row *r = queue_at(c, device, i);

		if (!vt_number(r, f, &n))
			continue;
		known++;
		sum += n;
		if (vt_is(r, F_RATE_LOWER_BOUND))
			set_yes(all, F_RATE_LOWER_BOUND);
	}
	if (!known)
		return;
	set_real(all, f, sum);
	if (known < device->count)
		set_yes(all, F_RATE_LOWER_BOUND);
}

/* A sum of 0 needs all queues to be known. The device is parked only if each
 * queue with requests in flight is. */
static void add_in_flight(struct vt_own *all, const struct vt_canvas *c,
			  const struct vt_line *device)
{
	size_t i, known = 0;
	bool parked = true;
	double sum = 0, n;

	for (i = 0; i < device->count; i++) {
		const struct vt_row *r = queue_at(c, device, i);
		const char *role = vt_text(r, F_ROLE);

		if (!vt_number(r, F_IN_FLIGHT, &n))
			continue;
		known++;
		sum += n;
		parked &= !(n > 0) || (role && !strcmp(role, "parked"));
	}
	if (!known || (!(sum > 0) && known < device->count))
		return;
	set_real(all, F_IN_FLIGHT, sum);
	if (parked)
		set(all, F_ROLE, (struct vi_value) { .type = VI_STRING,
						     .string = "parked" });
}

/* Count an interrupt that adjacent queues share only once. */
static void add_interrupts(struct vt_own *all, const struct vt_canvas *c,
			   const struct vt_line *device)
{
	double n, irq, last = -1, sum = 0;
	bool known = false;
	size_t i;

	for (i = 0; i < device->count; i++) {
		const struct vt_row *r = queue_at(c, device, i);

		if (!vt_number(r, F_INTERRUPTS_PER_S, &n))
			continue;
		if (vt_number(r, F_IRQ, &irq)) {
			if (irq == last)
				continue;
			last = irq;
		}
		sum += n;
		known = true;
	}
	if (known)
		set_real(all, F_INTERRUPTS_PER_S, sum);
}

static void add_most(struct vt_own *all, const struct vt_canvas *c,
		     const struct vt_line *device, enum vt_field f)
{
	bool known = false, bound = false;
	double n, most = 0;
	size_t i;

	for (i = 0; i < device->count; i++) {
		const struct vt_row *r = queue_at(c, device, i);

		if (!vt_number(r, f, &n) ||
		    (known && n <= most))
			continue;
		known = true;
		most = n;
		bound = vt_is(r, F_AGE_LOWER_BOUND);
	}
	if (known)
		set_real(all, f, most);
	if (f == F_OLDEST_MS && bound)
		set_yes(all, F_AGE_LOWER_BOUND);
}

void vt_device_row(struct vt_own *all, const struct vt_canvas *c,
		   const struct vt_line *device)
{
	size_t i;

	memset(all, 0, sizeof(*all));
	add_rates(all, c, device, F_SUBMITTED_PER_S);
	add_rates(all, c, device, F_COMPLETED_PER_S);
	add_in_flight(all, c, device);
	add_interrupts(all, c, device);
	add_most(all, c, device, F_OLDEST_MS);
	add_most(all, c, device, F_OCCUPANCY);
	add_most(all, c, device, F_FULL_PERCENT);
	for (i = 0; i < device->count; i++)
		if (vt_is(queue_at(c, device, i), F_STALLED))
			set_yes(all, F_STALLED);
}

static void add_past(const struct vt_past *p, double *rates, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n && i < p->count; i++) {
		double rate = p->rate[(p->at + VT_HISTORY - 1 - i) % VT_HISTORY];

		if (rate >= 0)
			rates[i] = rates[i] < 0 ? rate : rates[i] + rate;
	}
}

unsigned int vt_rates(const struct vt_canvas *c, const struct vt_cells *cells,
		      double *rates, unsigned int max)
{
	const struct vt_line *device = cells->device;
	const struct vt_past *p;
	unsigned int i, n = 0;

	for (i = 0; i < max; i++)
		rates[i] = -1;
	for (i = 0; i < (device ? device->count : 1); i++) {
		size_t hint = device ? c->v->lines.order[device->first + i] :
				       cells->hint;

		p = vt_history_find(&c->m->history, device ?
				    queue_at(c, device, i) : cells->row, hint);
		if (!p)
			continue;
		add_past(p, rates, max);
		n = p->count > n ? p->count : n;
	}
	return n < max ? n : max;
}
