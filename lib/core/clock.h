/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Clocks in nanoseconds, and timestamps as text. */
#ifndef VI_CORE_CLOCK_H
#define VI_CORE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define VI_NS	UINT64_C(1000000000)	/* per second */

/* 0 if the clock does not exist. */
uint64_t vi_clock_ns(clockid_t id);

/* CLOCK_MONOTONIC: never steps back. */
static inline uint64_t vi_mono_ns(void)
{
	return vi_clock_ns(CLOCK_MONOTONIC);
}

static inline uint64_t vi_mono_ms(void)
{
	return vi_mono_ns() / 1000000;
}

/* Since 1970; the clock may be set back. */
static inline uint64_t vi_real_ns(void)
{
	return vi_clock_ns(CLOCK_REALTIME);
}

/* Absolute time, @us microseconds from now, for pthread_cond_timedwait(). */
struct timespec vi_clock_after(clockid_t id, uint64_t us);

/*
 * Format "2026-11-27T17:43:00.123456Z" from @seconds since 1970 and @ns, with
 * 0, 3 or 6 @digits of the fraction. Out of range: "" and false.
 */
#define VI_TIME_SIZE	40
bool vi_time_text(uint64_t seconds, uint32_t ns, unsigned int digits,
		  char text[VI_TIME_SIZE]);
/* Parse the form with 6 digits; false if @text is anything else. */
bool vi_time_parse(const char *text, uint64_t *real_ns);

#endif
