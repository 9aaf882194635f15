/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Ways in: how queues of devices are read, once or over and over. Each is a
 * folder of lib/access/ with one struct vi_access, and a line in its methods.c.
 */
#ifndef VI_INSPECT_ACCESS_H
#define VI_INSPECT_ACCESS_H

#include <string.h>

#include "inspect/device.h"
#include "view/raw.h"

struct vi_snapshot;

/* --- Reading over and over what changes of a queue, and no more --- */

/* Bits of vi_counters.have. */
enum {
	VI_CTR_AVAIL		= 1 << 0,
	VI_CTR_USED		= 1 << 1,	/* split */
	VI_CTR_LAST		= 1 << 2,
	VI_CTR_NUM_FREE		= 1 << 3,
	VI_CTR_KICK		= 1 << 4,
	VI_CTR_INTERRUPT	= 1 << 5,
	VI_CTR_INTERRUPTS	= 1 << 6,
	VI_CTR_PENDING		= 1 << 7,	/* packed */
};

/*
 * What a queue was like at one moment. Positions are as in struct vi_decoded.
 * The device's is read first, then the driver's: it is never ahead of them.
 * @pending: the driver has not seen all that is completed.
 */
struct vi_counters {
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
struct vi_watch {
	struct vi_raw_queue q;
	uint64_t addr, tokens;
	void *data;
};

struct vi_watches {
	struct vi_watch *watch;
	size_t count, room;
};

/*
 * A split ring's heads, for telling how old requests are. All arrays are the
 * caller's and have room for a queue of any size.
 * @present: of each head: is it in flight, neither free nor completed?
 * @ring:    heads in the order in which they were made available.
 */
struct vi_heads {
	bool *present;
	uint16_t *ring;
	uint16_t avail;
};

/* Room for one more, zeroed; NULL: out of memory. */
struct vi_watch *vi_watches_add(struct vi_watches *watches);
void vi_watches_free(struct vi_watches *watches);

/* --- The table --- */

/* What sets ways in apart. */
enum {
	VI_ACCESS_AUTO		= 1 << 0,	/* tried without being asked for */
	VI_ACCESS_WRITES	= 1 << 1,	/* to devices: when asked for */
	VI_ACCESS_LIVE		= 1 << 2,	/* what it reads changes */
	VI_ACCESS_REPLAY	= 1 << 3,	/* what was read and found before */
	VI_ACCESS_PRIVATE	= 1 << 4,	/* of devices that bring it along */
	VI_ACCESS_DEVICE	= 1 << 5,	/* the device's word, not the
						   driver's */
};

/*
 * A way in. What is NULL it cannot do, or need not.
 *
 * @flags:  VI_ACCESS_…
 * @held_against: the name of a way whose word on the same device is compared
 *          with this one's, where both are open; see disagree.h.
 * @prefix: what targets begin with that mean devices of this way: "sim:"; and
 * @find:   the device that such a target means, made when it is not there.
 *          NULL with a message on the context.
 *
 * @open:   what is kept for a context until @close: *@kept. 0, or a negative
 *          errno with a message that says why the way is closed.
 * @begin:  before some devices are read; *@state is what the functions below
 *          are given, and without @begin that is @kept. When it fails, @kept is
 *          closed: it may be out of date.
 * @end:    what @begin made.
 * Devices that bring their way along have their own state, which stands for
 * all of this.
 *
 * @snapshot: add the device's queues with vi_snapshot_add(), in any order. 0,
 *          or a negative errno with a message.
 * @interrupts: those of the queues, where they are not in /proc/interrupts.
 * @memory: read what is at an address that descriptors of the device have; a
 *          negative errno where that cannot be done.
 * @memory_map: all the memory that there is, where that is known of a device
 *          that brought the way along; may return NULL.
 *
 * @watch:  add the device's queues, to be read with the following until one is
 *          not what it was. 0, or a negative errno with a message.
 * @poll:   @all: also what takes more reads. -ESTALE: it is not what it was,
 *          look for it anew; any other errno: it cannot be read now.
 * @heads:  of a split ring.
 * @ring:   all of a queue, with its indirect tables, for vi_decode(); 0: end
 *          with vi_raw_queue_free(). Torn where it did not keep still. Errors
 *          are those of @poll.
 */
struct vi_access {
	const char *name;
	unsigned int flags;
	const char *held_against;

	const char *prefix;
	struct vi_device *(*find)(struct vi_ctx *ctx, const char *target);

	int (*open)(struct vi_ctx *ctx, void **kept);
	void (*close)(void *kept);
	int (*begin)(struct vi_ctx *ctx, void *kept, void **state);
	void (*end)(void *state);

	int (*snapshot)(void *state, struct vi_device *dev,
			struct vi_snapshot *snap);
	void (*interrupts)(struct vi_snapshot *snap);
	int (*memory)(void *state, struct vi_device *dev, uint64_t addr,
		      void *buf, size_t len);
	const struct vi_mem *(*memory_map)(const void *state);

	int (*watch)(void *state, struct vi_device *dev,
		     struct vi_watches *watches);
	int (*poll)(struct vi_ctx *ctx, const struct vi_watch *watch, bool all,
		    struct vi_counters *counters);
	int (*heads)(struct vi_ctx *ctx, const struct vi_watch *watch,
		     struct vi_heads *heads);
	int (*ring)(struct vi_ctx *ctx, const struct vi_watch *watch,
		    struct vi_raw_queue *q);
};

/*
 * All that lib/access/ has, ended by NULL, the least intrusive first: "auto"
 * tries them in this order. methods.c alone knows them.
 */
extern const struct vi_access *const vi_access_methods[];

/* --- Which way --- */

/* Is the choice left to the library? */
static inline bool vi_access_is_auto(const char *name)
{
	return !strcmp(name, "auto");
}

/* The next after @prev, from NULL on, of those that @name stands for: one, or
 * all that "auto" tries. NULL: no more. */
const struct vi_access *vi_access_next(const char *name,
				       const struct vi_access *prev);
/* The one that is called so, or NULL. */
const struct vi_access *vi_access_find(const char *name);
/* The one whose devices @target is among, by its prefix; or NULL. */
const struct vi_access *vi_access_of_target(const char *target);

/* Is it one of this machine's, or of the recorded tree's? The others bring
 * their way in along. */
static inline bool vi_is_local(const struct vi_device *dev)
{
	return !dev->own_access;
}

/* Does the device change with time? Else there is nothing newer to read. */
static inline bool vi_is_live(const struct vi_device *dev)
{
	return vi_is_local(dev) || dev->own_access->flags & VI_ACCESS_LIVE;
}

/* Has it what was read and found before, as a capture has? */
static inline bool vi_is_replay(const struct vi_device *dev)
{
	return !vi_is_local(dev) && dev->own_access->flags & VI_ACCESS_REPLAY;
}

/* By the device's own way; NULL: it has none that knows. */
static inline const struct vi_mem *vi_own_memory_map(const struct vi_device *dev)
{
	return !vi_is_local(dev) && dev->own_access->memory_map ?
	       dev->own_access->memory_map(dev->own_state) : NULL;
}

/* --- What is open --- */

/* Open it, unless it is: what a context keeps of it, in *@kept. 0 or a
 * negative errno with a message. */
int vi_access_open(struct vi_ctx *ctx, const struct vi_access *access,
		   void **kept);
/* What is kept, or NULL: it is not open. */
void *vi_access_kept(const struct vi_ctx *ctx, const struct vi_access *access);

/* Open it for some devices. 0 or a negative errno with a message. */
int vi_access_begin(struct vi_ctx *ctx, const struct vi_access *access,
		    void **state);
void vi_access_end(const struct vi_access *access, void *state);

/* What the functions are given for @dev, if @state is that of local ones. */
static inline void *vi_access_state(const struct vi_device *dev, void *state)
{
	return vi_is_local(dev) ? state : dev->own_state;
}

#endif
