/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots of the queues of devices: what was read at one moment, decoded. */
#ifndef VI_INSPECT_SNAPSHOT_H
#define VI_INSPECT_SNAPSHOT_H

#include "core/clock.h"
#include "inspect/access.h"
#include "inspect/held.h"
#include "view/decode.h"

struct vi_queue;

/* A buffer that is in flight: a record of vi_flight_schema. */
struct vi_flight {
	struct vi_queue *view;
	const struct vi_chain *chain;
	const struct vi_header *header;		/* NULL: it was not read */
	uint64_t since_ns;			/* look->mono_ns of the first */
	/* Once they were asked for. */
	const char *request;
	struct vi_flight_buffer *buffers;
	size_t num_buffers;
	const char *const *notes;
};

/* A completed one that the driver has not seen: of vi_unreaped_schema. */
struct vi_unreaped {
	struct vi_queue *view;
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
	char spec_name[64], time[VI_TIME_SIZE], memory_error[128];
	const char *desc, *driver, *device, *extra;	/* as hexadecimal */
	struct vi_raw_token *tokens;
	size_t num_tokens;
	struct vi_raw_piece *tables, *headers, *contents;
};

/* A queue of a look: an object of vi_queue_schema(). */
struct vi_queue {
	struct vi_device *dev;
	struct vi_snapshot *snap;
	struct vi_raw_queue *q;
	struct vi_decoded *ring;
	const struct vi_queue_kind *kind;	/* NULL: not known */
	unsigned int number;			/* in its name */
	struct vi_queue_irq irq;
	struct vi_flight *flights;		/* ring->num_in_flight */
	struct vi_unreaped *unreaped;		/* ring->num_unreaped */
	struct vi_queue_texts texts;
};

struct vi_snapshot {
	struct vi_device *dev;
	const char *attach;
	uint64_t mono_ns;		/* of a clock that only goes on */
	bool physical;			/* addresses in rings are physical */
	bool translated;		/* they are an IOMMU's; else unknown */
	struct vi_raw_queue *queues;	/* by index */
	struct vi_decoded *rings;
	struct vi_queue *views;
	size_t count, room;		/* of queues; rings and views are
					   made when all of them are there */
	struct vi_batch *batch;		/* that it is in */
	struct vi_pool *pool;		/* the batch's: of what fields give out */
};

/* Room for one more queue, zeroed; it is the look's. NULL: out of memory. */
struct vi_raw_queue *vi_snapshot_add(struct vi_snapshot *snap);

/* An empty look, not the device's yet. NULL: out of memory. */
struct vi_snapshot *vi_snapshot_new(struct vi_device *dev, const char *attach);
void vi_snapshot_free(struct vi_snapshot *snap);

/*
 * The same look, for one who writes it out: what fields make of it goes with
 * the copy. @share: it has the contents of buffers that @look has; else it has
 * none, and those that are read into it go with it as well. @look outlives it.
 * NULL: out of memory.
 */
struct vi_snapshot *vi_snapshot_copy(const struct vi_snapshot *snap,
				     bool share);

/*
 * Make rings and views of the queues that were added. With @memory, read how
 * their buffers begin. 0 or -ENOMEM.
 */
int vi_snapshot_finish(struct vi_snapshot *snap, const struct vi_access *access,
		   void *state);

/* Make it the device's last look; the oldest may go. */
void vi_snapshot_keep(struct vi_snapshot *snap);

/* The last one, or NULL. */
const struct vi_snapshot *vi_last_snapshot(const struct vi_device *dev);

/* What cannot be told of the device this way, or why it is closed. */
int vi_access_note(struct vi_device *dev, const char *fmt, ...) VI_PRINTF(2, 3);
/* Forget these: another look begins. */
void vi_access_drop_notes(struct vi_device *dev);

/*
 * For reading what is at the addresses of a device's descriptors after a
 * snapshot: the way by which its last one was taken, open until
 * vi_access_release().
 */
int vi_access_reopen(struct vi_device *dev, const struct vi_access **access,
		     void **state);
void vi_access_release(struct vi_device *dev, const struct vi_access *access,
		       void *state);

/* The queue with that number, or NULL: they are in ascending order. */
struct vi_queue *vi_snapshot_queue(const struct vi_snapshot *snap,
				    uint16_t index);

/* Between the files that make looks. */

/* headers.c: read how buffers begin; what cannot be read stays unknown. */
int vi_read_headers(struct vi_snapshot *snap, const struct vi_access *access,
		    void *state);
/* headers.c: what each buffer has of q->headers. 0 or -ENOMEM. */
int vi_join_headers(struct vi_queue *view);
/* contents.c: @most bytes of each buffer in flight. 0 or -ENOMEM. */
int vi_read_contents(struct vi_snapshot *snap, const struct vi_access *access,
		     void *state, size_t most);
/* contents.c: which descriptor shows each of q->contents, and sort them. */
void vi_join_contents(struct vi_queue *view);
const struct vi_content *vi_find_content(const struct vi_raw_queue *q,
					 uint64_t addr);
/* ages.c: since when requests are in flight, by the device's last look. */
void vi_set_ages(struct vi_snapshot *snap, const struct vi_snapshot *before);
/* snapshot_irqs.c: the queues' interrupts, by what /proc/interrupts has now. */
struct vi_snapshot_irqs;
struct vi_snapshot_irqs *vi_snapshot_irqs_read(struct vi_ctx *ctx);
void vi_snapshot_irqs_free(struct vi_snapshot_irqs *irqs);
int vi_snapshot_irqs_set(const struct vi_snapshot_irqs *irqs,
			 struct vi_snapshot *snap);
/* iommu.c: is there an IOMMU between the device and memory? Into @look. */
void vi_snapshot_iommu(struct vi_snapshot *snap);
/* request_text.c: one line of what is in a buffer, or NULL: out of memory. */
const char *vi_flight_text(struct vi_flight *flight);
const char *vi_unreaped_text(struct vi_unreaped *unreaped);
/* A note in words on what a walk along a chain met. */
void vi_anomaly_text(const struct vi_anomaly *a, char *buf, size_t size);

#endif
