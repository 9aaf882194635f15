/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Taps: reading over and over what changes of a queue, and no more. A way to
 * look at queues that can do that has a struct vi_tap_way.
 */
#ifndef VI_INSPECT_COUNTERS_H
#define VI_INSPECT_COUNTERS_H

#include "inspect/device.h"
#include "view/raw.h"

/* Bits of vi_tap_read.have. */
enum {
	VI_T_AVAIL	= 1 << 0,
	VI_T_USED	= 1 << 1,	/* split */
	VI_T_LAST	= 1 << 2,
	VI_T_NUM_FREE	= 1 << 3,
	VI_T_KICK	= 1 << 4,
	VI_T_INTERRUPT	= 1 << 5,
	VI_T_INTERRUPTS	= 1 << 6,
	VI_T_PENDING	= 1 << 7,	/* packed */
};

/*
 * What a queue was like at one moment. Positions are as in struct vi_decoded.
 * The device's is read first, then the driver's: it is never ahead of them.
 * @pending: the driver has not seen all that is completed.
 */
struct vi_tap_read {
	uint32_t have;
	uint16_t avail, used, last;
	uint32_t num_free;
	bool broken, pending;
	bool wants_kick, wants_interrupt;	/* for one more buffer */
	uint64_t interrupts;
};

/*
 * A queue to be read often.
 * @q:    what does not change; nothing of its ring's memory.
 * @addr: the way's own: where it is.
 * @data: the way's own.
 */
struct vi_tap {
	struct vi_raw_queue q;
	uint64_t addr, tokens;
	void *data;
};

struct vi_taps {
	struct vi_tap *tap;
	size_t count, room;
};

/*
 * A split ring's heads, for telling how old requests are. All arrays are the
 * caller's and have room for a queue of any size.
 * @present: of each head: is it in flight, neither free nor completed?
 * @ring:    heads in the order in which they were made available.
 */
struct vi_tap_heads {
	bool *present;
	uint16_t *ring;
	uint16_t avail;
};

/*
 * @open:  once; 0, or a negative errno with a message. NULL: always open.
 * @begin: before the queues of some devices are looked for; @end after that.
 * @taps:  add the device's queues. 0, or a negative errno with a message.
 * @read:  @all: also what takes more reads. -ESTALE: it is not what it was,
 *         look for it anew; any other errno: it cannot be read now.
 * @heads: of a split ring; NULL: cannot be told.
 * @queue: all of it, with its indirect tables, for vi_decode(); 0: end
 *         with vi_raw_queue_free(). Torn where it did not keep still. Errors
 *         are those of @read. NULL: cannot be done while others work on it.
 */
struct vi_tap_way {
	const char *name;
	int (*open)(struct vi_ctx *ctx);
	int (*begin)(struct vi_ctx *ctx, void **state);
	int (*taps)(void *state, struct vi_device *dev, struct vi_taps *taps);
	void (*end)(void *state);
	int (*read)(struct vi_ctx *ctx, const struct vi_tap *tap, bool all,
		    struct vi_tap_read *r);
	int (*heads)(struct vi_ctx *ctx, const struct vi_tap *tap,
		     struct vi_tap_heads *heads);
	int (*queue)(struct vi_ctx *ctx, const struct vi_tap *tap,
		     struct vi_raw_queue *q);
};

/* Room for one more, zeroed; NULL: out of memory. */
struct vi_tap *vi_taps_add(struct vi_taps *taps);
void vi_taps_free(struct vi_taps *taps);

extern const struct vi_tap_way vi_kernel_taps;
extern const struct vi_tap_way vi_sim_taps;

#endif
