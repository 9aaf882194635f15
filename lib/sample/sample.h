/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The devices and queues that a sampler follows. */
#ifndef VI_SAMPLE_SAMPLE_H
#define VI_SAMPLE_SAMPLE_H

#include <math.h>

#include <virtio-inspect/sampler.h>

#include "core/clock.h"
#include "inspect/access.h"
#include "inspect/interrupts.h"
#include "inspect/snapshot.h"
#include "record/schema.h"
#include "view/count.h"
#include "view/follow.h"
#include "sample/rate.h"

#define NS	VI_NS

/* A queue's interrupt, as of the last sample. */
struct vi_sampled_irq {
	bool known;		/* @count is */
	bool own;		/* no other queue shares it */
	bool has_irq;
	uint32_t irq;
	uint64_t count;
	bool missed;		/* the last sample could not read it */
	bool has_since;		/* @since has counted without a gap */
	uint64_t since, mark;	/* interrupts since the first sample */
};

/* Sums over all reads since the last sample. */
struct vi_sums {
	double flight;			/* number in flight x ns */
	/* The time that @flight covers; that without a free descriptor; and
	 * the time for which that is known. */
	uint64_t flight_ns, full_ns, free_ns;
	uint32_t peak;
};

/* Looks that are made in the time for which they are valid. */
#define VI_LENGTH_LOOKS	8

/* The lengths of requests seen in flight in the last looks. */
struct vi_lengths {
	uint64_t looked_ns;		/* last look; @missed: it saw none */
	bool missed;
	unsigned int next;		/* the oldest entry of @look */
	struct vi_length_look {
		uint64_t at_ns;
		double bytes;		/* of all requests */
		uint64_t requests, slots;
	} look[VI_LENGTH_LOOKS];
};

struct vi_sampled_queue {
	bool watched;			/* its ring can be read, by @watch */
	bool has_index;
	struct vi_watch watch;		/* its q.name even if not watched */
	const struct vi_queue_kind *kind;
	unsigned int number;		/* the one in its name */
	char spec_name[64];		/* "": it has none */

	struct vi_counter submitted, completed, reaped;
	double top_rate;		/* the highest recent one, in steps/s */
	bool was_read;
	uint64_t read_ns, sample_ns;
	struct vi_counters read;
	uint32_t in_flight;		/* as read; valid if: */
	bool in_flight_ok;
	struct vi_sums sums;
	struct vi_sampled_irq irq;
	struct vi_follow follow;
	uint64_t followed_total;	/* submitted until its last look */
	struct vi_lengths lengths;
	double age_p50_ms, age_p99_ms, oldest_ms;
	bool age_lower_bound;
	unsigned int num_lost;		/* requests that never end, */
	uint64_t lost_ns;		/* since when; 0: none */

	/* Since when, in ns; 0: that side is not stalled. */
	uint64_t device_stalled, driver_stalled;
	unsigned int snaps;		/* taken while it is stalled: stall.c */
	bool stalled;
	char code[32], reason[256];
	char shown_code[32], shown_reason[256];	/* in the last sample */

	bool met;			/* in the current search for queues */
	bool fresh;			/* read since the sample began */
	int err;			/* of the last read */
	bool doubtful;			/* stalled, and a snapshot failed */
};

struct vi_sampled {
	struct vi_device *dev;		/* the context's, until the next scan */
	char *name, *address, *type, *kname;	/* NULL: unknown; not @name */
	int index;			/* the N of virtioN; or -1 */
	uint64_t identity;		/* see hotplug.c */
	uint64_t generation;
	const struct vi_access *access;	/* NULL: its rings cannot be read */
	struct vi_sampled_queue **queues;	/* by index */
	size_t count;
	bool stale;			/* look for its queues again */
	bool met;
	uint64_t looked_ns;		/* when stall.c took a snapshot */
};

/* What tests replace. */
struct vi_sampler_hooks {
	uint64_t (*clock)(void);	/* monotonic, in ns */
	uint64_t (*cpu)(void);		/* time of this thread, in ns */
	bool (*changed)(struct vi_sampler *s);	/* did devices come or go? */
	int (*scan)(struct vi_sampler *s);
};

/* A row of the sample. */
struct vi_row {
	const struct vi_sampled *dev;
	const struct vi_sampled_queue *queue;
};

struct vi_sampler {
	struct vi_ctx *ctx;
	const struct vi_sampler_hooks *hooks;
	double max_cpu, watch;
	const struct vi_access *access;	/* of live devices */
	bool closed;				/* @access cannot be opened: */
	char why[512];
	bool was_open;				/* or a fault closed it */
	/* See lost.c: what failed since the last sample; @failures: how many of
	 * ctx->failures were reported. */
	char lost[512];
	int lost_err;
	size_t failures;
	bool missing;				/* devices may be missing */
	char why_missing[512];
	uint64_t scanned_ns;			/* when devices were looked for */
	struct vi_monitor *mon;
	uint64_t checked_ns;		/* see hotplug.c: devices */
	uint64_t doubted_ns;		/* and queues */

	struct vi_sampled **devices;
	size_t count;
	uint64_t generations;
	struct vi_row *rows;
	struct vi_rate *rates;		/* one for each row */
	size_t num_rows;

	uint64_t now;			/* of this sample */
	uint64_t sample_ns;		/* time of the last sample; 0: none */
	uint64_t cpu_ns;		/* of the process, at that time */

	/* CPU time in ns that extra reads may take, and that one of them
	 * takes. */
	double allowance, length_allowance, read_cost;
	uint64_t allowed_ns;
	uint64_t returned_cpu;		/* at the end of vi_sampler_interim() */
	size_t next_age, next_length;

	int irqs_fd;			/* -1: not open */
	char *irqs_text;
	size_t irqs_size;

	/* Buffers for the heads of one queue. */
	struct vi_heads heads;
	double *ages;

	/* What the summary points to. */
	char time[VI_TIME_SIZE], error[512];
	const char *notes[8];
	struct vi_summary summary;
};

/* The way to take snapshots of a device that is sampled. */
static inline const char *vi_sampled_attach(const struct vi_sampler *s,
					    const struct vi_device *dev)
{
	return vi_is_local(dev) ? s->access->name : dev->own_access->name;
}

/* sampler.c */
int vi_sampler_new_with(struct vi_ctx *ctx,
			const struct vi_sampler_options *options,
			const struct vi_sampler_hooks *hooks,
			struct vi_sampler **s);

/* rates.c: fill in the rates of a row at the end of a sample. */
void vi_row_show(const struct vi_row *row, uint64_t now, struct vi_rate *out);

/* lost.c */
int vi_lost(struct vi_sampler *s, int err);
void vi_lost_devices(struct vi_sampler *s);
bool vi_lost_look_again(const struct vi_sampler *s);
int vi_lost_end(struct vi_sampler *s);

/* hotplug.c: devices that come and go, and their queues. */
bool vi_hotplug_can_change(const struct vi_sampler *s);
bool vi_hotplug_changed(struct vi_sampler *s);
void vi_hotplug_doubt(struct vi_sampler *s);
int vi_hotplug_scan(struct vi_sampler *s);
int vi_hotplug_sync(struct vi_sampler *s);	/* with the context's devices */
bool vi_hotplug_is_live(const struct vi_device *dev);
void vi_sampled_free(struct vi_sampled *d);

/* watches.c: find the queues of devices. */
int vi_watches_find(struct vi_sampler *s, bool only_stale);
void vi_sampled_queue_free(struct vi_sampled_queue *q);
struct vi_sampled_queue *vi_sampled_queue_new(struct vi_sampled *d);
void vi_sampled_queue_name(struct vi_sampled *d, struct vi_sampled_queue *q);

/* track.c: turn reads into rates. */
void vi_track_rebase(struct vi_sampled_queue *q);
/* Could it not be read in this sample, though it usually can? */
bool vi_track_is_unread(const struct vi_sampled_queue *q);
void vi_track_show(struct vi_sampled_queue *q, uint64_t now,
		   struct vi_rate *out);
void vi_track_read(struct vi_sampler *s, struct vi_sampled *d,
		   struct vi_sampled_queue *q, bool all);
/* Since when it has stood still with work to do, in ns; 0: it has not. */
uint64_t vi_track_stalled(const struct vi_sampled_queue *q);
bool vi_track_is_parked(const struct vi_sampled_queue *q);

/* irqs.c */
void vi_sample_irqs(struct vi_sampler *s);

/* ages.c: at a sample; and between samples, where a request may be old: *@next
 * becomes when the next look is due, if that is earlier. */
void vi_sample_ages(struct vi_sampler *s);
void vi_ages_interim(struct vi_sampler *s, uint64_t *next);

/* lengths.c: look at queues, once rows are set; and what that says about
 * one. */
void vi_sample_lengths(struct vi_sampler *s);
void vi_lengths_show(const struct vi_sampled_queue *q, uint64_t now,
		     struct vi_rate *out);

/* interim.c: this part of the allowance is for reading lengths. */
#define VI_LENGTH_SHARE	4
void vi_interim_grow(struct vi_sampler *s, uint64_t now);
uint64_t vi_interim_begin(const struct vi_sampler *s);
void vi_interim_end(struct vi_sampler *s, uint64_t began, size_t reads);

/*
 * stall.c: take snapshots of devices that stand still at s->now; if the next
 * snapshot is due before *@next, set that.
 */
void vi_stall_watch(struct vi_sampler *s, uint64_t *next);

#endif
