// SPDX-License-Identifier: GPL-2.0-or-later
/* The default view: a line for the device, a short block for each queue. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/device.h"
#include "vqdump/vqdump.h"

/* Column widths that align the queues of a device. */
struct layout {
	size_t index, name, layout, state, slots;
	unsigned int bar;
};

#define MAX_NAME	24
#define WIDE		100

void vq_add_device_line(const struct vq_options *o, struct text *t,
			struct rec dev)
{
	static const char *const fields[] = { "address", "driver" };
	struct text label = { 0 };
	struct vi_value v;
	size_t i;
	char *s;

	tool_add_label(&label, dev);
	s = text_take(&label);
	if (!s) {
		t->failed = true;
		return;
	}
	term_add(&o->term, t, TERM_BOLD, s);
	free(s);
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		const char *value = rec_string(dev, fields[i]);

		if (!value || (!i && !rec_string(dev, "name")))
			continue;
		text_add(t, "  ");
		text_add_escaped(t, value);
	}
	if (!rec_string(dev, "driver") && rec_get(dev, "status", &v))
		text_add(t, "  no driver");
	if (rec_get(dev, "status", &v)) {
		text_add(t, "  status ");
		tool_add_status(t, &v, false);
	}
	if (rec_string(dev, "attach")) {
		text_add(t, "  via ");
		text_add_escaped(t, rec_string(dev, "attach"));
	}
	text_add(t, "\n");
}

/* "12/256", ">=12/256", "-/256". */
static void add_slots(struct text *t, struct rec queue)
{
	uint64_t taken, size;
	bool bound;

	/* A lower bound of 0 is no information. */
	if (vq_slots_taken(queue, &taken, &bound) && (taken || !bound))
		text_addf(t, "%s%" PRIu64, bound ? ">=" : "", taken);
	else
		text_add(t, "-");
	if (rec_number(queue, "size", &size))
		text_addf(t, "/%" PRIu64, size);
}

static void widen(size_t *columns, struct text *t, size_t most)
{
	size_t n = t->s ? term_columns(t->s) : 0;

	if (n > most)
		n = most;
	if (n > *columns)
		*columns = n;
	free(text_take(t));
}

/*
 * If a device has many queues, empty ones hide the others. Leave them out
 * unless the user asks for them.
 */
#define MANY	8

static bool is_shown(const struct vq_options *o,
		     const struct vq_index *findings, struct rec queue,
		     size_t num_queues)
{
	uint64_t index;

	if (!vq_wanted(o, queue))
		return false;
	return num_queues <= MANY || o->queues.count || o->verbose || o->raw ||
	       !vq_is_quiet(queue) || !rec_number(queue, "index", &index) ||
	       vq_has_findings(findings, index, true);
}

static void measure(const struct vq_options *o,
		    const struct vq_index *findings, const struct recs *queues, struct layout *l)
{
	const struct term plain = { .utf8 = false };
	struct text t = { 0 };
	struct vi_value v;
	size_t i;

	*l = (struct layout){ 1, 1, 1, 4, 1, o->term.width < WIDE ? 10 : 20 };
	for (i = 0; i < queues->v.count; i++) {
		struct rec q = recs_at(queues, i);

		if (!is_shown(o, findings, q, queues->v.count))
			continue;
		if (rec_get(q, "index", &v))
			text_add_value(&t, &v);
		widen(&l->index, &t, 5);
		vq_add_queue_name(&t, q);
		widen(&l->name, &t, MAX_NAME);
		text_add(&t, rec_says(q, "layout", "packed") ? "packed" :
			 rec_says(q, "layout", "split") ? "split" : "-");
		widen(&l->layout, &t, 6);
		vq_add_state(&plain, &t, q, 0);
		widen(&l->state, &t, 20);
		add_slots(&t, q);
		widen(&l->slots, &t, 20);
	}
}

static void add_bar(const struct vq_options *o, struct text *t,
		    struct rec queue, const struct layout *l)
{
	uint64_t taken, size;
	bool bound;

	if (vq_slots_taken(queue, &taken, &bound) &&
	    rec_number(queue, "size", &size))
		term_add_bar(&o->term, t, taken, size, l->bar);
	else
		text_addf(t, "%*s", l->bar, "");
}

static void add_number(struct text *t, struct rec queue, const char *field,
		       const char *what)
{
	uint64_t n;

	if (rec_number(queue, field, &n))
		text_addf(t, "  %" PRIu64 " %s", n, what);
	else
		text_addf(t, "  - %s", what);
}

/* Say that the number is unknown only if the one in flight is known. */
static void add_unreaped(struct text *t, struct rec queue)
{
	uint64_t n;

	if (rec_number(queue, "num_unreaped", &n)) {
		if (n)
			add_number(t, queue, "num_unreaped", "unseen");
	} else if (rec_number(queue, "num_in_flight", &n)) {
		text_add(t, "  unseen unknown");
	}
}

static void add_first_line(const struct vq_options *o, struct text *t,
			   struct rec queue, const struct layout *l)
{
	uint64_t index;
	size_t from;

	if (rec_number(queue, "index", &index))
		text_addf(t, "  %*" PRIu64 " ", (int)l->index, index);
	else
		text_addf(t, "  %*s ", (int)l->index, "-");
	from = t->len;
	vq_add_queue_name(t, queue);
	vq_pad(t, from, l->name);
	text_add(t, "  ");
	text_add_padded(t, rec_or_dash(queue, "layout"), l->layout);
	text_add(t, "  ");
	vq_add_state(&o->term, t, queue, l->state);
	text_add(t, "  ");
	add_bar(o, t, queue, l);
	text_add(t, " ");
	from = t->len;
	add_slots(t, queue);
	vq_pad(t, from, l->slots);
	add_number(t, queue, "num_in_flight",
		   vq_is_parked(queue) ? "parked" : "in flight");
	add_unreaped(t, queue);
	text_add(t, "\n");
}

/* Do the two sides want notifications now? */
static void add_events(const struct vq_options *o, struct text *t,
		       struct rec queue, unsigned int indent)
{
	struct vi_value kick, irq;
	bool has_kick = rec_get(queue, "would_kick", &kick);
	bool has_irq = rec_get(queue, "would_interrupt", &irq);
	char line[96];

	if (!has_kick && !has_irq)
		return;
	snprintf(line, sizeof(line), "%*sdevice wants kicks: %-3s   driver wants interrupts: %s\n",
		 indent, "", !has_kick ? "-" : kick.boolean ? "yes" : "no",
		 !has_irq ? "-" : irq.boolean ? "yes" : "no");
	term_add(&o->term, t, TERM_DIM, line);
}

/* Warn about numbers that may be wrong or missing. */
static void add_remarks(const struct vq_options *o, struct text *t,
			struct rec queue, unsigned int indent)
{
	const char *error = rec_string(queue, "memory_error");
	struct text line = { 0 };
	uint64_t passes;
	char *s;

	if (error)
		vq_add_remark(o, t, indent, "unreadable: ", error);
	if (rec_is(queue, "gone"))
		vq_add_remark(o, t, indent, "gone: ",
			   "the ring was moved or freed while it was read");
	if (!rec_is(queue, "torn"))
		return;
	text_add(&line, "the ring changed during every read");
	if (rec_number(queue, "passes", &passes))
		text_addf(&line, " (%" PRIu64 " times)", passes);
	text_add(&line, "; the numbers may be inconsistent");
	s = text_take(&line);
	vq_add_remark(o, t, indent, "torn: ", s ? s : "");
	free(s);
}

static void add_queue(const struct vq_options *o, struct text *t,
		      const struct vq_index *findings, struct rec queue,
		      const struct layout *l)
{
	unsigned int indent = 2 + l->index + 1;
	uint64_t index;

	add_first_line(o, t, queue, l);
	add_events(o, t, queue, indent);
	add_remarks(o, t, queue, indent);
	if (rec_number(queue, "index", &index))
		vq_add_findings(o, t, findings, index, indent,
				o->verbose);
	if (o->verbose)
		vq_add_details(o, t, queue);
	if (o->raw || o->verbose > 1)
		vq_add_raw(o, t, queue);
}

static void add_notes(const struct vq_options *o, struct text *t,
		      struct rec dev, const struct recs *queues)
{
	struct vi_value v;
	size_t i;

	if (!rec_get(dev, "attach_notes", &v) || !v.count) {
		if (!o->verbose && !queues->v.count)
			text_add(t, "  no queue is known to be set up\n");
		return;
	}
	for (i = 0; i < v.count; i++)
		vq_add_remark(o, t, 2, "", v.list[i]);
}

static bool has_rings(const struct recs *queues)
{
	size_t i;

	for (i = 0; i < queues->v.count; i++)
		if (vq_has_ring(recs_at(queues, i)))
			return true;
	return false;
}

/* What the kernel's core keeps of the device. */
static void add_core(const struct vq_options *o, struct text *t, struct rec dev)
{
	static const char *const fields[] = {
		"config_off", "config_pending", "failed_before", NULL,
	};
	struct vi_value v;
	size_t i;

	for (i = 0; fields[i] && !rec_get(dev, fields[i], &v); i++)
		;
	if (!fields[i])
		return;
	text_add(t, "  kernel\n");
	vq_add_group(o, t, dev, "device", fields);
}

void vq_add_view(const struct vq_options *o, struct text *t,
		 struct vi_device *device)
{
	struct rec dev = rec_device(device);
	struct vq_index findings = vq_findings(t, dev);
	struct recs queues;
	struct layout l;
	size_t i, shown = 0;

	vq_add_device_line(o, t, dev);
	rec_records(dev, "queues", &queues);
	if (!has_rings(&queues) || o->verbose)
		add_notes(o, t, dev, &queues);
	if (o->verbose)
		add_core(o, t, dev);
	vq_add_findings(o, t, &findings, VQ_NO_KEY, 2, o->verbose);
	/* If there are no rings to show, registers are all there is. */
	if (o->verbose || !has_rings(&queues))
		vq_add_registers(o, t, dev);
	else
		vq_add_disagreements(o, t, dev);
	measure(o, &findings, &queues, &l);
	for (i = 0; i < queues.v.count; i++) {
		struct rec queue = recs_at(&queues, i);

		if (!is_shown(o, &findings, queue, queues.v.count))
			continue;
		add_queue(o, t, &findings, queue, &l);
		shown++;
	}
	vq_index_free(&findings);
	if (o->queues.count && queues.v.count && !shown)
		text_add(t, "  no queue with that index\n");
	else if (!o->queues.count && shown < queues.v.count)
		text_addf(t, "  %zu of %zu queues are empty and not shown (use -v or -q)\n",
			  queues.v.count - shown, queues.v.count);
}
