// SPDX-License-Identifier: GPL-2.0-or-later
/* -b: samples on the standard output, with no terminal. */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "vqtop/openmetrics.h"
#include "vqtop/vqtop.h"

static volatile sig_atomic_t stopped;
static sigset_t waiting;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

/* Blocked but while waiting, so that none is missed. */
static void catch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_handler = stop }, old;
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		/* nohup(1) has it ignored. */
		if (sigaction(signals[i], NULL, &old) ||
		    old.sa_handler == SIG_IGN)
			continue;
		sigaddset(&set, signals[i]);
		sigaction(signals[i], &sa, NULL);
	}
	sigprocmask(SIG_BLOCK, &set, &waiting);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		if (sigismember(&set, signals[i]) == 1)
			sigdelset(&waiting, signals[i]);
}

/* False: a signal came, or nobody reads the output any more. */
static bool sleep_for(double seconds)
{
	/* Of stdout only that nobody reads it any more is of interest. */
	struct pollfd out = { .fd = STDOUT_FILENO };
	struct timespec ts;

	seconds = seconds > 0 ? seconds : 0;
	ts.tv_sec = seconds;
	ts.tv_nsec = (seconds - ts.tv_sec) * 1e9;
	if (ppoll(&out, 1, &ts, &waiting) < 0 && errno != EINTR)
		return false;
	return !stopped && !(out.revents & (POLLERR | POLLHUP | POLLNVAL));
}

/* Until @until, looking at queues between as they need it. */
static bool wait_until(struct vt_source *s, double until)
{
	for (;;) {
		double left = until - vt_now(), next;

		if (left <= 0)
			return sleep_for(0);
		next = vt_source_between(s);
		left = until - vt_now();
		if (!sleep_for(left < next ? left : next))
			return false;
	}
}

/* Where the standard output is a file, closed, or /dev/null, all is well. */
static void open_output(void)
{
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
}

static void warn_notes(const struct vt_snapshot *s)
{
	const struct vt_value *v = vt_get_sum(s, S_NOTES);
	const char *const *note;

	for (note = v->kind == VT_LIST ? v->list : NULL; note && *note; note++)
		tool_warn("%s", *note);
}

static bool write_textfile(const struct vt_options *o,
			   const struct vt_snapshot *snapshot)
{
	struct text t = { 0 };
	char *s;
	bool ok;

	vt_metrics_add(&t, VT_TEXTFILE, snapshot);
	s = text_take(&t);
	if (!s)
		tool_error("out of memory");
	ok = s && vt_textfile_write(o->textfile, s);
	free(s);
	return ok;
}

struct batch {
	struct vt_columns columns;
	const struct vt_column *sort;
	uint64_t done;
};

static bool by_filter(const struct vt_row *r, const void *data)
{
	return vt_row_has(r, data);
}

static void filter(struct vt_snapshot *s, const char *text)
{
	size_t all = s->count;

	vt_snapshot_keep(s, by_filter, text);
	s->hidden = all - s->count;
}

/* 1; 0: the end; below 0: after a message. */
static int one(struct vt_source *s, const struct vt_options *o,
	       struct vt_snapshot *snapshot, struct batch *b)
{
	int ret = vt_source_next(s, snapshot);

	if (ret < 0)
		tool_error("%s", s->why);
	if (ret <= 0)
		return ret;
	if (o->filter)
		filter(snapshot, o->filter);
	if (!b->done && !s->replay)
		warn_notes(snapshot);
	if (o->textfile ? !write_textfile(o, snapshot) :
	    !vt_print_sample(o, &b->columns, b->sort, snapshot, !b->done))
		return -EIO;
	b->done++;
	return tool_flush();
}

static bool is_last(const struct vt_options *o, const struct batch *b)
{
	return o->has_samples && b->done >= o->samples;
}

static int run(struct vt_source *s, const struct vt_options *o,
	       struct vt_snapshot *snapshot, struct batch *b)
{
	double delay = o->has_delay ? o->delay : VT_DEFAULT_DELAY;
	double next = vt_now();
	int ret = 1;

	/* Rates are of two samples: the first one is not shown. */
	if (!s->replay && vi_sampler_sample(s->sampler)) {
		tool_error("%s", vi_error(s->ctx));
		return EXIT_ERROR;
	}
	while (ret > 0 && !is_last(o, b)) {
		next += delay;
		/* After a pause of the machine, go on from here. */
		if (next < vt_now() - delay)
			next = vt_now();
		if (!s->replay && !wait_until(s, next))
			break;
		ret = one(s, o, snapshot, b);
	}
	return ret < 0 ? EXIT_ERROR : EXIT_DONE;
}

int vt_batch(struct vt_source *s, const struct vt_options *o)
{
	struct vt_snapshot snapshot = { 0 };
	struct batch b = { .done = 0 };
	const char *at;
	int status;

	/* Now, and not after the first interval, which may be a minute. */
	if (o->textfile && !vt_textfile_may_be(o->textfile))
		return EXIT_ERROR;
	/* They were looked at when the command line was. */
	vt_columns_choose(&b.columns, vt_batch_columns, o->columns, &at);
	if (o->sort)
		b.sort = vt_column_find(o->sort, strlen(o->sort));
	catch_signals();
	open_output();
	status = run(s, o, &snapshot, &b);
	vt_snapshot_free(&snapshot);
	vt_print_end();
	return status;
}
