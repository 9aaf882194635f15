// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Queues that stand although there is something to do: a cheap suspicion, which
 * whole looks at the device then prove right or wrong, as vi_check() would.
 * They are few, and so are not part of the budget.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "check/run.h"
#include "core/ctx.h"
#include "sample/sample.h"

/* Looks come this fast until there is a verdict or should be one, and then
 * ever more slowly. */
#define LOOK_NS		(NS / 8)
#define QUICK_LOOKS	8
#define SLOWEST_NS	(5 * NS)

/*
 * When is the device to be looked at? Its queue that stands for the shortest
 * time decides. UINT64_MAX: none stands.
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

/* Of this queue; or of the device, which then is why it stands. */
static bool is_diagnosis(const struct vi_finding *f, uint16_t queue)
{
	if (strncmp(f->code, "D_", 2))
		return false;
	return f->queue == queue ? f->severity >= VI_WARNING :
	       f->queue < 0 && f->severity >= VI_ERROR;
}

/* That the driver gave up follows from what the ring shows, if it shows it. */
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
 * The worst comes first. Looks are far apart, so figures of a finding would be
 * false soon: the rule says it without any.
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

/* What vi_check() keeps lives as long as a scan; here it is to be forgotten. */
static int judge(struct vi_sampled *d)
{
	struct vi_report report = { 0 };
	struct vi_pool pool = { NULL, d->dev->ctx };
	struct vi_check_input in;
	size_t i;
	int err = vi_check_input(d->dev, 0, &in);

	if (!err)
		err = vi_check_run(&in.check, &pool, &report);
	for (i = 0; i < d->count && !err; i++)
		judge_queue(d->queues[i], &report);
	vi_pool_free(&pool);
	vi_check_input_free(&in);
	return err;
}

static int look_into(struct vi_sampler *s, struct vi_sampled *d)
{
	size_t i;
	int err;

	d->looked_ns = s->now;
	for (i = 0; i < d->count; i++)
		d->queues[i]->snaps += !!vi_track_stalled(d->queues[i]);
	err = vi_snapshot_take(s->ctx, d->dev, vi_sampled_attach(s, d->dev));
	if (err)
		return err;
	err = judge(d);
	return err ? vi_fail(s->ctx, err, "%s", strerror(-err)) : 0;
}

/* Not to have found a fault is no verdict. */
static void doubt(struct vi_sampler *s, struct vi_sampled *d, int err)
{
	char why[256];
	size_t i;

	for (i = 0; i < d->count; i++)
		d->queues[i]->doubtful |= !!vi_track_stalled(d->queues[i]);
	/* One that goes just now will be missed for itself. */
	if (err == -ENODEV || err == -ENOENT || err == -ESTALE)
		return;
	snprintf(why, sizeof(why), "%s", vi_error(s->ctx));
	vi_lost(s, vi_fail(s->ctx, err, "%s stands still, and cannot be looked into: %s",
			   d->name, why));
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
		if (at < *next)
			*next = at;
	}
}
