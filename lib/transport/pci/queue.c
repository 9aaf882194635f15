// SPDX-License-Identifier: LGPL-2.1-or-later
/* Queues: ring memory, and the driver side. */
#include <errno.h>
#include <string.h>

#include "transport/pci/device.h"

static bool is_packed(const struct pci_device *dev)
{
	return virtio_has_feature(&dev->vdev, VIRTIO_F_RING_PACKED);
}

void pci_lay_ring(const struct pci_device *dev, const struct pci_queue *q,
		  struct vi_ring_memory *mem)
{
	struct vring_packed_desc *packed = q->pages;
	struct vring split;

	memset(mem, 0, sizeof(*mem));
	mem->num = q->num;
	mem->packed = is_packed(dev);
	mem->desc = q->pages;
	if (mem->packed) {
		mem->driver = packed + q->num;
		mem->device = (struct vring_packed_desc_event *)mem->driver + 1;
	} else {
		vring_init(&split, q->num, q->pages, dev->kind->ring_align);
		mem->driver = split.avail;
		mem->device = split.used;
	}
	mem->desc_addr = q->addr;
	mem->driver_addr = q->addr + ((char *)mem->driver - (char *)q->pages);
	mem->device_addr = q->addr + ((char *)mem->device - (char *)q->pages);
}

/* Spec 4.1.5.2. */
void pci_notify(struct pci_device *dev, const struct pci_queue *q)
{
	vi_bar_write(dev->fn, q->notify_bar, q->notify_at, 2,
		     (uint32_t)(q - dev->queue));
}

static void notify(struct virtqueue *vq)
{
	pci_notify(to_pci(vq->vdev), pci_queue_of(vq));
}

static unsigned int round_down(unsigned int n)
{
	while (n & (n - 1))
		n &= n - 1;
	return n;
}

/*
 * Choose the driver's requested size, up to the device's maximum, which is
 * untrusted; split queues need a power of two (spec 2.7). 0, -EINVAL or
 * -ERANGE. Legacy devices dictate the size.
 */
static int choose_num(const struct pci_device *dev, unsigned int max,
		      unsigned int *num)
{
	unsigned int ask = dev->vdev.queue_size;

	if (max > VIRTQUEUE_MAX_SIZE)
		return -EINVAL;
	if (dev->kind->fixed_size) {
		*num = max;
		return max & (max - 1) ? -EINVAL : 0;
	}
	if (!is_packed(dev))
		max = round_down(max);
	*num = ask ? ask : max;
	if (*num > max || (!is_packed(dev) && *num & (*num - 1)))
		return -ERANGE;
	return 0;
}

static int make_ring(struct pci_device *dev, struct pci_queue *q)
{
	q->size = is_packed(dev) ? vring_packed_size(q->num) :
		  vring_size(q->num, dev->kind->ring_align);
	q->pages = vi_dma_pool_alloc(&dev->fn->pool, q->size, &q->addr);
	if (!q->pages)
		return vi_fail(NULL, -ENOMEM,
			       "%s: no memory for a ring of %u entries; use a larger pool (%s,pool=16M) or fewer entries",
			       dev->fn->name, q->num, dev->fn->name);
	return 0;
}

static void free_ring(struct pci_device *dev, struct pci_queue *q)
{
	vi_dma_pool_free(&dev->fn->pool, q->pages, q->size);
	q->pages = NULL;
}

static int make_queue(struct pci_device *dev, unsigned int index,
		      void (*callback)(struct virtqueue *vq))
{
	struct pci_queue *q = &dev->queue[index];
	struct vi_ring_memory mem;
	struct virtqueue *vq;
	int err;

	err = make_ring(dev, q);
	if (err)
		return err;
	vq = vring_new_virtqueue(q->num, dev->kind->ring_align, &dev->vdev,
				 q->pages, notify, callback);
	err = vq ? 0 : -errno;
	pci_lay_ring(dev, q, &mem);
	if (!err)
		err = dev->kind->queue_start(dev, index, &mem);
	if (err) {
		vring_del_virtqueue(vq);
		free_ring(dev, q);
		return err;
	}
	to_vring(vq)->transport = q;
	pthread_mutex_lock(&dev->irq.lock);
	q->vq = vq;
	if (index >= dev->found)
		vi_store(&dev->found, index + 1);
	pthread_mutex_unlock(&dev->irq.lock);
	return 0;
}

static struct virtqueue *failed(int err)
{
	errno = -err;
	return NULL;
}

struct virtqueue *pci_find_vq(struct virtio_device *vdev, unsigned int index,
			      void (*callback)(struct virtqueue *vq))
{
	struct pci_device *dev = to_pci(vdev);
	int max, err;

	if (index >= dev->num_queues)
		return failed(-ENOENT);
	if (dev->queue[index].vq)
		return failed(-EBUSY);
	max = dev->kind->queue_max(dev, index);
	if (max <= 0)
		return failed(max ? max : -ENOENT);
	err = choose_num(dev, (unsigned int)max, &dev->queue[index].num);
	if (!err)
		err = make_queue(dev, index, callback);
	return err ? failed(err) : dev->queue[index].vq;
}

void pci_del_vq(struct virtqueue *vq)
{
	struct pci_device *dev = to_pci(vq->vdev);
	struct pci_queue *q = pci_queue_of(vq);

	pthread_mutex_lock(&dev->irq.lock);
	q->vq = NULL;
	while (dev->irq.busy && !pthread_equal(pthread_self(),
					       dev->irq.thread))
		pthread_cond_wait(&dev->irq.cond, &dev->irq.lock);
	pthread_mutex_unlock(&dev->irq.lock);
	dev->kind->queue_stop(dev, (unsigned int)(q - dev->queue));
	vring_del_virtqueue(vq);
	free_ring(dev, q);
}
