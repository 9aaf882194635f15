/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small words of the compiler's that the whole library uses. */
#ifndef VI_CORE_COMPILER_H
#define VI_CORE_COMPILER_H

#include <stddef.h>
#include <stdint.h>

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

/* Keeps a long way out of the short one, which then saves no registers. */
#define vi_noinline	__attribute__((noinline))
/* Part of a way that must stay one piece. */
#define vi_always_inline	inline __attribute__((always_inline))

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define container_of(ptr, type, member) \
	((type *)(void *)((char *)(ptr) - offsetof(type, member)))

/* Part of the shared library's interface; see lib/libvirtio-inspect.map. */
#define VI_EXPORT	__attribute__((visibility("default")))

#define VI_PRINTF(fmt, args)	__attribute__((format(printf, fmt, args)))

#endif
