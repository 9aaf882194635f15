// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preloaded: fails the allocation that the environment selects, in any library
 * including the C library; and marks where the program proper begins and ends.
 *
 * Uses a sanitizer's allocator if there is one, so that leaks and overruns
 * after the failure are found.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "fault.h"

#define WEAK	__attribute__((weak))

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);
extern void *__libc_memalign(size_t align, size_t size);
extern void *__interceptor_malloc(size_t size) WEAK;
extern void *__interceptor_calloc(size_t n, size_t size) WEAK;
extern void *__interceptor_realloc(void *p, size_t size) WEAK;
extern void *__interceptor_memalign(size_t align, size_t size) WEAK;

static struct fault_report *report;	/* NULL: not counting */
static uint64_t which;
static int stop;			/* whether to stop for a stack trace */

static int fails(void)
{
	struct fault_report *r = report;

	if (!r || __atomic_add_fetch(&r->calls, 1, __ATOMIC_RELAXED) != which)
		return 0;
	r->failed = 1;
	if (stop)
		abort();
	errno = ENOMEM;
	return 1;
}

static void *get(size_t size)
{
	return __interceptor_malloc ? __interceptor_malloc(size) :
				      __libc_malloc(size);
}

void *malloc(size_t size)
{
	return fails() ? NULL : get(size);
}

void *calloc(size_t n, size_t size)
{
	if (fails())
		return NULL;
	return __interceptor_calloc ? __interceptor_calloc(n, size) :
				      __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	if (fails())
		return NULL;
	return __interceptor_realloc ? __interceptor_realloc(p, size) :
				       __libc_realloc(p, size);
}

void *reallocarray(void *p, size_t n, size_t size)
{
	if (__builtin_mul_overflow(n, size, &size)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(p, size);
}

void *memalign(size_t align, size_t size)
{
	if (fails())
		return NULL;
	return __interceptor_memalign ? __interceptor_memalign(align, size) :
					__libc_memalign(align, size);
}

void *aligned_alloc(size_t align, size_t size)
{
	return memalign(align, size);
}

int posix_memalign(void **p, size_t align, size_t size)
{
	*p = memalign(align, size);
	return *p ? 0 : ENOMEM;
}

/* A sanitizer's strndup() would bypass this file. */
char *strndup(const char *s, size_t n)
{
	char *copy;

	n = strnlen(s, n);
	copy = malloc(n + 1);
	if (!copy)
		return NULL;
	memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *strdup(const char *s)
{
	return strndup(s, strlen(s));
}

static void end(void)
{
	report = NULL;
	prctl(FAULT_END, 0, 0, 0, 0);
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv(FAULT_REPORT), *n = getenv(FAULT_ALLOC);
	void *map;
	int fd;

	if (!path)
		return;
	unsetenv("LD_PRELOAD");
	atexit(end);
	if (n) {
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			abort();
		map = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
			   MAP_SHARED, fd, 0);
		close(fd);
		if (map == MAP_FAILED)
			abort();
		stop = !!getenv(FAULT_STOP);
		which = strtoull(n, NULL, 10);
		report = map;
	}
	prctl(FAULT_BEGIN, 0, 0, 0, 0);
}
