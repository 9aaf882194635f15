/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Read files and directories below the context's sysroot. Nothing here opens
 * for writing. Paths are absolute; links in a recorded tree stay inside it, and
 * only its regular files are readable. Read failures other than a missing file
 * or permission are recorded on the context, see vi_fault().
 */
#ifndef VI_CORE_FILE_H
#define VI_CORE_FILE_H

#include <sys/types.h>

#include "core/ctx.h"

/*
 * Open read-only; @flags may add O_DIRECTORY or O_PATH. A descriptor or a
 * negative errno.
 */
int vi_open(struct vi_ctx *ctx, const char *path, int flags);

/*
 * Open below the sysroot with exactly @flags and O_CLOEXEC, any kind of file:
 * for lib/bind, which writes. A descriptor or a negative errno.
 */
int vi_open_at(struct vi_ctx *ctx, const char *path, int flags);

/*
 * Read at most @size bytes from the start of the file; the rest is ignored. The
 * byte count or a negative errno.
 */
ssize_t vi_read(struct vi_ctx *ctx, const char *path, void *buf, size_t size);

/*
 * Read a one-line file as a string, without newlines or NULs at its end. Its
 * length; -EOVERFLOW if it does not fit, -EILSEQ if it contains a NUL.
 */
ssize_t vi_read_line(struct vi_ctx *ctx, const char *path, char *buf,
		     size_t size);

/* Read a file that contains one number, decimal or 0x… */
int vi_read_u64(struct vi_ctx *ctx, const char *path, uint64_t *value);

/*
 * Read a whole file of at most @max bytes; the result is NUL-terminated, the
 * caller frees it. NULL with errno set; EFBIG if the file is larger.
 */
char *vi_read_all(struct vi_ctx *ctx, const char *path, size_t max,
		  size_t *len);

/*
 * Read all @len bytes at @offset. 0 or a negative errno; -ENODATA past the end.
 * *@reads, if not NULL, counts the system calls.
 */
int vi_pread_all(int fd, void *buf, size_t len, uint64_t offset,
		 uint64_t *reads);

/* Read a link's target, unresolved. Its length or a negative errno. */
ssize_t vi_readlink(struct vi_ctx *ctx, const char *path, char *buf,
		    size_t size);

/*
 * Call @fn with each name in a directory except "." and "..", in no particular
 * order, until @fn returns nonzero. Returns that value, 0, or a negative errno.
 */
int vi_readdir(struct vi_ctx *ctx, const char *path,
	       int (*fn)(void *data, const char *name), void *data);

/* The same with the DT_* type of <dirent.h>; does not follow links. */
int vi_readdir_types(struct vi_ctx *ctx, const char *path,
		     int (*fn)(void *data, const char *name,
			       unsigned char type), void *data);

/* Parse a whole string as a decimal or 0x number. 0 or -EINVAL. */
int vi_parse_u64(const char *s, uint64_t *value);

/* The same with an optional suffix k, M or G: "8M". 0 or -EINVAL. */
int vi_parse_size(const char *s, uint64_t *value);

#endif
