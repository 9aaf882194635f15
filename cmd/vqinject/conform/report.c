// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A line for each case, written at once: what runs last may take the guest
 * with it, and then the output tells which one it was.
 */
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include <virtio-inspect/inspect.h>

#include "vqinject/conform/conform.h"

static const char *const verdicts[CONFORM_VERDICTS] = {
	[CONFORM_PASS]		= "PASS",
	[CONFORM_FAIL]		= "FAIL",
	[CONFORM_REJECT]	= "REJECT",
	[CONFORM_WEDGED]	= "WEDGED",
	[CONFORM_SKIP]		= "SKIP",
};

static const char *layout(const struct conform *c)
{
	if (!c->at->layouts)
		return "-";
	return c->packed ? "packed" : "split";
}

/* Names and details are ASCII without quotes; a target may be anything. */
static void print_json_string(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			putchar('\\');
		if ((unsigned char)*s < 0x20 || (unsigned char)*s >= 0x7f)
			putchar('?');
		else
			putchar(*s);
	}
	putchar('"');
}

void conform_report_begin(struct conform_report *r, const struct conform *c)
{
	const char *type = vi_type_name(c->vdev->id.device);

	if (!r->o->json) {
		printf("%-7s %-11s %-7s %s\n", "VERDICT", "SECTION", "RINGS",
		       "CASE");
		return;
	}
	printf("{\"device\":");
	print_json_string(r->o->target);
	if (type)
		printf(",\"type\":\"%s\"", type);
	printf(",\"cases\":[");
}

/*
 * A malformed ring may take the guest with it in a moment: whoever reads a
 * serial console, or a file on a disk, has to have read which one it was.
 */
static void flush(const struct conform *c)
{
	fflush(stdout);
	if (c->o->hostile && tcdrain(STDOUT_FILENO))
		fdatasync(STDOUT_FILENO);
}

static void begin_case_json(const struct conform_report *r,
			    const struct conform *c)
{
	printf("%s{\"case\":\"%s\",\"section\":\"%s\"", r->printed ? "," : "",
	       c->at->name, c->at->section);
	if (c->at->layouts)
		printf(",\"layout\":\"%s\"", layout(c));
}

void conform_report_case(struct conform_report *r, const struct conform *c)
{
	bool terminal = isatty(STDOUT_FILENO);

	if (r->o->json)
		begin_case_json(r, c);
	else if (c->o->hostile || terminal)
		/* On a terminal the verdict is written over it. */
		printf("%-7s %-11s %-7s %s%s", "...", c->at->section, layout(c),
		       c->at->name, terminal ? "\r" : "\n");
	flush(c);
}

static void print_case(const struct conform *c, enum conform_verdict verdict)
{
	printf("%-7s %-11s %-7s %s: %s", verdicts[verdict], c->at->section,
	       layout(c), c->at->name, c->at->title);
	if (*c->detail)
		printf("\n%28s%s", "", c->detail);
	putchar('\n');
}

static void end_case_json(const struct conform *c,
			  enum conform_verdict verdict)
{
	printf(",\"verdict\":\"%s\",\"title\":", verdicts[verdict]);
	print_json_string(c->at->title);
	if (*c->detail) {
		printf(",\"detail\":");
		print_json_string(c->detail);
	}
	putchar('}');
}

void conform_report_verdict(struct conform_report *r, const struct conform *c,
			    enum conform_verdict verdict)
{
	if (r->o->json)
		end_case_json(c, verdict);
	else
		print_case(c, verdict);
	r->count[verdict]++;
	r->printed++;
	flush(c);
}

void conform_report_end(struct conform_report *r)
{
	const unsigned int *n = r->count;

	if (r->o->json)
		printf("],\"passed\":%u,\"failed\":%u,\"rejected\":%u,\"wedged\":%u,\"skipped\":%u}\n",
		       n[CONFORM_PASS], n[CONFORM_FAIL], n[CONFORM_REJECT],
		       n[CONFORM_WEDGED], n[CONFORM_SKIP]);
	else if (r->printed)
		printf("%u passed, %u failed, %u rejected, %u wedged, %u skipped\n",
		       n[CONFORM_PASS], n[CONFORM_FAIL], n[CONFORM_REJECT],
		       n[CONFORM_WEDGED], n[CONFORM_SKIP]);
	fflush(stdout);
}
