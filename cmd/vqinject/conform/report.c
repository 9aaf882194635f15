// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Write a line for each case at once: if a case crashes the guest, the output
 * tells which one.
 */
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include <virtio-inspect/inspect.h>

#include "common/json.h"
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

static void add_string(struct vi_json *json, const char *key, const char *s)
{
	vi_json_key(json, key);
	vi_json_string(json, s);
}

void conform_report_begin(struct conform_report *r, const struct conform *c)
{
	const char *type = vi_type_name(c->vdev->id.device);

	if (!r->o->json) {
		printf("%-7s %-11s %-7s %s\n", "VERDICT", "SECTION", "RINGS",
		       "CASE");
		return;
	}
	r->json = tool_json_new(NULL);
	vi_json_begin_object(r->json);
	add_string(r->json, "device", r->o->target);
	if (type)
		add_string(r->json, "type", type);
	vi_json_key(r->json, "cases");
	vi_json_begin_array(r->json);
}

/*
 * A malformed ring may crash the guest at once. The reader of a serial console
 * or of a file on disk must see first which case runs.
 */
static void flush(const struct conform_report *r)
{
	if (r->json)
		vi_json_flush(r->json);
	fflush(stdout);
	if (r->o->hostile && tcdrain(STDOUT_FILENO))
		fdatasync(STDOUT_FILENO);
}

static void begin_case_json(const struct conform_report *r,
			    const struct conform *c)
{
	vi_json_begin_object(r->json);
	add_string(r->json, "case", c->at->name);
	add_string(r->json, "section", c->at->section);
	if (c->at->layouts)
		add_string(r->json, "layout", layout(c));
}

void conform_report_case(struct conform_report *r, const struct conform *c)
{
	bool terminal = isatty(STDOUT_FILENO);

	if (r->o->json)
		begin_case_json(r, c);
	else if (c->o->hostile || terminal)
		/* On a terminal the verdict overwrites this line. */
		printf("%-7s %-11s %-7s %s%s", "...", c->at->section, layout(c),
		       c->at->name, terminal ? "\r" : "\n");
	flush(r);
}

static void print_case(const struct conform *c, enum conform_verdict verdict)
{
	printf("%-7s %-11s %-7s %s: %s", verdicts[verdict], c->at->section,
	       layout(c), c->at->name, c->at->title);
	if (*c->detail)
		printf("\n%28s%s", "", c->detail);
	putchar('\n');
}

static void end_case_json(const struct conform_report *r,
			  const struct conform *c,
			  enum conform_verdict verdict)
{
	add_string(r->json, "verdict", verdicts[verdict]);
	add_string(r->json, "title", c->at->title);
	if (*c->detail)
		add_string(r->json, "detail", c->detail);
	vi_json_close(r->json);
}

void conform_report_verdict(struct conform_report *r, const struct conform *c,
			    enum conform_verdict verdict)
{
	if (r->o->json)
		end_case_json(r, c, verdict);
	else
		print_case(c, verdict);
	r->count[verdict]++;
	r->printed++;
	flush(r);
}

static void end_json(struct conform_report *r)
{
	static const char *const keys[CONFORM_VERDICTS] = {
		[CONFORM_PASS]		= "passed",
		[CONFORM_FAIL]		= "failed",
		[CONFORM_REJECT]	= "rejected",
		[CONFORM_WEDGED]	= "wedged",
		[CONFORM_SKIP]		= "skipped",
	};
	size_t i;

	vi_json_close(r->json);
	for (i = 0; i < CONFORM_VERDICTS; i++) {
		vi_json_key(r->json, keys[i]);
		vi_json_number(r->json, r->count[i]);
	}
	vi_json_close(r->json);
	vi_json_newline(r->json, 0);
	tool_json_end(NULL, r->json);
	r->json = NULL;
}

void conform_report_end(struct conform_report *r)
{
	const unsigned int *n = r->count;

	if (r->o->json)
		end_json(r);
	else if (r->printed)
		printf("%u passed, %u failed, %u rejected, %u wedged, %u skipped\n",
		       n[CONFORM_PASS], n[CONFORM_FAIL], n[CONFORM_REJECT],
		       n[CONFORM_WEDGED], n[CONFORM_SKIP]);
	fflush(stdout);
}
