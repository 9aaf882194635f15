// SPDX-License-Identifier: LGPL-2.1-or-later
/* Writing captures: what all fields say, and the bytes behind them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/capture.h"

static const char *const with_raw[] = { "queues.raw", NULL };

static void add(struct vi_text *t, const char *s)
{
	vi_text_add(t, s, strlen(s));
}

static int add_record(struct vi_ctx *ctx, struct vi_text *t,
		      const struct vi_schema *schema, const void *object,
		      const char *const *names)
{
	char *json = vi_to_json(ctx, schema, object, names);

	if (!json)
		return -ENOMEM;
	add(t, json);
	free(json);
	return 0;
}

static int add_head(struct vi_ctx *ctx, struct vi_text *t)
{
	const struct vi_host *host = vi_recorded_host(ctx);
	struct vi_pool pool = { NULL, ctx };
	struct vi_host here;
	char text[128];
	int err = 0;

	snprintf(text, sizeof(text),
		 "{\"virtio_inspect\":{\"version\":\"%s\",\"schema\":%d},\"host\":",
		 vi_version(), VI_CAPTURE_SCHEMA);
	add(t, text);
	if (!host) {
		err = vi_host_read(ctx, &pool, &here);
		host = &here;
	}
	if (!err)
		err = add_record(ctx, t, &vi_host_schema, host, NULL);
	vi_pool_free(&pool);
	return err;
}

/*
 * Contents of buffers are as they are now: later than the look. Those of a
 * capture are as they were, and are given on only when they are asked for.
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

/*
 * The device is written with a copy of its last look, so that programs which
 * hold the look see nothing of it, and nothing of what is made for the text
 * stays.
 */
static int add_device(struct vi_ctx *ctx, struct vi_text *t,
		      struct vi_device *dev, size_t buffers)
{
	bool recorded = vi_is_replay(dev);
	struct vi_snapshot **last, *snap, *copy;
	int err = 0;

	if (!dev->num_snaps)
		return add_record(ctx, t, vi_device_schema(), dev, with_raw);
	last = &dev->snaps[dev->num_snaps - 1];
	copy = vi_snapshot_copy(*last, buffers && recorded);
	if (!copy)
		return -ENOMEM;
	if (buffers && !recorded)
		err = read_contents(dev, copy, buffers);
	snap = *last;
	*last = copy;
	if (!err)
		err = add_record(ctx, t, vi_device_schema(), dev, with_raw);
	*last = snap;
	vi_snapshot_free(copy);
	return err;
}

static int make(struct vi_ctx *ctx, struct vi_text *t, struct vi_device *dev,
		size_t buffers)
{
	struct vi_device *each = NULL;
	bool any = false;
	int err = add_head(ctx, t);

	add(t, ",\"devices\":[");
	if (dev && !err)
		err = add_device(ctx, t, dev, buffers);
	while (!dev && !err && (each = vi_device_next(ctx, each))) {
		if (!each->name)
			continue;
		if (any)
			add(t, ",");
		any = true;
		err = add_device(ctx, t, each, buffers);
	}
	add(t, "]}");
	return t->failed ? -ENOMEM : err;
}

static int write_all(struct vi_ctx *ctx, int fd, const char *s, size_t len)
{
	while (len) {
		ssize_t n = write(fd, s, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return vi_fail(ctx, -errno,
				       "the capture cannot be written: %s",
				       strerror(errno));
		s += n;
		len -= n;
	}
	return 0;
}

VI_EXPORT int vi_capture_write(struct vi_ctx *ctx, struct vi_device *dev,
			       int fd, size_t buffers)
{
	struct vi_text json = { 0 }, lines = { 0 };
	int err = dev ? vi_device_current(ctx, dev) : 0;

	if (err)
		return err;
	err = make(ctx, &json, dev, buffers);
	if (!err) {
		vi_capture_fold(&lines, json.s);
		err = lines.failed ? -ENOMEM : 0;
	}
	if (!err)
		err = write_all(ctx, fd, lines.s, lines.len);
	else if (json.failed || lines.failed)
		vi_fail(ctx, err, "the capture: out of memory");
	free(json.s);
	free(lines.s);
	return err;
}
