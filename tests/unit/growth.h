/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests: what a call leaves behind when it is repeated. */
#ifndef VI_TESTS_GROWTH_H
#define VI_TESTS_GROWTH_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <virtio-inspect/snapshot.h>

#include "heap.h"

/* Until all snapshots are kept, and everything made once exists. */
#define WARM_UP	(VI_MAX_SNAPSHOTS + 4)
#define TIMES	16
/* Growth by chance, such as another digit of an age, does not occur every time;
 * what a call leaves behind does. */
#define TRIES	8

static size_t count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void assert_stays(const char *who, const char *what,
			 void (*call)(void *arg), void *arg)
{
	size_t i, fds, bytes, now, tries = 0;

	for (i = 0; i < WARM_UP; i++)
		call(arg);
	fds = count_fds();
	do {
		bytes = heap_in_use();
		for (i = 0; i < TIMES; i++)
			call(arg);
		now = heap_in_use();
	} while (now > bytes && ++tries < TRIES);
	if (now > bytes)
		fail_msg("%s, %s: of %d calls %zu bytes stay", who, what,
			 TIMES, now - bytes);
	if (count_fds() != fds)
		fail_msg("%s, %s: descriptors stay open", who, what);
}

#endif
