// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Why a sample is not whole. A monitor that silently shows too little is worse
 * than none, so a sample reports whatever failed since the last one: the first
 * failure, as the others mostly follow from it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sample/sample.h"

/* Try again at most this often to find devices. */
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

/* Functions that go on after a failure note it in the context. */
static void add_failures(struct vi_sampler *s)
{
	if (s->failures != s->ctx->failures && !*s->lost) {
		s->lost_err = -EIO;
		snprintf(s->lost, sizeof(s->lost), "%s", s->ctx->fault);
	}
	s->failures = s->ctx->failures;
}

/*
 * Call it after looking for devices. If this failed, all samples lack devices
 * until it succeeds. Simulated devices are there from the start, or never.
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

/* At the end of a sample: 0, or a negative errno with a message that says what
 * it lacks. */
int vi_lost_end(struct vi_sampler *s)
{
	int err;

	add_failures(s);
	if (s->missing)
		add(s, s->why_missing);
	/* If rings were never readable, that is a note, not an error. */
	if (s->closed && s->was_open)
		add(s, s->why);
	err = *s->lost ? s->lost_err : 0;
	snprintf(s->error, sizeof(s->error), "%s", s->lost);
	*s->lost = '\0';
	if (err)
		vi_fail(s->ctx, err, "%s", s->error);
	/* Report failures of this sample only once. */
	s->failures = s->ctx->failures;
	return err;
}
