// SPDX-License-Identifier: GPL-2.0-or-later
/* What is in the memory of buffers that are in flight, where asked for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "attach/look.h"

/* Of all buffers of a queue. */
#define MAX_TOTAL	((size_t)64 << 20)

static int by_addr(const void *p, const void *q)
{
	const struct vi_content *a = p, *b = q;

	return a->addr < b->addr ? -1 : a->addr > b->addr;
}

/* Descriptors that begin at the same address show the same. */
static void drop_doubles(struct vi_queue *q)
{
	size_t i, kept = 0;

	if (q->num_contents > 1)
		qsort(q->contents, q->num_contents, sizeof(*q->contents),
		      by_addr);
	for (i = 0; i < q->num_contents; i++) {
		if (kept && q->contents[kept - 1].addr == q->contents[i].addr)
			free(q->contents[i].bytes);
		else
			q->contents[kept++] = q->contents[i];
	}
	q->num_contents = kept;
}

static int add_content(struct vi_queue *q, uint64_t addr, uint8_t *bytes,
		       uint32_t len)
{
	struct vi_content *grown = q->contents;

	/* A power of two, when it is full. */
	if (!(q->num_contents & (q->num_contents - 1))) {
		grown = reallocarray(q->contents, q->num_contents ?
				     q->num_contents * 2 : 1, sizeof(*grown));
		if (!grown) {
			free(bytes);
			return -ENOMEM;
		}
	}
	q->contents = grown;
	grown[q->num_contents++] = (struct vi_content) {
		.addr = addr, .len = len, .bytes = bytes,
	};
	return 0;
}

static int read_one(struct vi_look *look, const struct vi_look_way *way,
		    void *state, struct vi_queue *q, const struct vi_desc *d,
		    size_t most)
{
	uint32_t len = d->len < most ? d->len : most;
	uint8_t *bytes = malloc(len + 1);

	if (!bytes)
		return -ENOMEM;
	if (!len || way->memory(state, look->dev, d->addr, bytes, len)) {
		free(bytes);
		return 0;
	}
	return add_content(q, d->addr, bytes, len);
}

static int read_queue(struct vi_look *look, const struct vi_look_way *way,
		      void *state, size_t i, size_t most)
{
	const struct vi_ring *ring = &look->rings[i];
	size_t k, m, total = 0;
	int err = 0;

	for (k = 0; k < ring->num_in_flight && !err; k++) {
		const struct vi_chain *c = &ring->in_flight[k];

		for (m = 0; m < c->num && !err && total < MAX_TOTAL; m++) {
			total += c->desc[m].len < most ? c->desc[m].len : most;
			err = read_one(look, way, state, &look->queues[i],
				       &c->desc[m], most);
		}
	}
	drop_doubles(&look->queues[i]);
	return err;
}

int vi_read_contents(struct vi_look *look, const struct vi_look_way *way,
		     void *state, size_t most)
{
	size_t i;
	int err = 0;

	for (i = 0; i < look->count && !err; i++) {
		vi_queue_forget_contents(&look->queues[i]);
		err = read_queue(look, way, state, i, most);
	}
	return err;
}
