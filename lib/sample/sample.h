/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sampler's own: devices and queues that it follows. */
#ifndef VI_SAMPLE_SAMPLE_H
#define VI_SAMPLE_SAMPLE_H

#include <math.h>

#include <virtio-inspect/sampler.h>

#include "core/clock.h"
#include "inspect/access.h"
#include "inspect/interrupts.h"
#include "inspect/snapshot.h"
#include "record/schema.h"
#include "sample/count.h"
#include "sample/rate.h"

#define NS	VI_NS

/* The interrupt that tells of a queue, by the last sample. */
struct vi_sampled_irq {
	bool known;		/* count */
	bool own;		/* of this queue and nothing else */
	bool has_irq;
	uint32_t irq;
	uint64_t count;
	bool missed;		/* the last sample could not read it */
	bool has_since;		/* since: what it has counted since first */
	uint64_t since, mark;
};

/* Since the last sample: what is summed up over all reads in between. */
struct vi_sums {
	double flight;			/* number in flight x ns */
	uint64_t flight_ns, full_ns, free_ns;	/* of how long it is known */
	uint32_t peak;
};

/* How old the requests of a split ring are. */
struct vi_ages {
	uint64_t *since;		/* of each head; 0: not in flight */
	bool *vague;			/* of each: it may have been there before */
	uint64_t known_ns;		/* the last sample that told of all heads */
	bool has_avail;
	uint16_t avail;			/* when it was last looked at */
	uint64_t total;			/* submitted, likewise */
};

/* As many looks as are made in the time that they are good for. */
#define VI_LENGTH_LOOKS	8

/* How long the requests are that were seen in flight, at looks of late. */
struct vi_lengths {
	uint64_t looked_ns;		/* the last look; missed: it gave none */
	bool missed;
	unsigned int next;		/* the oldest of these */
	struct vi_length_look {
		uint64_t at_ns;
		double bytes;		/* of all of them */
		uint64_t requests, slots;
	} look[VI_LENGTH_LOOKS];
};

struct vi_sampled_queue {
	bool watched;			/* watch: its ring can be read */
	bool has_index;
	struct vi_watch watch;		/* watch.q.name also without one */
	const struct vi_queue_kind *kind;
	unsigned int number;		/* in its name */
	char spec_name[64];		/* "": it has none */

	struct vi_counter submitted, completed, reaped;
	double top_rate;		/* of late, in steps a second */
	bool was_read;
	uint64_t read_ns, sample_ns;
	struct vi_counters read;
	uint32_t in_flight;		/* as read; if it can be so */
	bool in_flight_ok;
	struct vi_sums sums;
	struct vi_sampled_irq irq;
	struct vi_ages ages;
	struct vi_lengths lengths;
	double age_p50_ms, age_p99_ms, oldest_ms;
	bool age_lower_bound;

	/* Since when; 0: that side is not stalled. */
	uint64_t device_stalled, driver_stalled;
	unsigned int snaps;		/* while it is stalled; see stall.c */
	bool stalled;
	char code[32], reason[256];
	char shown_code[32], shown_reason[256];	/* in the last sample */

	bool met;			/* while devices are looked for */
	bool fresh;			/* was read since the sample began */
	int err;			/* of the last try to read it */
	bool doubtful;			/* stalled, and looking into it failed */
};

struct vi_sampled {
	struct vi_device *dev;		/* the context's, until the next scan */
	char *name, *address, *type, *kname;	/* all but the first may be NULL */
	int index;			/* virtioN; -1: it has none */
	uint64_t identity;		/* of this one; see hotplug.c */
	uint64_t generation;
	const struct vi_access *access;	/* NULL: its rings cannot be read */
	struct vi_sampled_queue **queues;	/* by index */
	size_t count;
	bool stale;			/* a watch was found to be */
	bool met;
	uint64_t looked_ns;		/* when it was, as a queue is stalled */
};

/* What tests have otherwise. */
struct vi_sampler_hooks {
	uint64_t (*clock)(void);	/* ns, of a clock that only goes on */
	uint64_t (*cpu)(void);		/* ns, that this thread has used */
	bool (*changed)(struct vi_sampler *s);	/* the list of devices */
	int (*scan)(struct vi_sampler *s);
};

/* A row of the result. */
struct vi_row {
	const struct vi_sampled *dev;
	const struct vi_sampled_queue *queue;
};

struct vi_sampler {
	struct vi_ctx *ctx;
	const struct vi_sampler_hooks *hooks;
	double max_cpu, watch;
	const struct vi_access *access;	/* of live devices */
	bool closed;				/* it is; why: */
	char why[512];
	bool was_open;				/* or failed by a fault */
	/* See lost.c: since the last sample, and of all of ctx->failures. */
	char lost[512];
	int lost_err;
	size_t failures;
	bool missing;				/* not all devices were found */
	char why_missing[512];
	uint64_t scanned_ns;			/* when they were looked for */
	struct vi_monitor *mon;
	uint64_t checked_ns;		/* when devices were looked for */
	uint64_t doubted_ns;		/* and queues */

	struct vi_sampled **devices;
	size_t count;
	uint64_t generations;
	struct vi_row *rows;
	struct vi_rate *rates;		/* of each row */
	size_t num_rows;

	uint64_t now;			/* of this sample */
	uint64_t sample_ns;		/* of the last one; 0: there was none */
	uint64_t cpu_ns;		/* of the process, at the last one */

	/* CPU time that extra reads may take, and what one takes. */
	double allowance, length_allowance, read_cost;
	uint64_t allowed_ns;
	uint64_t returned_cpu;		/* after a look between samples; 0: none */
	size_t next_age, next_length;

	int irqs_fd;			/* -1: not open */
	char *irqs_text;
	size_t irqs_size;

	/* Room for the heads of one queue. */
	struct vi_heads heads;
	double *ages;

	/* What the summary points to. */
	char time[VI_TIME_SIZE], error[512];
	const char *notes[8];
	struct vi_summary summary;
};

/* How all of a device is read that is sampled. */
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

/* rates.c: all that is said of the queue of a row at the end of a sample. */
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
int vi_hotplug_sync(struct vi_sampler *s);	/* with what the context has */
bool vi_hotplug_is_live(const struct vi_device *dev);
void vi_sampled_free(struct vi_sampled *d);

/* watches.c: the queues of devices, as they are now. */
int vi_watches_find(struct vi_sampler *s, bool only_stale);
void vi_sampled_queue_free(struct vi_sampled_queue *q);
struct vi_sampled_queue *vi_sampled_queue_new(struct vi_sampled *d);
void vi_sampled_queue_name(struct vi_sampled *d, struct vi_sampled_queue *q);

/* track.c: what becomes of reads at the end of a sample. */
void vi_track_rebase(struct vi_sampled_queue *q);
/* It can be read, was not, and so nothing is known of it now. */
bool vi_track_is_unread(const struct vi_sampled_queue *q);
/* Is it known whether it is stalled? */
bool vi_track_is_judged(const struct vi_sampled_queue *q);
void vi_track_show(struct vi_sampled_queue *q, uint64_t now,
		   struct vi_rate *out);
void vi_track_read(struct vi_sampler *s, struct vi_sampled *d,
		   struct vi_sampled_queue *q, bool all);
/* Since when it stands though something is to be done; 0: it does not. */
uint64_t vi_track_stalled(const struct vi_sampled_queue *q);
bool vi_track_is_parked(const struct vi_sampled_queue *q);

/* irqs.c */
void vi_sample_irqs(struct vi_sampler *s);

/* ages.c */
void vi_sample_ages(struct vi_sampler *s);

/* lengths.c: after rows are set; and what it makes of a queue. */
void vi_sample_lengths(struct vi_sampler *s);
void vi_lengths_show(const struct vi_sampled_queue *q, uint64_t now,
		     struct vi_rate *out);

/* interim.c: a part of the allowance is for reading lengths. */
#define VI_LENGTH_SHARE	4
void vi_interim_grow(struct vi_sampler *s, uint64_t now);
uint64_t vi_interim_begin(const struct vi_sampler *s);
void vi_interim_end(struct vi_sampler *s, uint64_t began, size_t reads);

/*
 * stall.c: look into what stands at the time s->now; *@next becomes when there
 * is to be another look, if that is sooner.
 */
void vi_stall_watch(struct vi_sampler *s, uint64_t *next);

#endif
