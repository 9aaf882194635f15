// SPDX-License-Identifier: GPL-2.0-or-later
/* The registers of a device, and where the kernel disagrees with them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "vqdump/vqdump.h"

#define INDENT	4

static struct rec registers_of(struct rec dev)
{
	struct rec r = { NULL, NULL };
	struct vi_value v;

	if (!rec_get(dev, "registers", &v))
		return r;
	r.schema = vi_field_schema(vi_schema_find(dev.schema, "registers"));
	r.object = vi_record(&v, 0);
	return r;
}

static void add_disagreement(const struct vq_options *o, struct text *t,
			     struct rec d)
{
	uint64_t queue;

	text_addf(t, "%*s", 2, "");
	term_add(&o->term, t, TERM_WARNING, "disagree: ");
	if (rec_number(d, "queue", &queue))
		text_addf(t, "queue %" PRIu64 " ", queue);
	text_add_escaped(t, rec_or_dash(d, "what"));
	text_add(t, ": registers ");
	text_add_escaped(t, rec_or_dash(d, "registers"));
	text_add(t, ", kernel ");
	text_add_escaped(t, rec_or_dash(d, "kernel"));
	text_add(t, "\n");
}

void vq_add_disagreements(const struct vq_options *o, struct text *t,
			  struct rec dev)
{
	struct rec r = registers_of(dev);
	struct recs list;
	uint64_t queue;
	size_t i;

	if (!r.object || !rec_records(r, "disagreements", &list))
		return;
	for (i = 0; i < list.v.count; i++)
		if (!rec_number(recs_at(&list, i), "queue", &queue) ||
		    vq_is_chosen(o, queue))
			add_disagreement(o, t, recs_at(&list, i));
	if (!list.v.count && o->verbose)
		text_add(t, "  registers and the kernel's structures agree\n");
}

static void add_queues(const struct vq_options *o, struct text *t,
		       struct rec registers)
{
	static const char *const fields[] = {
		"size", "max_size", "enabled", "vector", "notify_off", "desc",
		"driver", "device", NULL,
	};
	struct recs queues;
	uint64_t index;
	char label[32];
	size_t i;

	rec_records(registers, "queues", &queues);
	for (i = 0; i < queues.v.count; i++) {
		if (!vq_wanted(o, recs_at(&queues, i)) ||
		    !rec_number(recs_at(&queues, i), "index", &index))
			continue;
		snprintf(label, sizeof(label), "queue %" PRIu64, index);
		vq_add_group(o, t, recs_at(&queues, i), label, fields);
	}
}

static void add_names(const struct vq_options *o, struct text *t,
		      const char *label, const struct vi_value *names)
{
	struct text line = { 0 };
	size_t i;
	char *s;

	for (i = 0; i < names->count; i++) {
		text_add(&line, i ? " " : "");
		text_add(&line, names->list[i]);
	}
	s = text_take(&line);
	text_addf(t, "%*s%-14s", INDENT, "", label);
	text_add_wrapped(t, s && *s ? s : "none", INDENT + 14, o->term.width);
	text_add(t, "\n");
	free(s);
}

/* The features of a device by what else than its registers tells them. */
static void add_features(const struct vq_options *o, struct text *t,
			struct rec dev, bool has_registers)
{
	static const char *const filtered[] = { "filtered", NULL };
	struct vi_value offered, v;
	const char *from;
	bool has_offered = !has_registers &&
			   rec_get(dev, "offered_names", &offered);
	bool has_filtered = rec_get(dev, "filtered", &v) &&
			    (v.features.w[0] || v.features.w[1]);

	if (!has_offered && !has_filtered)
		return;
	from = rec_string(dev, "offered_from");
	text_addf(t, "  %s\n", has_filtered ? "debugfs" :
		  from ? from : "features");
	if (has_offered)
		add_names(o, t, "offered", &offered);
	if (has_filtered)
		vq_add_group(o, t, dev, "features", filtered);
}

void vq_add_registers(const struct vq_options *o, struct text *t,
		      struct rec dev)
{
	static const char *const identity[] = {
		"version", "device_id", "vendor_id", "status", "num_queues",
		"config_vector", "config_generation", "config_torn", NULL,
	};
	static const char *const accepted[] = { "accepted", NULL };
	struct rec r = registers_of(dev);
	struct recs config;
	struct vi_value v;

	add_features(o, t, dev, r.object);
	if (!r.object)
		return;
	text_add(t, "  registers\n");
	vq_add_group(o, t, r, "device", identity);
	if (rec_get(dev, "offered_names", &v))
		add_names(o, t, "offered", &v);
	vq_add_group(o, t, r, "features", accepted);
	if (rec_records(dev, "config", &config))
		vq_add_pairs(o, t, &config, "config");
	add_queues(o, t, r);
	vq_add_disagreements(o, t, dev);
}
