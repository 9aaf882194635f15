// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Device initialization (virtio specification 1.4, section 3.1), and drivers'
 * helpers around struct virtio_config_ops.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/virtio_ring.h>

#include "bus/negotiate.h"
#include "core/ctx.h"

/* Maximum attempts of virtio_cread() to read one generation. */
#define CREAD_TRIES	16

/* Features of our rings, accepted whenever offered (spec 1.4, chapter 6). */
static const uint8_t ring_features[] = {
	VIRTIO_RING_F_INDIRECT_DESC,
	VIRTIO_RING_F_EVENT_IDX,
	VIRTIO_F_VERSION_1,
	VIRTIO_F_ACCESS_PLATFORM,
	VIRTIO_F_RING_PACKED,
	VIRTIO_F_IN_ORDER,
	VIRTIO_F_ORDER_PLATFORM,
};

/* Bits that section 2.2 reserves for the ring and the transport. */
static bool is_transport_bit(unsigned int bit)
{
	return bit >= 24 && bit <= 49 && bit != 41 && bit != 42;
}

static uint8_t get_status(struct virtio_device *vdev)
{
	if (!vdev->config->get_status)
		return vdev->status;
	return vdev->config->get_status(vdev);
}

/* A driver only ever adds status bits (spec 2.1.1). */
static void add_status(struct virtio_device *vdev, uint8_t bits)
{
	if (!vdev->config)
		return;
	vdev->status = get_status(vdev) | bits;
	if (vdev->config->set_status)
		vdev->config->set_status(vdev, vdev->status);
}

static void accept_feature(struct virtio_device *vdev,
			   const struct vi_features *offered, unsigned int bit)
{
	if (bit < VIRTIO_FEATURES_BITS &&
	    offered->w[bit / 64] >> (bit % 64) & 1)
		virtio_set_feature(vdev, bit);
}

static void accept_features(struct virtio_device *vdev,
			    const struct virtio_driver *drv)
{
	struct vi_features offered = { { 0, 0 } };
	unsigned int i;

	vdev->config->get_features(vdev, &offered);
	memset(&vdev->features, 0, sizeof(vdev->features));
	for (i = 0; i < ARRAY_SIZE(ring_features); i++)
		accept_feature(vdev, &offered, ring_features[i]);
	for (i = 0; drv->feature_table && i < drv->feature_table_size; i++)
		if (!is_transport_bit(drv->feature_table[i]))
			accept_feature(vdev, &offered, drv->feature_table[i]);
	if (drv->features)
		drv->features(vdev, &offered, &vdev->features);
	/* Legacy devices have 32 feature bits (spec 2.2.3). */
	if (!virtio_has_feature(vdev, VIRTIO_F_VERSION_1)) {
		vdev->features.w[0] &= UINT32_MAX;
		vdev->features.w[1] = 0;
	}
}

int virtio_negotiate(struct virtio_device *vdev,
		     const struct virtio_driver *drv)
{
	int err;

	if (!vdev->config)
		return 0;
	err = virtio_reset(vdev);
	if (err)
		return err;
	add_status(vdev, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	add_status(vdev, VIRTIO_CONFIG_S_DRIVER);
	if (vdev->config->get_features)
		accept_features(vdev, drv);
	if (vdev->config->finalize_features) {
		err = vdev->config->finalize_features(vdev);
		if (err)
			return err;
	}
	/* Legacy devices have no FEATURES_OK (spec 3.1.2). */
	if (!virtio_has_feature(vdev, VIRTIO_F_VERSION_1))
		return 0;
	add_status(vdev, VIRTIO_CONFIG_S_FEATURES_OK);
	if (vdev->config->get_status &&
	    !(get_status(vdev) & VIRTIO_CONFIG_S_FEATURES_OK))
		return -ENODEV;
	return 0;
}

void virtio_give_up(struct virtio_device *vdev)
{
	add_status(vdev, VIRTIO_CONFIG_S_FAILED);
}

void virtio_driver_ok(struct virtio_device *vdev)
{
	if (vdev->config && !(get_status(vdev) & VIRTIO_CONFIG_S_DRIVER_OK))
		add_status(vdev, VIRTIO_CONFIG_S_DRIVER_OK);
}

VI_EXPORT int virtio_reset(struct virtio_device *vdev)
{
	vdev->status = 0;
	if (!vdev->config || !vdev->config->reset)
		return 0;
	return vdev->config->reset(vdev);
}

VI_EXPORT struct virtqueue *
virtio_find_vq(struct virtio_device *vdev, unsigned int index,
	       void (*callback)(struct virtqueue *vq))
{
	struct virtqueue *vq;

	if (!vdev->config || !vdev->config->find_vq) {
		errno = ENOTSUP;
		return NULL;
	}
	vq = vdev->config->find_vq(vdev, index, callback);
	if (!vq)
		vi_count_fault(NULL, -errno);
	return vq;
}

VI_EXPORT void virtio_del_vq(struct virtqueue *vq)
{
	if (vq && vq->vdev->config && vq->vdev->config->del_vq)
		vq->vdev->config->del_vq(vq);
}

VI_EXPORT void *virtio_alloc(struct virtio_device *vdev, size_t size)
{
	size_t page = sysconf(_SC_PAGESIZE), room;
	uint64_t addr;
	void *buf;

	if (vdev->dma)
		return vdev->dma->alloc(vdev, size, &addr);
	if (!size || __builtin_add_overflow(size, page - 1, &room)) {
		errno = ENOMEM;
		return NULL;
	}
	room -= room % page;
	buf = aligned_alloc(page, room);
	if (buf)
		memset(buf, 0, room);
	else
		vi_count_fault(NULL, -ENOMEM);
	return buf;
}

VI_EXPORT void virtio_free(struct virtio_device *vdev, void *buf, size_t size)
{
	if (!vdev->dma)
		free(buf);
	else if (buf)
		vdev->dma->free(vdev, buf, size);
}

VI_EXPORT int virtio_cread(struct virtio_device *vdev, unsigned int offset,
			   void *buf, unsigned int len)
{
	const struct virtio_config_ops *config = vdev->config;
	uint32_t before;
	int i;

	if (!config || !config->get)
		return -ENOTSUP;
	if (!config->generation) {
		config->get(vdev, offset, buf, len);
		return 0;
	}
	for (i = 0; i < CREAD_TRIES; i++) {
		before = config->generation(vdev);
		config->get(vdev, offset, buf, len);
		if (config->generation(vdev) == before)
			return 0;
	}
	return -EAGAIN;
}
