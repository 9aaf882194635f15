/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Access methods: how the library reads the queues of devices, once or
 * repeatedly. Each is a struct vi_access in a folder of lib/access/, and a row
 * of methods.c.
 */
#ifndef VI_INSPECT_ACCESS_H
#define VI_INSPECT_ACCESS_H

#include <string.h>

#include "inspect/device.h"
#include "view/follow.h"
#include "view/raw.h"

struct vi_snapshot;

/* --- Reading a queue's counters repeatedly --- */

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
 * A queue's counters at one moment. Positions are as in struct vi_decoded. The
 * device's position is read before the driver's, so it is never ahead.
 * @pending: the driver has not seen every completion yet.
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
 * A queue that is read repeatedly.
 * @q:    what does not change; none of the ring's memory.
 * @addr: where the queue is, in the access method's own terms.
 * @data: belongs to the access method.
 */
struct vi_watch {
	struct vi_raw_queue q;
	uint64_t addr, tokens;
	void *data;
};

struct vi_watches {
	struct vi_watch *watch;
	size_t count;
};

/* Add a zeroed queue. NULL: out of memory. */
struct vi_watch *vi_watches_add(struct vi_watches *watches);
void vi_watches_free(struct vi_watches *watches);

/* --- The table --- */

/* How access methods differ. */
enum {
	VI_ACCESS_AUTO		= 1 << 0,	/* "auto" tries it */
	VI_ACCESS_WRITES	= 1 << 1,	/* to devices; on request */
	VI_ACCESS_LIVE		= 1 << 2,	/* its data changes over time */
	VI_ACCESS_REPLAY	= 1 << 3,	/* recorded data and findings */
	VI_ACCESS_PRIVATE	= 1 << 4,	/* only for its own devices */
	VI_ACCESS_DEVICE	= 1 << 5,	/* reads the device's view, not
						   the driver's */
};

/*
 * An access method. A NULL member is something that the method cannot do, or
 * does not need.
 *
 * @flags:  VI_ACCESS_…
 * @held_against: name of the method to compare with on the same device, when
 *          both are open; see disagree.h.
 * @prefix: how this method's targets begin, such as "sim:".
 * @find:   the device that such a target names, created if it does not exist
 *          yet. NULL with a message on the context.
 *
 * @open:   make *@kept, which the context keeps until @close. 0, or a negative
 *          errno with a message that says why the method cannot be used.
 * @begin:  prepare to read some devices; *@state is passed to the functions
 *          below. Without @begin they receive @kept. If it fails, the context
 *          closes @kept, which may be out of date.
 * @end:    free what @begin made.
 * A device that brings its own method also brings the state; none of these four
 * is called for it.
 *
 * @snapshot: add the device's queues with vi_snapshot_add(), in any order. 0,
 *          or a negative errno with a message.
 * @interrupts: fill in the queues' interrupts if /proc/interrupts lacks them.
 * @memory: read the memory at an address that a descriptor of the device holds.
 *          A negative errno if it cannot be read.
 * @memory_map: all memory that exists, if a device that brought its own method
 *          knows. May return NULL.
 *
 * @watch:  add the device's queues, for the functions below to read until a
 *          queue changes identity. 0, or a negative errno with a message.
 * @poll:   @all: also read what costs additional reads. -ESTALE: the queue is
 *          no longer the same, watch the device again; any other errno: it
 *          cannot be read now.
 * @heads:  what is in flight; the caller made room.
 * @ring:   read a whole queue with its indirect tables, for vi_decode(). On 0,
 *          the caller frees it with vi_raw_queue_free(). The copy is torn if
 *          the ring changed meanwhile. Errors are those of @poll.
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
 * Every access method in lib/access/, ending with NULL, the least intrusive
 * first: "auto" tries them in this order. Only methods.c names them.
 */
extern const struct vi_access *const vi_access_methods[];

/* --- Choosing an access method --- */

/* May the library choose? */
static inline bool vi_access_is_auto(const char *name)
{
	return !strcmp(name, "auto");
}

/* The access method after @prev (NULL: the first) among those that @name
 * selects: one, or all that "auto" tries. NULL: no more. */
const struct vi_access *vi_access_next(const char *name,
				       const struct vi_access *prev);
/* The access method of that name, or NULL. */
const struct vi_access *vi_access_find(const char *name);
/* The access method whose prefix @target has, or NULL. */
const struct vi_access *vi_access_of_target(const char *target);

/* Is the device of this machine or of a recorded tree? All others bring their
 * own access method. */
static inline bool vi_is_local(const struct vi_device *dev)
{
	return !dev->own_access;
}

/* Does the device change over time? If not, reading it again is pointless. */
static inline bool vi_is_live(const struct vi_device *dev)
{
	return vi_is_local(dev) || dev->own_access->flags & VI_ACCESS_LIVE;
}

/* Is the device a recording, such as a capture? */
static inline bool vi_is_replay(const struct vi_device *dev)
{
	return !vi_is_local(dev) && dev->own_access->flags & VI_ACCESS_REPLAY;
}

/* From the device's own access method; NULL: unknown. */
static inline const struct vi_mem *vi_own_memory_map(const struct vi_device *dev)
{
	return !vi_is_local(dev) && dev->own_access->memory_map ?
	       dev->own_access->memory_map(dev->own_state) : NULL;
}

/* --- Open access methods --- */

/* Open @access unless it is open; *@kept is what the context keeps for it. 0 or
 * a negative errno with a message. */
int vi_access_open(struct vi_ctx *ctx, const struct vi_access *access,
		   void **kept);
/* What the context keeps for @access; NULL: it is not open. */
void *vi_access_kept(const struct vi_ctx *ctx, const struct vi_access *access);

/* Open @access to read devices. 0 or a negative errno with a message. */
int vi_access_begin(struct vi_ctx *ctx, const struct vi_access *access,
		    void **state);
void vi_access_end(const struct vi_access *access, void *state);

/* The state to pass for @dev; @state is the one for local devices. */
static inline void *vi_access_state(const struct vi_device *dev, void *state)
{
	return vi_is_local(dev) ? state : dev->own_state;
}

/* Note what this access method cannot read, or why it cannot be used. */
int vi_access_note(struct vi_device *dev, const char *fmt, ...) VI_PRINTF(2, 3);
/* Forget the notes: another snapshot begins. */
void vi_access_drop_notes(struct vi_device *dev);

#endif
