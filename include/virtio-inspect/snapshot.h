/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file snapshot.h
 * The queues of devices that somebody else drives: rings, and requests in
 * flight. Continues <virtio-inspect/inspect.h>, whose rules hold here.
 */
#ifndef VIRTIO_INSPECT_SNAPSHOT_H
#define VIRTIO_INSPECT_SNAPSHOT_H

#include <virtio-inspect/inspect.h>

#ifdef __cplusplus
extern "C" {
#endif

/** VI_MAX_SNAPSHOTS - how many snapshots are kept of a device. */
#define VI_MAX_SNAPSHOTS	16

/**
 * vi_snapshot_take - read the queues of devices, now.
 *
 * @dev: the device, or NULL for all devices of the context.
 * @access: "auto": the kernel's own structures, which writes nothing; "kernel";
 *       "devmem"; "registers", which writes the queue_select register of a
 *       live device and restores it. Simulated devices, captures and rings by
 *       address have access methods of their own, which "auto" uses.
 *
 * Earlier snapshots are kept for comparison, VI_MAX_SNAPSHOTS in all; then the
 * oldest is dropped. The device fields "queues", "attach" and "attach_notes"
 * describe the last one. Values that vi_get() returned from earlier snapshots
 * stay valid, see vi_release(), and do not change.
 *
 * 0 if the queues of at least one device could be read, or if there is no
 * device; else a negative errno, and the message names the access method that
 * failed, the reason, and one that would work. A queue whose ring could not be
 * read is no failure of the snapshot: the queue has what its registers or the
 * kernel say, "memory_error" says why its ring is missing, and fields that come
 * from the ring are unknown.
 */
int vi_snapshot_take(struct vi_ctx *ctx, struct vi_device *dev,
		     const char *access);

/** struct vi_snapshot - the queues of one device at one moment. */
struct vi_snapshot;

/** vi_snapshots - the number of snapshots of @dev that are kept. */
size_t vi_snapshots(const struct vi_device *dev);

/**
 * vi_snapshot_at - snapshot @i of @dev; 0 is the oldest that is kept,
 * vi_snapshots() - 1 the last. NULL: there is no such snapshot. The caller gets
 * a reference, which keeps the snapshot, its device, and all values of both
 * until vi_snapshot_unref(): beyond later snapshots, the next scan, and the
 * context.
 */
struct vi_snapshot *vi_snapshot_at(struct vi_device *dev, size_t i);

/** vi_snapshot_ref - take a further reference to @snap; returns @snap. */
struct vi_snapshot *vi_snapshot_ref(struct vi_snapshot *snap);

/** vi_snapshot_unref - drop a reference; NULL is fine. */
void vi_snapshot_unref(struct vi_snapshot *snap);

/** vi_snapshot_device - the device of @snap, valid as long as @snap. */
struct vi_device *vi_snapshot_device(const struct vi_snapshot *snap);

/**
 * vi_snapshot_schema - the fields of snapshots: "attach", "addresses", and
 * "queues", whose records have the fields of vi_queue_schema().
 */
const struct vi_schema *vi_snapshot_schema(void);

/**
 * vi_release - tell the library that the program no longer uses values of these
 * fields of a device: "queues", "attach_notes", "offered_names", "config",
 * "registers", "findings", "answers" and "unjudged".
 *
 * A later snapshot, look at registers, or check replaces such values. The
 * library frees replaced values at once, unless vi_get() has returned some of
 * them: then it keeps them until this call or the next scan. A program that
 * takes snapshots or checks in a loop, reads these fields, and does not scan,
 * grows unless it calls this function each time round. A program that reads
 * only snapshots and reports to which it holds references need not.
 *
 * Values of all other fields stay valid, and these can be read again.
 *
 * @dev: the device, or NULL for all devices of the context.
 */
void vi_release(struct vi_ctx *ctx, struct vi_device *dev);

/** vi_queue_schema - the fields of queues. */
const struct vi_schema *vi_queue_schema(void);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_SNAPSHOT_H */
