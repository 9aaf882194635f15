/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file sampler.h
 * Queues over time: how busy and how full they are, and which ones stall.
 * Continues <virtio-inspect/inspect.h>, whose rules hold here.
 */
#ifndef VIRTIO_INSPECT_SAMPLER_H
#define VIRTIO_INSPECT_SAMPLER_H

#include <virtio-inspect/inspect.h>

#ifdef __cplusplus
extern "C" {
#endif

/** struct vi_sampler - watches the devices of a context. */
struct vi_sampler;

/**
 * struct vi_sampler_options - how queues are watched
 * @size:    sizeof(struct vi_sampler_options).
 * @access:  as for vi_snapshot_take(); "auto" if NULL. Access methods that
 *           write, or that cannot read queues repeatedly, are refused.
 * @max_cpu: the share of one CPU, 0.01 for 1 %, that extra reads may take: of
 *           indices between samples and of requests in flight; 0.01 if 0.
 * @watch:   how many seconds a queue must stand still, with requests in flight
 *           or completed but not taken by the driver, until the sampler
 *           diagnoses it; 0.25 if 0. The diagnosis takes five snapshots and
 *           another half second.
 */
struct vi_sampler_options {
	size_t size;
	const char *access;
	double max_cpu;
	double watch;
};

/**
 * vi_sampler_new - watch the devices of a context that has been scanned.
 *
 * While the sampler exists, nothing else may scan the context. If rings cannot
 * be read, only interrupts are sampled, and the "notes" of vi_sampler_summary()
 * say why. When devices come or go, vi_sampler_sample() scans the context:
 * this invalidates devices and their values as vi_scan() does, so find devices
 * by name again after each sample. No other function of the sampler does that.
 * Snapshots that it takes of stalled devices are among those of vi_snapshots()
 * until the stall ends.
 */
int vi_sampler_new(struct vi_ctx *ctx, const struct vi_sampler_options *o,
		   struct vi_sampler **s);

/** vi_sampler_free - stop watching; NULL is fine. */
void vi_sampler_free(struct vi_sampler *s);

/**
 * vi_sampler_sample - take a sample; rates cover the time since the one before.
 * Devices may come and go: "device", "generation" and "index" together identify
 * a queue, and never come to mean another one.
 *
 * A negative errno: something failed, now or since the sample before, and the
 * sample is incomplete. It has what could be read; other values are unknown,
 * and queues and devices may be missing. The "error" of the summary has the
 * message, too, and its counts are lower bounds. Later samples try again. A
 * device that went away is no failure.
 */
int vi_sampler_sample(struct vi_sampler *s);

/**
 * vi_sampler_interim - read indices between two samples, so that they cannot
 * wrap unnoticed. Returns the seconds until it should be called again, unless a
 * sample is due before.
 */
double vi_sampler_interim(struct vi_sampler *s);

/**
 * vi_sampler_queues - the queues of the last sample, by device and index:
 * VI_RECORDS of vi_rate_schema(), valid until the next sample.
 */
void vi_sampler_queues(struct vi_sampler *s, struct vi_value *queues);
const struct vi_schema *vi_rate_schema(void);

/**
 * vi_sampler_summary - the sample as a whole: time, interval, devices, queues,
 * totals, the cost of sampling, the access method and why others failed. An
 * object of vi_summary_schema(), valid until the next sample.
 */
const void *vi_sampler_summary(struct vi_sampler *s);
const struct vi_schema *vi_summary_schema(void);

/** struct vi_sample - a sample that the program keeps; it does not change. */
struct vi_sample;

/**
 * vi_sampler_keep - the last sample as an object of its own, to which the
 * caller gets a reference: it outlives later samples, scans, the sampler and
 * the context. NULL: out of memory.
 */
struct vi_sample *vi_sampler_keep(struct vi_sampler *s);

/** vi_sample_ref - take a further reference to @sample; returns @sample. */
struct vi_sample *vi_sample_ref(struct vi_sample *sample);

/** vi_sample_unref - drop a reference; NULL is fine. */
void vi_sample_unref(struct vi_sample *sample);

/**
 * vi_sample_select - a new sample with the queues of @sample that @keep
 * selects; its summary counts only these. The caller gets a reference. NULL:
 * out of memory.
 * @keep: select @queue, an object of vi_rate_schema()?
 */
struct vi_sample *vi_sample_select(struct vi_sample *sample,
				   bool (*keep)(void *data, const void *queue),
				   void *data);

/**
 * vi_sample_lost - an object that represents a sample which could not be taken:
 * it has no queues, and its summary only @error and, unless NULL, @time. NULL:
 * out of memory.
 */
struct vi_sample *vi_sample_lost(const char *time, const char *error);

/** vi_sample_queues - as vi_sampler_queues(), valid as long as @sample. */
void vi_sample_queues(const struct vi_sample *sample, struct vi_value *queues);

/** vi_sample_summary - as vi_sampler_summary(), valid as long as @sample. */
const void *vi_sample_summary(const struct vi_sample *sample);

/**
 * vi_sampler_detail - read a queue of the last sample in full: its ring, and
 * requests in flight with their ages. An object of vi_queue_schema(), valid
 * until the next snapshot or sample; NULL: it could not be read. This takes a
 * snapshot of the device, as vi_snapshot_take() does: vi_check() with .now
 * judges it together with earlier ones.
 */
const void *vi_sampler_detail(struct vi_sampler *s, const char *device,
			      unsigned int queue);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_SAMPLER_H */
