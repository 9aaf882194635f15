/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests: the exact number of heap bytes in use, by any library.
 * AddressSanitizer has its own count; other sanitizers have none.
 */
#ifndef VI_TESTS_HEAP_H
#define VI_TESTS_HEAP_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)

size_t __sanitizer_get_current_allocated_bytes(void);

static inline bool heap_is_counted(void)
{
	return true;
}

static inline size_t heap_in_use(void)
{
	return __sanitizer_get_current_allocated_bytes();
}

#elif defined(__GLIBC__) && !defined(__SANITIZE_THREAD__)

#include <malloc.h>
#include <stdlib.h>

/*
 * Replaces the C library's allocator, which caches freed memory and counts it
 * as used.
 */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t align, size_t size);
void __libc_free(void *p);

static size_t in_use;

static void *took(void *p)
{
	if (p)
		__atomic_add_fetch(&in_use, malloc_usable_size(p),
				   __ATOMIC_RELAXED);
	return p;
}

static void gives(void *p)
{
	if (p)
		__atomic_sub_fetch(&in_use, malloc_usable_size(p),
				   __ATOMIC_RELAXED);
}

void *malloc(size_t size)
{
	return took(__libc_malloc(size));
}

void *calloc(size_t n, size_t size)
{
	return took(__libc_calloc(n, size));
}

void *realloc(void *p, size_t size)
{
	size_t had = p ? malloc_usable_size(p) : 0;
	void *grown = __libc_realloc(p, size);

	if (grown || !size)
		__atomic_sub_fetch(&in_use, had, __ATOMIC_RELAXED);
	return took(grown);
}

void *memalign(size_t align, size_t size)
{
	return took(__libc_memalign(align, size));
}

void *aligned_alloc(size_t align, size_t size)
{
	return took(__libc_memalign(align, size));
}

int posix_memalign(void **p, size_t align, size_t size)
{
	*p = took(__libc_memalign(align, size));
	return *p ? 0 : ENOMEM;
}

void free(void *p)
{
	gives(p);
	__libc_free(p);
}

static inline bool heap_is_counted(void)
{
	return true;
}

static inline size_t heap_in_use(void)
{
	return __atomic_load_n(&in_use, __ATOMIC_RELAXED);
}

#else

static inline bool heap_is_counted(void)
{
	return false;
}

static inline size_t heap_in_use(void)
{
	return 0;
}

#endif

#endif
