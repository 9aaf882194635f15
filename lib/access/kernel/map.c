// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * How a driver maps its buffers. It uses the DMA API if the device is behind a
 * platform that may translate (spec 1.4, 6.1), and a transport may bring its own
 * way instead: addresses in a VDUSE device's rings lie in a space that only VDUSE
 * knows. Of the DMA API, only forced bounce buffers are told apart here.
 */
#include <errno.h>

#include "access/kernel/kernel.h"

/* Must all data of a struct device go through bounce buffers? 0 if known. */
static int must_bounce(struct vi_kernel *k, uint64_t dev, bool *bounce)
{
	uint64_t pool, force = 0;
	int err = 0;

	*bounce = false;
	if (!vi_k_has(&k->layout, VI_K_DEV_SWIOTLB))
		return 0;
	if (!dev)
		return -ENODATA;
	err = vi_k_read(k, dev, VI_K_DEV_SWIOTLB, &pool);
	if (!err && pool && vi_k_has(&k->layout, VI_K_TLB_FORCE))
		err = vi_k_read(k, pool, VI_K_TLB_FORCE, &force);
	*bounce = force;
	return err;
}

void vi_kernel_map(struct vi_kernel *k, const struct vi_kdevice *dev,
		   const void *vring, size_t len, struct vi_raw_queue *q)
{
	const struct vi_klayout *l = &k->layout;
	uint64_t dma_dev = dev->parent_dev;
	bool bounce;

	/* Without the device's own structure, its transport is unknown. */
	if (!dev->addr || !vi_k_has(l, VI_K_VR_USE_MAP))
		return;
	if (!vi_k_get(l, vring, len, VI_K_VR_USE_MAP)) {
		q->map = VI_MAP_DIRECT;
	} else if (dev->map_unknown) {
		return;
	} else if (dev->map_ops) {
		q->map = VI_MAP_TRANSPORT;
	} else {
		if (vi_k_has(l, VI_K_VR_MAP_DEV))
			dma_dev = vi_k_get(l, vring, len, VI_K_VR_MAP_DEV);
		if (must_bounce(k, dma_dev, &bounce))
			return;
		q->map = bounce ? VI_MAP_BOUNCE : VI_MAP_DMA;
	}
	q->have |= VI_Q_MAP;
}
