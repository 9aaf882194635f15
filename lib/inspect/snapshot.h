/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Looks at the queues of devices: what was read at one moment, decoded, and
 * the ways to read it.
 */
#ifndef VI_INSPECT_SNAPSHOT_H
#define VI_INSPECT_SNAPSHOT_H

#include "inspect/counters.h"
#include "inspect/held.h"
#include "view/decode.h"

struct vi_queue_view;

/* A buffer that is in flight: a record of vi_flight_schema. */
struct vi_flight {
	struct vi_queue_view *view;
	const struct vi_chain *chain;
	const struct vi_header *header;		/* NULL: it was not read */
	uint64_t since_ns;			/* look->mono_ns of the first */
	/* Once they were asked for. */
	const char *request;
	struct vi_flight_buffer *buffers;
	size_t num_buffers;
	const char *const *notes;
};

/* A completed one that the driver has not seen: of vi_unseen_schema. */
struct vi_unseen {
	struct vi_queue_view *view;
	const struct vi_used *used;
	const struct vi_header *header;
	uint64_t out_len, in_len;
	const char *request;
};

/* The interrupt of a queue, when it was looked at. */
struct vi_queue_irq {
	bool known;		/* count */
	bool own;		/* of this queue and nothing else */
	bool has_irq;
	uint32_t irq;
	uint64_t count;
	const char *name;	/* "virtio3-req.0"; NULL: it has none */
};

/* What fields make of a queue, once each; NULL or "": not asked for yet. */
struct vi_queue_texts {
	char spec_name[64], time[40], memory_error[128];
	const char *desc, *driver, *device, *extra;	/* as hexadecimal */
	struct vi_raw_token *tokens;
	size_t num_tokens;
	struct vi_raw_piece *tables, *headers, *contents;
};

/* A queue of a look: an object of vi_queue_schema(). */
struct vi_queue_view {
	struct vi_device *dev;
	struct vi_look *look;
	struct vi_queue *q;
	struct vi_ring *ring;
	const struct vi_queue_kind *kind;	/* NULL: not known */
	unsigned int number;			/* in its name */
	struct vi_queue_irq irq;
	struct vi_flight *flights;		/* ring->num_in_flight */
	struct vi_unseen *unseen;		/* ring->num_unseen */
	struct vi_queue_texts texts;
};

struct vi_look {
	struct vi_device *dev;
	const char *way;
	uint64_t mono_ns;		/* of a clock that only goes on */
	bool physical;			/* addresses in rings are physical */
	bool translated;		/* they are an IOMMU's; else unknown */
	struct vi_queue *queues;	/* by index */
	struct vi_ring *rings;
	struct vi_queue_view *views;
	size_t count, room;		/* of queues; rings and views are
					   made when all of them are there */
	struct vi_batch *batch;		/* that it is in */
	struct vi_pool *pool;		/* the batch's: of what fields give out */
};

/* What sets ways in apart. */
enum {
	VI_ACCESS_AUTO	 = 1 << 0,	/* tried without being asked for */
	VI_ACCESS_WRITES = 1 << 1,	/* to the device: only when asked for */
	VI_ACCESS_LIVE	 = 1 << 2,	/* what it reads changes with time */
	VI_ACCESS_REPLAY = 1 << 3,	/* it has what was read and found before */
	VI_ACCESS_PRIVATE = 1 << 4,	/* of devices that bring it along */
};

/*
 * A way to read queues.
 *
 * @flags:  VI_ACCESS_…
 * @held_against: the name of a way whose word on the same device is compared with this
 *          one's, where both are open; see disagree.h. May be NULL.
 * @open:   once for all devices of one vi_look(). 0, or a negative errno with
 *          a message that says why the way is closed. NULL: it is always open.
 * @read:   add the device's queues with vi_look_add(), in any order. 0, or a
 *          negative errno with a message.
 * @interrupts: those of the queues, where they are not in /proc/interrupts;
 *          may be NULL.
 * @memory: read what is at an address that descriptors of the device have; a
 *          negative errno where that cannot be done. NULL: it never can.
 * @memory_map: all the memory that there is, where that is known of a device
 *          whose own way this is; may be NULL, and may return NULL.
 * @close:  what @open made.
 * @taps:   how to read queues over and over; NULL: it cannot.
 */
struct vi_look_way {
	const char *name;
	unsigned int flags;
	const char *held_against;
	int (*open)(struct vi_ctx *ctx, void **state);
	int (*read)(void *state, struct vi_device *dev, struct vi_look *look);
	void (*interrupts)(struct vi_look *look);
	int (*memory)(void *state, struct vi_device *dev, uint64_t addr,
		      void *buf, size_t len);
	const struct vi_mem *(*memory_map)(const void *state);
	void (*close)(void *state);
	const struct vi_tap_way *taps;
};

/* Ways to live devices; access/methods.c has the table. */
extern const struct vi_look_way vi_kernel_way;
extern const struct vi_look_way vi_registers_way;
extern const struct vi_look_way vi_devmem_way;
extern const struct vi_look_way *const vi_look_ways[];	/* ended by NULL */

/* Those that devices bring along. */
extern const struct vi_look_way vi_sim_way;
extern const struct vi_look_way vi_capture_way;
extern const struct vi_look_way vi_flat_way;

/* Does the device change with time? Else there is nothing newer to read. */
static inline bool vi_is_live(const struct vi_device *dev)
{
	return !dev->own_way || dev->own_way->flags & VI_ACCESS_LIVE;
}

/* Has it what was read and found before, as a capture has? */
static inline bool vi_is_replay(const struct vi_device *dev)
{
	return dev->own_way && dev->own_way->flags & VI_ACCESS_REPLAY;
}

/* By the device's own way; NULL: it has none that knows. */
static inline const struct vi_mem *vi_own_memory_map(const struct vi_device *dev)
{
	return dev->own_way && dev->own_way->memory_map ?
	       dev->own_way->memory_map(dev->own_state) : NULL;
}

/* Room for one more queue, zeroed; it is the look's. NULL: out of memory. */
struct vi_queue *vi_look_add(struct vi_look *look);

/* An empty look, not the device's yet. NULL: out of memory. */
struct vi_look *vi_look_new(struct vi_device *dev, const char *way);
void vi_look_free(struct vi_look *look);

/*
 * The same look, for one who writes it out: what fields make of it goes with
 * the copy. @share: it has the contents of buffers that @look has; else it has
 * none, and those that are read into it go with it as well. @look outlives it.
 * NULL: out of memory.
 */
struct vi_look *vi_look_copy(const struct vi_look *look, bool share);

/*
 * Make rings and views of the queues that were added. With @memory, read how
 * their buffers begin. 0 or -ENOMEM.
 */
int vi_look_finish(struct vi_look *look, const struct vi_look_way *way,
		   void *state);

/* Make it the device's last look; the oldest may go. */
void vi_look_keep(struct vi_look *look);

/* The last one, or NULL. */
const struct vi_look *vi_last_look(const struct vi_device *dev);

/* What cannot be told of the device this way, or why it is closed. */
int vi_look_note(struct vi_device *dev, const char *fmt, ...) VI_PRINTF(2, 3);
/* Forget these: another look begins. */
void vi_look_drop_notes(struct vi_device *dev);

/*
 * For reading what is at the addresses of a live device's descriptors, after a
 * look: the way that its last look went, opened anew.
 */
int vi_look_reopen(struct vi_device *dev, const struct vi_look_way **way,
		   void **state);

/* The queue with that number, or NULL: they are in ascending order. */
struct vi_queue_view *vi_look_queue(const struct vi_look *look,
				    uint16_t index);

/* Between the files that make looks. */

/* headers.c: read how buffers begin; what cannot be read stays unknown. */
int vi_read_headers(struct vi_look *look, const struct vi_look_way *way,
		    void *state);
/* headers.c: what each buffer has of q->headers. 0 or -ENOMEM. */
int vi_join_headers(struct vi_queue_view *view);
/* contents.c: @most bytes of each buffer in flight. 0 or -ENOMEM. */
int vi_read_contents(struct vi_look *look, const struct vi_look_way *way,
		     void *state, size_t most);
/* contents.c: which descriptor shows each of q->contents, and sort them. */
void vi_join_contents(struct vi_queue_view *view);
const struct vi_content *vi_find_content(const struct vi_queue *q,
					 uint64_t addr);
/* ages.c: since when requests are in flight, by the device's last look. */
void vi_set_ages(struct vi_look *look, const struct vi_look *before);
/* snapshot_irqs.c: the queues' interrupts, by what /proc/interrupts has now. */
struct vi_look_irqs;
struct vi_look_irqs *vi_look_irqs_read(struct vi_ctx *ctx);
void vi_look_irqs_free(struct vi_look_irqs *irqs);
int vi_look_irqs_set(const struct vi_look_irqs *irqs, struct vi_look *look);
/* iommu.c: is there an IOMMU between the device and memory? Into @look. */
void vi_look_iommu(struct vi_look *look);
/* request_text.c: one line of what is in a buffer, or NULL: out of memory. */
const char *vi_flight_text(struct vi_flight *flight);
const char *vi_unseen_text(struct vi_unseen *unseen);
/* A note in words on what a walk along a chain met. */
void vi_anomaly_text(const struct vi_anomaly *a, char *buf, size_t size);

#endif
