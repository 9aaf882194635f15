// SPDX-License-Identifier: GPL-2.0-or-later
/* A device that exists only for --dry-run. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vqinject/dry_run/mock.h"

#define FIRST_ADDR	0x100000
#define PAGE		4096

/* --- Addresses --- */

static struct mock_device *to_dry(struct virtio_device *vdev)
{
	return vdev->transport_priv;
}

static bool add_region(struct mock_device *d, const void *mem, size_t size)
{
	if (!tool_grow(&d->region, d->num_regions, sizeof(*d->region)))
		return false;
	d->region[d->num_regions++] = (struct mock_region){
		mem, size, d->next_addr };
	d->next_addr += (size + PAGE - 1) / PAGE * PAGE;
	return true;
}

static uint64_t mock_map(struct virtio_device *vdev, const void *buf,
			 size_t len)
{
	const struct mock_device *d = to_dry(vdev);
	const uint8_t *at = buf;
	unsigned int i;

	for (i = 0; i < d->num_regions; i++) {
		const struct mock_region *r = &d->region[i];

		if (at >= r->mem && at < r->mem + r->size &&
		    len <= r->size - (size_t)(at - r->mem))
			return r->addr + (at - r->mem);
	}
	return VIRTIO_DMA_ERROR;
}

static void *mock_alloc(struct virtio_device *vdev, size_t size,
			uint64_t *addr)
{
	struct mock_device *d = to_dry(vdev);
	void *mem = aligned_alloc(PAGE, (size + PAGE - 1) / PAGE * PAGE);

	if (!mem || !add_region(d, mem, size)) {
		free(mem);
		return NULL;
	}
	memset(mem, 0, size);
	*addr = d->region[d->num_regions - 1].addr;
	return mem;
}

/* mock_end() frees everything. */
static void mock_free(struct virtio_device *vdev, void *buf, size_t size)
{
	(void)vdev;
	(void)buf;
	(void)size;
}

static const struct virtio_dma_ops mock_dma = {
	mock_map, mock_alloc, mock_free
};

const uint8_t *mock_at(const struct mock_device *d, uint64_t addr, size_t len)
{
	unsigned int i;

	for (i = 0; i < d->num_regions; i++) {
		const struct mock_region *r = &d->region[i];

		if (addr >= r->addr && addr - r->addr < r->size &&
		    len <= r->size - (addr - r->addr))
			return r->mem + (addr - r->addr);
	}
	return NULL;
}

/* --- The device --- */

void mock_begin(struct mock_device *d, uint32_t type,
		const struct vi_features *features)
{
	memset(d, 0, sizeof(*d));
	d->next_addr = FIRST_ADDR;
	d->vdev.id.device = type;
	d->vdev.features = *features;
	d->vdev.dma = &mock_dma;
	d->vdev.transport_priv = d;
}

void mock_end(struct mock_device *d)
{
	unsigned int i;

	for (i = 0; i < d->num_queues; i++) {
		vring_del_virtqueue(d->queue[i].vq);
		free(d->queue[i].pages);
	}
	for (i = 0; i < d->num_regions; i++)
		free((void *)(uintptr_t)d->region[i].mem);
	free(d->region);
}

static size_t ring_size(const struct mock_device *d, unsigned int num)
{
	size_t size = virtio_has_feature(&d->vdev, VIRTIO_F_RING_PACKED) ?
		      vring_packed_size(num) : vring_size(num, PAGE);

	return (size + PAGE - 1) / PAGE * PAGE;
}

static struct mock_queue *no_memory(void)
{
	tool_no_memory();
	return NULL;
}

static void never(struct virtqueue *vq)
{
	(void)vq;
}

struct mock_queue *mock_queue(struct mock_device *d, unsigned int index,
			      unsigned int num)
{
	struct mock_queue *q;
	unsigned int i;

	for (i = 0; i < d->num_queues; i++)
		if (d->queue[i].index == index)
			return &d->queue[i];
	if (i == MOCK_MAX_QUEUES) {
		tool_error("--dry-run shows at most %d queues",
			   MOCK_MAX_QUEUES);
		return NULL;
	}
	q = &d->queue[i];
	q->index = index;
	q->num = num ? num : MOCK_QUEUE_SIZE;
	queue_name(d->vdev.id.device, &d->vdev.features, 0, index, q->name,
		   sizeof(q->name));
	q->pages = aligned_alloc(PAGE, ring_size(d, q->num));
	if (!q->pages)
		return no_memory();
	q->vq = vring_new_virtqueue(q->num, PAGE, &d->vdev, q->pages, NULL,
				    d->polled ? NULL : never);
	if (!q->vq) {
		free(q->pages);
		return no_memory();
	}
	d->num_queues++;
	return q;
}

int mock_add(struct mock_device *d, struct mock_queue *q, const struct chain *c)
{
	unsigned int i, n = c->out_num + c->in_num;
	struct scatterlist *sg = calloc(n, sizeof(*sg));
	uint8_t *mem = aligned_alloc(PAGE, (c->image_len + PAGE - 1) / PAGE *
				     PAGE);
	int err;

	if (!sg || !mem || !add_region(d, mem, c->image_len)) {
		free(sg);
		free(mem);
		return tool_no_memory();
	}
	memcpy(mem, c->image, c->image_len);
	for (i = 0; i < n; i++) {
		const struct piece *p = chain_piece(c, i);

		sg_set_buf(&sg[i], mem + p->at, p->spec.len);
	}
	err = q->vq->vq_ops->add_buf(q->vq, sg, c->out_num, c->in_num, mem);
	free(sg);
	if (err == -ENOSPC)
		return err;
	if (err) {
		tool_error("cannot add a buffer to queue %u: %s",
			   q->index, strerror(-err));
		return EXIT_ERROR;
	}
	q->added++;
	return 0;
}
