// SPDX-License-Identifier: LGPL-2.1-or-later
/* Locked PCI configuration space of a local device. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "access/pci/libpci.h"
#include "access/registers/window.h"
#include "core/file.h"

struct config_space {
	struct vi_libpci_rw *rw;
	int lock_fd;
};

#define LOCK_TRIES	100
#define LOCK_WAIT_MS	50

/* Programs that aim the window concurrently would read wrong registers. */
static int lock(struct vi_device *dev, int *fd)
{
	struct timespec wait = { .tv_nsec = LOCK_WAIT_MS * 1000000L };
	char path[128];
	int tries;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config",
		 dev->parent);
	*fd = vi_open(dev->ctx, path, 0);
	if (*fd < 0)
		return vi_window_explain(dev, *fd);
	for (tries = 0; flock(*fd, LOCK_EX | LOCK_NB); tries++) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return vi_window_explain(dev, -errno);
		if (tries == LOCK_TRIES)
			return vi_fail(dev->ctx, -EBUSY,
				       "%s: another program holds the lock on its PCI configuration space; try again later",
				       vi_device_title(dev));
		nanosleep(&wait, NULL);
	}
	return 0;
}

static void close_config(void *state)
{
	struct config_space *c = state;

	if (c->rw)
		vi_libpci_close_rw(c->rw);
	/* Closing also unlocks. */
	if (c->lock_fd >= 0)
		close(c->lock_fd);
	free(c);
}

static int open_config(struct vi_device *dev, void **state)
{
	struct config_space *c;
	int err;

	if (dev->ctx->root_fd >= 0)
		return vi_window_explain(dev, -EROFS);
	c = calloc(1, sizeof(*c));
	if (!c)
		return vi_fail(dev->ctx, -ENOMEM, "out of memory");
	err = lock(dev, &c->lock_fd);
	if (!err) {
		err = vi_libpci_open_rw(dev->ctx, dev->parent, &c->rw);
		/* If libpci is missing, there is a message already. */
		if (err && err != -ENOENT)
			vi_window_explain(dev, err);
	}
	if (err)
		close_config(c);
	else
		*state = c;
	return err;
}

static int read_config(void *state, unsigned int pos, void *bytes,
		       unsigned int len)
{
	struct config_space *c = state;

	return vi_libpci_read(c->rw, pos, bytes, len);
}

static int write_config(void *state, unsigned int pos, const void *bytes,
			unsigned int len)
{
	struct config_space *c = state;

	return vi_libpci_write(c->rw, pos, bytes, len);
}

const struct vi_window_io vi_libpci_window_io = {
	.open = open_config,
	.read = read_config,
	.write = write_config,
	.close = close_config,
};
