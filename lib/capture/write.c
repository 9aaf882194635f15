// SPDX-License-Identifier: LGPL-2.1-or-later
/* Write captures: all fields, and the raw data that they were decoded from. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "capture/capture.h"
#include "record/select.h"

/*
 * A capture that is being written.
 * @devices: the fields of devices; their queues come from a snapshot.
 */
struct capture {
	struct vi_ctx *ctx;
	struct vi_writer w;
	struct vi_selection devices;
	size_t buffers;
};

static const char *const on_request[] = {
	"queues.raw", "findings.others", NULL,
};

/* --- Contents --- */

static int add_host(struct capture *c)
{
	static const struct vi_selection all;
	const struct vi_host *host = vi_recorded_host(c->ctx);
	struct vi_pool pool = { NULL, c->ctx };
	struct vi_host here;
	int err = 0;

	if (!host) {
		err = vi_host_read(c->ctx, &pool, &here);
		host = &here;
	}
	if (!err)
		vi_write_record(c->ctx, &c->w, &vi_host_schema, host, &all);
	vi_pool_free(&pool);
	return err;
}

static int add_head(struct capture *c)
{
	vi_writer_key(&c->w, "virtio_inspect");
	vi_writer_begin_object(&c->w);
	vi_writer_key(&c->w, "version");
	vi_writer_string(&c->w, vi_version());
	vi_writer_key(&c->w, "schema");
	vi_writer_number(&c->w, VI_CAPTURE_SCHEMA);
	vi_writer_close(&c->w);
	vi_writer_key(&c->w, "host");
	return add_host(c);
}

/*
 * Read the contents of buffers now, later than the snapshot. Captured devices
 * have the contents that were captured, which are copied only on request.
 */
static int read_contents(struct vi_device *dev, struct vi_snapshot *snap,
			 size_t most)
{
	const struct vi_access *access;
	void *state;
	int err;

	err = vi_access_reopen(dev, &access, &state);
	if (err)
		return err == -ENODATA ? 0 : err;
	if (access->memory && snap->physical)
		err = vi_read_contents(snap, access, state, most);
	vi_access_release(dev, access, state);
	return err;
}

static int write_device(struct capture *c, struct vi_device *dev)
{
	vi_write_record(c->ctx, &c->w, vi_device_schema(), dev, &c->devices);
	return c->w.err;
}

/*
 * Write the queues of a copy of the last snapshot: programs may hold the
 * snapshot itself, and what is made for the text goes with the copy.
 */
static int add_device(struct capture *c, struct vi_device *dev)
{
	const struct vi_snapshot *snap = vi_last_snapshot(dev);
	bool recorded = vi_is_replay(dev);
	struct vi_snapshot *copy;
	int err = 0;

	c->devices.instead = NULL;
	if (!snap)
		return write_device(c, dev);
	copy = vi_snapshot_copy(snap, c->buffers && recorded);
	if (!copy)
		return -ENOMEM;
	if (c->buffers && !recorded)
		err = read_contents(dev, copy, c->buffers);
	c->devices.instead = vi_schema_find(vi_device_schema(), "queues");
	c->devices.records = (struct vi_value) {
		.type = VI_RECORDS, .records = copy->views,
		.count = copy->count, .stride = sizeof(*copy->views),
	};
	if (!err)
		err = write_device(c, dev);
	vi_snapshot_free(copy);
	return err;
}

static int add_devices(struct capture *c, struct vi_device *dev)
{
	struct vi_device *each = NULL;
	int err = 0;

	vi_writer_key(&c->w, "devices");
	vi_writer_begin_array(&c->w);
	if (dev)
		err = add_device(c, dev);
	while (!dev && !err && (each = vi_device_next(c->ctx, each)))
		if (each->name)
			err = add_device(c, each);
	vi_writer_close(&c->w);
	return err;
}

static int add_all(struct capture *c, struct vi_device *dev)
{
	int err;

	vi_writer_begin_object(&c->w);
	err = add_head(c);
	if (!err)
		err = add_devices(c, dev);
	vi_writer_close(&c->w);
	vi_writer_newline(&c->w, 0);
	return err;
}

/* --- Output --- */

VI_EXPORT int vi_capture_write_to(struct vi_ctx *ctx, struct vi_device *dev,
				  size_t buffers,
				  int (*write)(void *data, const char *s,
					       size_t len),
				  void *data)
{
	struct capture c = {
		.ctx = ctx, .buffers = buffers,
		.w = { .style = VI_STYLE_PASTED, .write = write, .data = data },
	};
	int err = dev ? vi_device_current(ctx, dev) : 0;

	if (!err && dev && !dev->name)
		err = vi_fail(ctx, -ENODATA,
			      "%s: no virtio device, so it has no queues to capture",
			      vi_device_label(dev));
	if (err)
		return err;
	err = vi_select_names(ctx, &c.devices, vi_device_schema(), on_request);
	if (!err)
		err = add_all(&c, dev);
	/* After a failure, the text that is left is not written. */
	if (!err || c.w.err)
		err = vi_writer_end(&c.w);
	if (err == -ENOMEM)
		vi_fail(ctx, err, "the capture: out of memory");
	else if (c.w.err)
		vi_fail(ctx, err, "cannot write the capture: %s",
			strerror(-err));
	vi_select_free(&c.devices);
	vi_writer_free(&c.w);
	return err;
}

static int write_fd(void *data, const char *s, size_t len)
{
	const int *fd = data;
	ssize_t n;

	for (; len; s += n, len -= n) {
		n = write(*fd, s, len);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			return n ? -errno : -ENOSPC;
	}
	return 0;
}

VI_EXPORT int vi_capture_write(struct vi_ctx *ctx, struct vi_device *dev,
			       int fd, size_t buffers)
{
	return vi_capture_write_to(ctx, dev, buffers, write_fd, &fd);
}
