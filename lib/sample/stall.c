// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Queues that stand still although there is work to do, or hold a request that
 * never ends. The suspicion is cheap; whole snapshots of the device then confirm
 * or dispel it, as vi_check() does. They are rare, and so are not part of the
 * allowance.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "check/run.h"
#include "core/ctx.h"
#include "sample/sample.h"

/* Take snapshots this often until there should be a verdict, and then ever less
 * often. */
#define LOOK_NS		(NS / 8)
#define QUICK_LOOKS	8
#define SLOWEST_NS	(5 * NS)

/*
 * When to take the next snapshot of the device, as the queue that has stalled
 * for the shortest time requires. UINT64_MAX: none has.
 */
static uint64_t next_snapshot(const struct vi_sampler *s,
			      const struct vi_sampled *d)
{
	uint64_t next = UINT64_MAX, since, at, pause;
	size_t i;

	for (i = 0; i < d->count; i++) {
		const struct vi_sampled_queue *q = d->queues[i];

		since = vi_track_stalled(q);
		if (!since)
			continue;
		pause = LOOK_NS;
		if (q->snaps >= QUICK_LOOKS)
			pause = (q->snaps - QUICK_LOOKS + 1) * NS / 2;
		if (pause > SLOWEST_NS)
			pause = SLOWEST_NS;
		at = q->snaps ? d->looked_ns + pause :
				since + (uint64_t)(s->watch * 1e9);
		if (at < next)
			next = at;
	}
	return next;
}

/* About this queue, or about the device, which explains all of its queues. */
static bool is_diagnosis(const struct vi_finding *f, uint16_t queue)
{
	if (strncmp(f->code, "D_", 2))
		return false;
	return f->queue == queue ? f->severity >= VI_WARNING :
	       f->queue < 0 && f->severity >= VI_ERROR;
}

/* If the ring shows why the driver gave up, that is the diagnosis. */
static const struct vi_finding *cause(const struct vi_finding *f,
				      const struct vi_report *report)
{
	size_t i;

	if (strcmp(f->code, "D_DRIVER_BROKEN"))
		return f;
	for (i = 0; i < report->num_findings; i++) {
		const struct vi_finding *e = &report->findings[i];

		if (e->queue == f->queue && e->severity == VI_ERROR &&
		    !strncmp(e->code, "E_", 2))
			return e;
	}
	return f;
}

/*
 * Findings come with the worst first. Snapshots are far apart, so the numbers
 * in a finding's message would soon be wrong: use the rule's title instead.
 */
static void judge_queue(struct vi_sampled_queue *q,
			const struct vi_report *report)
{
	size_t i;

	q->stalled = q->doubtful = false;
	*q->code = *q->reason = '\0';
	if (!q->has_index || !vi_track_stalled(q))
		return;
	for (i = 0; i < report->num_findings; i++) {
		const struct vi_finding *f = &report->findings[i];

		if (!is_diagnosis(f, q->watch.q.index))
			continue;
		f = cause(f, report);
		q->stalled = true;
		snprintf(q->code, sizeof(q->code), "%s", f->code);
		snprintf(q->reason, sizeof(q->reason), "%s", f->rule->title);
		return;
	}
}

/* Do not use vi_check(), which keeps its report until the next scan. */
static int judge(struct vi_sampled *d)
{
	struct vi_report report = { 0 };
	struct vi_pool pool = { NULL, d->dev->ctx };
	struct vi_check_input in;
	size_t i;
	int err = vi_check_input(d->dev, 0, &in);

	for (i = 0; i < d->count && !err; i++)
		if (d->queues[i]->has_index)
			vi_check_input_follow(&in, d->queues[i]->watch.q.index,
					      &d->queues[i]->follow);
	if (!err)
		err = vi_check_run(&in.check, &pool, &report);
	for (i = 0; i < d->count && !err; i++)
		judge_queue(d->queues[i], &report);
	vi_pool_free(&pool);
	vi_check_input_free(&in);
	return err;
}

/* Mark it as the sampler's. Methods of a device's own may take none. */
static int take_snapshot(struct vi_sampler *s, struct vi_sampled *d)
{
	const struct vi_snapshot *before = vi_last_snapshot(d->dev), *last;
	int err = vi_snapshot_take(s->ctx, d->dev,
				   vi_sampled_attach(s, d->dev));

	last = vi_last_snapshot(d->dev);
	if (!err && last != before)
		d->dev->snaps[d->dev->num_snaps - 1]->sampled = true;
	return err;
}

static int look_into(struct vi_sampler *s, struct vi_sampled *d)
{
	size_t i;
	int err;

	d->looked_ns = s->now;
	for (i = 0; i < d->count; i++)
		d->queues[i]->snaps += !!vi_track_stalled(d->queues[i]);
	err = take_snapshot(s, d);
	if (err)
		return err;
	err = judge(d);
	return err ? vi_fail(s->ctx, err, "%s", strerror(-err)) : 0;
}

/* A snapshot that failed does not acquit the queues. */
static void doubt(struct vi_sampler *s, struct vi_sampled *d, int err)
{
	char why[256];
	size_t i;

	for (i = 0; i < d->count; i++)
		d->queues[i]->doubtful |= !!vi_track_stalled(d->queues[i]);
	/* If the device is going away, the sampler will notice. */
	if (err == -ENODEV || err == -ENOENT || err == -ESTALE)
		return;
	snprintf(why, sizeof(why), "%s", vi_error(s->ctx));
	vi_lost(s, vi_fail(s->ctx, err, "%s is stalled, and cannot be examined: %s",
			   vi_device_title(d->dev), why));
}

void vi_stall_watch(struct vi_sampler *s, uint64_t *next)
{
	uint64_t at;
	size_t i;
	int err;

	for (i = 0; i < s->count; i++) {
		struct vi_sampled *d = s->devices[i];

		if (!d->access || d->stale)
			continue;
		at = next_snapshot(s, d);
		if (s->now >= at) {
			err = look_into(s, d);
			if (err)
				doubt(s, d, err);
			at = next_snapshot(s, d);
		}
		/* Of many devices that are slow now and then, they would add up. */
		if (at == UINT64_MAX)
			vi_snapshots_drop_sampled(d->dev);
		if (at < *next)
			*next = at;
	}
}
