/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file check.h
 * Checking queues: what is wrong with a ring, and whether the driver or the
 * device is at fault when a queue stalls. Continues <virtio-inspect/inspect.h>,
 * whose rules hold here.
 */
#ifndef VIRTIO_INSPECT_CHECK_H
#define VIRTIO_INSPECT_CHECK_H

#include <virtio-inspect/inspect.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct vi_check_options - how thorough a check is
 * @size:     sizeof(struct vi_check_options).
 * @sample:   seconds between the first two snapshots; 0.5 if 0.
 * @patience: how many seconds to watch a suspicious queue at most; 3 if 0.
 * @access:   as for vi_snapshot_take(); "auto" if NULL.
 * @now:      judge the snapshots that exist, and take none.
 */
struct vi_check_options {
	size_t size;
	double sample;
	double patience;
	const char *access;
	bool now;
};

/**
 * vi_check - judge @dev, or all devices if it is NULL.
 *
 * The device fields "findings" (code, severity, queue, evidence, message,
 * advice), "answers" (for each suspicious queue: did the device see the
 * requests, did it complete them, did the driver see that), "unjudged" (what
 * this access method cannot tell, and why) and "undecided" (queues that may
 * hang, as far as could be told) hold the result. A device is healthy only if
 * it has no findings and nothing is undecided.
 *
 * Returns the number of findings whose severity is error, or a negative errno
 * if nothing could be read.
 */
int vi_check(struct vi_ctx *ctx, struct vi_device *dev,
	     const struct vi_check_options *options);

/** struct vi_report - the result of a check of one device. */
struct vi_report;

/**
 * vi_device_report - the result of the last check of @dev, or the one in its
 * capture; NULL: it was not checked. The caller gets a reference, which keeps
 * the report and the device until vi_report_unref(): beyond later checks, the
 * next scan, and the context.
 */
struct vi_report *vi_device_report(struct vi_device *dev);

/** vi_report_ref - take a further reference to @report; returns @report. */
struct vi_report *vi_report_ref(struct vi_report *report);

/** vi_report_unref - drop a reference; NULL is fine. */
void vi_report_unref(struct vi_report *report);

/**
 * vi_report_schema - the fields of reports: "findings", "answers", "looks",
 * "unjudged" and "undecided", as devices have them.
 */
const struct vi_schema *vi_report_schema(void);

/** vi_rule - rule @i, from 0: an object of vi_rule_schema() (code, severity,
 * title, text, alike, advice, section); NULL after the last. */
const void *vi_rule(size_t i);
const struct vi_schema *vi_rule_schema(void);

/**
 * vi_check_ring - judge a ring in its present state, for tests of a virtual
 * machine monitor or of a back end: vi_ring_by_address(), vi_snapshot_take()
 * and vi_check() in one call.
 *
 * @spec: as for vi_ring_by_address(), in the memory of vi_ctx_add_memory().
 * @dev:  the device that represents the ring; its field "findings" has the
 *        result. The same @spec names the same device: later checks compare
 *        with the snapshots of earlier ones.
 *
 * Returns the number of findings whose severity is error. 0: this snapshot
 * shows nothing wrong; a single one cannot show whether the ring moves, which
 * the field "undecided" then says if anything is in flight or pending. A
 * negative errno: part of the ring could not be read, or its byte order is
 * unknown, and nothing was judged.
 */
int vi_check_ring(struct vi_ctx *ctx, const char *spec,
		  struct vi_device **dev);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_CHECK_H */
