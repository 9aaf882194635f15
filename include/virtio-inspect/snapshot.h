/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file snapshot.h
 * Looking into the queues of devices that somebody else drives: rings, and
 * requests in flight. Continues <virtio-inspect/inspect.h>, whose rules hold
 * here.
 */
#ifndef VIRTIO_INSPECT_SNAPSHOT_H
#define VIRTIO_INSPECT_SNAPSHOT_H

#include <virtio-inspect/inspect.h>

#ifdef __cplusplus
extern "C" {
#endif

/** VI_MAX_SNAPSHOTS - how many looks at a device are kept for comparison. */
#define VI_MAX_SNAPSHOTS	16

/**
 * vi_snapshot_take - read the queues of devices, now.
 *
 * @dev: the device, or NULL for all that the context has.
 * @access: "auto": the kernel's own structures, which writes nothing; "kernel";
 *       "devmem"; "registers", which writes the queue_select register of a
 *       live device and restores it. Simulated devices, captures and rings by
 *       address have a way of their own, which "auto" takes.
 *
 * Looks add up, so that a later one can be compared with an earlier one; once
 * there are VI_MAX_SNAPSHOTS the oldest makes room. The device fields "queues",
 * "attach" and "attach_notes" tell of the last. What vi_get() has given of
 * earlier ones stays, see vi_release(), and does not change: it is as it was
 * when the snapshot was taken.
 *
 * 0 when at least one device could be read, or there is none; else a negative
 * errno, and the message says which way is closed, why, and which is open.
 */
int vi_snapshot_take(struct vi_ctx *ctx, struct vi_device *dev,
		     const char *access);

/** struct vi_snapshot - the queues of one device, as they were at one moment. */
struct vi_snapshot;

/** vi_snapshots - how many snapshots of @dev are kept. */
size_t vi_snapshots(const struct vi_device *dev);

/**
 * vi_snapshot_at - snapshot @i of @dev, from 0, the oldest that is kept; the
 * last is vi_snapshots() - 1. NULL: there is no such snapshot. This is a
 * reference of the caller's own, which keeps the snapshot, the device that it
 * is of, and all values of both, until vi_snapshot_unref(): beyond later
 * snapshots, the next scan, and the context.
 */
struct vi_snapshot *vi_snapshot_at(struct vi_device *dev, size_t i);

/** vi_snapshot_ref - one more reference to @snap, which is returned. */
struct vi_snapshot *vi_snapshot_ref(struct vi_snapshot *snap);

/** vi_snapshot_unref - let go of a reference; NULL is fine. */
void vi_snapshot_unref(struct vi_snapshot *snap);

/** vi_snapshot_device - the device that @snap is of, good as long as @snap. */
struct vi_device *vi_snapshot_device(const struct vi_snapshot *snap);

/**
 * vi_snapshot_schema - the fields that snapshots have: "attach", "addresses",
 * and "queues", which are of vi_queue_schema().
 */
const struct vi_schema *vi_snapshot_schema(void);

/**
 * vi_release - you have let go of what looks and checks have given.
 *
 * A look, its notes, what registers told, and what a check has found are each
 * freed when the next one takes their place; but where vi_get() has given out
 * some of it, only with this call, or with the next scan. A program that looks
 * over and over, reads, and does not scan, calls it once a round, or else it
 * grows; one that reads from snapshots that it has references to need not.
 *
 * After it no value of a field "queues", "attach_notes", "offered_names",
 * "config", "registers", "findings", "answers" or "unjudged" of a device may
 * be used that was read before; what they say now can be read again. All other
 * values stay good.
 *
 * @dev: the device, or NULL for all that the context has.
 */
void vi_release(struct vi_ctx *ctx, struct vi_device *dev);

/** vi_queue_schema - the fields that queues have. */
const struct vi_schema *vi_queue_schema(void);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_SNAPSHOT_H */
