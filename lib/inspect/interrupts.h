/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * /proc/interrupts, as far as it is about virtio devices. Lines can be as
 * long as there are CPUs; only those of interest are looked into.
 */
#ifndef VI_INSPECT_INTERRUPTS_H
#define VI_INSPECT_INTERRUPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inspect/device.h"

/*
 * One user of an interrupt, in the text.
 * @device: N of the "virtioN" that its name begins with.
 * @name, @len: all of its name: "virtio3-req.0".
 * @queue:  what follows "virtio3-", and ends where the name does; NULL: it
 *          has no more to its name.
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

/* @text: ends with a NUL and stays. 0 or -ENOMEM. */
int vi_irqs_parse(struct vi_pool *pool, const char *text,
		  struct vi_irqs *irqs);

/* The first one of virtio device @device, or NULL. */
const struct vi_irq *vi_irqs_first(const struct vi_irqs *irqs,
				   uint32_t device);

/* The next one of the same device, or NULL. */
const struct vi_irq *vi_irqs_next(const struct vi_irqs *irqs,
				  const struct vi_irq *irq);

/*
 * How many queues have an interrupt of their own, of the device that @first is
 * of; 0: none, or some share one.
 */
unsigned int vi_irqs_count_queues(const struct vi_irqs *irqs,
				  const struct vi_irq *first);

/* Is there one of a queue called @pattern, where %u is a number? */
bool vi_irqs_have(const struct vi_irqs *irqs, const struct vi_irq *first,
		  const char *pattern);

/*
 * All that the line says. 0; -EINVAL: it is no line of a numbered interrupt;
 * -ENOMEM. @out->affinity is left alone.
 */
int vi_irq_decode(struct vi_pool *pool, const struct vi_irqs *irqs,
		  const struct vi_irq *irq, struct vi_interrupt *out);

/* Only its number and how often it came, on all CPUs. 0 or -EINVAL. */
int vi_irq_count(const struct vi_irqs *irqs, const struct vi_irq *irq,
		 uint32_t *number, uint64_t *count);

/* Those of a device in this machine's, or the recorded one's, file. */
int vi_device_irqs(struct vi_device *dev, const struct vi_irqs **irqs,
		   const struct vi_irq **first);

#endif
