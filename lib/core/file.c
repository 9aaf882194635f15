// SPDX-License-Identifier: LGPL-2.1-or-later
/* Reading files and directories below the sysroot. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/file.h"

/* Record format of getdents64(2); the C library declares none. */
struct dirent64_raw {
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

/*
 * openat2(2) gives a walk up when anything on the machine is renamed, and on
 * signals: retry.
 */
#define OPEN_TRIES	64

int vi_open_at(struct vi_ctx *ctx, const char *path, int flags)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int tries = 0, fd;

	do
		fd = ctx->root_fd < 0 ? open(path, flags | O_CLOEXEC) :
		     syscall(SYS_openat2, ctx->root_fd, path, &how,
			     sizeof(how));
	while (fd < 0 && (errno == EAGAIN || errno == EINTR) &&
	       ++tries < OPEN_TRIES);
	return fd < 0 ? -errno : fd;
}

/* In a recorded tree, never leave it, block, or trigger a device's open. */
static int open_in_root(struct vi_ctx *ctx, const char *path, int flags)
{
	struct stat st;
	int fd, err;

	/* The kernel refuses these flags together with O_PATH. */
	fd = vi_open_at(ctx, path, flags |
			(flags & O_PATH ? 0 : O_NOCTTY | O_NONBLOCK));
	if (fd < 0)
		return fd;
	if (flags & (O_DIRECTORY | O_PATH))
		return fd;
	err = fstat(fd, &st) ? -errno : S_ISREG(st.st_mode) ? 0 : -EINVAL;
	if (!err)
		return fd;
	close(fd);
	return err;
}

int vi_open(struct vi_ctx *ctx, const char *path, int flags)
{
	if (ctx->root_fd >= 0)
		return vi_fault(ctx, path, open_in_root(ctx, path, flags));
	return vi_fault(ctx, path, vi_open_at(ctx, path, flags | O_NOCTTY));
}

static ssize_t read_fd(int fd, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size) {
		n = read(fd, buf + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		len += n;
	}
	return len;
}

ssize_t vi_read(struct vi_ctx *ctx, const char *path, void *buf, size_t size)
{
	int fd = vi_open(ctx, path, 0);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = read_fd(fd, buf, size);
	close(fd);
	return n < 0 ? vi_fault(ctx, path, n) : n;
}

int vi_pread_all(int fd, void *buf, size_t len, uint64_t offset,
		 uint64_t *reads)
{
	char *to = buf;

	while (len) {
		ssize_t n = pread(fd, to, len, offset);

		if (reads)
			++*reads;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return -ENODATA;
		to += n;
		offset += n;
		len -= n;
	}
	return 0;
}

/* One read(2) returns a whole attribute, which is shorter than a page. */
static ssize_t read_once(struct vi_ctx *ctx, const char *path, char *buf,
			 size_t size)
{
	int fd = vi_open(ctx, path, 0);
	ssize_t n;

	if (fd < 0)
		return fd;
	do
		n = read(fd, buf, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		n = vi_fault(ctx, path, -errno);
	close(fd);
	return n;
}

ssize_t vi_read_line(struct vi_ctx *ctx, const char *path, char *buf,
		     size_t size)
{
	ssize_t n = read_once(ctx, path, buf, size);

	if (n < 0)
		return n;
	if ((size_t)n == size)
		return -EOVERFLOW;
	/* Some attributes end in a NUL, such as 9p's mount_tag in Linux 6.1. */
	while (n && (buf[n - 1] == '\n' || !buf[n - 1]))
		n--;
	buf[n] = '\0';
	return memchr(buf, '\0', n) ? -EILSEQ : n;
}

int vi_parse_u64(const char *s, uint64_t *value)
{
	char *end;

	if (*s < '0' || *s > '9')
		return -EINVAL;
	errno = 0;
	*value = strtoull(s, &end, s[0] == '0' && (s[1] | 0x20) == 'x' ?
			  16 : 10);
	return errno || *end || end == s ? -EINVAL : 0;
}

static unsigned int unit_shift(char unit)
{
	return unit == 'k' ? 10 : unit == 'M' ? 20 : unit == 'G' ? 30 : 0;
}

int vi_parse_size(const char *s, uint64_t *value)
{
	size_t len = strlen(s);
	unsigned int shift;
	char number[32];

	if (!len || len >= sizeof(number))
		return -EINVAL;
	shift = unit_shift(s[len - 1]);
	memcpy(number, s, len + 1);
	if (shift)
		number[len - 1] = '\0';
	if (vi_parse_u64(number, value) || *value > UINT64_MAX >> shift)
		return -EINVAL;
	*value <<= shift;
	return 0;
}

int vi_read_u64(struct vi_ctx *ctx, const char *path, uint64_t *value)
{
	char buf[64];
	ssize_t n = vi_read_line(ctx, path, buf, sizeof(buf));

	return n < 0 ? n : vi_parse_u64(buf, value);
}

char *vi_read_all(struct vi_ctx *ctx, const char *path, size_t max,
		  size_t *len)
{
	size_t size = 16384 < max ? 16384 : max, used = 0;
	char *buf = NULL, *grown;
	ssize_t n;
	int fd;

	fd = vi_open(ctx, path, 0);
	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	for (;;) {
		n = -ENOMEM;
		grown = realloc(buf, size + 1);
		if (!grown)
			goto fail;
		buf = grown;
		n = read_fd(fd, buf + used, size - used);
		if (n < 0)
			goto fail;
		used += n;
		if (used < size)
			break;
		n = -EFBIG;
		if (size >= max)
			goto fail;
		size = size < max / 2 ? size * 2 : max;
	}
	close(fd);
	buf[used] = '\0';
	*len = used;
	return buf;
fail:
	close(fd);
	free(buf);
	errno = -vi_fault(ctx, path, n);
	return NULL;
}

/*
 * On this machine, one call suffices. In a recorded tree, open the link's
 * directory first, so that its path cannot lead outside.
 */
ssize_t vi_readlink(struct vi_ctx *ctx, const char *path, char *buf,
		    size_t size)
{
	char dir[4096];
	const char *name;
	ssize_t n;
	int fd;

	if (ctx->root_fd < 0) {
		n = readlink(path, buf, size);
	} else {
		name = strrchr(path, '/');
		if (!name || (size_t)(name - path) >= sizeof(dir))
			return -ENAMETOOLONG;
		memcpy(dir, path, name - path);
		dir[name - path] = '\0';
		fd = vi_open(ctx, *dir ? dir : "/", O_PATH | O_DIRECTORY);
		if (fd < 0)
			return fd;
		n = readlinkat(fd, name + 1, buf, size);
		if (n < 0)
			n = -errno;
		close(fd);
		errno = n < 0 ? -n : 0;
	}
	if (n < 0)
		return vi_fault(ctx, path, -errno);
	if ((size_t)n >= size)
		return -ENAMETOOLONG;
	buf[n] = '\0';
	return n;
}

/* Some file systems report DT_UNKNOWN. */
static unsigned char type_of(int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return DT_UNKNOWN;
	return IFTODT(st.st_mode);
}

int vi_readdir_types(struct vi_ctx *ctx, const char *path,
		     int (*fn)(void *data, const char *name,
			       unsigned char type), void *data)
{
	union {
		char bytes[8192];
		struct dirent64_raw first;	/* aligns bytes */
	} buf;
	int fd, ret = 0;

	fd = vi_open(ctx, path, O_DIRECTORY);
	if (fd < 0)
		return fd;
	while (!ret) {
		long at, n = syscall(SYS_getdents64, fd, buf.bytes,
				     sizeof(buf));

		if (n <= 0) {
			ret = n < 0 ? vi_fault(ctx, path, -errno) : 0;
			break;
		}
		for (at = 0; at < n && !ret;) {
			struct dirent64_raw *d = (void *)(buf.bytes + at);

			if (strcmp(d->name, ".") && strcmp(d->name, ".."))
				ret = fn(data, d->name,
					 d->type != DT_UNKNOWN ? d->type :
					 type_of(fd, d->name));
			at += d->reclen;
		}
	}
	close(fd);
	return ret;
}

struct names {
	int (*fn)(void *data, const char *name);
	void *data;
};

static int name_alone(void *data, const char *name, unsigned char type)
{
	const struct names *n = data;

	(void)type;
	return n->fn(n->data, name);
}

int vi_readdir(struct vi_ctx *ctx, const char *path,
	       int (*fn)(void *data, const char *name), void *data)
{
	struct names n = { fn, data };

	return vi_readdir_types(ctx, path, name_alone, &n);
}
