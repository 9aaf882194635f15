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

	printf("{\"virtio_inspect\":{\"version\":\"%s\",\"schema\":1},\n",
	       vi_version());
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
