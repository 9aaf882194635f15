/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Clocks, in nanoseconds, and moments as text. */
#ifndef VI_CORE_CLOCK_H
#define VI_CORE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define VI_NS	UINT64_C(1000000000)	/* in a second */

/* 0 where there is no such clock. */
uint64_t vi_clock_ns(clockid_t id);

/* Of a clock that only goes on. */
static inline uint64_t vi_mono_ns(void)
{
	return vi_clock_ns(CLOCK_MONOTONIC);
}

static inline uint64_t vi_mono_ms(void)
{
	return vi_mono_ns() / 1000000;
}

/* Since 1970; it may be set back. */
static inline uint64_t vi_real_ns(void)
{
	return vi_clock_ns(CLOCK_REALTIME);
}

/* The moment @us microseconds from now on, as pthread_cond_timedwait() has it. */
struct timespec vi_clock_after(clockid_t id, uint64_t us);

/*
 * "2026-11-27T17:43:00.123456Z": @seconds since 1970, and of the fraction 0, 3
 * or 6 digits. "" and false for what lies out of range.
 */
#define VI_TIME_SIZE	40
bool vi_time_text(uint64_t seconds, uint32_t ns, unsigned int digits,
		  char text[VI_TIME_SIZE]);
/* The way back, of 6 digits. */
bool vi_time_parse(const char *text, uint64_t *real_ns);

#endif
