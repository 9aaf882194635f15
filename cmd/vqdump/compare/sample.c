// SPDX-License-Identifier: GPL-2.0-or-later
/* --sample: what moved between two snapshots, and what did not. */
#include <inttypes.h>
#include <stdlib.h>

#include "vqdump/vqdump.h"

struct rec vq_same_queue(const struct vq_index *queues, struct rec like)
{
	struct rec none = { queues->list.v.schema, NULL }, q;
	uint64_t key = vq_key_index(like);
	size_t pos = 0;

	return key != VQ_NO_KEY && vq_index_next(queues, key, &pos, &q) ? q :
									 none;
}

static void add_rate(struct text *t, uint64_t n, double seconds)
{
	double rate = n / seconds;

	if (rate >= 1e6)
		text_addf(t, " (%.1fM/s)", rate / 1e6);
	else if (rate >= 1e4)
		text_addf(t, " (%.1fk/s)", rate / 1e3);
	else
		text_addf(t, rate < 10 && n ? " (%.1f/s)" : " (%.0f/s)", rate);
}

static void add_amount(struct text *t, const struct vq_moved *m, bool known,
		       uint64_t n, const char *what)
{
	if (known)
		text_addf(t, "%" PRIu64, n);
	else
		text_add(t, "-");
	if (m->slots)
		text_add(t, n == 1 ? " slot" : " slots");
	text_addf(t, " %s", what);
	if (known && n && m->seconds > 0)
		add_rate(t, n, m->seconds);
}

void vq_add_flow(struct text *t, const struct vq_moved *m)
{
	if (!m->known) {
		text_add(t, m->why);
		return;
	}
	/* Laps of an index leave no trace. */
	if (m->submitted || m->completed)
		text_add(t, "at least ");
	add_amount(t, m, m->has_submitted, m->submitted, "submitted");
	text_add(t, ", ");
	add_amount(t, m, m->has_completed, m->completed, "completed");
	if (m->has_interrupts) {
		text_add(t, "; ");
		text_add_count(t, m->interrupts, "interrupt");
	}
}

static bool is_still(const struct vq_moved *m)
{
	return m->has_submitted && !m->submitted && m->has_completed &&
	       !m->completed;
}

/* The state in a word: moving; STILL, although it has work; or idle. */
static void add_verdict(const struct vq_options *o, struct text *t,
			struct rec queue, const struct vq_moved *m)
{
	uint64_t in_flight = 0, unreaped = 0;
	bool has_work;

	has_work = rec_number(queue, "num_in_flight", &in_flight) && in_flight;
	has_work |= rec_number(queue, "num_unreaped", &unreaped) && unreaped;
	if (!m->known)
		term_add(&o->term, t, TERM_WARNING, "?       ");
	else if (!is_still(m))
		term_add(&o->term, t, TERM_GOOD, "moving  ");
	else if (!has_work)
		text_add(t, "idle    ");
	else if (vq_is_parked(queue) && !unreaped)
		text_add(t, "waiting ");
	else
		term_add(&o->term, t, TERM_WARNING, "STILL   ");
}

#define MAX_LISTED	8

static void add_requests(const struct vq_options *o, struct text *t,
			 struct rec queue)
{
	struct recs chains;
	size_t i, n;

	rec_records(queue, "in_flight", &chains);
	n = chains.v.count;
	if (n > MAX_LISTED && !o->verbose)
		n = MAX_LISTED;
	for (i = 0; i < n; i++) {
		struct rec c = recs_at(&chains, i);
		const char *request = rec_string(c, "request");
		struct vi_value v;
		uint64_t age;

		text_add(t, "      head ");
		if (rec_get(c, "head", &v))
			text_add_value(t, &v);
		else
			text_add(t, "-");
		if (vq_age(c, &age)) {
			text_add(t, "  in flight for at least ");
			vq_add_age(t, age);
		} else {
			text_add(t, "  new");
		}
		text_add(t, request ? "  " : "");
		text_add_escaped(t, request ? request : "");
		text_add(t, "\n");
	}
	if (n < chains.v.count)
		text_addf(t, "      and %zu more (-v lists them)\n",
			  chains.v.count - n);
}

static size_t name_columns(const struct recs *queues)
{
	struct text t = { 0 };
	size_t i, n, most = 1;

	for (i = 0; i < queues->v.count; i++) {
		vq_add_queue_name(&t, recs_at(queues, i));
		n = t.s ? term_columns(t.s) : 0;
		most = n > most ? n : most;
		free(text_take(&t));
	}
	return most < 24 ? most : 24;
}

static void add_queue(const struct vq_options *o, struct text *t,
		      struct rec before, struct rec queue, size_t columns)
{
	struct vq_moved m = { .why = "new queue" };
	struct text flow = { 0 };
	uint64_t index;
	size_t from;
	char *s;

	if (before.object)
		vq_compare(before, queue, &m);
	if (rec_number(queue, "index", &index))
		text_addf(t, "  %3" PRIu64 " ", index);
	else
		text_add(t, "    - ");
	from = t->len;
	vq_add_queue_name(t, queue);
	vq_pad(t, from, columns);
	text_add(t, "  ");
	add_verdict(o, t, queue, &m);
	vq_add_flow(&flow, &m);
	s = text_take(&flow);
	text_add_wrapped(t, s ? s : "", 6 + columns + 10, o->term.width);
	free(s);
	text_add(t, "\n");
	if (!vq_is_parked(queue) || o->verbose)
		add_requests(o, t, queue);
}

static void add_queues(const struct vq_options *o, struct text *t,
		       struct rec dev, const struct recs *old,
		       const struct recs *queues)
{
	struct vq_index was, findings;
	uint64_t index;
	size_t i, columns;

	columns = name_columns(queues);
	if (!vq_index_make(&was, old, vq_key_index))
		t->failed = true;
	findings = vq_findings(t, dev);
	for (i = 0; i < queues->v.count; i++) {
		struct rec q = recs_at(queues, i);

		if (!vq_wanted(o, q))
			continue;
		add_queue(o, t, vq_same_queue(&was, q), q, columns);
		if (rec_number(q, "index", &index))
			vq_add_findings(o, t, &findings, index, 6, o->verbose);
	}
	vq_index_free(&was);
	vq_index_free(&findings);
}

void vq_add_sample(const struct vq_options *o, struct text *t,
		   struct vi_device *device)
{
	struct rec dev = rec_device(device), before;
	size_t snapshots = vi_snapshots(device);
	struct vi_snapshot *first = NULL;
	struct recs old, queues;

	vq_add_device_line(o, t, dev);
	if (snapshots >= 2)
		first = vi_snapshot_at(device, snapshots - 2);
	before = (struct rec) { vi_snapshot_schema(), first };
	if (first && rec_records(before, "queues", &old) &&
	    rec_records(dev, "queues", &queues))
		add_queues(o, t, dev, &old, &queues);
	else
		text_add(t, "  queues not read twice, so there is nothing to compare\n");
	vi_snapshot_unref(first);
}
