/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device that exists only for --dry-run, with rings in private memory. */
#ifndef CMD_VQINJECT_DRY_RUN_MOCK_H
#define CMD_VQINJECT_DRY_RUN_MOCK_H

#include "vqinject/engine/engine.h"

#define MOCK_MAX_QUEUES	8

/* Memory with a made-up address, the same in every run. */
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

/* The queue size by default, as there is no device to ask. */
#define MOCK_QUEUE_SIZE	256

/* mock.c */
void mock_begin(struct mock_device *d, uint32_t type,
		const struct vi_features *features);
void mock_end(struct mock_device *d);
/* Find or create a queue; NULL after a message. */
struct mock_queue *mock_queue(struct mock_device *d, unsigned int index,
			      unsigned int num);
/* Add a chain: 0; -ENOSPC: the queue is full; EXIT_ERROR after a message. */
int mock_add(struct mock_device *d, struct mock_queue *q,
	     const struct chain *c);
/* The memory at a device address; NULL: none. */
const uint8_t *mock_at(const struct mock_device *d, uint64_t addr, size_t len);

/* mock_text.c: print the ring, and the buffers it points to */
void mock_print_queue(const struct mock_device *d, const struct mock_queue *q,
		      struct text *t);
void mock_print_chain(const struct mock_device *d, const struct chain *c,
		      const uint8_t *mem, struct text *t);

#endif
