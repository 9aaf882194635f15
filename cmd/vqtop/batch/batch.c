// SPDX-License-Identifier: GPL-2.0-or-later
/* -b: print samples on standard output, without a terminal. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/signals.h"
#include "vqtop/batch/batch.h"
#include "vqtop/batch/openmetrics.h"

enum waited {
	WAIT_FAILED = -1,	/* after a message */
	WAIT_OVER,		/* by a signal, or nobody reads the output */
	WAIT_DONE,
};

static enum waited sleep_for(double seconds)
{
	/* Of stdout, poll() reports only that the reader closed it. */
	struct pollfd out = { .fd = STDOUT_FILENO };

	if (tool_poll(&out, 1, seconds > 0 ? seconds : 0) < 0 &&
	    errno != EINTR) {
		tool_error("cannot wait for the next sample: %s",
			   strerror(errno));
		return WAIT_FAILED;
	}
	return tool_stopped || out.revents & (POLLERR | POLLHUP | POLLNVAL) ?
	       WAIT_OVER : WAIT_DONE;
}

/* Wait until @until, and take interim samples meanwhile. */
static enum waited wait_until(struct vt_source *s, double until)
{
	enum waited waited;

	for (;;) {
		double left = until - tool_now(), next;

		if (left <= 0)
			return sleep_for(0);
		next = vt_source_between(s);
		left = until - tool_now();
		waited = sleep_for(left < next ? left : next);
		if (waited != WAIT_DONE)
			return waited;
	}
}

/* Buffer a whole sample, whatever standard output is. */
static void open_output(void)
{
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
}

static void warn_notes(const struct vt_snapshot *s)
{
	struct vi_value notes;
	size_t i;

	if (!vt_get_sum(s, "notes", &notes))
		return;
	for (i = 0; i < notes.count; i++)
		tool_warn("%s", notes.list[i]);
}

/* 0; -ENOMEM: nothing was written; another errno: after a message. */
static int write_textfile(const struct vt_source *s,
			  const struct vt_snapshot *snapshot)
{
	struct text t = { 0 };
	char *text;
	bool ok;

	vt_metrics_add(&t, VT_TEXTFILE, snapshot, s->failed);
	text = text_take(&t);
	if (!text)
		return -ENOMEM;
	ok = vt_textfile_write(s->o->textfile, text);
	free(text);
	return ok ? 0 : -EIO;
}

struct batch {
	struct vt_printing printing;
	uint64_t done;
};

static bool by_filter(const struct vt_row *r, const void *data)
{
	return vt_row_has(r, data);
}

static int filter(struct vt_snapshot *s, const char *text)
{
	size_t all = s->count;

	if (!vt_snapshot_keep(s, by_filter, text))
		return -ENOMEM;
	s->hidden = all - s->count;
	return 0;
}

static int write_sample(struct vt_source *s, struct vt_snapshot *snapshot,
			struct batch *b)
{
	if (s->o->textfile)
		return write_textfile(s, snapshot);
	if (!vt_print_sample(&b->printing, s, snapshot))
		return -ENOMEM;
	b->printing.begun = true;
	return 0;
}

/* Returns 1; 0 at the end; a negative value after a message. */
static int one(struct vt_source *s, struct vt_snapshot *snapshot,
	       struct batch *b)
{
	int ret = vt_source_next(s, snapshot);

	if (ret < 0)
		tool_error("%s", s->why);
	if (ret <= 0)
		return ret;
	ret = s->o->filter ? filter(snapshot, s->o->filter) : 0;
	if (!b->done && !s->replay)
		warn_notes(snapshot);
	if (!ret)
		ret = write_sample(s, snapshot, b);
	/* A sample without queues may still fit in memory. */
	if (ret == -ENOMEM && vt_source_lost(s, snapshot, "out of memory"))
		ret = write_sample(s, snapshot, b);
	if (ret == -ENOMEM)
		tool_error("out of memory");
	if (ret)
		return ret;
	b->done++;
	return tool_flush();
}

static bool is_last(const struct vt_options *o, const struct batch *b)
{
	return o->has_samples && b->done >= o->samples;
}

static int run(struct vt_source *s, struct vt_snapshot *snapshot,
	       struct batch *b)
{
	const struct vt_options *o = s->o;
	double delay = o->has_delay ? o->delay : VT_DEFAULT_DELAY;
	double next = tool_now();
	int ret = 1;

	/* Rates need two samples: do not show the first one. */
	if (!s->replay)
		vt_source_begin(s);
	while (ret > 0 && !is_last(o, b)) {
		next += delay;
		/* After a suspend, do not try to catch up. */
		if (next < tool_now() - delay)
			next = tool_now();
		ret = s->replay ? WAIT_DONE : wait_until(s, next);
		if (ret > 0)
			ret = one(s, snapshot, b);
	}
	return ret < 0 ? EXIT_ERROR : EXIT_DONE;
}

int vt_batch(struct vt_source *s, const struct vt_options *o)
{
	struct vt_snapshot snapshot = { 0 };
	struct batch b = { .printing.o = o };
	const char *at;
	int status;

	/* Complain now, not after the first interval. */
	if (o->textfile && !vt_textfile_may_be(o->textfile))
		return EXIT_ERROR;
	/* The command line was checked, so this cannot fail. */
	tool_columns_choose(&b.printing.columns, &vt_columns, vt_columns.usual,
			    o->columns, &at);
	if (o->sort)
		b.printing.sort = vt_column(o->sort);
	tool_catch_stop();
	open_output();
	status = run(s, &snapshot, &b);
	vt_snapshot_free(&snapshot);
	vt_print_end();
	return status;
}
