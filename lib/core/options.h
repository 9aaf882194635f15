/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Option structs of the public API. They begin with their size, so that a
 * program and a library that know different versions understand each other.
 */
#ifndef VI_CORE_OPTIONS_H
#define VI_CORE_OPTIONS_H

#include "core/ctx.h"

/*
 * Copy what the program has @given, NULL for all defaults, to *@known, which is
 * zeroed first. 0; -EINVAL with a message: the program did not set the size, or
 * it set an option that this library does not have. Both are of one type, which
 * the conditional has the compiler check.
 */
#define vi_options(ctx, known, given) \
	vi_options_copy(ctx, known, sizeof(*(known)), 1 ? (given) : (known))

int vi_options_copy(struct vi_ctx *ctx, void *known, size_t size,
		    const void *given);

#endif
