/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a sample says of a queue. */
#ifndef VI_SAMPLE_RATE_H
#define VI_SAMPLE_RATE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* Which numbers and truths are known: bits of vi_rate.known. */
enum {
#define TEXT(name, help)	VI_RATE_##name,
#define UINT(name, help)	VI_RATE_##name,
#define REAL(name, help)	VI_RATE_##name,
#define BOOL(name, help)	VI_RATE_##name,
#include "sample/rate.def"
#undef TEXT
#undef UINT
#undef REAL
#undef BOOL
	VI_RATES,
};

_Static_assert(VI_RATES <= 64, "known has a bit for each");

struct vi_rate {
	uint64_t known;
#define TEXT(name, help)	const char *name;
#define UINT(name, help)	uint64_t name;
#define REAL(name, help)	double name;
#define BOOL(name, help)	bool name;
#include "sample/rate.def"
#undef TEXT
#undef UINT
#undef REAL
#undef BOOL
	/* What some of the texts point to. */
	struct vi_rate_texts {
		char name[64], spec_name[64], code[32], reason[256];
	} texts;
};

/* Have a number or a truth of @rate be @value, and known. */
#define VI_SET_RATE(rate, name, value)					\
	((rate)->name = (value),					\
	 (void)((rate)->known |= UINT64_C(1) << VI_RATE_##name))

#define VI_RATE_IS_KNOWN(rate, name)					\
	((rate)->known >> VI_RATE_##name & 1)

/* Of which nothing is known. */
void vi_rate_init(struct vi_rate *rate);

/* @n without what nobody wants to see. */
double vi_thousandths(double n);

#endif
