// SPDX-License-Identifier: LGPL-2.1-or-later
/* Device side of a virtqueue: the part independent of the ring layout. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ring/devq.h"

static bool has(const struct vi_features *f, unsigned int bit)
{
	return f->w[bit / 64] >> (bit % 64) & 1;
}

int vi_devq_init(struct vi_devq *dq, unsigned int num,
		 const struct vi_features *features, void *desc, void *driver,
		 void *device)
{
	bool packed = has(features, VIRTIO_F_RING_PACKED);

	if (!num || num > VIRTQUEUE_MAX_SIZE || (!packed && num & (num - 1)) ||
	    !desc || !driver || !device)
		return -EINVAL;
	memset(dq, 0, sizeof(*dq));
	dq->sg = calloc(num, sizeof(*dq->sg));
	if (!dq->sg)
		return -ENOMEM;
	dq->num = num;
	dq->mask = num - 1;
	dq->is_packed = packed;
	dq->event = has(features, VIRTIO_RING_F_EVENT_IDX);
	dq->indirect = has(features, VIRTIO_RING_F_INDIRECT_DESC);
	dq->swap = has(features, VIRTIO_F_VERSION_1);
	dq->avail_wrap = true;
	dq->used_wrap = true;
	if (packed) {
		dq->packed.desc = desc;
		dq->packed.driver = driver;
		dq->packed.device = device;
	} else {
		dq->split.desc = desc;
		dq->split.avail = driver;
		dq->split.used = device;
	}
	return 0;
}

void vi_devq_fini(struct vi_devq *dq)
{
	free(dq->sg);
	dq->sg = NULL;
}

bool vi_devq_interrupt(struct vi_devq *dq)
{
	return dq->is_packed ? vi_devq_packed_interrupt(dq) :
			       vi_devq_split_interrupt(dq);
}

void vi_devq_disable_kick(struct vi_devq *dq)
{
	if (dq->is_packed)
		vi_devq_packed_kick(dq, false);
	else
		vi_devq_split_kick(dq, false);
}

bool vi_devq_enable_kick(struct vi_devq *dq)
{
	return dq->is_packed ? vi_devq_packed_kick(dq, true) :
			       vi_devq_split_kick(dq, true);
}
