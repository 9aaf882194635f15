/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A queue as read at one moment: private copies of ring memory and of the
 * driver's state. Access methods (kernel, registers, capture, simulated
 * devices, a ring by address) fill it in; decoding and checks never touch live
 * memory.
 *
 * @have has a bit for each number that was read; a copy that could not be read
 * is NULL. All contents are untrusted.
 */
#ifndef VI_VIEW_RAW_H
#define VI_VIEW_RAW_H

#include <virtio-inspect/virtio_ring.h>

/* Bits of vi_raw_queue.have. */
enum {
	VI_Q_NAME		= 1 << 0,
	VI_Q_SIZE		= 1 << 1,	/* size */
	VI_Q_MAX_SIZE		= 1 << 2,
	VI_Q_ADDRESSES		= 1 << 3,	/* desc, driver, device */
	VI_Q_READY		= 1 << 4,
	VI_Q_VECTOR		= 1 << 5,
	VI_Q_INDEX		= 1 << 6,
	VI_Q_FEATURES		= 1 << 7,

	/* The driver's own state. */
	VI_Q_LAST_USED		= 1 << 8,
	VI_Q_NUM_FREE		= 1 << 9,
	VI_Q_FREE_HEAD		= 1 << 10,
	VI_Q_NUM_ADDED		= 1 << 11,
	VI_Q_BROKEN		= 1 << 12,
	VI_Q_RESET		= 1 << 13,
	VI_Q_EVENT_TRIGGERED	= 1 << 14,
	VI_Q_CALLBACK		= 1 << 15,
	VI_Q_AVAIL_SHADOW	= 1 << 16,	/* split: idx; packed: position */
	VI_Q_FLAGS_SHADOW	= 1 << 17,
	VI_Q_TOKENS		= 1 << 18,	/* tokens[].present and so on */
	VI_Q_EXTRA		= 1 << 19,	/* extra[] */
	VI_Q_RING_VA		= 1 << 20,

	VI_Q_AVAIL_AGAIN	= 1 << 24,	/* avail_again */
	/* The device's own state, from the host. */
	VI_Q_HOST_AVAIL		= 1 << 25,	/* host_avail */
	VI_Q_HOST_INUSE		= 1 << 26,	/* host_inuse */

	/* More of the driver's own state. */
	VI_Q_BATCH		= 1 << 27,	/* in_batch; if so, batch_… */
	VI_Q_NEXT_HEAD		= 1 << 28,	/* next_head */
	VI_Q_MAP		= 1 << 29,	/* map */
};

/* How a driver makes its buffers' addresses known to the device. */
enum vi_map {
	VI_MAP_DIRECT,		/* physical addresses, as they are */
	VI_MAP_DMA,		/* by the platform, through an IOMMU if any */
	VI_MAP_BOUNCE,		/* likewise, of copies in bounce buffers */
	VI_MAP_TRANSPORT,	/* by the transport itself, such as VDUSE */
};

/* The driver's state of a head (split) or buffer id (packed). */
struct vi_token {
	bool present;		/* the buffer is in flight */
	uint16_t num;		/* packed: descriptors that it takes */
	uint16_t last;		/* packed: id of its last descriptor */
	uint64_t indirect;	/* kernel address of its table, or 0 */
	/* Not in captures; 0: unknown. */
	uint64_t data;		/* what the driver keeps for it */
	uint64_t started_ns;	/* when the driver got it; monotonic */
};

/* The driver's copy of a descriptor. */
struct vi_extra {
	uint64_t addr;
	uint32_t len;
	uint16_t flags, next;
};

/* An indirect table, as read. */
struct vi_table {
	uint64_t addr;		/* from the descriptor */
	uint64_t va;		/* its kernel address, or 0 */
	uint32_t len;		/* size in the descriptor */
	uint32_t have;		/* number of bytes read */
	uint8_t *bytes;
	uint32_t absent;	/* from a capture; see record/schema.h */
	int err;		/* why fewer were read; 0 or a negative errno,
				 * -ENOBUFS: tables overlap, see raw_mem.h */
};

/* Enough of a request to identify it. */
#define VI_HEADER_MAX	64

/* The first bytes of a buffer in flight, read along with the queue. */
struct vi_header {
	uint32_t id;		/* as in the used entry */
	uint8_t len;		/* of bytes, valid */
	bool has_status;
	uint8_t status;		/* from the device, once completed */
	bool has_age;
	uint64_t age_ns;	/* since first seen; a lower bound */
	uint32_t absent;	/* from a capture; see record/schema.h */
	uint8_t bytes[VI_HEADER_MAX];
};

struct vi_desc;

/* The contents of a descriptor's memory, if requested. */
struct vi_content {
	uint64_t addr;
	uint32_t len;		/* of bytes, at most as requested */
	uint8_t *bytes;
	const struct vi_desc *desc;	/* first descriptor with it */
};

/*
 * A position in a packed ring: the slot, and in bit 15 the wrap counter that
 * goes with it (spec 1.4, 2.8.1).
 */
#define VI_WRAP		0x8000
#define VI_SLOT(pos)	((pos) & 0x7fff)

/*
 * What is unknown only in captures that lack it (see record/schema.h). A queue
 * of which it is unknown whether it was torn or gone is judged like one that
 * was not: what is wrong in it must not pass for healthy.
 */
#define VI_QX_TORN	0
#define VI_QX_GONE	1
#define VI_QX_FAULT	2

struct vi_raw_queue {
	uint32_t have;

	uint16_t index;
	bool index_assumed;		/* it may be any queue */
	char name[64];
	uint32_t size, max_size;
	bool packed;
	bool ready;
	uint64_t desc, driver, device;	/* device addresses */
	uint64_t desc_va, driver_va, device_va;	/* kernel virtual */
	uint16_t vector;
	struct vi_features features;	/* negotiated; unknown: none */
	bool swap;			/* split: in the other byte order */
	bool order_unknown;		/* split: in either byte order, so that
					 * nothing in the ring is decoded */

	/* The driver's own state; see have. */
	uint16_t last_used;		/* packed: wrap counter in bit 15 */
	uint32_t num_free, free_head, num_added;
	bool broken, reset, event_triggered, callback;
	uint16_t avail_shadow;		/* packed: wrap counter in bit 15 */
	uint16_t flags_shadow;		/* avail->flags, or driver event flags */
	/* In order (spec 1.4, 2.7.9, 2.8.9): is the driver halfway through a
	 * batch, and the used entry of that: its last buffer. */
	bool in_batch;
	uint32_t batch_last, batch_len;
	uint16_t next_head;		/* split, in order: due next */
	uint8_t map;			/* enum vi_map */
	struct vi_token *tokens;	/* size entries */
	struct vi_extra *extra;

	/* Copies of ring memory; NULL: not read. */
	uint8_t *desc_bytes, *driver_bytes, *device_bytes;
	int memory_err;			/* why; 0 or a negative errno */
	uint64_t memory_fault;		/* first unreadable address */
	struct vi_table *tables;	/* in descriptor order */
	size_t num_tables;

	struct vi_header *headers;	/* in the order of buffers in flight, */
	size_t num_headers;		/* then of those in [L, U) */
	struct vi_content *contents;
	size_t num_contents;

	/* The read itself. */
	uint64_t time_ns;		/* CLOCK_REALTIME */
	unsigned int passes;		/* number of reads; the last counts */
	bool torn;			/* no read was consistent */
	bool gone;			/* address or size changed meanwhile */
	uint32_t absent;		/* from a capture: bits VI_QX_ */
	uint16_t avail_again;		/* split: the driver's index at the end
					 * of the same pass */

	uint16_t host_avail;		/* the device's last_avail_idx */
	uint32_t host_inuse;		/* buffers that it holds */
};

/* Sizes in bytes of the three parts of a ring (spec 2.7, 2.8.10.1). */
struct vi_ring_parts {
	size_t desc, driver, device;
};

/* May a queue have this size (spec 2.7, 2.8.10.1)? */
bool vi_is_size(bool packed, uint32_t size);

struct vi_ring_parts vi_ring_parts(bool packed, uint32_t size);

void vi_raw_queue_free(struct vi_raw_queue *q);
void vi_raw_queue_forget_contents(struct vi_raw_queue *q);

#endif
