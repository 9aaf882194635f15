// SPDX-License-Identifier: LGPL-2.1-or-later
/* Clocks in nanoseconds, and timestamps as text. */
#include <stdio.h>

#include "core/clock.h"

#define LAST	UINT64_C(253402300799)	/* 9999-12-31T23:59:59 */

uint64_t vi_clock_ns(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts))
		return 0;
	return (uint64_t)ts.tv_sec * VI_NS + (uint64_t)ts.tv_nsec;
}

struct timespec vi_clock_after(clockid_t id, uint64_t us)
{
	struct timespec until;

	clock_gettime(id, &until);
	until.tv_sec += (time_t)(us / 1000000);
	until.tv_nsec += (long)(us % 1000000) * 1000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	return until;
}

static char *add(char *to, uint32_t n, unsigned int digits, char after)
{
	unsigned int i;

	for (i = digits; i--; n /= 10)
		to[i] = '0' + n % 10;
	to[digits] = after;
	return to + digits + 1;
}

bool vi_time_text(uint64_t seconds, uint32_t ns, unsigned int digits,
		  char text[VI_TIME_SIZE])
{
	time_t when = (time_t)seconds;
	struct tm tm;
	char *to = text;

	text[0] = '\0';
	if (seconds > LAST || !gmtime_r(&when, &tm))
		return false;
	/* Without strftime(3): every JSON object has times. */
	to = add(to, tm.tm_year + 1900, 4, '-');
	to = add(to, tm.tm_mon + 1, 2, '-');
	to = add(to, tm.tm_mday, 2, 'T');
	to = add(to, tm.tm_hour, 2, ':');
	to = add(to, tm.tm_min, 2, ':');
	to = add(to, tm.tm_sec, 2, digits ? '.' : 'Z');
	if (digits)
		to = add(to, digits == 3 ? ns / 1000000 : ns / 1000, digits,
			 'Z');
	*to = '\0';
	return true;
}

bool vi_time_parse(const char *text, uint64_t *real_ns)
{
	struct tm tm = { 0 };
	unsigned int micro;
	time_t seconds;
	int n = 0;

	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%6uZ%n", &tm.tm_year,
		   &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
		   &tm.tm_sec, &micro, &n) != 7 || n != 27 || text[n])
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	seconds = timegm(&tm);
	if (seconds <= 0 || tm.tm_year < 70 || tm.tm_year > 500)
		return false;
	*real_ns = (uint64_t)seconds * VI_NS + (uint64_t)micro * 1000;
	return true;
}
