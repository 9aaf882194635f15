/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compiler attributes and macros that the whole library uses. */
#ifndef VI_CORE_COMPILER_H
#define VI_CORE_COMPILER_H

#include <stddef.h>
#include <stdint.h>

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

/* Keeps a slow path out of line, so that the fast path saves no registers. */
#define vi_noinline	__attribute__((noinline))
/* For a function that the fast path must contain inline. */
#define vi_always_inline	inline __attribute__((always_inline))

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define container_of(ptr, type, member) \
	((type *)(void *)((char *)(ptr) - offsetof(type, member)))

/* Exported from the shared library; see lib/libvirtio-inspect.map. */
#define VI_EXPORT	__attribute__((visibility("default")))

#define VI_PRINTF(fmt, args)	__attribute__((format(printf, fmt, args)))

#endif
