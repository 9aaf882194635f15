// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A folded device: one line for its queues. Rates and requests in flight add
 * up; ages and fill levels show the maximum. If a value is unknown for some
 * queues, show only what holds regardless.
 */
#include <float.h>
#include <string.h>

#include "vqtop/screen/layout.h"

/* The @i-th queue of a device. */
static const struct vt_row *queue_at(const struct vt_canvas *c,
				     const struct vt_line *device, size_t i)
{
	return &c->m->now.row[c->v->lines.order[device->first + i]];
}

static void set(struct vt_own *all, const char *name, struct vi_value v)
{
	size_t i;

	for (i = 0; i < all->count && strcmp(all->value[i].name, name); i++)
		;
	all->value[i] = (struct vt_own_value) { name, v };
	all->count += i == all->count;
}

static void set_yes(struct vt_own *all, const char *name)
{
	set(all, name, (struct vi_value) { .type = VI_BOOL, .boolean = true });
}

static void set_real(struct vt_own *all, const char *name, double n)
{
	set(all, name, (struct vi_value) { .type = VI_REAL, .real = n });
}

/* Rates are any numbers in a recording; their sum must not be infinite. */
static double plus(double a, double b)
{
	return a + b > DBL_MAX ? DBL_MAX : a + b;
}

/* If only some queues have a known rate, the sum is a lower bound. */
static void add_rates(struct vt_own *all, const struct vt_canvas *c,
		      const struct vt_line *device, const char *name)
{
	size_t i, known = 0;
	double sum = 0, n;

	for (i = 0; i < device->count; i++) {
		const struct vt_row *r = queue_at(c, device, i);

		if (!vt_number(r, name, &n))
			continue;
		known++;
		sum = plus(sum, n);
		if (vt_is(r, "rate_lower_bound"))
			set_yes(all, "rate_lower_bound");
	}
	if (!known)
		return;
	set_real(all, name, sum);
	if (known < device->count)
		set_yes(all, "rate_lower_bound");
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
		const char *role = vt_text(r, "role");

		if (!vt_number(r, "in_flight", &n))
			continue;
		known++;
		sum = plus(sum, n);
		parked &= !(n > 0) || (role && !strcmp(role, "parked"));
	}
	if (!known || (!(sum > 0) && known < device->count))
		return;
	set_real(all, "in_flight", sum);
	if (parked)
		set(all, "role", (struct vi_value) { .type = VI_STRING,
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

		if (!vt_number(r, "interrupts_per_s", &n))
			continue;
		if (vt_number(r, "irq", &irq)) {
			if (irq == last)
				continue;
			last = irq;
		}
		sum = plus(sum, n);
		known = true;
	}
	if (known)
		set_real(all, "interrupts_per_s", sum);
}

static void add_most(struct vt_own *all, const struct vt_canvas *c,
		     const struct vt_line *device, const char *name)
{
	bool known = false, bound = false;
	double n, most = 0;
	size_t i;

	for (i = 0; i < device->count; i++) {
		const struct vt_row *r = queue_at(c, device, i);

		if (!vt_number(r, name, &n) || (known && n <= most))
			continue;
		known = true;
		most = n;
		bound = vt_is(r, "age_lower_bound");
	}
	if (known)
		set_real(all, name, most);
	if (bound && !strcmp(name, "oldest_ms"))
		set_yes(all, "age_lower_bound");
}

void vt_device_row(struct vt_own *all, const struct vt_canvas *c,
		   const struct vt_line *device)
{
	size_t i;

	all->count = 0;
	add_rates(all, c, device, "submitted_per_s");
	add_rates(all, c, device, "completed_per_s");
	add_in_flight(all, c, device);
	add_interrupts(all, c, device);
	add_most(all, c, device, "oldest_ms");
	add_most(all, c, device, "occupancy");
	add_most(all, c, device, "full_percent");
	for (i = 0; i < device->count; i++)
		if (vt_is(queue_at(c, device, i), "stalled"))
			set_yes(all, "stalled");
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
