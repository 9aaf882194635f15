// SPDX-License-Identifier: GPL-2.0-or-later
/* How long buffers took. */
#include <inttypes.h>
#include <stdlib.h>

#include "vqinject/engine/latency.h"

#define BAR	40

static unsigned int log2_of(uint64_t n)
{
	return 63 - __builtin_clzll(n | 1);
}

/* Values below 16 have a cell each, larger powers of two have 16 cells. */
static unsigned int cell_of(uint64_t ns)
{
	unsigned int power = log2_of(ns);

	if (power < LATENCY_SHIFT)
		return ns;
	return ((power - LATENCY_SHIFT + 1) << LATENCY_SHIFT) +
	       (ns >> (power - LATENCY_SHIFT) & ((1 << LATENCY_SHIFT) - 1));
}

/* The largest value of the cell. */
static uint64_t end_of(unsigned int cell)
{
	unsigned int power = cell >> LATENCY_SHIFT;
	uint64_t part = cell & ((1 << LATENCY_SHIFT) - 1);

	if (!power)
		return part;
	part |= 1 << LATENCY_SHIFT;
	return ((part + 1) << (power - 1)) - 1;
}

void latency_add(struct latency *l, uint64_t ns)
{
	if (!l->count || ns < l->min)
		l->min = ns;
	if (ns > l->max)
		l->max = ns;
	l->count++;
	l->cell[cell_of(ns)]++;
}

uint64_t latency_percentile(const struct latency *l, unsigned int percent)
{
	uint64_t seen = 0, ns;
	unsigned int i;

	for (i = 0; i < LATENCY_CELLS; i++) {
		seen += l->cell[i];
		if (seen * 100 < l->count * percent || !seen)
			continue;
		ns = end_of(i);
		if (ns > l->max)
			return l->max;
		return ns < l->min ? l->min : ns;
	}
	return l->max;
}

void latency_add_time(struct text *t, uint64_t ns)
{
	if (ns < 1000)
		text_addf(t, "%" PRIu64 " ns", ns);
	else if (ns < 1000000)
		text_addf(t, "%.1f us", ns / 1e3);
	else if (ns < 1000000000)
		text_addf(t, "%.1f ms", ns / 1e6);
	else
		text_addf(t, "%.2f s", ns / 1e9);
}

static void add_named(struct text *t, const char *name, uint64_t ns)
{
	text_add(t, name);
	latency_add_time(t, ns);
}

/* Sum up the cells of a power of two. */
static uint64_t count_power(const struct latency *l, unsigned int power)
{
	uint64_t first = (uint64_t)1 << power, n = 0;
	unsigned int i, last = cell_of(first + (first - 1));

	for (i = power ? cell_of(first) : 0; i <= last; i++)
		n += l->cell[i];
	return n;
}

static void print_row(const struct latency *l, const struct term *term,
		      struct text *t, unsigned int power, uint64_t most)
{
	struct text label = { 0 };
	uint64_t n = count_power(l, power);

	latency_add_time(&label, (uint64_t)1 << power);
	text_addf(t, "  %10s  %10" PRIu64 "  ", label.failed ? "-" : label.s,
		  n);
	term_add_bar(term, t, n, most, BAR);
	text_add(t, "\n");
	free(label.s);
}

void latency_print(const struct latency *l, const struct term *term,
		   struct text *t)
{
	unsigned int i, first = log2_of(l->min), last = log2_of(l->max);
	uint64_t n, most = 0;

	add_named(t, "latency: min ", l->min);
	add_named(t, ", p50 ", latency_percentile(l, 50));
	add_named(t, ", p99 ", latency_percentile(l, 99));
	add_named(t, ", max ", l->max);
	text_add(t, "\n");
	for (i = first; i <= last; i++) {
		n = count_power(l, i);
		if (n > most)
			most = n;
	}
	for (i = first; i <= last; i++)
		print_row(l, term, t, i, most);
}
