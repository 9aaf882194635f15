/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The virtio interrupts in /proc/interrupts. A line grows with the number of
 * CPUs, so only lines of interest are parsed in full.
 */
#ifndef VI_INSPECT_INTERRUPTS_H
#define VI_INSPECT_INTERRUPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inspect/device.h"

/*
 * One user of an interrupt, in the text.
 * @device: the N in "virtioN", with which the name begins.
 * @name, @len: the whole name: "virtio3-req.0".
 * @queue:  what follows "virtio3-", up to the end of the name; NULL: nothing
 *          does.
 */
struct vi_irq {
	uint32_t device;
	const char *line;
	const char *name;
	size_t len;
	const char *queue;
};

struct vi_irqs {
	const char *text;
	struct vi_irq *irqs;		/* by device, then as in the text */
	size_t count;
};

/* @text: NUL-terminated; must outlive @irqs. 0 or -ENOMEM. */
int vi_irqs_parse(struct vi_pool *pool, const char *text,
		  struct vi_irqs *irqs);

/* The first one of virtio device @device, or NULL. */
const struct vi_irq *vi_irqs_first(const struct vi_irqs *irqs,
				   uint32_t device);

/* The next one of the same device, or NULL. */
const struct vi_irq *vi_irqs_next(const struct vi_irqs *irqs,
				  const struct vi_irq *irq);

/* Is the queue's part of its name @name? */
bool vi_irq_serves(const struct vi_irq *irq, const char *name);

/*
 * The interrupt of the queue @name ("": unknown), from @first on, or NULL. A
 * queue's own has the queue's name; one that all queues share is called
 * "virtqueues"; INTx has the device's name alone.
 */
const struct vi_irq *vi_irqs_of_queue(const struct vi_irqs *irqs,
				      const struct vi_irq *first,
				      const char *name, bool *own);

/*
 * The number of queues of @first's device that have an interrupt of their own;
 * 0: none, or some queues share one.
 */
unsigned int vi_irqs_count_queues(const struct vi_irqs *irqs,
				  const struct vi_irq *first);

/* Does a queue called @pattern, where %u stands for a number, have one? */
bool vi_irqs_have(const struct vi_irqs *irqs, const struct vi_irq *first,
		  const char *pattern);

/*
 * Decode the whole line except @out->affinity. 0; -EINVAL: not a line of a
 * numbered interrupt; -ENOMEM.
 */
int vi_irq_decode(struct vi_pool *pool, const struct vi_irqs *irqs,
		  const struct vi_irq *irq, struct vi_interrupt *out);

/* Only the interrupt's number and its count on all CPUs. 0 or -EINVAL. */
int vi_irq_count(const struct vi_irqs *irqs, const struct vi_irq *irq,
		 uint32_t *number, uint64_t *count);

/* A device's lines in /proc/interrupts of this machine or recorded tree. */
int vi_device_irqs(struct vi_device *dev, const struct vi_irqs **irqs,
		   const struct vi_irq **first);

#endif
