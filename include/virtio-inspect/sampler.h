/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file sampler.h
 * Queues over time: how busy they are, how full, and which stand still.
 * Continues <virtio-inspect/inspect.h>, whose rules hold here.
 */
#ifndef VIRTIO_INSPECT_SAMPLER_H
#define VIRTIO_INSPECT_SAMPLER_H

#include <virtio-inspect/inspect.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vi_sampler;

/**
 * struct vi_sampler_options - how queues are watched
 * @size:    sizeof(struct vi_sampler_options).
 * @access:  as for vi_snapshot_take(); "auto" if NULL. Ways that write, or that
 *           cannot read queues over and over, are refused.
 * @max_cpu: of one CPU, 0.01 for 1 %: what extra reads may take, between samples
 *           and of requests in flight; 0.01 if 0.
 * @watch:   seconds that a queue stands still, though something is in flight or
 *           completed and not seen, until it is looked into; 0.25 if 0. The
 *           diagnosis takes five looks and half a second more.
 */
struct vi_sampler_options {
	size_t size;
	const char *access;
	double max_cpu;
	double watch;
};

/**
 * vi_sampler_new - watch the devices of a context, which has been scanned.
 *
 * The context is the sampler's while it lives: nothing else scans it. Where
 * rings cannot be read, interrupts are what is left, and the note of
 * vi_sampler_summary() says why. When devices come or go vi_sampler_sample(),
 * and no other function here, scans the context, so devices and all that they
 * have given are no more, as after vi_scan(): find devices by name again, after
 * each sample. In between, a sampler leaves them alone; its looks at devices
 * that stand still are among those of vi_snapshots(). 0 or a negative errno
 * with a message.
 */
int vi_sampler_new(struct vi_ctx *ctx, const struct vi_sampler_options *o,
		   struct vi_sampler **s);
void vi_sampler_free(struct vi_sampler *s);

/**
 * vi_sampler_sample - take a sample: rates are between it and the one before.
 * Devices that came or went meanwhile are noticed; what is known of a queue
 * stays with its device and index, never with its place in a list: "device",
 * "generation" and "index" together name one queue, and no other after it.
 *
 * 0, or a negative errno with a message when something failed, now or since the
 * sample before: then the sample is not whole. What could be read is there; what
 * could not is not known, and queues and devices may be missing. The summary's
 * "error" says the same, and its counts are lower bounds. Go on sampling: what
 * failed is tried again. A device that went is no failure.
 */
int vi_sampler_sample(struct vi_sampler *s);

/**
 * vi_sampler_interim - look at indices between two samples, as often as they
 * need it so as not to wrap unseen. How many seconds until it wants to be
 * called again; call it when that is over, unless a sample is due before.
 */
double vi_sampler_interim(struct vi_sampler *s);

/**
 * vi_sampler_queues - the queues as of the last sample, by device and index:
 * VI_RECORDS of vi_rate_schema(), good until the next sample.
 */
int vi_sampler_queues(struct vi_sampler *s, struct vi_value *queues);
const struct vi_schema *vi_rate_schema(void);

/**
 * vi_sampler_summary - the sample as a whole: time, interval, devices, queues,
 * totals, what sampling costs, the way in and why others are closed. An object
 * of vi_summary_schema(), good until the next sample.
 */
const void *vi_sampler_summary(struct vi_sampler *s);
const struct vi_schema *vi_summary_schema(void);

/** struct vi_sample - a sample that a program keeps: it does not change. */
struct vi_sample;

/**
 * vi_sampler_keep - the last sample, as an object of the program's own, with one
 * reference to it: it stays beyond later samples, scans, the sampler and the
 * context. NULL when out of memory.
 */
struct vi_sample *vi_sampler_keep(struct vi_sampler *s);

/** vi_sample_ref - one more reference to @sample, which is returned. */
struct vi_sample *vi_sample_ref(struct vi_sample *sample);

/** vi_sample_unref - let go of a reference; NULL is fine. */
void vi_sample_unref(struct vi_sample *sample);

/**
 * vi_sample_select - a sample with those queues of @sample that @keep wants,
 * whose summary counts these alone: an object of its own, with one reference.
 * NULL when out of memory.
 * @keep: is @queue, an object of vi_rate_schema(), one of them?
 */
struct vi_sample *vi_sample_select(struct vi_sample *sample,
				   bool (*keep)(void *data, const void *queue),
				   void *data);

/**
 * vi_sample_lost - stands for a sample that could not be taken: its summary has
 * @error and, unless NULL, @time; it has no queues. NULL when out of memory.
 */
struct vi_sample *vi_sample_lost(const char *time, const char *error);

/** vi_sample_queues - as vi_sampler_queues(), good as long as @sample is. */
void vi_sample_queues(const struct vi_sample *sample, struct vi_value *queues);

/** vi_sample_summary - as vi_sampler_summary(), good as long as @sample is. */
const void *vi_sample_summary(const struct vi_sample *sample);

/**
 * vi_sampler_detail - look into a queue of the last sample: whole ring,
 * requests in flight with their ages. An object of vi_queue_schema(), or NULL
 * with a message; good until the next look or sample. It is a look at the
 * device, as by vi_snapshot_take(): vi_check() with .now judges it with those
 * before.
 */
const void *vi_sampler_detail(struct vi_sampler *s, const char *device,
			      unsigned int queue);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_SAMPLER_H */
