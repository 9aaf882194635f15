// SPDX-License-Identifier: GPL-2.0-or-later
/* Queues by number or name, and what fits into them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vqinject/engine/engine.h"

/* the size of the library's indirect tables */
#define TABLE_MAX	32

/* how many names to try if the device does not say how many queues it has */
#define MAX_NAMED	256

void queue_name(uint32_t device, const struct vi_features *features,
		unsigned int num_queues, unsigned int index, char *buf,
		size_t size)
{
	if (!vi_queue_name(device, features, num_queues, index, buf, size))
		*buf = '\0';
}

static unsigned int num_names(const struct engine *e)
{
	if (e->num_device_queues && e->num_device_queues < MAX_NAMED)
		return e->num_device_queues;
	return MAX_NAMED;
}

/* "receiveq1, transmitq1" */
static void add_names(const struct engine *e, struct text *t)
{
	unsigned int i, n = e->num_device_queues;
	char name[40];

	for (i = 0; i < (n && n < 8 ? n : 8); i++) {
		queue_name(e->vdev->id.device, &e->vdev->features, n, i, name,
			   sizeof(name));
		if (*name)
			text_addf(t, "%s%u %s", t->len ? ", " : "", i, name);
	}
}

static int no_name(const struct engine *e, const char *name)
{
	struct text t = { 0 };

	add_names(e, &t);
	tool_error("%s: no queue \"%s\"; available: %s", e->o->device,
		   name, t.len && !t.failed ? t.s : "queues by number");
	free(t.s);
	return EXIT_USAGE;
}

int queue_resolve(const struct engine *e, const char *name,
		  unsigned int *index)
{
	char other[40], *end;
	unsigned int i;

	if (*name >= '0' && *name <= '9') {
		unsigned long n = strtoul(name, &end, 10);

		*index = n;
		return *end || n > UINT16_MAX ? no_name(e, name) : 0;
	}
	for (i = 0; i < num_names(e); i++) {
		queue_name(e->vdev->id.device, &e->vdev->features,
			   e->num_device_queues, i, other, sizeof(other));
		if (*other && !strcmp(other, name)) {
			*index = i;
			return 0;
		}
	}
	return no_name(e, name);
}

/* --- Setting up --- */

/* The size in the device's register. */
static unsigned int offered_size(struct engine *e, unsigned int index)
{
	uint64_t size = 0;

	if (vi_register_write(e->vdev, "queue_select", index) ||
	    vi_register_read(e->vdev, "queue_size", &size))
		return 0;
	return size;
}

static void explain(struct engine *e, unsigned int index)
{
	unsigned int size;
	int err = errno;

	if (err == ENOENT && e->num_device_queues) {
		tool_error("%s: no queue %u; it has %u, numbered from 0",
			   e->o->device, index, e->num_device_queues);
		return;
	}
	size = err == ERANGE ? offered_size(e, index) : 0;
	if (size)
		tool_error("%s: queue %u supports at most %u entries, but --queue-size requests %u",
			   e->o->device, index, size, e->o->queue_size);
	else if (err == ENOENT)
		tool_error("%s: no queue %u", e->o->device, index);
	else
		tool_error("%s: queue %u cannot be set up: %s", e->o->device,
			   index, strerror(err));
}

struct engine_queue *queue_find(struct engine *e, unsigned int index)
{
	unsigned int i;

	for (i = 0; i < e->num_queues; i++)
		if (e->queue[i].index == index)
			return &e->queue[i];
	return NULL;
}

static void (*queue_callback)(struct virtqueue *vq);

/* Find or set up a queue, before DRIVER_OK; NULL after a message. */
static struct engine_queue *queue_get(struct engine *e, unsigned int index)
{
	struct engine_queue *q = queue_find(e, index);

	if (q)
		return q;
	if (e->num_queues == ENGINE_MAX_QUEUES) {
		tool_error("%s: at most %d queues can be used at once",
			   e->o->device, ENGINE_MAX_QUEUES);
		return NULL;
	}
	q = &e->queue[e->num_queues];
	memset(q, 0, sizeof(*q));
	q->engine = e;
	q->index = index;
	q->vq = virtio_find_vq(e->vdev, index, queue_callback);
	if (!q->vq) {
		explain(e, index);
		return NULL;
	}
	q->num = virtqueue_get_vring_size(q->vq);
	queue_name(e->vdev->id.device, &e->vdev->features,
		   e->num_device_queues, index, q->name, sizeof(q->name));
	e->num_queues++;
	return q;
}

static int find_default(struct engine *e)
{
	if (e->o->queue)
		return queue_resolve(e, e->o->queue, &e->default_queue);
	return 0;
}

int queues_find(struct engine *e, void (*callback)(struct virtqueue *vq))
{
	unsigned int i;
	int status;

	queue_callback = callback;
	e->vdev->queue_size = e->o->queue_size;
	status = find_default(e);
	if (!status && !e->num_chains)
		status = queue_get(e, e->default_queue) ? 0 : EXIT_ERROR;
	if (!status && e->other_queue)
		status = queue_get(e, e->other_queue - 1) ? 0 : EXIT_ERROR;
	for (i = 0; i < e->num_chains && !status; i++) {
		struct chain *c = e->chains[i];

		c->index = e->default_queue;
		if (c->queue)
			status = queue_resolve(e, c->queue, &c->index);
		if (!status && !queue_get(e, c->index))
			status = EXIT_ERROR;
	}
	return status;
}

/* --- What fits --- */

static void complain(const struct chain *c, const char *what)
{
	if (c->line)
		tool_error("line %u: %s", c->line, what);
	else
		tool_error("%s", what);
}

int queue_check_chain(const struct engine *e, const struct chain *c,
		      unsigned int num, unsigned int depth)
{
	unsigned int pieces = c->out_num + c->in_num;
	bool table = e->o->indirect && pieces > 1;
	char what[200];

	if (table && pieces > (num < TABLE_MAX ? num : TABLE_MAX))
		snprintf(what, sizeof(what), "a chain of %u pieces is too long for an indirect table of %u entries",
			 pieces, num < TABLE_MAX ? num : TABLE_MAX);
	else if (pieces > num)
		snprintf(what, sizeof(what), "a chain of %u descriptors does not fit into queue %u with %u entries",
			 pieces, c->index, num);
	else if ((uint64_t)(table ? 1 : pieces) * depth > num)
		snprintf(what, sizeof(what), "%u buffers of %u descriptors in flight do not fit into queue %u with %u entries",
			 depth, table ? 1 : pieces, c->index, num);
	else
		return 0;
	complain(c, what);
	return EXIT_ERROR;
}
