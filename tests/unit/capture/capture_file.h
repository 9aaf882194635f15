/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of captures: files in memory, and how they begin and end. */
#ifndef VI_TESTS_CAPTURE_FILE_H
#define VI_TESTS_CAPTURE_FILE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include <virtio-inspect/capture.h>
#include <virtio-inspect/check.h>
#include <virtio-inspect/snapshot.h>

#include "capture/capture.h"
#include "core/compiler.h"

/* --- Files in memory --- */

struct file {
	int fd;
	char path[64];
};

static inline struct file new_file(const void *bytes, size_t len)
{
	struct file f = { .fd = memfd_create("capture", 0) };

	assert_true(f.fd >= 0);
	snprintf(f.path, sizeof(f.path), "/proc/self/fd/%d", f.fd);
	if (len)
		assert_int_equal(write(f.fd, bytes, len), len);
	return f;
}

static inline char *text_of(const struct file *f)
{
	off_t len = lseek(f->fd, 0, SEEK_END);
	char *text = calloc(1, len + 1);

	assert_int_equal(pread(f->fd, text, len, 0), len);
	return text;
}

static inline struct file write_capture(struct vi_ctx *ctx, size_t buffers)
{
	struct file f = new_file(NULL, 0);

	if (vi_capture_write(ctx, NULL, f.fd, buffers))
		fail_msg("%s", vi_error(ctx));
	return f;
}

static inline struct vi_ctx *read_capture(const struct file *f)
{
	struct vi_ctx *ctx = vi_ctx_new();

	if (vi_capture_read(ctx, f->path))
		fail_msg("%s", vi_error(ctx));
	return ctx;
}

/* Everything known about all devices, as JSON. */
static inline char *view(struct vi_ctx *ctx)
{
	static const char *const raw[] = { "queues.raw", NULL };
	struct vi_device *dev = NULL;
	char *all = calloc(1, 1), *json;

	while ((dev = vi_device_next(ctx, dev))) {
		json = vi_to_json(ctx, vi_device_schema(), dev, raw);
		assert_non_null(json);
		all = realloc(all, strlen(all) + strlen(json) + 2);
		strcat(strcat(all, json), "\n");
		free(json);
	}
	return all;
}

/* --- Text of captures --- */

#define HEAD	"{\"virtio_inspect\":{\"version\":\"0.1.0\",\"schema\":1}"
#define HEAD_2	"{\"virtio_inspect\":{\"version\":\"0.1.0\",\"schema\":2}"
#define DEV_NAME ",\"devices\":[{\"name\":\"virtio0\","
#define DEV	HEAD DEV_NAME
#define EVIDENCE DEV_NAME "\"findings\":[{\"code\":\"X\",\"severity\":\"info\",\"evidence\":"
#define END	"}]}]}"
#define QUEUE	DEV "\"queues\":[{\"index\":0,\"layout\":\"split\","
#define SMALL	QUEUE "\"size\":4,"

#endif
