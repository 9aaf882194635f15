// SPDX-License-Identifier: LGPL-2.1-or-later
/* Write records as JSON straight from their schema, without a tree. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/ctx.h"
#include "record/select.h"

/* Enough for measurements; with all 17 digits, 0.1 would not become 0.1. */
#define REAL_DIGITS	15

/* Room for the longest field name and "_hex". */
#define NAME_SIZE	64

/*
 * The record that is being written.
 * @path: the fields that lead to it from the outermost record.
 */
struct walk {
	struct vi_ctx *ctx;
	struct vi_writer *w;
	const struct vi_selection *s;
	const struct vi_field *path[VI_RECORD_DEPTH];
	unsigned int depth;
};

static void write_record(struct walk *k, const struct vi_schema *schema,
			 const void *object);

/* The program's callback may keep what it reads, unlike the writer itself. */
static bool is_kept(struct walk *k, const struct vi_field *f,
		    const void *record)
{
	bool keep;

	if (!k->s->keep)
		return true;
	if (k->ctx)
		k->ctx->reads_for_itself--;
	keep = k->s->keep(k->s->data, f, record);
	if (k->ctx)
		k->ctx->reads_for_itself++;
	return keep;
}

static void write_records(struct walk *k, const struct vi_field *f,
			  const struct vi_value *v)
{
	const char *record = v->records;
	size_t i;

	vi_writer_key(k->w, f->name);
	k->path[k->depth++] = f;
	if (v->type == VI_RECORD) {
		write_record(k, f->schema, record);
	} else {
		vi_writer_begin_array(k->w);
		for (i = 0; i < v->count && !k->w->err; i++) {
			if (is_kept(k, f, record))
				write_record(k, f->schema, record);
			record += v->stride;
		}
		vi_writer_close(k->w);
	}
	k->depth--;
}

/* Returns true if a string had to be escaped. */
static bool write_list(struct vi_writer *w, const struct vi_value *v)
{
	bool changed = false;
	size_t i;

	vi_writer_begin_array(w);
	for (i = 0; i < v->count; i++)
		changed |= vi_writer_string(w, v->list[i]);
	vi_writer_close(w);
	return changed;
}

static void write_list_bytes(struct vi_writer *w, const struct vi_value *v)
{
	size_t i;

	vi_writer_begin_array(w);
	for (i = 0; i < v->count; i++)
		vi_writer_bytes(w, v->list[i], strlen(v->list[i]));
	vi_writer_close(w);
}

/* Not every reader has integers of more than 63 bits: these become reals. */
static void write_number(struct vi_writer *w, uint64_t n)
{
	if (n > INT64_MAX)
		vi_writer_real(w, (double)n, REAL_DIGITS);
	else
		vi_writer_number(w, n);
}

static void write_numbers(struct vi_writer *w, const struct vi_value *v)
{
	size_t i;

	vi_writer_begin_array(w);
	for (i = 0; i < v->count; i++)
		write_number(w, v->numbers[i]);
	vi_writer_close(w);
}

/* Add the original bytes of text that was escaped. Seldom: its buffer is not
 * to enlarge the frames of its callers. */
static vi_noinline void write_twin(struct vi_writer *w, const char *name,
				   const struct vi_value *v)
{
	char twin[NAME_SIZE];

	snprintf(twin, sizeof(twin), "%s_hex", name);
	vi_writer_key(w, twin);
	if (v->type == VI_LIST)
		write_list_bytes(w, v);
	else
		vi_writer_bytes(w, v->string, strlen(v->string));
}

static void write_values(struct vi_writer *w, const struct vi_value *v);

static void write_value(struct vi_writer *w, const char *name,
			const struct vi_value *v)
{
	const struct vi_features n = { { v->number, 0 } };

	vi_writer_key(w, name);
	switch (v->type) {
	case VI_BOOL:
		vi_writer_bool(w, v->boolean);
		break;
	case VI_UINT:
		write_number(w, v->number);
		break;
	case VI_HEX:
		vi_writer_hex(w, &n);
		break;
	case VI_FEATURES:
		vi_writer_hex(w, &v->features);
		break;
	case VI_STRING:
		if (vi_writer_string(w, v->string))
			write_twin(w, name, v);
		break;
	case VI_LIST:
		if (write_list(w, v))
			write_twin(w, name, v);
		break;
	case VI_NUMBERS:
		write_numbers(w, v);
		break;
	case VI_REAL:
		if (w->millionths)
			vi_writer_millionths(w, v->real);
		else
			vi_writer_real(w, v->real, REAL_DIGITS);
		break;
	case VI_VALUES:
		write_values(w, v);
		break;
	case VI_RECORD:
	case VI_RECORDS:
		break;
	}
}

static void write_values(struct vi_writer *w, const struct vi_value *v)
{
	size_t i;

	vi_writer_begin_object(w);
	for (i = 0; i < v->count; i++)
		write_value(w, v->values[i].name, &v->values[i].value);
	vi_writer_close(w);
}

static bool was_requested(const struct walk *k, const struct vi_field *f)
{
	const struct vi_select_path *p = k->s->paths;
	size_t i;

	for (i = 0; i < k->s->num_paths; i++, p++)
		if (p->len == k->depth + 1 && p->field[k->depth] == f &&
		    !memcmp(p->field, k->path, k->depth * sizeof(f)))
			return true;
	return false;
}

/* Leave out unknown values, whatever the reason. */
static void write_field(struct walk *k, const struct vi_field *f,
			const void *object)
{
	struct vi_value v;

	if (f->schema && k->depth >= VI_RECORD_DEPTH)
		return;
	if (f == k->s->instead && !k->depth)
		v = k->s->records;
	else if (vi_get(f, object, &v))
		return;
	if ((v.type == VI_STRING && !v.string) ||
	    (v.type == VI_REAL && !isfinite(v.real)))
		return;
	if (v.type == VI_RECORD || v.type == VI_RECORDS) {
		write_records(k, f, &v);
	} else if (f->type & VI_BYTES) {
		vi_writer_key(k->w, f->name);
		vi_writer_digits(k->w, v.string);
	} else {
		write_value(k->w, f->name, &v);
	}
}

static void write_record(struct walk *k, const struct vi_schema *schema,
			 const void *object)
{
	const struct vi_selection *s = k->s;
	const struct vi_field *f;
	size_t i;

	vi_writer_begin_object(k->w);
	if (s->fields && !k->depth) {
		for (i = 0; i < s->num_fields; i++)
			write_field(k, s->fields[i], object);
	} else {
		for (f = schema->fields; f->name; f++)
			if (!(f->type & VI_ON_REQUEST) || was_requested(k, f))
				write_field(k, f, object);
	}
	vi_writer_close(k->w);
}

void vi_write_record(struct vi_ctx *ctx, struct vi_writer *w,
		     const struct vi_schema *schema, const void *object,
		     const struct vi_selection *s)
{
	struct walk k = { .ctx = ctx, .w = w, .s = s };

	/* The caller gets text alone and holds no values. */
	if (ctx)
		ctx->reads_for_itself++;
	write_record(&k, schema, object);
	if (ctx)
		ctx->reads_for_itself--;
}

void vi_write_field(struct vi_writer *w, const struct vi_field *f,
		    const void *object)
{
	static const struct vi_selection all;
	struct walk k = { .w = w, .s = &all };

	write_field(&k, f, object);
}

VI_EXPORT char *vi_to_json(struct vi_ctx *ctx, const struct vi_schema *schema,
			   const void *object, const char *const *names)
{
	struct vi_selection s = { 0 };
	struct vi_writer w = { .style = VI_STYLE_ONE_LINE };
	int err = vi_select_names(ctx, &s, schema, names);

	if (!err) {
		vi_write_record(ctx, &w, schema, object, &s);
		if (vi_writer_end(&w))
			err = vi_fail(ctx, -ENOMEM, "JSON: out of memory");
	}
	vi_select_free(&s);
	if (!err)
		return w.text.s;
	vi_writer_free(&w);
	return NULL;
}
