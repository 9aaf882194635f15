/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file capture.h
 * Captures: devices and their queues in a file, to look at elsewhere. Continues
 * <virtio-inspect/inspect.h>, whose rules hold here.
 */
#ifndef VIRTIO_INSPECT_CAPTURE_H
#define VIRTIO_INSPECT_CAPTURE_H

#include <virtio-inspect/inspect.h>

#ifdef __cplusplus
extern "C" {
#endif

/** VI_CAPTURE_SCHEMA - the schema of captures that are written; those of all
 * before it are read. */
#define VI_CAPTURE_SCHEMA	2

/**
 * vi_capture_write - write devices, their last look and what was found to @fd
 * as JSON (virtio-capture(5)).
 *
 * @dev:     the device, or NULL for all.
 * @buffers: bytes of each buffer's contents to add; 0: none, as disks and
 *           packets hold secrets. They are read now, for the capture, and no
 *           field of a live device gives them.
 */
int vi_capture_write(struct vi_ctx *ctx, struct vi_device *dev, int fd,
		     size_t buffers);

/**
 * vi_capture_write_to - the same, to a function instead of a file.
 *
 * @write: called with the next @len bytes, of which the last is followed by a
 *         NUL, until all are written. 0, or a negative errno, which ends it and
 *         is returned. It must not use @ctx.
 *
 * The text is made as it is written: after an error there is a part of it,
 * which is no capture.
 */
int vi_capture_write_to(struct vi_ctx *ctx, struct vi_device *dev,
			size_t buffers,
			int (*write)(void *data, const char *s, size_t len),
			void *data);

/**
 * vi_capture_read - have the devices of a capture instead of this machine's.
 * @path: the file, or "-" for standard input. Needs no privilege. All views
 * and checks are those of the machine it was taken on. -EINVAL for one that is
 * damaged; the message names the place, such as "devices[2].queues[0].size".
 */
int vi_capture_read(struct vi_ctx *ctx, const char *path);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_CAPTURE_H */
