// SPDX-License-Identifier: LGPL-2.1-or-later
/* A flat file as physical memory. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "mem/flat.h"
#include "mem/format.h"

static int flat_read(void *source, uint64_t offset, void *buf, size_t len)
{
	const struct vi_flat *flat = source;

	return vi_fault(flat->ctx, "memory in a file",
			vi_pread_all(flat->fd, buf, len, offset, NULL));
}

/* The text after the last '@' is an address if it parses as one. */
static char *split(const char *spec, uint64_t *address)
{
	const char *at = strrchr(spec, '@');

	*address = 0;
	if (!at || vi_parse_u64(at + 1, address))
		return strdup(spec);
	return strndup(spec, at - spec);
}

/* Is the file memory as it is? Not so are dumps that have a format. */
static int check_format(struct vi_ctx *ctx, const char *path, int fd,
			uint64_t size)
{
	char bytes[VI_MEM_FORMAT_BYTES];
	size_t len = size < sizeof(bytes) ? size : sizeof(bytes);
	const struct vi_mem_format *f;
	int err = vi_pread_all(fd, bytes, len, 0, NULL);

	if (err)
		return vi_fail(ctx, err, "%s: %s", path, strerror(-err));
	f = vi_mem_format(bytes, len);
	return f ? vi_fail(ctx, -EINVAL,
			   "%s: this is %s, not a plain copy of memory; %s",
			   path, f->name, f->advice) : 0;
}

static int add_file(struct vi_ctx *ctx, const char *path, uint64_t address,
		    struct vi_flat *flat)
{
	struct stat st;
	int err;

	flat->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (flat->fd < 0)
		return vi_fail(ctx, -errno, "%s: %s", path, strerror(errno));
	if (fstat(flat->fd, &st))
		return vi_fail(ctx, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return vi_fail(ctx, -EINVAL, "%s: not a regular file",
			       path);
	if (!st.st_size)
		return vi_fail(ctx, -EINVAL, "%s: empty file", path);
	err = check_format(ctx, path, flat->fd, st.st_size);
	if (err)
		return err;
	err = vi_mem_add(&flat->phys, address, st.st_size, flat_read, flat, 0);
	if (err)
		return vi_fail(ctx, err, "%s: %s", path, err == -ENOMEM ?
			       "out of memory" :
			       "the memory would extend past the last address");
	return 0;
}

int vi_flat_open(struct vi_ctx *ctx, const char *spec, struct vi_flat *flat)
{
	uint64_t address;
	char *path = split(spec, &address);
	int err;

	*flat = (struct vi_flat) { .ctx = ctx, .fd = -1 };
	if (!path)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	err = add_file(ctx, path, address, flat);
	free(path);
	if (err)
		vi_flat_close(flat);
	return err;
}

void vi_flat_close(struct vi_flat *flat)
{
	if (flat->fd >= 0)
		close(flat->fd);
	flat->fd = -1;
	vi_mem_fini(&flat->phys);
}
