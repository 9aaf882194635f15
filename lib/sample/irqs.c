// SPDX-License-Identifier: LGPL-2.1-or-later
/* Interrupts of queues, from one file that stays open, read once a sample. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/ctx.h"
#include "core/file.h"
#include "sample/sample.h"

#define INTERRUPTS	"/proc/interrupts"
#define MAX_TEXT	(256 << 20)
#define FIRST_TEXT	(16 << 10)

static int grow(struct vi_sampler *s)
{
	size_t size = s->irqs_size ? s->irqs_size * 2 : FIRST_TEXT;
	char *text;

	if (size > MAX_TEXT)
		return -EFBIG;
	text = realloc(s->irqs_text, size);
	if (!text)
		return -ENOMEM;
	s->irqs_text = text;
	s->irqs_size = size;
	return 0;
}

/* The whole file, with a NUL at its end. */
static int read_text(struct vi_sampler *s)
{
	size_t len = 0;
	ssize_t n;
	int err;

	if (s->irqs_fd < 0)
		s->irqs_fd = vi_open(s->ctx, INTERRUPTS, 0);
	if (s->irqs_fd < 0)
		return s->irqs_fd;
	do {
		err = len + 1 >= s->irqs_size ? grow(s) : 0;
		if (err)
			return vi_fault(s->ctx, NULL, err);
		n = pread(s->irqs_fd, s->irqs_text + len,
			  s->irqs_size - len - 1, len);
		if (n < 0 && errno != EINTR)
			return vi_fault(s->ctx, INTERRUPTS, -errno);
		len += n > 0 ? n : 0;
	} while (n);
	s->irqs_text[len] = '\0';
	return 0;
}

/* The count of a CPU that goes offline disappears; then nothing is known about
 * this interval. */
static void set_count(struct vi_sampled_irq *to, uint64_t count)
{
	if (to->known && count >= to->count) {
		to->since += count - to->count;
		/* After a missed sample, the difference covers two
		 * intervals. */
		to->has_since = !to->missed;
	} else {
		to->has_since = false;
	}
	to->count = count;
	to->known = true;
	to->missed = false;
}

static void set_irq(const struct vi_irqs *irqs, const struct vi_irq *first,
		    struct vi_sampled_queue *q)
{
	const struct vi_irq *irq = vi_irqs_of_queue(irqs, first,
						    q->watch.q.name,
						    &q->irq.own);
	uint64_t count;
	uint32_t number;

	if (!irq || vi_irq_count(irqs, irq, &number, &count)) {
		q->irq.known = q->irq.has_irq = q->irq.has_since = false;
		return;
	}
	if (q->irq.has_irq && q->irq.irq != number)
		q->irq.known = false;
	q->irq.irq = number;
	q->irq.has_irq = true;
	set_count(&q->irq, count);
}

/* If rings cannot be read, each interrupt stands for a queue. */
static int add_queue(struct vi_sampled *d, const struct vi_irq *irq)
{
	size_t len = irq->queue ? irq->name + irq->len - irq->queue : 0, i;
	struct vi_sampled_queue *q;

	if (!len || len >= sizeof(q->watch.q.name) || vi_irq_serves(irq, "config") ||
	    vi_irq_serves(irq, "virtqueues"))
		return 0;
	for (i = 0; i < d->count; i++)
		if (vi_irq_serves(irq, d->queues[i]->watch.q.name))
			return 0;
	q = vi_sampled_queue_new(d);
	if (!q)
		return -ENOMEM;
	memcpy(q->watch.q.name, irq->queue, len);
	q->watch.q.have |= VI_Q_NAME;
	vi_sampled_queue_name(d, q);
	return 0;
}

static int set_device(const struct vi_irqs *irqs, struct vi_sampled *d)
{
	const struct vi_irq *first, *irq;
	size_t i;
	int err = 0;

	if (d->index < 0 || !vi_hotplug_is_live(d->dev))
		return 0;
	first = vi_irqs_first(irqs, d->index);
	for (irq = first; irq && !d->access && !err;
	     irq = vi_irqs_next(irqs, irq))
		err = add_queue(d, irq);
	for (i = 0; i < d->count; i++)
		set_irq(irqs, first, d->queues[i]);
	return err;
}

/* Simulated devices count their interrupts themselves. */
static void set_read(struct vi_sampled *d)
{
	size_t i;

	for (i = 0; i < d->count; i++) {
		struct vi_sampled_queue *q = d->queues[i];

		if (!(q->read.have & VI_CTR_INTERRUPTS))
			continue;
		q->irq.own = true;
		set_count(&q->irq, q->read.interrupts);
	}
}

/* Earlier counts do not describe this sample. */
static void miss_counts(struct vi_sampler *s)
{
	size_t i, k;

	for (i = 0; i < s->count; i++) {
		struct vi_sampled *d = s->devices[i];

		for (k = 0; k < d->count && vi_hotplug_is_live(d->dev); k++) {
			d->queues[k]->irq.missed = true;
			d->queues[k]->irq.has_since = false;
		}
	}
}

void vi_sample_irqs(struct vi_sampler *s)
{
	struct vi_pool pool = { NULL, s->ctx };
	struct vi_irqs irqs = { 0 };
	bool live = false;
	size_t i;
	int err = 0;

	for (i = 0; i < s->count; i++) {
		set_read(s->devices[i]);
		live |= vi_hotplug_is_live(s->devices[i]->dev);
	}
	if (!live)
		return;
	/* The context notes whatever fails here. */
	err = read_text(s);
	if (!err)
		err = vi_irqs_parse(&pool, s->irqs_text, &irqs);
	for (i = 0; i < s->count && !err; i++)
		err = vi_fault(s->ctx, NULL, set_device(&irqs, s->devices[i]));
	if (err)
		miss_counts(s);
	vi_pool_free(&pool);
}
