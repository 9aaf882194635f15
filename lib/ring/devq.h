/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The device side of a virtqueue, over memory of the same process: for
 * simulated devices, and as the driver side's partner in tests.
 *
 * The device side does not trust the driver: it copies each field once and
 * checks the copy, bounds each walk, and returns an error that names any rule
 * the driver broke.
 */
#ifndef VI_RING_DEVQ_H
#define VI_RING_DEVQ_H

#include <virtio-inspect/virtio_ring.h>

#include "core/compiler.h"
#include "ring/endian.h"
#include "ring/order.h"

/* A buffer that the driver made available. */
struct vi_buffer {
	struct scatterlist *sg;		/* the queue's; until next pop */
	uint32_t out_num;		/* readable pieces, first in sg */
	uint32_t in_num;		/* writable pieces, after those */
	uint16_t id;			/* split: head; packed: buffer id */
	uint16_t slots;			/* packed: ring slots occupied */
};

struct vi_devq {
	union {
		struct {
			const struct vring_desc *desc;
			const struct vring_avail *avail;
			struct vring_used *used;
		} split;
		struct {
			struct vring_packed_desc *desc;
			const struct vring_packed_desc_event *driver;
			struct vring_packed_desc_event *device;
		} packed;
	};
	struct scatterlist *sg;		/* num entries, plus a spare */
	uint32_t num;
	uint32_t mask;			/* split: num - 1 */
	uint16_t last_avail;		/* split: free-running; packed: slot */
	uint16_t seen;			/* split: avail->idx when last read */
	uint32_t used;			/* split: free-running; packed: slot */
	uint32_t signalled;		/* used at the last interrupt check;
					 * packed: slots used since then */
	bool avail_wrap, used_wrap;	/* packed (spec 2.8.1) */
	bool is_packed, event, indirect, swap;
	const char *fault;		/* the rule of the specification that
					 * the driver broke last */
};

/*
 * Set up a queue of @num entries whose three parts lie at @desc, @driver and
 * @device; @features are the negotiated ones. 0, -EINVAL or -ENOMEM.
 */
int vi_devq_init(struct vi_devq *dq, unsigned int num,
		 const struct vi_features *features, void *desc, void *driver,
		 void *device);
void vi_devq_fini(struct vi_devq *dq);

/* Does the driver want an interrupt for buffers pushed since the last call? */
bool vi_devq_interrupt(struct vi_devq *dq);

/* Suppress kicks, or request them: false then means buffers are pending. */
void vi_devq_disable_kick(struct vi_devq *dq);
bool vi_devq_enable_kick(struct vi_devq *dq);

/* Shared by both layouts: record a piece. NULL, or the rule that it breaks. */
static inline const char *vi_devq_piece(const struct vi_devq *dq,
					struct vi_buffer *buf, uint64_t addr,
					uint32_t len, uint16_t flags)
{
	uint32_t n = buf->out_num + buf->in_num;

	if (n >= dq->num)
		return "a chain longer than the queue (2.7.5.3.1, 2.8.19)";
	dq->sg[n].buf = (void *)(uintptr_t)addr;
	dq->sg[n].length = len;
	if (flags & VRING_DESC_F_WRITE)
		buf->in_num++;
	else if (buf->in_num)
		return "a readable piece after a writable one (2.7.4.2, 2.8.17)";
	else
		buf->out_num++;
	return NULL;
}

/* Fast path for a buffer of one piece. */
static inline void vi_devq_one_piece(const struct vi_devq *dq,
				     struct vi_buffer *buf, uint64_t addr,
				     uint32_t len, uint16_t flags)
{
	dq->sg->buf = (void *)(uintptr_t)addr;
	dq->sg->length = len;
	buf->in_num = flags / VRING_DESC_F_WRITE & 1;
	buf->out_num = buf->in_num ^ 1;
}

int vi_devq_split_pop(struct vi_devq *dq, struct vi_buffer *buf);
void vi_devq_split_push(struct vi_devq *dq, uint16_t id, uint32_t len);
bool vi_devq_split_interrupt(struct vi_devq *dq);
bool vi_devq_split_kick(struct vi_devq *dq, bool enable);
int vi_devq_packed_pop(struct vi_devq *dq, struct vi_buffer *buf);
void vi_devq_packed_push(struct vi_devq *dq, const struct vi_buffer *buf,
			 uint32_t len);
bool vi_devq_packed_interrupt(struct vi_devq *dq);
bool vi_devq_packed_kick(struct vi_devq *dq, bool enable);

/* Take the next buffer: 1; 0 if none is pending; -EPROTO: see @dq->fault. */
static inline int vi_devq_pop(struct vi_devq *dq, struct vi_buffer *buf)
{
	return dq->is_packed ? vi_devq_packed_pop(dq, buf) :
			       vi_devq_split_pop(dq, buf);
}

/* Complete a buffer into which the device wrote @len bytes. */
static inline void vi_devq_push(struct vi_devq *dq,
				const struct vi_buffer *buf, uint32_t len)
{
	if (dq->is_packed)
		vi_devq_packed_push(dq, buf, len);
	else
		vi_devq_split_push(dq, buf->id, len);
}

#endif
