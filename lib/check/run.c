// SPDX-License-Identifier: LGPL-2.1-or-later
/* vi_check(): watches devices for as long as needed, and judges them. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include <virtio-inspect/check.h>

#include "check/run.h"
#include "core/options.h"
#include "inspect/held.h"

/* Both ends and three in between. */
#define SAMPLES		5
/* For a longer watch: few enough to keep the first sample. */
#define MORE_SAMPLES	(VI_MAX_SNAPSHOTS - SAMPLES - 1)

struct checking {
	bool now;
	struct vi_ctx *ctx;
	struct vi_device *dev;		/* NULL: all devices */
	const char *access;
	double sample, patience;
	uint64_t watch_ns;
};

static void sleep_for(double seconds)
{
	struct timespec ts = {
		.tv_sec = (time_t)seconds,
		.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9),
	};

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

static bool is_one(const struct checking *c, const struct vi_device *dev)
{
	return c->dev ? c->dev == dev : !!dev->name;
}

static struct vi_device *next(const struct checking *c, struct vi_device *dev)
{
	do
		dev = vi_device_next(c->ctx, dev);
	while (dev && !is_one(c, dev));
	return dev;
}

/* Do the queues of any of the devices change over time? */
static bool any_moves(const struct checking *c)
{
	struct vi_device *dev = NULL;

	while ((dev = next(c, dev)))
		if (vi_is_live(dev))
			return true;
	return false;
}

static int take_often(const struct checking *c)
{
	unsigned int i;
	int err;

	err = vi_snapshot_take(c->ctx, c->dev, c->access);
	for (i = 1; i < SAMPLES && !err && any_moves(c); i++) {
		sleep_for(c->sample / (SAMPLES - 1));
		err = vi_snapshot_take(c->ctx, c->dev, c->access);
	}
	return err;
}

static int wants_more(const struct checking *c, bool *more)
{
	struct vi_device *dev = NULL;
	struct vi_check_input in;
	int err = 0;

	*more = false;
	while (!err && !*more && (dev = next(c, dev))) {
		err = vi_check_input(dev, c->watch_ns, &in);
		*more = !err && vi_check_wants_more(&in.check);
		vi_check_input_free(&in);
	}
	return err;
}

/* Take more samples while a suspicious queue may still move. */
static int watch(const struct checking *c)
{
	double pause = (c->patience - c->sample) / MORE_SAMPLES;
	unsigned int i;
	bool more;
	int err = 0;

	if (pause < c->sample / 2)
		pause = c->sample / 2;
	for (i = 0; i < MORE_SAMPLES && any_moves(c); i++) {
		err = wants_more(c, &more);
		if (err || !more)
			break;
		sleep_for(pause);
		err = vi_snapshot_take(c->ctx, c->dev, c->access);
		if (err)
			break;
	}
	return err;
}

/*
 * A capture's findings from several snapshots beat what its one snapshot can
 * show; and without watching, a recording keeps its own report.
 */
static bool is_judged(const struct checking *c, const struct vi_device *dev)
{
	return vi_is_replay(dev) && dev->report &&
	       (c->now || dev->report->snaps > 1);
}

static int judge_in(const struct checking *c, struct vi_device *dev,
		    struct vi_batch *batch)
{
	struct vi_report *report = vi_pool_alloc(&batch->pool, sizeof(*report));
	struct vi_check_input in;
	int err;

	if (!report)
		return -ENOMEM;
	err = vi_check_input(dev, c->watch_ns, &in);
	if (!err)
		err = vi_check_run(&in.check, &batch->pool, report);
	if (!err)
		err = vi_check_output(dev, batch, report);
	vi_check_input_free(&in);
	return err;
}

static int judge(const struct checking *c, struct vi_device *dev)
{
	struct vi_batch *batch;
	int err;

	if (is_judged(c, dev))
		return 0;
	batch = vi_batch_new(c->ctx);
	if (!batch)
		return -ENOMEM;
	err = judge_in(c, dev, batch);
	if (err)
		vi_batch_free(batch);
	return err;
}

static int count_errors(const struct vi_device *dev)
{
	const struct vi_report *r = dev->report;
	size_t i;
	int n = 0;

	for (i = 0; i < r->num_findings; i++)
		n += r->findings[i].severity == VI_ERROR;
	return n;
}

static int judge_all(const struct checking *c)
{
	struct vi_device *dev = NULL;
	int err, errors = 0;

	while ((dev = next(c, dev))) {
		err = judge(c, dev);
		if (err)
			return vi_fail(c->ctx, err, "%s: %s",
				       vi_device_label(dev), strerror(-err));
		errors += count_errors(dev);
	}
	return errors;
}

VI_EXPORT int vi_check(struct vi_ctx *ctx, struct vi_device *dev,
		       const struct vi_check_options *options)
{
	struct vi_check_options o;
	struct checking c = { .ctx = ctx, .dev = dev };
	int err = vi_options(ctx, &o, options);

	if (!err && dev)
		err = vi_device_current(ctx, dev);
	if (err)
		return err;
	c.now = o.now;
	c.access = o.access ? o.access : "auto";
	c.sample = o.sample > 0 ? o.sample : 0.5;
	c.patience = o.patience > 0 ? o.patience : 3;
	c.watch_ns = (uint64_t)(c.patience * 1e9);
	if (!o.now) {
		err = take_often(&c);
		if (!err)
			err = watch(&c);
	}
	return err ? err : judge_all(&c);
}
