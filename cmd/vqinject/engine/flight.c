// SPDX-License-Identifier: GPL-2.0-or-later
/* Buffers in flight, and their memory. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vqinject/engine/engine.h"

int flight_end(struct engine *e, enum outcome outcome)
{
	if (e->outcome == OUTCOME_RUNNING)
		e->outcome = outcome;
	return -1;
}

/* --- Memory --- */

static struct slot *new_slot(struct engine *e, size_t size)
{
	struct slot *slot;

	if (!tool_grow(&e->slot, e->num_slots, sizeof(*e->slot)))
		return NULL;
	slot = calloc(1, sizeof(*slot));
	if (!slot)
		return NULL;
	slot->mem = virtio_alloc(e->vdev, size);
	if (!slot->mem) {
		free(slot);
		return NULL;
	}
	slot->size = size;
	e->slot[e->num_slots++] = slot;
	return slot;
}

static struct slot *get_slot(struct engine *e, const struct chain *c)
{
	struct slot *slot;
	unsigned int i;

	slot = e->free_slot;
	if (slot && !slot->chain && slot->size >= c->image_len)
		return slot;
	for (i = 0; i < e->num_slots; i++)
		if (!e->slot[i]->chain && e->slot[i]->size >= c->image_len)
			return e->slot[i];
	slot = new_slot(e, c->image_len);
	if (!slot)
		tool_error("%s: cannot allocate %" PRIu64 " bytes of DMA memory with %u buffers in flight; the limit for locked memory (ulimit -l) may be too low",
			   e->o->device, c->image_len, e->in_flight);
	return slot;
}

void flight_free(struct engine *e)
{
	unsigned int i;

	for (i = 0; i < e->num_slots; i++) {
		virtio_free(e->vdev, e->slot[i]->mem, e->slot[i]->size);
		free(e->slot[i]);
	}
	free(e->slot);
	e->slot = NULL;
	e->free_slot = NULL;
	e->num_slots = 0;
	e->in_flight = 0;
}

/* --- Submitting --- */

static int cannot_add(struct engine *e, const struct chain *c,
		      const struct engine_queue *q, int err)
{
	if (err == -EIO)
		return flight_end(e, OUTCOME_BROKEN);
	if (err == -ENOSPC && c->line)
		tool_error("line %u: queue %u is full: it has %u entries and %u buffers; insert a \"wait\" line before this one",
			   c->line, q->index, q->num, q->in_flight);
	else
		tool_error("%s: a buffer cannot be added to queue %u (%u entries, %u buffers in it): %s",
			   e->o->device, q->index, q->num, q->in_flight,
			   strerror(-err));
	return flight_end(e, OUTCOME_ERROR);
}

static int fill_sg(const struct chain *c, uint8_t *mem,
		   struct scatterlist **sg)
{
	static struct scatterlist *kept;
	static unsigned int room;
	unsigned int i, n = c->out_num + c->in_num;

	if (n > room) {
		struct scatterlist *grown = reallocarray(kept, n,
							 sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		kept = grown;
		room = n;
	}
	for (i = 0; i < n; i++) {
		const struct piece *p = chain_piece(c, i);

		sg_set_buf(&kept[i], mem + p->at, p->spec.len);
	}
	*sg = kept;
	return 0;
}

int flight_add(struct engine *e, const struct chain *c)
{
	struct engine_queue *q = queue_find(e, c->index);
	struct slot *slot = get_slot(e, c);
	struct scatterlist *sg;
	int err;

	if (!slot || !q)
		return flight_end(e, OUTCOME_ERROR);
	memcpy(slot->mem, c->image, c->image_len);
	err = fill_sg(c, slot->mem, &sg);
	slot->added_ns = tool_now_ns();
	if (!e->begin_ns)
		e->begin_ns = slot->added_ns;
	if (!err)
		err = q->vq->vq_ops->add_buf(q->vq, sg, c->out_num, c->in_num,
					     slot);
	if (err)
		return cannot_add(e, c, q, err);
	slot->chain = c;
	slot->queue = q;
	slot->number = ++e->submitted;
	q->in_flight++;
	q->added++;
	e->in_flight++;
	return 0;
}

void flight_kick(struct engine *e)
{
	unsigned int i;

	for (i = 0; i < e->num_queues; i++) {
		struct engine_queue *q = &e->queue[i];

		if (q->added && !e->o->no_kick)
			q->vq->vq_ops->kick(q->vq);
		q->added = 0;
	}
}
