/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device that is not there: rings are made for it in private memory. */
#ifndef CMD_VQINJECT_DRY_RUN_IMAGINED_H
#define CMD_VQINJECT_DRY_RUN_IMAGINED_H

#include "vqinject/engine/engine.h"

#define DRY_MAX_QUEUES	8

/* Memory that is given an address which is the same in every run. */
struct dry_region {
	const uint8_t *mem;
	size_t size;
	uint64_t addr;
};

struct dry_queue {
	unsigned int index, num;
	char name[40];
	struct virtqueue *vq;
	void *pages;
	unsigned int added;
};

struct dry_device {
	struct virtio_device vdev;
	bool polled;			/* without interrupts */
	struct dry_region *region;
	unsigned int num_regions;
	uint64_t next_addr;
	struct dry_queue queue[DRY_MAX_QUEUES];
	unsigned int num_queues;
};

/* Entries of a queue, where the user does not say: nobody can be asked. */
#define DRY_QUEUE_SIZE	256

/* imagined.c */
void dry_begin(struct dry_device *d, uint32_t type,
	       const struct vi_features *features);
void dry_end(struct dry_device *d);
/* The queue, made when it is first asked for; NULL after a message. */
struct dry_queue *dry_queue(struct dry_device *d, unsigned int index,
			    unsigned int num);
/* Put a chain into its queue. 0; -ENOSPC: it is full; or EXIT_ERROR. */
int dry_add(struct dry_device *d, struct dry_queue *q, const struct chain *c);
/* What is at an address, or NULL. */
const uint8_t *dry_at(const struct dry_device *d, uint64_t addr, size_t len);

/* imagined_text.c: the ring, and what its descriptors point to. */
void dry_print_queue(const struct dry_device *d, const struct dry_queue *q,
		     struct text *t);
void dry_print_chain(const struct dry_device *d, const struct chain *c,
		     const uint8_t *mem, struct text *t);

#endif
