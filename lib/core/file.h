/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading files and directories below the context's sysroot. Nothing is ever
 * opened for writing here. Paths are absolute; a recorded tree's links stay in it,
 * and only regular files are read there. Reading that fails, other than for
 * want of the file or the right to read it, is noted on the context: see
 * vi_fault().
 */
#ifndef VI_CORE_FILE_H
#define VI_CORE_FILE_H

#include <sys/types.h>

#include "core/ctx.h"

/* Open read-only; flags may add O_DIRECTORY or O_PATH. A negative errno. */
int vi_open(struct vi_ctx *ctx, const char *path, int flags);

/*
 * Open below the sysroot with the given flags and O_CLOEXEC, whatever they are
 * and whatever is there: for lib/bind, which writes. A negative errno.
 */
int vi_open_at(struct vi_ctx *ctx, const char *path, int flags);

/*
 * Up to @size bytes from the start of the file. How many, or a negative
 * errno. A file that is longer is cut.
 */
ssize_t vi_read(struct vi_ctx *ctx, const char *path, void *buf, size_t size);

/*
 * A file of one line as a string: without the newline, ended by a NUL. Its
 * length; -EOVERFLOW when it does not fit, -EILSEQ when it holds a NUL.
 */
ssize_t vi_read_line(struct vi_ctx *ctx, const char *path, char *buf,
		     size_t size);

/* A file that holds one number, in decimal or as 0x… */
int vi_read_u64(struct vi_ctx *ctx, const char *path, uint64_t *value);

/*
 * All of a file of at most @max bytes, ended by a NUL, to be freed. NULL with
 * errno set; EFBIG when it is larger.
 */
char *vi_read_all(struct vi_ctx *ctx, const char *path, size_t max,
		  size_t *len);

/*
 * All @len bytes at @offset: 0, or a negative errno, -ENODATA past the end.
 * Each call that it takes counts in *@reads, unless that is NULL.
 */
int vi_pread_all(int fd, void *buf, size_t len, uint64_t offset,
		 uint64_t *reads);

/* Where a link leads, as it stands in it. Its length or a negative errno. */
ssize_t vi_readlink(struct vi_ctx *ctx, const char *path, char *buf,
		    size_t size);

/*
 * Call @fn with each name in a directory but "." and "..", in no order, until
 * it returns other than 0. That, 0, or a negative errno.
 */
int vi_readdir(struct vi_ctx *ctx, const char *path,
	       int (*fn)(void *data, const char *name), void *data);

/* The same, with what each is: a DT_* of <dirent.h>; links are not followed. */
int vi_readdir_types(struct vi_ctx *ctx, const char *path,
		     int (*fn)(void *data, const char *name,
			       unsigned char type), void *data);

/* Parse a whole string as a number; -EINVAL when it is none. */
int vi_parse_u64(const char *s, uint64_t *value);

/* The same, and k, M or G may follow: "8M". -EINVAL also when it overflows. */
int vi_parse_size(const char *s, uint64_t *value);

#endif
