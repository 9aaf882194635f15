// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Following the requests of queues during a check. Snapshots are too slow and
 * too far apart for that: a look reads only positions, tokens and the part of
 * the ring that tells whether a request is still the same.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "check/run.h"
#include "core/clock.h"
#include "core/ctx.h"

/* @next_ns: when to look again; @lost: it cannot be read any more. */
struct vi_followed_queue {
	const struct vi_device *dev;
	const struct vi_access *access;
	struct vi_watch watch;
	struct vi_follow follow;
	uint64_t next_ns;
	bool lost;
};

/* Looks may take this share of the time, one in so many. */
#define COST_SHARE	8

static int add_queue(struct vi_following *f, const struct vi_device *dev,
		     const struct vi_access *access,
		     const struct vi_watch *watch)
{
	struct vi_followed_queue *q;

	if (!vi_can_follow(&watch->q) || !vi_can_overtake(&watch->q))
		return 0;
	if (!vi_grow(&f->queues, f->count, sizeof(*f->queues)))
		return -ENOMEM;
	q = &f->queues[f->count++];
	*q = (struct vi_followed_queue) {
		.dev = dev, .access = access, .watch = *watch,
	};
	return 0;
}

int vi_following_add(struct vi_following *f, struct vi_device *dev)
{
	const struct vi_snapshot *last = vi_last_snapshot(dev);
	const struct vi_access *access =
		last ? vi_access_find(last->attach) : NULL;
	struct vi_watches watches = { 0 };
	void *state = NULL;
	size_t i;
	int err = vi_heads_reserve(&f->heads);

	if (err || !access || !access->heads || !access->watch)
		return err;
	if (vi_is_local(dev) && vi_access_begin(dev->ctx, access, &state))
		return 0;
	err = access->watch(vi_access_state(dev, state), dev, &watches);
	for (i = 0; !err && i < watches.count; i++)
		err = add_queue(f, dev, access, &watches.watch[i]);
	vi_watches_free(&watches);
	if (vi_is_local(dev))
		vi_access_end(access, state);
	return err == -ENOMEM ? err : 0;
}

/* What cannot be read was not followed. */
static int give_up(struct vi_followed_queue *q, int err)
{
	q->lost = true;
	vi_follow_end(&q->follow);
	return err == -ENOMEM ? err : 0;
}

static int look(struct vi_following *f, struct vi_followed_queue *q)
{
	uint64_t began = vi_clock_ns(CLOCK_THREAD_CPUTIME_ID), cost, pause;
	int err = q->access->heads(f->ctx, &q->watch, &f->heads);

	if (!err)
		err = vi_follow_look(&q->follow, &q->watch.q, &f->heads,
				     vi_mono_ns(), true);
	if (err)
		return give_up(q, err);
	cost = (vi_clock_ns(CLOCK_THREAD_CPUTIME_ID) - began) * f->count *
	       COST_SHARE;
	pause = vi_follow_pause(&q->follow, &q->watch.q);
	q->next_ns = vi_mono_ns() + (pause > cost ? pause : cost);
	return 0;
}

static int look_at_due(struct vi_following *f, uint64_t *next)
{
	size_t i;
	int err = 0;

	for (i = 0; i < f->count && !err; i++) {
		struct vi_followed_queue *q = &f->queues[i];

		if (!q->lost && q->next_ns <= vi_mono_ns())
			err = look(f, q);
		if (!q->lost && q->next_ns < *next)
			*next = q->next_ns;
	}
	return err;
}

static void sleep_until(uint64_t ns)
{
	struct timespec at = {
		.tv_sec = (time_t)(ns / VI_NS), .tv_nsec = (long)(ns % VI_NS),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) ==
	       EINTR)
		;
}

int vi_following_wait(struct vi_following *f, double seconds)
{
	uint64_t end = vi_mono_ns() + (uint64_t)(seconds * 1e9), next;
	int err;

	do {
		next = end;
		err = look_at_due(f, &next);
		if (!err)
			sleep_until(next);
	} while (!err && next < end);
	return err;
}

void vi_following_input(const struct vi_following *f,
			const struct vi_device *dev, struct vi_check_input *in)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		if (f->queues[i].dev == dev && !f->queues[i].lost)
			vi_check_input_follow(in, f->queues[i].watch.q.index,
					      &f->queues[i].follow);
}

void vi_following_end(struct vi_following *f)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		vi_follow_end(&f->queues[i].follow);
	free(f->queues);
	vi_heads_free(&f->heads);
}
