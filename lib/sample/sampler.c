// SPDX-License-Identifier: LGPL-2.1-or-later
/* Taking samples. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/options.h"
#include "sample/sample.h"

static uint64_t monotonic(void)
{
	return vi_mono_ns();
}

static uint64_t thread_cpu(void)
{
	return vi_clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

static const struct vi_sampler_hooks real_hooks = {
	.clock = monotonic,
	.cpu = thread_cpu,
	.changed = vi_hotplug_changed,
	.scan = vi_hotplug_scan,
};

/* --- Beginning and end --- */

/* Of the ways that @name stands for, the first that can read repeatedly, or
 * else the first. */
static const struct vi_access *choose(const char *name)
{
	const struct vi_access *first = vi_access_next(name, NULL), *a = first;

	while (a && !a->watch)
		a = vi_access_next(name, a);
	return a ? a : first;
}

static int set_access(struct vi_sampler *s, const char *name)
{
	const struct vi_access *access = choose(name);

	if (!access)
		return vi_fail(s->ctx, -EINVAL,
			       "%s: unknown method of sampling queues; use auto or kernel",
			       name);
	if (access->flags & VI_ACCESS_WRITES)
		return vi_fail(s->ctx, -EINVAL,
			       "%s: this method writes to devices, so it cannot be used for sampling; use auto or kernel",
			       name);
	if (!access->watch)
		return vi_fail(s->ctx, -ENOTSUP,
			       "%s: this method cannot sample queues; use auto or kernel",
			       name);
	s->access = access;
	return 0;
}

static bool any_live(struct vi_ctx *ctx)
{
	struct vi_device *dev = NULL;

	while ((dev = vi_device_next(ctx, dev)))
		if (vi_hotplug_is_live(dev))
			return true;
	return false;
}

/* If "auto" cannot open the way, count interrupts only; a way that the program
 * named must open. */
static int open_access(struct vi_sampler *s, const char *name)
{
	void *kept;
	int err;

	if (!s->access->open || !any_live(s->ctx))
		return 0;
	err = vi_access_open(s->ctx, s->access, &kept);
	/* Without privilege rings are never readable; a fault is an error. */
	s->was_open |= !err || vi_is_fault(err);
	if (!err || err == -ENOMEM)
		return err;
	s->closed = true;
	snprintf(s->why, sizeof(s->why), "%s: %s", s->access->name,
		 vi_error(s->ctx));
	return vi_access_is_auto(name) ? 0 : err;
}

/* Without events, look for devices more often. */
static void watch_events(struct vi_sampler *s)
{
	int err;

	if (s->ctx->root_fd >= 0 || s->mon)
		return;
	err = vi_monitor_new(s->ctx, &s->mon);
	if (!err)
		return;
	s->mon = NULL;
	vi_fault(s->ctx, "the kernel's events", err);
}

int vi_sampler_new_with(struct vi_ctx *ctx,
			const struct vi_sampler_options *options,
			const struct vi_sampler_hooks *hooks,
			struct vi_sampler **out)
{
	struct vi_sampler_options o;
	struct vi_sampler *s;
	const char *access;
	int err = vi_options(ctx, &o, options);

	if (err)
		return err;
	s = calloc(1, sizeof(*s));
	if (!s)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	vi_summary_init(&s->summary);
	access = o.access ? o.access : "auto";
	s->ctx = ctx;
	s->hooks = hooks;
	s->irqs_fd = -1;
	s->max_cpu = o.max_cpu > 0 ? o.max_cpu : 0.01;
	s->watch = o.watch > 0 ? o.watch : 0.25;
	/* Listen before looking for devices, so that none is missed. */
	watch_events(s);
	s->now = s->allowed_ns = hooks->clock();
	s->checked_ns = s->doubted_ns = s->now;
	s->scanned_ns = s->now;
	s->allowance = s->max_cpu * (double)NS;
	s->length_allowance = s->allowance / VI_LENGTH_SHARE;
	err = set_access(s, access);
	if (!err)
		err = open_access(s, access);
	if (!err)
		err = vi_hotplug_sync(s);
	if (!err) {
		vi_lost_devices(s);
		/* Ignore other errors: the first sample tries again. */
		err = vi_watches_find(s, false);
		err = err == -ENOMEM ? err : 0;
	}
	if (err) {
		vi_sampler_free(s);
		return err;
	}
	s->cpu_ns = vi_clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	*out = s;
	return 0;
}

VI_EXPORT int vi_sampler_new(struct vi_ctx *ctx,
			     const struct vi_sampler_options *o,
			     struct vi_sampler **s)
{
	return vi_sampler_new_with(ctx, o, &real_hooks, s);
}

VI_EXPORT void vi_sampler_free(struct vi_sampler *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < s->count; i++)
		vi_sampled_free(s->devices[i]);
	free(s->devices);
	free(s->rows);
	free(s->rates);
	vi_monitor_free(s->mon);
	if (s->irqs_fd >= 0)
		close(s->irqs_fd);
	free(s->irqs_text);
	vi_heads_free(&s->heads);
	free(s->ages);
	free(s);
}

/* --- A sample --- */

static int set_rows(struct vi_sampler *s)
{
	struct vi_rate *rates;
	struct vi_row *rows;
	size_t i, k, n = 0;

	for (i = 0; i < s->count; i++)
		n += s->devices[i]->count;
	if (n != s->num_rows) {
		rows = reallocarray(s->rows, n + 1, sizeof(*rows));
		if (!rows)
			return -ENOMEM;
		s->rows = rows;
		rates = reallocarray(s->rates, n + 1, sizeof(*rates));
		if (!rates)
			return -ENOMEM;
		s->rates = rates;
		s->num_rows = n;
	}
	for (i = 0, n = 0; i < s->count; i++)
		for (k = 0; k < s->devices[i]->count; k++)
			s->rows[n++] = (struct vi_row) {
				s->devices[i], s->devices[i]->queues[k],
			};
	return 0;
}

static bool any_stale(const struct vi_sampler *s)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (s->devices[i]->stale)
			return true;
	return false;
}

/* Follow devices and queues that came or went. */
static void follow(struct vi_sampler *s)
{
	bool changed = s->hooks->changed(s);

	if (!changed && !vi_lost_look_again(s)) {
		vi_hotplug_doubt(s);
		return;
	}
	watch_events(s);
	vi_lost(s, s->hooks->scan(s));
	/* A driver that was loaded meanwhile may make it possible. */
	s->closed = false;
	vi_lost(s, open_access(s, "auto"));
	/* Even after an error: the scan dropped the old devices. */
	vi_lost(s, vi_hotplug_sync(s));
	vi_lost_devices(s);
	vi_lost(s, vi_watches_find(s, false));
}

/* Read the queues that were not read since the sample began. */
static void read_all(struct vi_sampler *s)
{
	size_t i, k;

	for (i = 0; i < s->count; i++) {
		struct vi_sampled *d = s->devices[i];

		for (k = 0; k < d->count && d->access; k++)
			if (!d->queues[k]->fresh)
				vi_track_read(s, d, d->queues[k], true);
	}
}

/* How often to look again for queues that turn out to be others, as devices may
 * come and go meanwhile. */
#define MAX_TRIES	3

static void read_queues(struct vi_sampler *s)
{
	int tries, err = 0;
	size_t i, k;

	for (i = 0; i < s->count; i++)
		for (k = 0; k < s->devices[i]->count; k++)
			s->devices[i]->queues[k]->fresh = false;
	for (tries = 0; tries < MAX_TRIES; tries++) {
		if (any_stale(s))
			err = vi_watches_find(s, true);
		read_all(s);
		if (!any_stale(s))
			return;
	}
	vi_lost(s, err);
}

static void tell_unread(struct vi_sampler *s)
{
	size_t i, k;

	for (i = 0; i < s->count; i++) {
		const struct vi_sampled *d = s->devices[i];

		for (k = 0; k < d->count && d->access; k++) {
			const struct vi_sampled_queue *q = d->queues[k];

			if (!vi_track_is_unread(q))
				continue;
			vi_lost(s, vi_fail(s->ctx, q->err, "%s: queue %u could not be read: %s",
					   vi_device_title(d->dev),
					   q->watch.q.index,
					   q->err == -ESTALE ?
					   "it keeps moving" :
					   strerror(-q->err)));
			return;
		}
	}
}

/* --- The sample as a whole --- */

static void add_note(struct vi_sampler *s, const char *note)
{
	struct vi_strings *notes = &s->summary.notes;

	if (notes->count < ARRAY_SIZE(s->notes))
		s->notes[notes->count++] = note;
}

static void set_notes(struct vi_sampler *s, bool live, bool unwatched)
{
	s->summary.notes.v = s->notes;
	if (s->closed && live) {
		add_note(s, "only interrupts are counted because rings cannot be read here");
		add_note(s, s->why);
	}
	if (!s->mon && live && s->ctx->root_fd < 0)
		add_note(s, "cannot read kernel events: devices that appear or disappear are noticed within a second");
	if (live && s->ctx->root_fd >= 0)
		add_note(s, "a --sysroot tree is static, so there is nothing to watch");
	if (unwatched)
		add_note(s, "captures and rings by address do not change, so there is nothing to watch");
}

static void add_rates(struct vi_summary *sum, const struct vi_rate *r)
{
	if (isnan(r->submitted_per_s))
		return;
	if (r->rate_lower_bound)
		VI_SET_SUMMARY(sum, lower_bound, true);
	if (isnan(sum->submitted_per_s))
		sum->submitted_per_s = sum->completed_per_s = 0;
	sum->submitted_per_s += r->submitted_per_s;
	sum->completed_per_s += r->completed_per_s;
}

/* Where not everything could be read, "none" is unknown. */
#define SET_COUNT(sum, name, n)							do {										(sum)->known &= ~(UINT64_C(1) << VI_SUMMARY_##name);			if ((n) || !(sum)->error)							VI_SET_SUMMARY(sum, name, n);				} while (0)

void vi_summary_add_up(struct vi_summary *sum, size_t devices,
		       const struct vi_rate *rates, size_t count)
{
	size_t i, stalled = 0, judged = 0;

	/* All numbers and truths of a summary are set here. */
	sum->known = 0;
	SET_COUNT(sum, devices, devices);
	SET_COUNT(sum, queues, count);
	if (sum->error)
		VI_SET_SUMMARY(sum, lower_bound, true);
	sum->submitted_per_s = sum->completed_per_s = NAN;
	for (i = 0; i < count; i++) {
		add_rates(sum, &rates[i]);
		stalled += rates[i].code || rates[i].stalled;
		judged += VI_RATE_IS_KNOWN(&rates[i], stalled);
	}
	/* Interrupts do not tell. */
	if (stalled || judged || !count)
		SET_COUNT(sum, stalled, stalled);
	sum->submitted_per_s = vi_thousandths(sum->submitted_per_s);
	sum->completed_per_s = vi_thousandths(sum->completed_per_s);
}

static void set_cost(struct vi_sampler *s)
{
	uint64_t cpu = vi_clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	uint64_t ns = s->sample_ns ? s->now - s->sample_ns : 0;
	struct vi_summary *sum = &s->summary;

	if (ns) {
		/* Not rounded: programs divide by it. */
		sum->interval = (double)ns / 1e9;
		sum->cpu_percent = vi_thousandths((double)(cpu - s->cpu_ns) *
						  100 / (double)ns);
	}
	s->cpu_ns = cpu;
}

static void summarize(struct vi_sampler *s)
{
	struct vi_summary *sum = &s->summary;
	bool live = false, unwatched = false;
	uint64_t real_ns = vi_real_ns();
	size_t i;

	vi_summary_init(sum);
	vi_time_text(real_ns / VI_NS, real_ns % VI_NS, 3, s->time);
	sum->time = s->time;
	if (*s->error)
		sum->error = s->error;
	set_cost(s);
	vi_summary_add_up(sum, s->count, s->rates, s->num_rows);
	for (i = 0; i < s->count; i++) {
		const struct vi_sampled *d = s->devices[i];

		live |= vi_hotplug_is_live(d->dev);
		unwatched |= !vi_is_local(d->dev) && !d->access;
	}
	set_notes(s, live, unwatched);
	if (live && !s->closed)
		sum->attach = s->access->name;
	else if (s->count && s->devices[0]->access)
		sum->attach = s->devices[0]->access->name;
}

/* Go on after failures, and report them at the end. */
VI_EXPORT int vi_sampler_sample(struct vi_sampler *s)
{
	uint64_t never = UINT64_MAX;
	size_t i;
	int err;

	s->now = s->hooks->clock();
	s->returned_cpu = 0;
	vi_interim_grow(s, s->now);
	follow(s);
	read_queues(s);
	tell_unread(s);
	vi_sample_irqs(s);
	vi_sample_ages(s);
	vi_stall_watch(s, &never);
	if (vi_fault(s->ctx, NULL, set_rows(s)))
		s->num_rows = 0;
	vi_sample_lengths(s);
	for (i = 0; i < s->num_rows; i++)
		vi_row_show(&s->rows[i], s->now, &s->rates[i]);
	err = vi_lost_end(s);
	summarize(s);
	s->sample_ns = s->now;
	return err;
}

VI_EXPORT void vi_sampler_queues(struct vi_sampler *s, struct vi_value *queues)
{
	*queues = (struct vi_value) {
		.type = VI_RECORDS, .records = s->rates,
		.count = s->num_rows, .stride = sizeof(*s->rates),
		.schema = vi_rate_schema(),
	};
}

VI_EXPORT const void *vi_sampler_summary(struct vi_sampler *s)
{
	return &s->summary;
}

/* --- One queue, whole --- */

static struct vi_device *find_device(struct vi_sampler *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (!strcmp(s->devices[i]->name, name))
			return s->devices[i]->dev;
	return NULL;
}

VI_EXPORT const void *vi_sampler_detail(struct vi_sampler *s,
					const char *device, unsigned int queue)
{
	struct vi_device *dev = find_device(s, device);
	const struct vi_snapshot *snap;
	size_t i;

	if (!dev) {
		vi_fail(s->ctx, -ENODEV, "%s: not present in the last sample",
			device);
		return NULL;
	}
	if (vi_snapshot_take(s->ctx, dev, vi_sampled_attach(s, dev)))
		return NULL;
	snap = vi_last_snapshot(dev);
	for (i = 0; snap && i < snap->count; i++)
		if (snap->views[i].q->index == queue)
			return &snap->views[i];
	vi_fail(s->ctx, -ENOENT, "%s: no queue %u at present", device, queue);
	return NULL;
}
