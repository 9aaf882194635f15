// SPDX-License-Identifier: GPL-2.0-or-later
/* --capture: save everything that was read. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vqdump/vqdump.h"

static int open_file(const char *path)
{
	return strcmp(path, "-") ? tool_create(path) : STDOUT_FILENO;
}

static size_t count_queues(const struct tool_devices *d)
{
	struct recs queues;
	size_t i, n = 0;

	for (i = 0; i < d->count; i++)
		if (rec_records(rec_device(d->list[i]), "queues", &queues))
			n += queues.v.count;
	return n;
}

static void tell(const struct vq_options *o, const struct tool_devices *d)
{
	struct text t = { 0 };
	char *s;

	text_add_count(&t, d->count, "device");
	text_add(&t, ", ");
	text_add_count(&t, count_queues(d), "queue");
	s = text_take(&t);
	tool_note("%s: %s", strcmp(o->capture, "-") ? o->capture :
		  "standard output", s ? s : "-");
	free(s);
	tool_note("included: rings, memory addresses, request headers (such as sector numbers), the drivers' private state, device configuration (such as MAC addresses), interrupts, and the kernel version");
	if (o->has_buffers)
		tool_note("also included: up to %" PRIu64 " bytes of each buffer, that is, disk, network and console data, which may contain secrets",
			  o->buffers);
	else
		tool_note("buffer contents are not included (use --buffers to add them)");
}

static bool write_to(struct vi_ctx *ctx, const struct vq_options *o,
		     struct vi_device *dev, int fd)
{
	int err = vi_capture_write(ctx, dev, fd, o->buffers);

	if (err)
		tool_failed(ctx);
	/* In a capture, a failed read would pass for an absent value. */
	if (!err && vi_failures(ctx)) {
		err = -EIO;
		tool_error("%s: capture incomplete because some data could not be read; file removed, try again",
			   o->capture);
	}
	if (fd == STDOUT_FILENO)
		return !err;
	/* Some file systems report a full disk only on close. */
	if (close(fd) && !err) {
		err = -errno;
		tool_error("%s: cannot be written: %s", o->capture,
			   strerror(errno));
	}
	if (err)
		unlink(o->capture);
	return !err;
}

bool vq_capture(struct vi_ctx *ctx, const struct vq_options *o,
		const struct tool_devices *d)
{
	bool all = !*o->targets && !o->filters.count && !o->ring;
	int fd;

	if (!all && d->count != 1) {
		tool_error("--capture saves one device or all, but %zu were selected; name a single device, or none for all",
			   d->count);
		return false;
	}
	fd = open_file(o->capture);
	if (fd < 0 || !write_to(ctx, o, all ? NULL : d->list[0], fd))
		return false;
	tell(o, d);
	return true;
}
