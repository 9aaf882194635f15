/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From looks at a device to what the engine judges, and back to records. */
#ifndef VI_CHECK_RUN_H
#define VI_CHECK_RUN_H

#include "check/check.h"
#include "inspect/snapshot.h"

/* What the engine is given of one device; vi_check_input_free() ends it. */
struct vi_check_input {
	struct vi_check check;
	struct vi_check_queue *queues;
	struct vi_check_sample *samples;
	char *iomem;			/* text of /proc/iomem, or NULL */
};

/* 0 or -ENOMEM. */
int vi_check_input(struct vi_device *dev, uint64_t watch_ns,
		   struct vi_check_input *in);
void vi_check_input_free(struct vi_check_input *in);

/*
 * Have @report, which the engine made in @batch, be the device's, with what the
 * kernel counts; what a capture brought along that takes time to see stays.
 * 0, and the batch is the device's; or -ENOMEM.
 */
int vi_check_output(struct vi_device *dev, struct vi_batch *batch,
		    struct vi_report *report);

/* counts.c: what the kernel counts around a live device goes with a finding
 * about one of its queues. 0 or -ENOMEM. */
int vi_add_counts(struct vi_pool *pool, struct vi_device *dev,
		  struct vi_finding *f);

/* memory_map.c: what is at addresses of this machine's, by /proc/iomem. */
enum vi_mem_kind vi_iomem_look(void *text, uint64_t addr, uint64_t *extent);
/* The same by the map of a struct vi_host, which a capture has. */
enum vi_mem_kind vi_ranges_look(void *host, uint64_t addr, uint64_t *extent);
/* The same in memory that is a flat file, a struct vi_mem. */
enum vi_mem_kind vi_flat_look(void *mem, uint64_t addr, uint64_t *extent);

#endif
