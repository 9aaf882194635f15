// SPDX-License-Identifier: LGPL-2.1-or-later
/* Transport of simulated devices: status, features, queues, a thread. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/ctx.h"
#include "ring/vring.h"
#include "transport/sim/sim.h"

static struct sim_queue *queue_of(const struct virtqueue *vq)
{
	return to_vring(vq)->transport;
}

/* --- The device's thread ------------------------------------------------- */

static bool may_serve(struct sim_device *dev)
{
	return vi_load(&dev->running);
}

static bool faulty(const struct sim_device *dev, enum sim_fault fault)
{
	return dev->fault == fault && dev->completed >= dev->after;
}

void sim_interrupt(struct sim_device *dev, unsigned int q)
{
	struct sim_queue *queue = &dev->queue[q];

	if (!vi_devq_interrupt(&queue->dq) || faulty(dev, SIM_LOST_IRQ))
		return;
	__atomic_add_fetch(&queue->interrupts, 1, __ATOMIC_RELAXED);
	vring_interrupt(queue->vq);
	sim_signal(dev);
}

static uint64_t serve_once(struct sim_device *dev, unsigned int q)
{
	uint64_t before = dev->queue[q].taken;

	dev->model->serve(dev, q);
	sim_interrupt(dev, q);
	return dev->queue[q].taken - before;
}

/*
 * Serve a queue until it is empty and kicks are enabled. Buffers may also stay
 * in it: those of a receive queue wait for input.
 */
static void serve(struct sim_device *dev, unsigned int q)
{
	struct sim_queue *queue = &dev->queue[q];

	if (!queue->vq)
		return;
	do {
		vi_devq_disable_kick(&queue->dq);
		serve_once(dev, q);
		if (vi_devq_enable_kick(&queue->dq))
			return;
		/* Do not miss buffers that arrived before kicks were on. */
	} while (serve_once(dev, q) && may_serve(dev));
}

/*
 * A driver that submits a buffer for each that completes would keep the thread
 * for ever: serve what there is now, and the rest after a pause. The ring never
 * laps between two looks, on however busy a machine: a request that is lost in it
 * can always be followed.
 */
static void serve_some(struct sim_device *dev, unsigned int q)
{
	struct sim_queue *queue = &dev->queue[q];

	if (!queue->vq)
		return;
	if (__atomic_exchange_n(&queue->looked, false, __ATOMIC_RELAXED))
		queue->unlooked = queue->taken;
	if (queue->taken - queue->unlooked < queue->num / 4)
		serve_once(dev, q);
	if (!vi_devq_enable_kick(&queue->dq))
		vi_notify(queue->vq);
}

/* Between two rounds of serve_some(). */
#define REST_US		5000

static void rest(struct sim_device *dev)
{
	struct timespec until = vi_clock_after(CLOCK_REALTIME, REST_US);

	dev->rests = true;
	while (!dev->exit &&
	       !pthread_cond_timedwait(&dev->cond, &dev->lock, &until))
		;
	dev->rests = false;
}

/* All queues that were kicked. */
static void serve_round(struct sim_device *dev)
{
	bool some = dev->fault == SIM_LOST_REQUEST;
	uint64_t kicked = dev->kicked;
	unsigned int q;

	dev->kicked = 0;
	dev->busy = true;
	pthread_mutex_unlock(&dev->lock);
	for (q = 0; q < dev->num_queues; q++)
		if (kicked >> q & 1 && may_serve(dev))
			some ? serve_some(dev, q) : serve(dev, q);
	pthread_mutex_lock(&dev->lock);
	dev->busy = false;
	pthread_cond_broadcast(&dev->cond);
	if (some)
		rest(dev);
}

static void *live(void *arg)
{
	struct sim_device *dev = arg;

	pthread_mutex_lock(&dev->lock);
	while (!dev->exit) {
		if (!dev->running || !dev->kicked || dev->holds)
			pthread_cond_wait(&dev->cond, &dev->lock);
		else
			serve_round(dev);
	}
	pthread_mutex_unlock(&dev->lock);
	return NULL;
}

/* Stop serving, and wait until the thread is idle. */
static void quiesce(struct sim_device *dev)
{
	vi_store(&dev->running, false);
	/* Called from a callback: this is the device's thread. */
	if (pthread_equal(pthread_self(), dev->thread))
		return;
	while (dev->busy)
		pthread_cond_wait(&dev->cond, &dev->lock);
}

/* --- For models ---------------------------------------------------------- */

/* The driver broke the rules: set NEEDS_RESET (spec 1.4, 2.1). */
static void needs_reset(struct sim_device *dev)
{
	pthread_mutex_lock(&dev->lock);
	dev->status |= VIRTIO_CONFIG_S_NEEDS_RESET;
	vi_store(&dev->running, false);
	dev->config_interrupts++;
	pthread_mutex_unlock(&dev->lock);
	virtio_config_changed(&dev->vdev);
	sim_signal(dev);
}

/* Is the buffer just taken one that never completes? */
static bool loses(struct sim_device *dev)
{
	if (faulty(dev, SIM_LOST_REQUEST) && !dev->lost)
		return dev->lost = true;
	return faulty(dev, SIM_STUCK);
}

bool sim_pop(struct sim_device *dev, unsigned int q, struct vi_buffer *buf)
{
	struct sim_queue *queue = &dev->queue[q];
	int ret;

	if (!queue->vq || !may_serve(dev) || faulty(dev, SIM_LOST_KICK))
		return false;
	do {
		ret = vi_devq_pop(&queue->dq, buf);
		if (ret == 1)
			queue->taken++;
	} while (ret == 1 && loses(dev));
	if (ret < 0 || (ret == 1 && faulty(dev, SIM_NEEDS_RESET))) {
		needs_reset(dev);
		return false;
	}
	return ret == 1;
}

void sim_push(struct sim_device *dev, unsigned int q,
	      const struct vi_buffer *buf, uint32_t len)
{
	struct sim_queue *queue = &dev->queue[q];
	struct vi_buffer bad = *buf;

	if (faulty(dev, SIM_BAD_USED_ID))
		bad.id = queue->dq.num;
	vi_devq_push(&queue->dq, &bad, len);
	dev->completed++;
}

static uint64_t sum(const struct scatterlist *sg, uint32_t n)
{
	uint64_t len = 0;

	while (n--)
		len += sg++->length;
	return len;
}

uint64_t sim_out_len(const struct vi_buffer *buf)
{
	return sum(buf->sg, buf->out_num);
}

uint64_t sim_in_len(const struct vi_buffer *buf)
{
	return sum(buf->sg + buf->out_num, buf->in_num);
}

/* Copy from pieces to @dst, or from @src to pieces, starting at @offset. */
static size_t copy(const struct scatterlist *sg, uint32_t n, uint64_t offset,
		   char *dst, const char *src, size_t len)
{
	size_t done = 0;

	for (; n && done < len; n--, sg++) {
		size_t part;

		if (offset >= sg->length) {
			offset -= sg->length;
			continue;
		}
		part = sg->length - offset;
		if (part > len - done)
			part = len - done;
		if (dst)
			memcpy(dst + done, (char *)sg->buf + offset, part);
		else
			memcpy((char *)sg->buf + offset, src + done, part);
		done += part;
		offset = 0;
	}
	return done;
}

size_t sim_read(const struct vi_buffer *buf, uint64_t offset, void *dst,
		size_t len)
{
	return copy(buf->sg, buf->out_num, offset, dst, NULL, len);
}

size_t sim_write(const struct vi_buffer *buf, uint64_t offset,
		 const void *src, size_t len)
{
	return copy(buf->sg + buf->out_num, buf->in_num, offset, NULL, src,
		    len);
}

/* --- struct virtio_config_ops -------------------------------------------- */

static void sim_get(struct virtio_device *vdev, unsigned int offset,
		    void *buf, unsigned int len)
{
	struct sim_device *dev = to_sim(vdev);
	size_t size = dev->model->config_size;
	size_t have = offset < size ? size - offset : 0;

	memset(buf, 0, len);
	pthread_mutex_lock(&dev->lock);
	memcpy(buf, dev->config + (have ? offset : 0),
	       have < len ? have : len);
	pthread_mutex_unlock(&dev->lock);
}

static void sim_set(struct virtio_device *vdev, unsigned int offset,
		    const void *buf, unsigned int len)
{
	struct sim_device *dev = to_sim(vdev);
	size_t size = dev->model->config_size;

	if (offset >= size)
		return;
	pthread_mutex_lock(&dev->lock);
	memcpy(dev->config + offset, buf,
	       len < size - offset ? len : size - offset);
	dev->generation++;
	pthread_mutex_unlock(&dev->lock);
}

static uint32_t sim_generation(struct virtio_device *vdev)
{
	struct sim_device *dev = to_sim(vdev);
	uint32_t generation;

	pthread_mutex_lock(&dev->lock);
	generation = dev->generation;
	pthread_mutex_unlock(&dev->lock);
	return generation;
}

static uint8_t sim_get_status(struct virtio_device *vdev)
{
	struct sim_device *dev = to_sim(vdev);
	uint8_t status;

	pthread_mutex_lock(&dev->lock);
	status = dev->status;
	pthread_mutex_unlock(&dev->lock);
	return status;
}

static void sim_set_status(struct virtio_device *vdev, uint8_t status)
{
	struct sim_device *dev = to_sim(vdev);

	pthread_mutex_lock(&dev->lock);
	dev->status |= status;
	vi_store(&dev->running,
		 (dev->status & VIRTIO_CONFIG_S_DRIVER_OK) &&
		 !(dev->status & VIRTIO_CONFIG_S_NEEDS_RESET));
	pthread_cond_broadcast(&dev->cond);
	pthread_mutex_unlock(&dev->lock);
}

static int sim_reset(struct virtio_device *vdev)
{
	struct sim_device *dev = to_sim(vdev);

	pthread_mutex_lock(&dev->lock);
	quiesce(dev);
	dev->status = 0;
	dev->kicked = 0;
	dev->completed = 0;
	dev->lost = false;
	pthread_mutex_unlock(&dev->lock);
	if (dev->model->reset)
		dev->model->reset(dev);
	return 0;
}

static void sim_get_features(struct virtio_device *vdev,
			     struct vi_features *features)
{
	*features = to_sim(vdev)->offered;
}

/* Refuse invalid sets of features (spec 1.4, 2.2.2). */
static int sim_finalize_features(struct virtio_device *vdev)
{
	const struct vi_features *offered = &to_sim(vdev)->offered;

	if (vdev->features.w[0] & ~offered->w[0] ||
	    vdev->features.w[1] & ~offered->w[1])
		return -ENODEV;
	return virtio_has_feature(vdev, VIRTIO_F_VERSION_1) ? 0 : -ENODEV;
}

static void sim_notify(struct virtqueue *vq)
{
	vi_notify(vq);
}

void sim_lay_ring(const struct sim_device *dev, void *pages, unsigned int num,
		  struct vi_ring_memory *mem)
{
	struct vring_packed_desc *packed = pages;
	struct vring split;

	memset(mem, 0, sizeof(*mem));
	mem->num = num;
	mem->desc = pages;
	mem->packed = virtio_has_feature(&dev->vdev, VIRTIO_F_RING_PACKED);
	if (mem->packed) {
		mem->driver = packed + num;
		mem->device = (struct vring_packed_desc_event *)mem->driver + 1;
		return;
	}
	vring_init(&split, num, pages, SIM_ALIGN);
	mem->driver = split.avail;
	mem->device = split.used;
}

static int make_devq(struct sim_device *dev, struct sim_queue *queue)
{
	struct vi_ring_memory mem;

	sim_lay_ring(dev, queue->pages, queue->num, &mem);
	return vi_devq_init(&queue->dq, queue->num, &dev->vdev.features,
			    mem.desc, mem.driver, mem.device);
}

static size_t ring_size(const struct sim_device *dev, unsigned int num)
{
	size_t size = vring_packed_size(num);

	if (!virtio_has_feature(&dev->vdev, VIRTIO_F_RING_PACKED))
		size = vring_size(num, SIM_ALIGN);
	return (size + SIM_ALIGN - 1) & ~(size_t)(SIM_ALIGN - 1);
}

/* The queue size that the driver requested; 0: not possible. */
static unsigned int ask_size(const struct sim_device *dev)
{
	unsigned int num = dev->vdev.queue_size;

	if (!num)
		return dev->queue_size;
	return num <= dev->queue_size ? num : 0;
}

static struct virtqueue *sim_find_vq(struct virtio_device *vdev,
				     unsigned int index,
				     void (*callback)(struct virtqueue *vq))
{
	struct sim_device *dev = to_sim(vdev);
	struct sim_queue *queue;
	struct virtqueue *vq;
	int err;

	if (index >= dev->num_queues) {
		errno = ENOENT;
		return NULL;
	}
	queue = &dev->queue[index];
	if (queue->vq) {
		errno = EBUSY;
		return NULL;
	}
	queue->num = ask_size(dev);
	if (!queue->num) {
		errno = ERANGE;
		return NULL;
	}
	queue->pages = aligned_alloc(SIM_ALIGN, ring_size(dev, queue->num));
	if (!queue->pages) {
		errno = ENOMEM;
		return NULL;
	}
	vq = vring_new_virtqueue(queue->num, SIM_ALIGN, vdev,
				 queue->pages, sim_notify, callback);
	err = vq ? make_devq(dev, queue) : -errno;
	if (err) {
		vring_del_virtqueue(vq);
		free(queue->pages);
		queue->pages = NULL;
		errno = -err;
		return NULL;
	}
	to_vring(vq)->transport = queue;
	queue->vq = vq;
	return vq;
}

static void sim_del_vq(struct virtqueue *vq)
{
	struct sim_device *dev = to_sim(vq->vdev);
	struct sim_queue *queue = queue_of(vq);

	pthread_mutex_lock(&dev->lock);
	quiesce(dev);
	pthread_mutex_unlock(&dev->lock);
	queue->vq = NULL;
	vi_devq_fini(&queue->dq);
	vring_del_virtqueue(vq);
	free(queue->pages);
	queue->pages = NULL;
}

static const struct virtio_config_ops sim_config_ops = {
	.get			= sim_get,
	.set			= sim_set,
	.generation		= sim_generation,
	.get_status		= sim_get_status,
	.set_status		= sim_set_status,
	.reset			= sim_reset,
	.find_vq		= sim_find_vq,
	.del_vq			= sim_del_vq,
	.get_features		= sim_get_features,
	.finalize_features	= sim_finalize_features,
};

/* --- Lifetime ------------------------------------------------------------ */

static void free_device(struct sim_device *dev)
{
	unsigned int q;

	for (q = 0; q < SIM_MAX_QUEUES; q++)
		if (dev->queue[q].vq)
			sim_del_vq(dev->queue[q].vq);
	if (dev->model && dev->model->fini)
		dev->model->fini(dev);
	pthread_mutex_destroy(&dev->lock);
	pthread_cond_destroy(&dev->cond);
	free(dev->options);
	free(dev->target);
	free(dev);
}

int sim_new(const char *target, struct virtio_device **vdev)
{
	struct sim_device *dev = calloc(1, sizeof(*dev));
	int err;

	if (!dev)
		return vi_fail(NULL, -ENOMEM, "%s: out of memory", target);
	pthread_mutex_init(&dev->lock, NULL);
	pthread_cond_init(&dev->cond, NULL);
	err = sim_parse(dev, target);
	if (!err)
		err = dev->model->init(dev);
	if (!err) {
		err = -pthread_create(&dev->thread, NULL, live, dev);
		if (err)
			vi_fail(NULL, err, "%s: cannot start a thread for the device: %s",
				target, strerror(-err));
	}
	if (err) {
		free_device(dev);
		return err;
	}
	dev->vdev.id.device = dev->model->device_id;
	dev->vdev.id.vendor = 0x1af4;
	dev->vdev.config = &sim_config_ops;
	dev->vdev.drive = &sim_drive_ops;
	*vdev = &dev->vdev;
	return 0;
}

uint64_t sim_interrupts(struct virtio_device *vdev, unsigned int q)
{
	return __atomic_load_n(&to_sim(vdev)->queue[q].interrupts,
			       __ATOMIC_RELAXED);
}

static void settle(struct sim_device *dev)
{
	while (dev->busy || (dev->running && dev->kicked && !dev->rests &&
			     !dev->holds))
		pthread_cond_wait(&dev->cond, &dev->lock);
}

void sim_settle(struct virtio_device *vdev)
{
	struct sim_device *dev = to_sim(vdev);

	pthread_mutex_lock(&dev->lock);
	settle(dev);
	pthread_mutex_unlock(&dev->lock);
}

void sim_looked(struct virtio_device *vdev, unsigned int q)
{
	vi_store(&to_sim(vdev)->queue[q].looked, true);
}

void sim_hold(struct virtio_device *vdev)
{
	struct sim_device *dev = to_sim(vdev);
	unsigned int q;

	pthread_mutex_lock(&dev->lock);
	settle(dev);
	dev->holds++;
	for (q = 0; q < dev->num_queues; q++)
		sim_looked(vdev, q);
	pthread_mutex_unlock(&dev->lock);
}

void sim_release(struct virtio_device *vdev)
{
	struct sim_device *dev = to_sim(vdev);

	pthread_mutex_lock(&dev->lock);
	dev->holds--;
	pthread_cond_broadcast(&dev->cond);
	pthread_mutex_unlock(&dev->lock);
}

void sim_free(struct virtio_device *vdev)
{
	struct sim_device *dev = to_sim(vdev);

	pthread_mutex_lock(&dev->lock);
	quiesce(dev);
	dev->exit = true;
	pthread_cond_broadcast(&dev->cond);
	pthread_mutex_unlock(&dev->lock);
	pthread_join(dev->thread, NULL);
	free_device(dev);
}
