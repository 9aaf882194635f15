/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long buffers took: minimum, maximum, percentiles, a histogram. */
#ifndef CMD_VQINJECT_ENGINE_LATENCY_H
#define CMD_VQINJECT_ENGINE_LATENCY_H

#include "common/term.h"

/*
 * A power of two has 16 cells, which bounds the error of percentiles to a
 * sixteenth.
 */
#define LATENCY_SHIFT	4
#define LATENCY_CELLS	((64 - LATENCY_SHIFT + 1) << LATENCY_SHIFT)

struct latency {
	uint64_t count, min, max;	/* nanoseconds */
	uint64_t cell[LATENCY_CELLS];
};

void latency_add(struct latency *l, uint64_t ns);

/* The time in which @percent of the buffers completed. */
uint64_t latency_percentile(const struct latency *l, unsigned int percent);

/* "12.3 us" */
void latency_add_time(struct text *t, uint64_t ns);

/* Print a summary, and a histogram by powers of two. */
void latency_print(const struct latency *l, const struct term *term,
		   struct text *t);

#endif
