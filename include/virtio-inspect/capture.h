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

/** VI_CAPTURE_SCHEMA - the schema of captures that this library writes; it also
 * reads all earlier ones. */
#define VI_CAPTURE_SCHEMA	2

/**
 * vi_capture_write - write devices, their last snapshots and their findings to
 * @fd as JSON (virtio-capture(5)).
 *
 * @dev:     the device, or NULL for all devices.
 * @buffers: how many bytes of each buffer's contents to add. 0 is the safe
 *           choice, as disks and packets hold secrets. The contents are read
 *           for the capture; no field of a live device has them.
 */
int vi_capture_write(struct vi_ctx *ctx, struct vi_device *dev, int fd,
		     size_t buffers);

/**
 * vi_capture_write_to - the same, to a function instead of a file.
 *
 * @write: called with the next @len bytes, followed by a NUL, until all are
 *         written. It returns 0, or a negative errno, which ends the capture
 *         and becomes the result. It must not use @ctx.
 *
 * The text is generated as it is written: what was written before an error is
 * not a valid capture.
 */
int vi_capture_write_to(struct vi_ctx *ctx, struct vi_device *dev,
			size_t buffers,
			int (*write)(void *data, const char *s, size_t len),
			void *data);

/**
 * vi_capture_read - replace the context's devices by those of a capture. Needs
 * no privilege. All fields and checks show the machine that it was taken on.
 * @path: the file, or "-" for standard input.
 * -EINVAL: the capture is damaged; the message names the place, such as
 * "devices[2].queues[0].size".
 */
int vi_capture_read(struct vi_ctx *ctx, const char *path);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_CAPTURE_H */
