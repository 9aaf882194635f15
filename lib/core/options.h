/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Option structs of the public API. They begin with their size, so that
 * programs and libraries of different versions are compatible.
 */
#ifndef VI_CORE_OPTIONS_H
#define VI_CORE_OPTIONS_H

#include "core/ctx.h"

/*
 * Copy the program's options @given (NULL: all defaults) to *@known, which is
 * zeroed first. 0; -EINVAL with a message if the program did not set the size,
 * or set an option that this library lacks. The conditional makes the compiler
 * check that both have the same type.
 */
#define vi_options(ctx, known, given) \
	vi_options_copy(ctx, known, sizeof(*(known)), 1 ? (given) : (known))

int vi_options_copy(struct vi_ctx *ctx, void *known, size_t size,
		    const void *given);

#endif
