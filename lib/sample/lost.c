// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What keeps a sample from being whole. A monitor that shows less than there is
 * is worse than none, so whatever failed since the last sample is said of this
 * one: the first of it, as the rest mostly follows from that.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sample/sample.h"

/* A walk that failed is not begun again more often than this. */
#define AGAIN_NS	NS

/* The context has the message. */
int vi_lost(struct vi_sampler *s, int err)
{
	if (!err || *s->lost)
		return err;
	s->lost_err = err;
	snprintf(s->lost, sizeof(s->lost), "%s", vi_error(s->ctx));
	return err;
}

/* What is read below notes on the context that it failed, and goes on. */
static void add_failures(struct vi_sampler *s)
{
	if (s->failures != s->ctx->failures && !*s->lost) {
		s->lost_err = -EIO;
		snprintf(s->lost, sizeof(s->lost), "%s", s->ctx->fault);
	}
	s->failures = s->ctx->failures;
}

/*
 * Devices were looked for. Until they all are found no sample has all of them;
 * those that are simulated are there from the beginning, or never.
 */
void vi_lost_devices(struct vi_sampler *s)
{
	s->scanned_ns = s->now;
	if (vi_hotplug_can_change(s))
		add_failures(s);
	s->failures = s->ctx->failures;
	s->missing = *s->lost;
	if (s->missing)
		snprintf(s->why_missing, sizeof(s->why_missing), "%s", s->lost);
}

bool vi_lost_look_again(const struct vi_sampler *s)
{
	bool broken = s->closed && s->was_open;

	return (s->missing || broken) && s->now - s->scanned_ns >= AGAIN_NS;
}

static void add(struct vi_sampler *s, const char *why)
{
	if (*s->lost)
		return;
	s->lost_err = -EIO;
	snprintf(s->lost, sizeof(s->lost), "%s", why);
}

/* 0, or a negative errno with a message: the sample ends, and lacks that. */
int vi_lost_end(struct vi_sampler *s)
{
	int err;

	add_failures(s);
	if (s->missing)
		add(s, s->why_missing);
	/* A way that never was open is a note. */
	if (s->closed && s->was_open)
		add(s, s->why);
	err = *s->lost ? s->lost_err : 0;
	snprintf(s->error, sizeof(s->error), "%s", s->lost);
	*s->lost = '\0';
	if (err)
		vi_fail(s->ctx, err, "%s", s->error);
	/* That was of this sample, and is not one of the next. */
	s->failures = s->ctx->failures;
	return err;
}
