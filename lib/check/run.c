// SPDX-License-Identifier: LGPL-2.1-or-later
/* vi_check(): watches devices for as long as needed, and judges them. */
#include <errno.h>
#include <string.h>

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
	struct vi_following following;
};

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

/* The queues of the snapshot just taken. */
static int follow(struct checking *c)
{
	struct vi_device *dev = NULL;
	int err = 0;

	while (!err && (dev = next(c, dev)))
		if (vi_is_live(dev))
			err = vi_following_add(&c->following, dev);
	return err;
}

static int take_often(struct checking *c)
{
	unsigned int i;
	int err;

	err = vi_snapshot_take(c->ctx, c->dev, c->access);
	if (!err)
		err = follow(c);
	for (i = 1; i < SAMPLES && !err && any_moves(c); i++) {
		err = vi_following_wait(&c->following,
					c->sample / (SAMPLES - 1));
		if (!err)
			err = vi_snapshot_take(c->ctx, c->dev, c->access);
	}
	return err;
}

static int make_input(const struct checking *c, struct vi_device *dev,
		      struct vi_check_input *in)
{
	int err = vi_check_input(dev, c->watch_ns, in);

	if (!err)
		vi_following_input(&c->following, dev, in);
	return err;
}

/* Does @is hold of any device? */
static int any(const struct checking *c, bool (*is)(const struct vi_check *in),
	       bool *found)
{
	struct vi_device *dev = NULL;
	struct vi_check_input in;
	int err = 0;

	*found = false;
	while (!err && !*found && (dev = next(c, dev))) {
		err = make_input(c, dev, &in);
		*found = !err && is(&in.check);
		vi_check_input_free(&in);
	}
	return err;
}

/* Take more samples while a suspicious queue may still move. */
static int watch(struct checking *c)
{
	double pause = (c->patience - c->sample) / MORE_SAMPLES;
	unsigned int i;
	bool more;
	int err = 0;

	if (pause < c->sample / 2)
		pause = c->sample / 2;
	for (i = 0; i < MORE_SAMPLES && any_moves(c); i++) {
		err = any(c, vi_check_wants_more, &more);
		if (err || !more)
			break;
		err = vi_following_wait(&c->following, pause);
		if (!err)
			err = vi_snapshot_take(c->ctx, c->dev, c->access);
		if (err)
			break;
	}
	return err;
}

#define FOLLOW_FOR	0.1

/*
 * Follow requests that may be lost until they have been watched for long
 * enough, or complete. Snapshots would disturb that, as rings may lap meanwhile;
 * the one at the end shows which request it is.
 */
static int watch_requests(struct checking *c)
{
	bool more;
	int err = any(c, vi_check_may_be_losing, &more);

	if (err || !more)
		return err;
	while (!err && more) {
		err = vi_following_wait(&c->following, FOLLOW_FOR);
		if (!err)
			err = any(c, vi_check_may_be_losing, &more);
	}
	return err ? err : vi_snapshot_take(c->ctx, c->dev, c->access);
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
	err = make_input(c, dev, &in);
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
				       vi_device_title(dev), strerror(-err));
		errors += count_errors(dev);
	}
	return errors;
}

VI_EXPORT int vi_check(struct vi_ctx *ctx, struct vi_device *dev,
		       const struct vi_check_options *options)
{
	struct vi_check_options o;
	struct checking c = { .ctx = ctx, .dev = dev, .following.ctx = ctx };
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
		if (!err)
			err = watch_requests(&c);
	}
	if (!err)
		err = judge_all(&c);
	vi_following_end(&c.following);
	return err;
}
