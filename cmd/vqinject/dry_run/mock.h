/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device that is not there: rings are made for it in private memory. */
#ifndef CMD_VQINJECT_DRY_RUN_MOCK_H
#define CMD_VQINJECT_DRY_RUN_MOCK_H

#include "vqinject/engine/engine.h"

#define MOCK_MAX_QUEUES	8

/* Memory that is given an address which is the same in every run. */
struct mock_region {
	const uint8_t *mem;
	size_t size;
	uint64_t addr;
};

struct mock_queue {
	unsigned int index, num;
	char name[40];
	struct virtqueue *vq;
	void *pages;
	unsigned int added;
};

struct mock_device {
	struct virtio_device vdev;
	bool polled;			/* without interrupts */
	struct mock_region *region;
	unsigned int num_regions;
	uint64_t next_addr;
	struct mock_queue queue[MOCK_MAX_QUEUES];
	unsigned int num_queues;
};

/* Entries of a queue, where the user does not say: nobody can be asked. */
#define MOCK_QUEUE_SIZE	256

/* mock.c */
void mock_begin(struct mock_device *d, uint32_t type,
		const struct vi_features *features);
void mock_end(struct mock_device *d);
/* The queue, made when it is first asked for; NULL after a message. */
struct mock_queue *mock_queue(struct mock_device *d, unsigned int index,
			      unsigned int num);
/* Put a chain into its queue. 0; -ENOSPC: it is full; or EXIT_ERROR. */
int mock_add(struct mock_device *d, struct mock_queue *q,
	     const struct chain *c);
/* What is at an address, or NULL. */
const uint8_t *mock_at(const struct mock_device *d, uint64_t addr, size_t len);

/* mock_text.c: the ring, and what its descriptors point to. */
void mock_print_queue(const struct mock_device *d, const struct mock_queue *q,
		      struct text *t);
void mock_print_chain(const struct mock_device *d, const struct chain *c,
		      const uint8_t *mem, struct text *t);

#endif
