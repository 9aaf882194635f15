// SPDX-License-Identifier: LGPL-2.1-or-later
/* Write to files of sysfs below the sysroot. */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bind/write.h"
#include "core/file.h"

unsigned int vi_bind_seconds = 10;

struct writing {
	struct vi_ctx *ctx;
	const char *path;
	const char *value;
};

/* Only existing regular files, as for reading; see core/file.c. */
static int open_to_write(struct vi_ctx *ctx, const char *path, int flags)
{
	struct stat st;
	int fd;

	fd = vi_open_at(ctx, path, flags | O_NOCTTY | O_NOFOLLOW |
			O_NONBLOCK);
	if (fd < 0)
		return fd;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return -EINVAL;
}

static int write_value(void *data, char answer[VI_ANSWER_SIZE])
{
	const struct writing *w = data;
	char line[128];
	int fd, n, err = 0;
	ssize_t done;

	(void)answer;
	n = snprintf(line, sizeof(line), "%s\n", w->value);
	if (n >= (int)sizeof(line))
		return -ENAMETOOLONG;
	fd = open_to_write(w->ctx, w->path, O_WRONLY | O_TRUNC);
	if (fd < 0)
		return fd;
	/* An attribute accepts a value in one piece or not at all. */
	done = write(fd, line, n);
	if (done != n)
		err = done < 0 ? -errno : -EIO;
	close(fd);
	return err;
}

int vi_write(struct vi_ctx *ctx, const char *path, const char *value,
	     struct vi_writer *w)
{
	struct writing what = { ctx, path, value };
	char answer[VI_ANSWER_SIZE];

	vi_debug(ctx, "write \"%s\" to %s", value, path);
	return vi_in_child(ctx, w->keep, vi_bind_seconds, write_value, &what,
			   answer, &w->left);
}

int vi_bus_master_off(struct vi_ctx *ctx, const char *path)
{
	int fd = open_to_write(ctx, path, O_RDWR);
	uint8_t low;
	int err = 0;

	if (fd < 0)
		return fd;
	if (pread(fd, &low, 1, PCI_COMMAND) != 1) {
		err = -EIO;
	} else if (low != 0xff && low & PCI_COMMAND_MASTER) {
		low &= ~PCI_COMMAND_MASTER;
		if (pwrite(fd, &low, 1, PCI_COMMAND) != 1)
			err = -errno;
	}
	close(fd);
	return err;
}
