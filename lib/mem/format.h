/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that hold guest memory, but not as it is: to be refused by name. */
#ifndef VI_MEM_FORMAT_H
#define VI_MEM_FORMAT_H

#include <stddef.h>

/*
 * @name:   what it is, with an article.
 * @advice: how to get plain memory from it.
 */
struct vi_mem_format {
	const char *name, *advice;
	const char *magic;
	size_t len;
	size_t at;		/* offset of the magic */
};

/* How many bytes of a file to pass to vi_mem_format(). */
#define VI_MEM_FORMAT_BYTES	512

/* The format of a file that begins with @bytes; NULL: no known one. */
const struct vi_mem_format *vi_mem_format(const void *bytes, size_t len);

#endif
