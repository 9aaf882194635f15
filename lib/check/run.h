/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From snapshots to the engine's input, and from its output to reports. */
#ifndef VI_CHECK_RUN_H
#define VI_CHECK_RUN_H

#include "check/check.h"
#include "inspect/snapshot.h"

/* The engine's input for one device; free with vi_check_input_free(). */
struct vi_check_input {
	struct vi_check check;
	struct vi_check_queue *queues;
	struct vi_check_sample *samples;
	char *iomem;			/* text of /proc/iomem, or NULL */
};

/* 0 or -ENOMEM. To add what was followed, see vi_check_input_follow(). */
int vi_check_input(struct vi_device *dev, uint64_t watch_ns,
		   struct vi_check_input *in);
void vi_check_input_free(struct vi_check_input *in);
/* @follow, which must outlive @in, followed queue @index. */
void vi_check_input_follow(struct vi_check_input *in, uint16_t index,
			   const struct vi_follow *follow);

/*
 * following.c: looks at the queues of devices while a check waits for its next
 * snapshot, often enough to follow their requests.
 */
struct vi_following {
	struct vi_ctx *ctx;
	struct vi_heads heads;
	struct vi_followed_queue *queues;
	size_t count;
};

/* Begin with the queues in the last snapshot of @dev. 0, also if they cannot be
 * followed, or -ENOMEM. */
int vi_following_add(struct vi_following *f, struct vi_device *dev);
/* Wait, and look now and then. 0 or -ENOMEM. */
int vi_following_wait(struct vi_following *f, double seconds);
/* Add what is known of the device's requests. */
void vi_following_input(const struct vi_following *f,
			const struct vi_device *dev, struct vi_check_input *in);
void vi_following_end(struct vi_following *f);

/*
 * Make @report, which the engine built in @batch, the device's, with the
 * kernel's counters, and with those findings of a capture that need several
 * snapshots. 0, and the device owns @batch; or -ENOMEM.
 */
int vi_check_output(struct vi_device *dev, struct vi_batch *batch,
		    struct vi_report *report);

/* counts.c: add the kernel's counters to a finding about a queue of a local
 * device. 0 or -ENOMEM. */
int vi_add_counts(struct vi_pool *pool, struct vi_device *dev,
		  struct vi_finding *f);

/* memory_map.c: what is at an address, by the text of /proc/iomem. */
enum vi_mem_kind vi_iomem_look(void *text, uint64_t addr, uint64_t *extent);
/* By the map of a struct vi_host, from a capture. */
enum vi_mem_kind vi_ranges_look(void *host, uint64_t addr, uint64_t *extent);
/* In a flat file, a struct vi_mem. */
enum vi_mem_kind vi_flat_look(void *mem, uint64_t addr, uint64_t *extent);

#endif
