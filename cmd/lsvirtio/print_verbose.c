// SPDX-License-Identifier: GPL-2.0-or-later
/* All properties, one block per device. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lsvirtio/lsvirtio.h"

#define LABEL_WIDTH	16

/* Print "num_queues" as "num queues". */
static void print_label(const struct vi_field *f)
{
	const char *s;
	int n = 0;

	fputs("  ", stdout);
	for (s = vi_field_name(f); *s; s++, n++)
		putchar(*s == '_' ? ' ' : *s);
	printf("%*s ", n < LABEL_WIDTH ? LABEL_WIDTH - n : 0, "");
}

static bool print_text(struct text *t)
{
	char *s = text_take(t);

	if (!s) {
		tool_no_memory();
		return false;
	}
	puts(s);
	free(s);
	return true;
}

/* Print "0-1,4" as the mask 0x13, and anything but a list of CPUs unchanged. */
static void add_cpus(struct text *t, const char *s)
{
	unsigned char digits[1024] = { 0 };	/* 4 CPUs each, lowest first */
	unsigned long first, last, n, top = 0;
	const char *at = s;
	char *end;

	do {
		first = last = strtoul(at, &end, 10);
		if (end == at)
			break;
		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		if (first > last || last >= 4 * sizeof(digits))
			break;
		for (n = first; n <= last; n++)
			digits[n / 4] |= 1 << n % 4;
		top = last / 4 > top ? last / 4 : top;
		at = end + 1;
	} while (*end == ',');
	if (end == s || *end) {
		text_add_escaped(t, s);
		return;
	}
	text_add(t, "0x");
	for (n = top + 1; n--;)
		text_addf(t, "%x", digits[n]);
}

static void add_part(struct text *t, const struct ls_options *o,
		     const char *name, const struct vi_value *v)
{
	if (o->hex && v->type == VI_STRING &&
	    (!strcmp(name, "cpus") || !strcmp(name, "cpu")))
		add_cpus(t, v->string);
	else
		text_add_value(t, v);
}

/* The first field identifies the record and needs no name. */
static bool print_record(const struct ls_options *o,
			 const struct vi_schema *schema, const void *record)
{
	const struct vi_field *f;
	struct text t = { 0 };
	struct vi_value v;
	size_t i;

	for (i = 0; (f = vi_schema_field(schema, i)); i++) {
		bool known = !vi_field_on_request(f) && !vi_get(f, record, &v);

		if (i && (!known || v.type == VI_RECORDS ||
			  v.type == VI_RECORD || v.type == VI_VALUES))
			continue;
		text_add(&t, i ? "  " : "    ");
		if (i)
			text_addf(&t, "%s ", vi_field_name(f));
		if (known)
			add_part(&t, o, vi_field_name(f), &v);
		else
			text_add(&t, "-");
	}
	return print_text(&t);
}

static bool print_records(const struct ls_options *o, const struct vi_field *f,
			  const struct vi_value *v)
{
	size_t i;

	if (!v->count)
		return true;
	print_label(f);
	printf("%zu\n", v->count);
	for (i = 0; i < v->count; i++)
		if (!print_record(o, vi_field_schema(f), vi_record(v, i)))
			return false;
	return true;
}

/* One item per line. */
static bool print_list(const struct vi_field *f, const struct vi_value *v)
{
	struct text t = { 0 };
	size_t i;

	if (!v->count)
		return true;
	print_label(f);
	printf("%zu\n", v->count);
	for (i = 0; i < v->count; i++) {
		text_add(&t, "    ");
		text_add_escaped(&t, v->list[i]);
		if (!print_text(&t))
			return false;
	}
	return true;
}

static bool print_scalar(const struct vi_field *f, const struct vi_value *v)
{
	struct text t = { 0 };

	if ((v->type == VI_LIST && !v->count) ||
	    (v->type == VI_BOOL && !v->boolean))
		return true;
	print_label(f);
	text_add_value(&t, v);
	return print_text(&t);
}

/* A single record: print the names of all fields. */
static bool print_one(const struct vi_field *f, const struct vi_value *v)
{
	const struct vi_schema *schema = vi_field_schema(f);
	const struct vi_field *part;
	struct text t = { 0 };
	struct vi_value value;
	size_t i;

	print_label(f);
	for (i = 0; (part = vi_schema_field(schema, i)); i++) {
		if (vi_get(part, vi_record(v, 0), &value) ||
		    value.type == VI_RECORDS || value.type == VI_RECORD ||
		    value.type == VI_VALUES)
			continue;
		text_addf(&t, "%s%s ", t.len ? "  " : "", vi_field_name(part));
		text_add_value(&t, &value);
	}
	return print_text(&t);
}

/*
 * Leave out what other fields say in full and, with -x, names of bits. How a
 * capture was judged is for vqdump to show.
 */
static bool is_left_out(const struct ls_options *o, const char *name)
{
	static const char *const twice[] = {
		"name", "irqs", "caps", "looks", "unjudged",
	};
	static const char *const words[] = {
		"status_names", "feature_names", "offered_names",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(twice); i++)
		if (!strcmp(name, twice[i]))
			return true;
	for (i = 0; o->hex && i < ARRAY_SIZE(words); i++)
		if (!strcmp(name, words[i]))
			return true;
	return false;
}

static bool print_field(const struct ls_options *o, const struct vi_field *f,
			const struct vi_device *dev, bool *denied)
{
	struct vi_value v;
	int err;

	if (is_left_out(o, vi_field_name(f)))
		return true;
	err = vi_get(f, dev, &v);
	if (err == -EACCES || err == -EPERM) {
		*denied = true;
		print_label(f);
		puts("?");
	}
	if (err)
		return true;
	if (v.type == VI_RECORDS)
		return print_records(o, f, &v);
	if (v.type == VI_RECORD)
		return print_one(f, &v);
	if (!strcmp(vi_field_name(f), "feature_names") ||
	    !strcmp(vi_field_name(f), "offered_names"))
		return print_list(f, &v);
	return print_scalar(f, &v);
}

/* Slots of a device tree have no name. */
static bool print_title(const struct vi_device *dev)
{
	static const char *const names[] = { "name", "address" };
	struct text t = { 0 };
	struct vi_value v;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names) && !t.len; i++)
		if (!vi_get_value(vi_device_schema(), dev, names[i], &v))
			text_add_value(&t, &v);
	return print_text(&t);
}

static bool print_device(const struct ls_options *o,
			 const struct vi_device *dev, bool *denied)
{
	const struct vi_schema *schema = vi_device_schema();
	const struct vi_field *f;
	size_t i;

	if (!print_title(dev))
		return false;
	for (i = 0; (f = vi_schema_field(schema, i)); i++)
		if (!print_field(o, f, dev, denied))
			return false;
	return true;
}

bool ls_print_verbose(const struct ls_options *o, const struct tool_devices *d)
{
	bool denied = false;
	size_t i;

	for (i = 0; i < d->count; i++) {
		if (i)
			putchar('\n');
		if (!print_device(o, d->list[i], &denied))
			return false;
	}
	if (denied)
		tool_hint(TOOL_DENIED_HINT);
	return true;
}
