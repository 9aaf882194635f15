// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A sample as metrics, with base units, counters that end in _total, and one
 * family after the other. Unknown values have no line. In OpenMetrics 1.0,
 * names of counter families lack _total, units are declared, and # EOF ends the
 * text. node_exporter's textfile collector reads the older format, where a
 * family has the name of its samples.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "vqtop/batch/openmetrics.h"

enum kind {
	COUNTER,
	GAUGE,
};

struct metric {
	const char *name;
	const char *unit;	/* the name ends with it; NULL: none */
	enum kind kind;
	const char *field;	/* NULL: the value is computed here */
	double scale;		/* factor to the base unit */
	const char *help;
};

static const struct metric metrics[] = {
	{ "virtio_queue_submitted", NULL, COUNTER, "submitted", 1, "Buffers submitted since vqtop started; a lower bound if virtio_queue_lower_bound is 1." },
	{ "virtio_queue_completed", NULL, COUNTER, "completed", 1, "Buffers completed since vqtop started; a lower bound if virtio_queue_lower_bound is 1." },
	{ "virtio_queue_interrupts", NULL, COUNTER, "interrupts", 1, "Interrupts of the queue's vector." },
	{ "virtio_queue_in_flight", NULL, GAUGE, "in_flight", 1, "Buffers in flight." },
	{ "virtio_queue_size", NULL, GAUGE, "size", 1, "Number of queue entries." },
	{ "virtio_queue_occupancy_ratio", "ratio", GAUGE, "occupancy", 0.01, "Fill level of the queue, from 0 to 1." },
	{ "virtio_queue_full_ratio", "ratio", GAUGE, "full_percent", 0.01, "Fraction of the last interval during which the queue was full." },
	{ "virtio_queue_latency_seconds", "seconds", GAUGE, "latency_us", 1e-6, "Mean time that buffers are in flight, estimated by Little's law." },
	{ "virtio_queue_request_bytes", "bytes", GAUGE, "request_bytes", 1, "Mean length of the requests seen in flight; slow requests weigh more." },
	{ "virtio_queue_submitted_bytes_per_second", "bytes_per_second", GAUGE, "bytes_per_s", 1, "Bytes submitted per second, estimated from the length of the requests seen in flight." },
	{ "virtio_queue_age_median_seconds", "seconds", GAUGE, "age_p50_ms", 1e-3, "Median age of the requests seen in flight." },
	{ "virtio_queue_age_high_seconds", "seconds", GAUGE, "age_p99_ms", 1e-3, "99th percentile of the ages of the requests seen in flight." },
	{ "virtio_queue_oldest_seconds", "seconds", GAUGE, "oldest_ms", 1e-3, "Minimum age of the oldest request in flight." },
	{ "virtio_queue_lower_bound", NULL, GAUGE, "lower_bound", 1, "1 if an index may have wrapped unnoticed." },
	{ "virtio_queue_stalled", NULL, GAUGE, "stalled", 1, "1 if the queue is stalled." },
};

/* Escape the value for people, who read labels, too, then for quotes. */
static void add_label(struct text *t, const char *name, const char *value,
		      bool first)
{
	struct text safe = { 0 };
	char *s, *at;

	text_add_escaped(&safe, value);
	s = text_take(&safe);
	if (!s) {
		t->failed = true;
		return;
	}
	text_addf(t, "%s%s=\"", first ? "" : ",", name);
	for (at = s; *at; at++)
		text_addf(t, *at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
	text_add(t, "\"");
	free(s);
}

static void add_labels(struct text *t, const struct vt_row *r)
{
	static const char *const labels[] = {
		"type", "address", "kname", "name",
	};
	size_t i;

	text_add(t, "{");
	add_label(t, "device", vt_device(r), true);
	/* Queues without an index have a name to identify them. */
	if (vt_index(r) < VT_NO_INDEX)
		text_addf(t, ",queue=\"%" PRIu64 "\"", vt_index(r));
	for (i = 0; i < ARRAY_SIZE(labels); i++) {
		const char *s = vt_text(r, labels[i]);

		if (s)
			add_label(t, labels[i], s, false);
	}
}

static bool value_of(const struct metric *m, const struct vt_row *r, double *n)
{
	struct vi_value v;

	if (!vt_get(r, m->field, &v))
		return false;
	if (v.type == VI_BOOL)
		*n = v.boolean;
	return v.type == VI_BOOL || vt_value_number(&v, n);
}

static void add_value(struct text *t, const struct metric *m,
		      const struct vt_row *r, double n)
{
	struct vi_value v;

	/* A double cannot hold all counts. */
	if (vt_get(r, m->field, &v) && v.type == VI_UINT && m->scale == 1)
		text_addf(t, "%" PRIu64 "\n", v.number);
	else
		text_addf(t, "%.9g\n", n * m->scale);
}

static void add_head(struct text *t, enum vt_metrics_form form,
		     const struct metric *m)
{
	const char *suffix = form == VT_TEXTFILE && m->kind == COUNTER ?
			     "_total" : "";

	text_addf(t, "# HELP %s%s %s\n", m->name, suffix, m->help);
	text_addf(t, "# TYPE %s%s %s\n", m->name, suffix,
		  m->kind == COUNTER ? "counter" : "gauge");
	if (m->unit && form == VT_OPENMETRICS_1)
		text_addf(t, "# UNIT %s %s\n", m->name, m->unit);
}

static void add_metric(struct text *t, enum vt_metrics_form form,
		       const struct metric *m, const struct vt_snapshot *s)
{
	bool any = false;
	size_t i;
	double n;

	for (i = 0; i < s->count; i++) {
		if (!value_of(m, &s->row[i], &n))
			continue;
		if (!any)
			add_head(t, form, m);
		any = true;
		text_addf(t, "%s%s", m->name,
			  m->kind == COUNTER ? "_total" : "");
		add_labels(t, &s->row[i]);
		text_add(t, "} ");
		add_value(t, m, &s->row[i], n);
	}
}

/* The code is a separate metric, so that the labels of others do not change. */
static const struct metric stall = {
	"virtio_queue_stall", NULL, GAUGE, "code", 1,
	"1, with the diagnosis of a stalled queue as label; see vqdump --explain."
};

static void add_reasons(struct text *t, enum vt_metrics_form form,
			const struct vt_snapshot *s)
{
	bool any = false;
	size_t i;

	for (i = 0; i < s->count; i++) {
		const char *code = vt_text(&s->row[i], "code");

		if (!code || !vt_is(&s->row[i], "stalled"))
			continue;
		if (!any)
			add_head(t, form, &stall);
		any = true;
		text_add(t, stall.name);
		add_labels(t, &s->row[i]);
		add_label(t, "code", code, false);
		text_add(t, "} 1\n");
	}
}

/* The first ones count what is watched. */
#define COUNTS	2
static const struct metric sums[] = {
	{ "virtio_devices", NULL, GAUGE, "devices", 1, "Number of watched devices." },
	{ "virtio_queues", NULL, GAUGE, "queues", 1, "Number of watched queues." },
	{ "virtio_sample_interval_seconds", "seconds", GAUGE, "interval", 1, "Length of the sampling interval." },
	{ "virtio_sampler_cpu_ratio", "ratio", GAUGE, "cpu_percent", 0.01, "CPU used by sampling." },
};

static void add_sum(struct text *t, enum vt_metrics_form form,
		    const struct vt_snapshot *s, const struct metric *m)
{
	double n;

	if (!vt_sum_number(s, m->field, &n))
		return;
	add_head(t, form, m);
	text_addf(t, "%s %.9g\n", m->name, n * m->scale);
}

/* About vqtop itself: are the values complete? */
static void add_own(struct text *t, enum vt_metrics_form form,
		    const struct vt_snapshot *s, uint64_t failed)
{
	static const struct metric up = {
		"virtio_inspect_up", NULL, GAUGE, NULL, 1,
		"1 if everything was read; otherwise 0, and unknown values have no line."
	}, rings = {
		"virtio_inspect_rings_readable", NULL, GAUGE, NULL, 1,
		"0 if only interrupts are counted, so that stalled queues cannot be detected."
	}, failures = {
		"virtio_inspect_failed_samples", NULL, COUNTER, NULL, 1,
		"Incomplete samples since vqtop started."
	};

	add_head(t, form, &up);
	text_addf(t, "%s %d\n", up.name, !vt_error(s));
	add_head(t, form, &failures);
	text_addf(t, "%s_total %" PRIu64 "\n", failures.name, failed);
	if (!s->count)
		return;
	add_head(t, form, &rings);
	text_addf(t, "%s %d\n", rings.name, !!vt_sum_text(s, "attach"));
}

void vt_metrics_add(struct text *t, enum vt_metrics_form form,
		    const struct vt_snapshot *s, uint64_t failed)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(metrics); i++)
		add_metric(t, form, &metrics[i], s);
	add_reasons(t, form, s);
	/* An incomplete sample cannot say how many there are. */
	for (i = vt_error(s) ? COUNTS : 0; i < ARRAY_SIZE(sums); i++)
		add_sum(t, form, s, &sums[i]);
	add_own(t, form, s, failed);
	if (form == VT_OPENMETRICS_1)
		text_add(t, "# EOF\n");
}
