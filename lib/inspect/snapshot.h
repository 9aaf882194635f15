/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots of the queues of devices: what was read at one moment, decoded. */
#ifndef VI_INSPECT_SNAPSHOT_H
#define VI_INSPECT_SNAPSHOT_H

#include "core/clock.h"
#include "devtype/request.h"
#include "inspect/access.h"
#include "inspect/held.h"
#include "view/decode.h"

struct vi_queue;

/* A buffer that is in flight: a record of vi_flight_schema. */
struct vi_flight {
	struct vi_queue *view;
	const struct vi_chain *chain;
	const struct vi_header *header;		/* NULL: not read */
	uint64_t since_ns;			/* mono_ns when first seen */
	/* Built on request. */
	const char *request;
	struct vi_flight_buffer *buffers;
	size_t num_buffers;
	const char *const *notes;
};

/* A completed buffer that the driver has not seen: of vi_unreaped_schema. */
struct vi_unreaped {
	struct vi_queue *view;
	const struct vi_used *used;
	const struct vi_header *header;
	uint64_t out_len, in_len;
	const char *request;
};

/* The interrupt of a queue, at the time of the snapshot. */
struct vi_queue_irq {
	bool known;		/* count */
	bool own;		/* of this queue alone */
	bool has_irq;
	uint32_t irq;
	uint64_t count;
	const char *name;	/* "virtio3-req.0"; NULL: it has none */
};

/* What fields derive from a queue, each once; NULL or "": not requested yet. */
struct vi_queue_texts {
	char spec_name[64], time[VI_TIME_SIZE], memory_error[128];
	const char *desc, *driver, *device, *extra;	/* as hexadecimal */
	struct vi_raw_token *tokens;
	size_t num_tokens;
	struct vi_raw_piece *tables, *headers, *contents;
};

/* A queue of a snapshot: an object of vi_queue_schema(). */
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

/* What the kernel's core keeps for a device; @have: VI_CORE_ of the others. */
#define VI_CORE_FAILED		1
#define VI_CORE_CONFIG_OFF	2
#define VI_CORE_CONFIG_PENDING	4

struct vi_core_state {
	unsigned int have;
	bool failed;			/* before it was suspended */
	bool config_off;		/* its driver wants no changes told */
	bool config_pending;		/* there was one that was not told */
};

struct vi_snapshot {
	struct vi_device *dev;
	const char *attach;
	bool unknown_attach;		/* a capture does not say */
	uint64_t mono_ns;		/* monotonic clock */
	bool physical;			/* addresses in rings are physical */
	bool translated;		/* or an IOMMU's; */
	bool mapped;			/* or the transport's; none: unknown */
	bool sampled;			/* a sampler's, which drops it */
	struct vi_core_state core;
	struct vi_raw_queue *queues;	/* by index */
	struct vi_decoded *rings;
	struct vi_queue *views;
	size_t count;			/* of queues; vi_snapshot_finish() makes
					   rings and views */
	struct vi_batch *batch;		/* owns the snapshot */
	struct vi_pool *pool;		/* the batch's, for fields */
};

/* Add a zeroed queue to the snapshot. NULL: out of memory. */
struct vi_raw_queue *vi_snapshot_add(struct vi_snapshot *snap);

/* An empty snapshot that no device keeps yet. NULL: out of memory. */
struct vi_snapshot *vi_snapshot_new(struct vi_device *dev, const char *attach);
void vi_snapshot_free(struct vi_snapshot *snap);

/*
 * A copy for writing out; what fields derive from it is freed with it. @share:
 * it shows the buffer contents of @snap; else it has none, and owns those read
 * into it. @snap must outlive it. NULL: out of memory.
 */
struct vi_snapshot *vi_snapshot_copy(const struct vi_snapshot *snap,
				     bool share);

/*
 * Decode the queues that were added. With @access, also read request headers. 0
 * or -ENOMEM.
 */
int vi_snapshot_finish(struct vi_snapshot *snap, const struct vi_access *access,
		   void *state);

/* Make @snap the device's last snapshot; this may drop the oldest. */
void vi_snapshot_keep(struct vi_snapshot *snap);

/* Forget those that a sampler took to look into a suspicion, which has ended. */
void vi_snapshots_drop_sampled(struct vi_device *dev);

/* The device's last snapshot, or NULL. */
const struct vi_snapshot *vi_last_snapshot(const struct vi_device *dev);

/*
 * For reading memory that a device's descriptors point to after a snapshot: the
 * access method of its last snapshot, open until vi_access_release().
 */
int vi_access_reopen(struct vi_device *dev, const struct vi_access **access,
		     void **state);
void vi_access_release(struct vi_device *dev, const struct vi_access *access,
		       void *state);

/* The queue with that index, or NULL. */
struct vi_queue *vi_snapshot_queue(const struct vi_snapshot *snap,
				    uint16_t index);

/* Shared only by the files that make snapshots. */

/* headers.c: read request headers; unreadable ones stay unknown. */
int vi_read_headers(struct vi_snapshot *snap, const struct vi_access *access,
		    void *state);
/* headers.c: assign q->headers to buffers. 0 or -ENOMEM. */
int vi_join_headers(struct vi_queue *view);
/* contents.c: @most bytes of each buffer in flight. 0 or -ENOMEM. */
int vi_read_contents(struct vi_snapshot *snap, const struct vi_access *access,
		     void *state, size_t most);
/* contents.c: sort q->contents, and assign them to descriptors. */
void vi_join_contents(struct vi_queue *view);
const struct vi_content *vi_find_content(const struct vi_raw_queue *q,
					 uint64_t addr);
/* ages.c: ages of requests, by comparison with the last snapshot. */
void vi_set_ages(struct vi_snapshot *snap, const struct vi_snapshot *before);
/* snapshot_irqs.c: the queues' interrupts, from /proc/interrupts. */
struct vi_snapshot_irqs;
struct vi_snapshot_irqs *vi_snapshot_irqs_read(struct vi_ctx *ctx);
void vi_snapshot_irqs_free(struct vi_snapshot_irqs *irqs);
int vi_snapshot_irqs_set(const struct vi_snapshot_irqs *irqs,
			 struct vi_snapshot *snap);
/* iommu.c: set @snap->physical and @snap->translated. */
void vi_snapshot_iommu(struct vi_snapshot *snap);
/* request_text.c: a request in one line, or NULL: out of memory. */
const char *vi_flight_text(struct vi_flight *flight);
const char *vi_unreaped_text(struct vi_unreaped *unreaped);
/* Does the request wait by its nature? */
enum vi_waits vi_flight_waits(const struct vi_flight *flight);
/* An anomaly of a chain in words. */
void vi_anomaly_text(const struct vi_anomaly *a, char *buf, size_t size);

#endif
