// SPDX-License-Identifier: GPL-2.0-or-later
/* --json: what there is, in the form of a capture. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vqdump/vqdump.h"

/* A key of devices and of queues has a line of its own; deeper ones not. */
#define DEPTH	4

/* JSON in one line, in lines that a person can read, as it is otherwise. */
static void print_lines(const char *s, unsigned int indent)
{
	unsigned int depth = 0;
	bool in_string = false;

	for (; *s; s++) {
		bool opens = !in_string && strchr("{[", *s);
		bool closes = !in_string && strchr("}]", *s);

		if (closes && depth-- <= DEPTH && s[-1] != '{' && s[-1] != '[')
			printf("\n%*s", (int)(indent + depth), "");
		putchar(*s);
		if (*s == '"')
			in_string = !in_string;
		else if (in_string && *s == '\\' && s[1])
			putchar(*++s);
		if (opens && depth++ < DEPTH && s[1] != '}' && s[1] != ']')
			printf("\n%*s", (int)(indent + depth), "");
		else if (!in_string && *s == ',' && depth <= DEPTH)
			printf("\n%*s", (int)(indent + depth), "");
	}
}

/* --- Only the queues that were chosen --- */

/* The length of the string at @s with both quotes. */
static size_t string_len(const char *s)
{
	size_t n = 1;

	while (s[n] != '"')
		n += s[n] == '\\' ? 2 : 1;
	return n + 1;
}

/* The length of the object at @s. */
static size_t object_len(const char *s)
{
	unsigned int depth = 0;
	size_t n = 0;

	do {
		if (s[n] == '"') {
			n += string_len(s + n);
			continue;
		}
		depth += s[n] == '{' || s[n] == '[';
		depth -= s[n] == '}' || s[n] == ']';
		n++;
	} while (depth);
	return n;
}

/* The lists of a device that are about queues, each entry about one. */
static bool is_about_queues(const char *key, size_t len)
{
	static const char *const keys[] = { "queues", "findings", "answers" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (strlen(keys[i]) == len && !memcmp(keys[i], key, len))
			return true;
	return false;
}

/* What is about no queue is about the device, and stays. */
static bool is_entry_wanted(const struct vq_options *o, struct rec entry)
{
	uint64_t index;

	if (entry.schema == vi_queue_schema())
		return vq_wanted(o, entry);
	return !rec_number(entry, "queue", &index) ||
	       vq_is_chosen(o, index);
}

/* The entries of one list, @s being behind its "["; returns what follows. */
static const char *pick(const struct vq_options *o, const char *s, char **to,
			const struct recs *list)
{
	size_t i, len, kept = 0;

	for (i = 0; *s == '{'; i++) {
		len = object_len(s);
		if (is_entry_wanted(o, recs_at(list, i))) {
			if (kept++)
				*(*to)++ = ',';
			memmove(*to, s, len);
			*to += len;
		}
		s += len + (s[len] == ',');
	}
	return s;
}

/* Takes them out of the JSON of a device, in place. */
static void leave_chosen(const struct vq_options *o, char *json,
			 struct vi_device *dev)
{
	const char *s = json, *key = json;
	size_t len, key_len = 0;
	unsigned int depth = 0;
	char name[16], *to = json;
	struct recs list;

	while (*s) {
		len = *s == '"' ? string_len(s) : 1;
		if (depth == 1 && *s == '"' && s[len] == ':') {
			key = to + 1;
			key_len = len - 2;
		}
		depth += *s == '{' || *s == '[';
		depth -= *s == '}' || *s == ']';
		memmove(to, s, len);
		to += len;
		s += len;
		if (depth != 2 || s[-1] != '[' ||
		    !is_about_queues(key, key_len))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)key_len, key);
		if (rec_records(rec_device(dev), name, &list))
			s = pick(o, s, &to, &list);
	}
	*to = '\0';
}

/* --- All of it --- */

/* Bytes of rings are long: only where they are asked for. */
static const char *const with_raw[] = { "queues.raw", NULL };

static bool print_device(struct vi_ctx *ctx, const struct vq_options *o,
			 struct vi_device *dev)
{
	char *s = vi_to_json(ctx, vi_device_schema(), dev,
			     o->raw ? with_raw : NULL);

	if (!s) {
		tool_error("%s", vi_error(ctx));
		return false;
	}
	if (o->queues.count)
		leave_chosen(o, s, dev);
	print_lines(s, 2);
	free(s);
	return true;
}

static bool print_machine(struct vi_ctx *ctx)
{
	const void *machine = vi_machine(ctx);
	char *s = machine ? vi_to_json(ctx, vi_machine_schema(), machine,
				       NULL) : NULL;

	if (s)
		printf("\"host\":%s,\n", s);
	else
		tool_error("%s", machine ? vi_error(ctx) : "out of memory");
	free(s);
	return s;
}

bool vq_print_json(struct vi_ctx *ctx, const struct vq_options *o,
		   const struct tool_devices *d)
{
	size_t i;

	printf("{\"virtio_inspect\":{\"version\":\"%s\",\"schema\":%d},\n",
	       vi_version(), VI_CAPTURE_SCHEMA);
	if (!print_machine(ctx))
		return false;
	fputs("\"devices\":[", stdout);
	for (i = 0; i < d->count; i++) {
		fputs(i ? ",\n  " : "\n  ", stdout);
		if (!print_device(ctx, o, d->list[i]))
			return false;
	}
	puts("]}");
	return true;
}
