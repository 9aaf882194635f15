// SPDX-License-Identifier: GPL-2.0-or-later
/* -v: everything about a queue, and the requests in it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vqdump/vqdump.h"

#define INDENT		4
#define LABEL		14

/* The queue has no vector (spec 1.4, 4.1.5.1.2). */
#define NO_VECTOR	0xffff

static void add_label(struct text *t, const char *s)
{
	size_t n = strlen(s);

	text_addf(t, "%*s", INDENT, "");
	for (; *s; s++)
		text_addf(t, "%c", *s == '_' ? ' ' : *s);
	for (; n < LABEL; n++)
		text_add(t, " ");
}

/* A label, and parts that are wrapped into as many lines as needed. */
struct line {
	const struct vq_options *o;
	struct text *t;
	const char *label;
	size_t column;			/* 0: no part yet */
};

static void add_part(struct line *l, const char *name,
		     const struct vi_value *v)
{
	struct text part = { 0 };
	size_t columns;
	char *s;

	text_add_escaped(&part, name);
	text_add(&part, " ");
	text_add_value(&part, v);
	s = text_take(&part);
	if (!s) {
		l->t->failed = true;
		return;
	}
	columns = term_columns(s);
	if (!l->column) {
		add_label(l->t, l->label);
		l->column = INDENT + LABEL;
	} else if (l->column + 2 + columns > l->o->term.width) {
		text_addf(l->t, "\n%*s", INDENT + LABEL, "");
		l->column = INDENT + LABEL;
	} else {
		text_add(l->t, "  ");
		l->column += 2;
	}
	text_add(l->t, s);
	l->column += columns;
	free(s);
}

static void end_line(struct line *l)
{
	if (l->column)
		text_add(l->t, "\n");
}

void vq_add_group(const struct vq_options *o, struct text *t, struct rec r,
		  const char *label, const char *const *fields)
{
	struct line line = { o, t, label, 0 };
	struct vi_value v;

	for (; *fields; fields++)
		if (rec_get(r, *fields, &v))
			add_part(&line, *fields, &v);
	end_line(&line);
}

void vq_add_pairs(const struct vq_options *o, struct text *t,
		  const struct recs *pairs, const char *label)
{
	struct line line = { o, t, label, 0 };
	struct vi_value v;
	size_t i;

	for (i = 0; i < pairs->v.count; i++) {
		const char *name = rec_string(recs_at(pairs, i), "name");

		if (name && rec_get(recs_at(pairs, i), "value", &v))
			add_part(&line, name, &v);
	}
	end_line(&line);
}

static bool is_nested(enum vi_type type)
{
	return type == VI_RECORD || type == VI_RECORDS;
}

/* Add each record of the queue, such as its indices, as a line. */
static void add_records(const struct vq_options *o, struct text *t,
			struct rec queue)
{
	const struct vi_field *f, *part;
	struct vi_value v, value;
	size_t i, j;

	for (i = 0; (f = vi_schema_field(queue.schema, i)); i++) {
		struct line line = { o, t, vi_field_name(f), 0 };

		if (vi_field_type(f) != VI_RECORD ||
		    !strcmp(vi_field_name(f), "raw") ||
		    vi_get(f, queue.object, &v))
			continue;
		for (j = 0; (part = vi_schema_field(vi_field_schema(f), j));
		     j++)
			if (!is_nested(vi_field_type(part)) &&
			    !vi_get(part, vi_record(&v, 0), &value))
				add_part(&line, vi_field_name(part), &value);
		end_line(&line);
	}
}

/* Trim blanks: the last columns may be empty. */
static void end_columns(struct text *t)
{
	while (t->len && t->s[t->len - 1] == ' ')
		t->s[--t->len] = '\0';
	text_add(t, "\n");
}

static void add_desc(struct text *t, struct rec d)
{
	static const char *const fields[] = { "len", "next", "id" };
	struct vi_value v;
	size_t i, from;

	text_add_spaces(t, INDENT + 4);
	if (rec_get(d, "at", &v))
		text_add_number(t, v.number, 5);
	else
		text_add(t, "    -");
	if (rec_get(d, "addr", &v)) {
		text_add(t, "  ");
		from = t->len;
		text_add_hex(t, v.number);
		vq_pad(t, from, 14);
	}
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (!rec_get(d, fields[i], &v))
			continue;
		text_add(t, "  ");
		text_add(t, fields[i]);
		text_add(t, " ");
		text_add_number(t, v.number, i ? -5 : -6);
	}
	if (rec_get(d, "flags", &v) && v.count) {
		text_add(t, "  ");
		text_add_value(t, &v);
	}
	end_columns(t);
}

/* In a split ring, the id of a buffer is its head. */
static bool is_head(struct rec queue, struct rec chain, const char *field)
{
	uint64_t id, head;

	return !strcmp(field, "id") && rec_says(queue, "layout", "split") &&
	       rec_number(chain, "id", &id) &&
	       rec_number(chain, "head", &head) && id == head;
}

static void add_chain_line(struct text *t, struct rec queue, struct rec chain)
{
	static const char *const fields[] = {
		"head", "id", "slots", "table", "same_table_as", "out_len",
		"in_len",
	};
	const char *request = rec_string(chain, "request");
	struct vi_value v;
	uint64_t age;
	size_t i;

	text_add_spaces(t, INDENT + 2);
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (!rec_get(chain, fields[i], &v) ||
		    is_head(queue, chain, fields[i]))
			continue;
		if (i)
			text_add(t, "  ");
		text_add(t, fields[i]);
		text_add(t, " ");
		text_add_value(t, &v);
	}
	if (vq_age(chain, &age)) {
		text_add(t, "  at least ");
		vq_add_age(t, age);
		text_add(t, " old");
	}
	if (request) {
		text_add(t, "  ");
		text_add_escaped(t, request);
	}
	text_add(t, "\n");
}

/* Only captures with --buffers hold contents. */
static void add_buffers(struct text *t, struct rec chain)
{
	struct recs buffers;
	size_t i;

	rec_records(chain, "buffers", &buffers);
	for (i = 0; i < buffers.v.count; i++) {
		struct rec b = recs_at(&buffers, i);
		struct vi_value v;

		text_addf(t, "%*scontents of ", INDENT + 4, "");
		if (rec_get(b, "addr", &v) || rec_get(b, "at", &v))
			text_add_value(t, &v);
		text_add(t, "\n");
		vq_add_hex(t, rec_string(b, "hex"), INDENT + 6);
	}
}

static void add_chain(const struct vq_options *o, struct text *t,
		      struct rec queue, struct rec chain)
{
	struct vi_value notes;
	struct recs descs;
	size_t i;

	vq_flush(t);
	add_chain_line(t, queue, chain);
	rec_records(chain, "descs", &descs);
	for (i = 0; i < descs.v.count; i++)
		add_desc(t, recs_at(&descs, i));
	add_buffers(t, chain);
	if (!rec_get(chain, "notes", &notes))
		return;
	for (i = 0; i < notes.count; i++) {
		text_addf(t, "%*s", INDENT + 4, "");
		term_add(&o->term, t, TERM_WARNING, "note: ");
		text_add_wrapped(t, notes.list[i], INDENT + 10,
				 o->term.width);
		text_add(t, "\n");
	}
}

static void add_in_flight(const struct vq_options *o, struct text *t,
			  struct rec queue)
{
	struct recs chains;
	uint64_t truncated;
	size_t i;

	if (!rec_records(queue, "in_flight", &chains) || !chains.v.count)
		return;
	add_label(t, "in_flight");
	text_addf(t, "%zu", chains.v.count);
	if (rec_is(queue, "inferred"))
		text_add(t, " (inferred: the driver's private state is unknown)");
	text_add(t, "\n");
	for (i = 0; i < chains.v.count; i++)
		add_chain(o, t, queue, recs_at(&chains, i));
	if (rec_number(queue, "truncated", &truncated))
		text_addf(t, "%*s%" PRIu64 " of them were not followed to the end, because too many share descriptors\n",
			  INDENT + 2, "", truncated);
}

static void add_unreaped(struct text *t, struct rec queue)
{
	struct recs list;
	size_t i;

	if (!rec_records(queue, "unreaped", &list) || !list.v.count)
		return;
	add_label(t, "unseen");
	text_addf(t, "%zu, completed by the device\n", list.v.count);
	for (i = 0; i < list.v.count; i++) {
		struct rec r = recs_at(&list, i);
		const struct vi_field *f;
		struct vi_value v;
		size_t j;

		text_add_spaces(t, INDENT + 2);
		for (j = 0; (f = vi_schema_field(r.schema, j)); j++) {
			if (vi_get(f, r.object, &v))
				continue;
			if (j)
				text_add(t, "  ");
			text_add(t, vi_field_name(f));
			text_add(t, " ");
			text_add_value(t, &v);
		}
		text_add(t, "\n");
		vq_flush(t);
	}
}

/* A queue without an interrupt has the vector "none", not an unknown one. */
static void add_interrupt(const struct vq_options *o, struct text *t,
			  struct rec queue)
{
	static const char *const fields[] = {
		"irq", "irq_name", "irq_count", "vector",
	};
	static const struct vi_value none = {
		.type = VI_STRING, .string = "none",
	};
	struct line line = { o, t, "interrupt", 0 };
	struct vi_value v;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (!rec_get(queue, fields[i], &v))
			continue;
		if (!strcmp(fields[i], "vector") &&
		    v.number == NO_VECTOR)
			v = none;
		add_part(&line, fields[i], &v);
	}
	end_line(&line);
}

void vq_add_details(const struct vq_options *o, struct text *t,
		    struct rec queue)
{
	static const char *const kind[] = {
		"spec_name", "role", "size", "max_size", NULL,
	};
	static const char *const ring[] = { "desc", "driver", "device", NULL };
	static const char *const positions[] = {
		"next_avail", "avail_wrap", "next_used", "used_wrap",
		"positions_inferred", NULL,
	};
	static const char *const how[] = { "attach", "time", "passes", NULL };

	vq_add_group(o, t, queue, "queue", kind);
	vq_add_group(o, t, queue, "addresses", ring);
	vq_add_group(o, t, queue, "positions", positions);
	add_records(o, t, queue);
	add_interrupt(o, t, queue);
	vq_add_group(o, t, queue, "read", how);
	add_in_flight(o, t, queue);
	add_unreaped(t, queue);
}
