/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a sample says about a queue, and as a whole. */
#ifndef VI_SAMPLE_RATE_H
#define VI_SAMPLE_RATE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/pool.h"

/* Which numbers and truths are known: bits of vi_rate.known. */
enum {
#define TEXT(name, help)	VI_RATE_##name,
#define UINT(name, help)	VI_RATE_##name,
#define REAL(name, help)	VI_RATE_##name,
#define BOOL(name, help)	VI_RATE_##name,
#include "sample/rate.def"
	VI_RATES,
};

/* Likewise, of vi_summary.known. */
enum {
#define TEXT(name, help)	VI_SUMMARY_##name,
#define UINT(name, help)	VI_SUMMARY_##name,
#define REAL(name, help)	VI_SUMMARY_##name,
#define BOOL(name, help)	VI_SUMMARY_##name,
#define LIST(name, help)	VI_SUMMARY_##name,
#include "sample/summary.def"
	VI_SUMMARIES,
};

_Static_assert(VI_RATES <= 64 && VI_SUMMARIES <= 64,
	       "known has a bit for each");

struct vi_rate {
	uint64_t known;
#define TEXT(name, help)	const char *name;
#define UINT(name, help)	uint64_t name;
#define REAL(name, help)	double name;
#define BOOL(name, help)	bool name;
#include "sample/rate.def"
};

struct vi_summary {
	uint64_t known;
#define TEXT(name, help)	const char *name;
#define UINT(name, help)	uint64_t name;
#define REAL(name, help)	double name;
#define BOOL(name, help)	bool name;
#define LIST(name, help)	struct vi_strings name;
#include "sample/summary.def"
};

#define VI_RATE_BIT(name)	(UINT64_C(1) << VI_RATE_##name)
#define VI_SUMMARY_BIT(name)	(UINT64_C(1) << VI_SUMMARY_##name)

/* Set a number or a truth of @rate to @value, which makes it known. */
#define VI_SET_RATE(rate, name, value)					\
	((rate)->name = (value),					\
	 (void)((rate)->known |= VI_RATE_BIT(name)))
#define VI_SET_SUMMARY(sum, name, value)				\
	((sum)->name = (value),						\
	 (void)((sum)->known |= VI_SUMMARY_BIT(name)))

#define VI_RATE_IS_KNOWN(rate, name)					\
	(!!((rate)->known & VI_RATE_BIT(name)))
#define VI_SUMMARY_IS_KNOWN(sum, name)					\
	(!!((sum)->known & VI_SUMMARY_BIT(name)))

/* Make everything unknown. */
void vi_rate_init(struct vi_rate *rate);
void vi_summary_init(struct vi_summary *sum);

/*
 * Add up the rates, stalled queues and bounds of @count queues in @sum, whose
 * error is set. @devices: how many they are of.
 */
void vi_summary_add_up(struct vi_summary *sum, size_t devices,
		       const struct vi_rate *rates, size_t count);

/* @n rounded to what is worth showing. */
double vi_thousandths(double n);

#endif
