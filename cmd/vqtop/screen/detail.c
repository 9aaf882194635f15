// SPDX-License-Identifier: GPL-2.0-or-later
/* The pane: everything about the selected queue. */
#include <inttypes.h>
#include <string.h>

#include <virtio-inspect/snapshot.h>

#include "common/rec.h"
#include "common/select.h"
#include "vqtop/screen/interactive.h"

#define MAX_REQUESTS	200
#define MAX_BUCKETS	32
#define BAR		40

struct detail {
	struct vt_pane *p;
	const struct vt_row *row;
	struct rec queue, dev;
	bool all;		/* covers the device, not one queue */
	bool ascii;
};

static void add_device(struct detail *d, struct text *t)
{
	static const char *const fields[] = {
		"device", "type", "kname", "address",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		const char *s = vt_text(d->row, fields[i]);

		if (!s)
			continue;
		text_add_escaped(t, s);
		text_add(t, "  ");
	}
}

static void add_queue(struct text *t, const struct vt_row *r)
{
	text_add(t, "queue");
	if (vt_index(r) < VT_NO_INDEX)
		text_addf(t, " %" PRIu64, vt_index(r));
	if (vt_text(r, "name")) {
		text_add(t, " ");
		text_add_escaped(t, vt_text(r, "name"));
	}
	if (vt_text(r, "spec_name")) {
		text_add(t, " (");
		text_add_escaped(t, vt_text(r, "spec_name"));
		text_add(t, ")");
	}
}

static void add_title(struct detail *d)
{
	struct text t = { 0 };

	add_device(d, &t);
	add_queue(&t, d->row);
	vt_pane_add(d->p, VT_BOLD, &t);
}

static void add_reason(struct detail *d)
{
	struct text t = { 0 };

	if (!vt_text(d->row, "code") && !vt_text(d->row, "reason"))
		return;
	if (vt_is(d->row, "stalled"))
		text_addf(&t, "%s ", vt_state(d->row));
	vt_add_cell(&t, vt_column("REASON"), d->row, d->ascii);
	vt_pane_add(d->p, VT_ERROR, &t);
}

/* A line of columns as "label value". */
static void add_columns(struct detail *d, const char *const *names)
{
	const struct tool_column *c;
	struct text t = { 0 };
	struct vi_value v;

	for (; *names; names += 2) {
		c = vt_column(names[1]);
		if (!c || !vt_column_value(c, d->row, &v))
			continue;
		text_addf(&t, "%s%s ", t.len ? "   " : "", names[0]);
		vt_add_cell(&t, c, d->row, d->ascii);
	}
	if (t.len)
		vt_pane_add(d->p, VT_PLAIN, &t);
}

static void add_numbers(struct detail *d)
{
	static const char *const state[] = {
		"state", "STATE", "role", "ROLE", "layout", "LAYOUT", "size",
		"SIZE", "in flight", "IN_FLIGHT", "mean", "MEAN", "peak",
		"PEAK", "used", "USED", "full", "FULL", NULL,
	};
	static const char *const flow[] = {
		"submitted", "SUBMITTED", "/s", "SUB_S", "completed",
		"COMPLETED", "/s", "COMP_S", "unreaped", "UNREAPED", "in",
		"UNIT", NULL,
	};
	static const char *const events[] = {
		"device wants kicks", "KICKS", "driver wants interrupts",
		"IRQS_ON", "vector", "VECTOR", "irq", "IRQ", "interrupts",
		"IRQS", "/s", "IRQ_S", "completed for each", "PER_IRQ", NULL,
	};
	static const char *const times[] = {
		"latency (estimate)", "LATENCY", "ages in flight: median",
		"P50", "99 %", "P99", "oldest", "OLDEST", NULL,
	};
	static const char *const lengths[] = {
		"bytes/s submitted (estimate)", "BYTES_S",
		"average bytes of requests seen in flight", "REQ_BYTES", NULL,
	};

	add_columns(d, state);
	add_columns(d, flow);
	add_columns(d, events);
	add_columns(d, lengths);
	add_columns(d, times);
}

/* A line for a record: indices and event fields. */
static void add_record(struct detail *d, const char *name)
{
	const struct vi_schema *schema;
	const struct vi_field *f;
	struct text t = { 0 };
	struct vi_value v;
	struct recs recs;
	size_t i;

	if (!rec_records(d->queue, name, &recs) || !recs.v.count)
		return;
	schema = recs.v.schema;
	text_addf(&t, "%s:", name);
	for (i = 0; (f = vi_schema_field(schema, i)); i++) {
		if (vi_get(f, recs_at(&recs, 0).object, &v))
			continue;
		text_addf(&t, " %s ", vi_field_name(f));
		text_add_value(&t, &v);
	}
	vt_pane_add(d->p, VT_DIM, &t);
}

static void add_field(struct text *t, struct rec r, const char *name,
		      const char *label)
{
	struct vi_value v;

	if (!rec_get(r, name, &v))
		return;
	text_addf(t, "  %s ", label);
	text_add_value(t, &v);
}

static void add_request(struct detail *d, struct rec chain)
{
	struct text t = { 0 };
	struct vi_value age;

	if (rec_get(chain, "age_ms", &age) && age.type == VI_UINT)
		text_addf(&t, "  %s%" PRIu64 " ms", d->ascii ? ">=" : "≥",
			  age.number);
	else
		text_add(&t, "  new");
	add_field(&t, chain, "head", "head");
	add_field(&t, chain, "out_len", "out");
	add_field(&t, chain, "in_len", "in");
	add_field(&t, chain, "request", "");
	vt_pane_add(d->p, VT_PLAIN, &t);
}

static void add_requests(struct detail *d)
{
	struct text t = { 0 };
	struct recs chains;
	size_t i;

	if (!rec_records(d->queue, "in_flight", &chains))
		return;
	text_addf(&t, "requests in flight: %zu%s", chains.v.count,
		  rec_is(d->queue, "inferred") ? " (inferred)" : "");
	vt_pane_add(d->p, VT_BOLD, &t);
	for (i = 0; i < chains.v.count && i < MAX_REQUESTS; i++)
		add_request(d, recs_at(&chains, i));
	if (i == chains.v.count)
		return;
	text_addf(&t, "  and %zu more", chains.v.count - i);
	vt_pane_add(d->p, VT_PLAIN, &t);
}

static void add_findings(struct detail *d)
{
	struct text t = { 0 };
	struct recs list;
	uint64_t index;
	size_t i;

	rec_records(d->dev, "findings", &list);
	for (i = 0; d->dev.object && i < list.v.count; i++) {
		struct rec f = recs_at(&list, i);
		const char *code = rec_string(f, "code");
		const char *message = rec_string(f, "message");
		bool bad = rec_says(f, "severity", "error");

		if (!d->all && rec_number(f, "queue", &index) &&
		    index != vt_index(d->row))
			continue;
		/* The reason above says the same, and is newer. */
		if (!d->all && code && vt_text(d->row, "code") &&
		    !strcmp(code, vt_text(d->row, "code")))
			continue;
		text_add(&t, bad ? "error " : "finding ");
		text_add_escaped(&t, code ? code : "-");
		text_add(&t, ": ");
		text_add_escaped(&t, message ? message : "-");
		vt_pane_add(d->p, bad ? VT_ERROR : VT_WARNING, &t);
	}
}

static void add_remark(struct detail *d, const char *s)
{
	struct text t = { 0 };

	text_add_escaped(&t, s);
	vt_pane_add(d->p, VT_WARNING, &t);
}

static void add_gone(struct detail *d, struct vt_source *s,
		     const struct vt_view *v)
{
	bool there = s->ctx && tool_device_named(s->ctx, v->gone);
	bool other = strcmp(v->gone, v->device);
	struct text t = { 0 };

	text_add_escaped(&t, v->gone);
	text_addf(&t, " %s%s", there ? "no longer has this queue" : "is gone",
		  other ? "; now selected:" : "");
	vt_pane_add(d->p, VT_WARNING, &t);
}

/* Each bucket is twice as wide as the last; it counts samples. */
static void add_histogram(struct detail *d, const struct vt_past *past)
{
	unsigned int n[MAX_BUCKETS] = { 0 }, i, most = 0, bucket;
	unsigned int first = MAX_BUCKETS, last = 0;

	for (i = 0; past && i < past->count; i++) {
		double us = past->latency[i];

		if (us < 0)
			continue;
		for (bucket = 0; bucket + 1 < MAX_BUCKETS &&
		     us >= (double)(1U << bucket); bucket++)
			;
		n[bucket]++;
		most = n[bucket] > most ? n[bucket] : most;
		first = bucket < first ? bucket : first;
		last = bucket > last ? bucket : last;
	}
	if (!most)
		return;
	vt_pane_add(d->p, VT_BOLD, &(struct text){ 0 });
	for (i = first; i <= last; i++) {
		struct text t = { 0 };
		unsigned int j;

		text_add(&t, i == first ? "latency  < " : "         < ");
		vt_add_time(&t, (double)(1U << i), d->ascii);
		while (t.s && text_columns(t.s) < 20)
			text_add(&t, " ");
		for (j = 0; j < (n[i] * BAR + most - 1) / most; j++)
			text_add(&t, d->ascii ? "#" : "█");
		text_addf(&t, " %u", n[i]);
		vt_pane_add(d->p, VT_PLAIN, &t);
	}
}

/* Reading the whole queue costs more than a sample: do so only if visible. */
static void look(struct detail *d, struct vt_source *s)
{
	const char *device = vt_device(d->row);

	d->queue.schema = vi_queue_schema();
	d->dev = rec_device(tool_device_named(s->ctx, device));
	if (vt_index(d->row) >= VT_NO_INDEX) {
		add_remark(d, "its ring cannot be read, so nothing more is known");
		return;
	}
	d->queue.object = vi_sampler_detail(s->sampler, device,
					    vt_index(d->row));
	if (!d->queue.object)
		add_remark(d, vi_error(s->ctx));
}

/* For a device: the state of each of its queues. */
static void add_queues(struct detail *d, const struct vt_model *m,
		       const char *device)
{
	const struct tool_column *reason = vt_column("REASON");
	struct text t = { 0 };
	size_t i;

	for (i = 0; i < m->now.count; i++) {
		const struct vt_row *r = &m->now.row[i];
		bool stalled = vt_is(r, "stalled");

		if (strcmp(vt_device(r), device))
			continue;
		if (!d->row) {
			d->row = r;
			add_device(d, &t);
			vt_pane_add(d->p, VT_BOLD, &t);
		}
		text_add(&t, "  ");
		add_queue(&t, r);
		text_addf(&t, ": %s", vt_state(r));
		if (vt_text(r, "code")) {
			text_add(&t, " ");
			vt_add_cell(&t, reason, r, d->ascii);
		}
		vt_pane_add(d->p, stalled ? VT_ERROR : VT_PLAIN, &t);
	}
}

static void add_whole_device(struct detail *d, struct vt_source *s,
			     const struct vt_model *m, const char *device)
{
	add_queues(d, m, device);
	if (!d->row)
		return;
	d->all = true;
	if (s->ctx)
		d->dev = rec_device(tool_device_named(s->ctx, device));
	add_findings(d);
	add_remark(d, "select a queue to see its contents");
}

void vt_detail(struct vt_pane *p, struct vt_source *s,
	       const struct vt_model *m, const struct vt_view *v)
{
	static const char *const records[] = {
		"avail", "used", "driver_event", "device_event", "driver_state",
	};
	struct detail d = { .p = p, .row = vt_view_row(v, m),
			    .ascii = v->ascii };
	size_t i;

	vt_pane_clear(p);
	if (v->gone)
		add_gone(&d, s, v);
	if (!d.row) {
		if (v->device)
			add_whole_device(&d, s, m, v->device);
		return;
	}
	add_title(&d);
	add_reason(&d);
	add_numbers(&d);
	if (s->sampler) {
		look(&d, s);
		add_findings(&d);
		if (d.queue.object)
			add_requests(&d);
		for (i = 0; d.queue.object && i < ARRAY_SIZE(records); i++)
			add_record(&d, records[i]);
	}
	add_histogram(&d, vt_history_find(&m->history, d.row, 0));
	if (!s->sampler)
		add_remark(&d, "recordings do not contain the requests in flight (vqdump --capture does)");
}
