// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * When requests of disks began. Their drivers' tokens lie behind the block
 * layer's struct request, which has the time at which it gave the request to
 * the driver, if something in the kernel (such as writeback throttling) asked
 * for that; the time at which the request was made includes its wait in the
 * scheduler, so it says nothing about the device.
 *
 *	virtio_blk:	request, token
 *	virtio_scsi:	request, scsi_cmnd, virtio_scsi_cmd = token → scsi_cmnd
 */
#include <virtio-inspect/virtio.h>

#include "access/kernel/kernel.h"
#include "core/clock.h"

/* No more requests of a queue are looked up. */
#define MOST	1024

/* From the token to the address behind the request; 0: unknown. */
static uint64_t behind_request(struct vi_kernel *k,
			       const struct vi_kdevice *dev, uint64_t token)
{
	uint64_t sc;

	if (dev->device == VIRTIO_ID_BLOCK)
		return token;
	/* Commands of the control queue are elsewhere. */
	if (vi_k_read(k, token, VI_K_SCSI_SC, &sc) || sc >= token ||
	    token - sc > VI_BTF_MAX_STRUCT)
		return 0;
	return sc;
}

/* A time that was not since the machine started is not one. */
static uint64_t start_of(struct vi_kernel *k, const struct vi_kdevice *dev,
			 uint64_t token)
{
	uint64_t size = k->layout.size[VI_K_REQUEST], ns;
	uint64_t at = behind_request(k, dev, token);

	if (at <= size || vi_k_read(k, at - size, VI_K_RQ_IO_START, &ns) ||
	    ns > vi_mono_ns())
		return 0;
	return ns;
}

void vi_kernel_started(struct vi_kernel *k, const struct vi_kdevice *dev,
		       struct vi_raw_queue *q)
{
	unsigned int left = MOST;
	uint32_t i;

	if ((dev->device != VIRTIO_ID_BLOCK && dev->device != VIRTIO_ID_SCSI) ||
	    !q->tokens || !k->layout.size[VI_K_REQUEST])
		return;
	for (i = 0; i < q->size && left; i++) {
		struct vi_token *t = &q->tokens[i];

		if (!t->present)
			continue;
		t->started_ns = start_of(k, dev, t->data);
		left--;
	}
}
