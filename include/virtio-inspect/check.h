/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file check.h
 * Judging queues: whose fault it is that one stands still, and what is wrong
 * with a ring. Continues <virtio-inspect/inspect.h>, whose rules hold here.
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
 * @sample:   seconds between the first two looks; 0.5 if 0.
 * @patience: seconds that a suspicious queue is watched at most; 3 if 0.
 * @access:   as for vi_snapshot_take(); "auto" if NULL.
 * @now:      judge the looks that are there, and take no more.
 */
struct vi_check_options {
	size_t size;
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

#endif /* VIRTIO_INSPECT_CHECK_H */
