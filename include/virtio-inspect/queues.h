/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file queues.h
 * Looking into the queues of devices that somebody else drives: rings,
 * requests in flight, captures of all that, and the check that says whose
 * fault it is. Continues <virtio-inspect/inspect.h>, whose rules hold here.
 */
#ifndef VIRTIO_INSPECT_QUEUES_H
#define VIRTIO_INSPECT_QUEUES_H

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

/**
 * struct vi_check_options - how thorough a check is
 * @sample:   seconds between the first two looks; 0.5 if 0.
 * @patience: seconds that a suspicious queue is watched at most; 3 if 0.
 * @access:   as for vi_snapshot_take(); "auto" if NULL.
 * @now:      judge the looks that are there, and take no more.
 */
struct vi_check_options {
	double sample;
	double patience;
	const char *access;
	bool now;
};

/**
 * vi_check - judge @dev, or with NULL all devices.
 *
 * What was found is in the device fields "findings" (code, severity, queue,
 * evidence, message, advice), "answers" (for each suspicious queue: did the
 * device see the requests, did it complete them, did the driver see that) and
 * "unjudged" (what could not be known from this way in, and why).
 *
 * How many error-level findings there are, or a negative errno when nothing
 * could be read.
 */
int vi_check(struct vi_ctx *ctx, struct vi_device *dev,
	     const struct vi_check_options *options);

/** struct vi_report - what a check has found out about one device. */
struct vi_report;

/**
 * vi_device_report - what the last check found out about @dev, or what its
 * capture holds of one; NULL: it was not checked. This is a reference of the
 * caller's own, which keeps the report and the device, whatever is checked,
 * scanned or freed meanwhile, until vi_report_unref().
 */
struct vi_report *vi_device_report(struct vi_device *dev);

/** vi_report_ref - one more reference to @report, which is returned. */
struct vi_report *vi_report_ref(struct vi_report *report);

/** vi_report_unref - let go of a reference; NULL is fine. */
void vi_report_unref(struct vi_report *report);

/**
 * vi_report_schema - the fields that reports have: "findings", "answers",
 * "looks" and "unjudged", as devices have them.
 */
const struct vi_schema *vi_report_schema(void);

/** vi_rule - rule @i, from 0, as an object of vi_rule_schema() (code,
 * severity, title, text, advice, section); NULL after the last. */
const void *vi_rule(size_t i);
const struct vi_schema *vi_rule_schema(void);

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

/**
 * vi_machine - what the context's devices are part of: this machine, now, or
 * the one that the capture is of. An object of vi_machine_schema() (kernel,
 * machine, byte_order, page_size, time, memory), good until the next call or
 * scan; NULL when out of memory.
 */
const void *vi_machine(struct vi_ctx *ctx);
const struct vi_schema *vi_machine_schema(void);

/**
 * vi_read_fn - copy @len bytes of memory at @addr into @buf: all of them and 0,
 * or a negative errno. @data is the program's own.
 */
typedef int (*vi_read_fn)(void *data, uint64_t addr, void *buf, size_t len);

/**
 * vi_ctx_add_memory - have rings by address, and their buffers, lie in memory
 * that the program has: that of a guest, or its own.
 *
 * @start, @end: the addresses of its first and of its last byte, as descriptors
 *               have them.
 * @read:        reads it, while the context is used or anything of it is held.
 *
 * May be called several times. Together that is all the memory there is: what
 * lies elsewhere is not RAM. -EINVAL: @end is before @start, or it is all of
 * the address space; -ENOMEM.
 */
int vi_ctx_add_memory(struct vi_ctx *ctx, uint64_t start, uint64_t end,
		      vi_read_fn read, void *data);

/**
 * vi_ring_by_address - have a device that is nothing but a ring in memory,
 * until the next scan; the same @spec and @memory again is the same device.
 * @spec:   "split|packed,num=256,desc=0x…,driver=0x…,device=0x…" and, as
 *          options, "features=0x…", "type=blk", and for packed rings
 *          "next_avail=", "avail_wrap=", "next_used=", "used_wrap=".
 * @memory: "FILE[@ADDRESS]": a flat file whose first byte lies at ADDRESS (0)
 *          and which is all the memory that there is. NULL: that of
 *          vi_ctx_add_memory(), or where the program gave none, this machine's
 *          physical memory.
 */
int vi_ring_by_address(struct vi_ctx *ctx, const char *spec,
		       const char *memory, struct vi_device **dev);

/**
 * vi_check_ring - judge a ring as it is now, for tests of a virtual machine
 * monitor or of a back end: vi_ring_by_address(), vi_snapshot_take() and
 * vi_check() in one.
 *
 * @spec: as for vi_ring_by_address(), in the memory of vi_ctx_add_memory().
 * @dev:  the device that stands for the ring; what was found is in its
 *        "findings". The same @spec is the same device, and what its next check
 *        compares with are the snapshots of the checks before.
 *
 * How many findings are errors; 0 says that nothing is wrong in one look, which
 * cannot tell whether the ring moves. A negative errno with a message when not
 * all of the ring could be read: then nothing is said of it.
 */
int vi_check_ring(struct vi_ctx *ctx, const char *spec,
		  struct vi_device **dev);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_QUEUES_H */
