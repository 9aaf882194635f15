// SPDX-License-Identifier: GPL-2.0-or-later
/* Results as text. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vqinject/output/outcome.h"
#include "vqinject/output/result.h"

#define ROW		16

/* With more buffers than this, contents are printed only with --verbose. */
#define MAX_PRINTED	16

void result_put(FILE *file, struct text *t)
{
	char *s = text_take(t);

	if (s)
		fputs(s, file);
	else
		tool_no_memory();
	free(s);
}

/* --- Bytes --- */

static void add_row(struct text *t, const uint8_t *row, uint64_t at,
		    uint64_t n, unsigned int indent)
{
	uint64_t i;

	text_addf(t, "%*s%08" PRIx64, (int)indent, "", at);
	for (i = 0; i < ROW; i++) {
		text_add(t, i == ROW / 2 ? "  " : " ");
		if (i < n)
			text_addf(t, "%02x", row[i]);
		else
			text_add(t, "  ");
	}
	text_add(t, "  |");
	for (i = 0; i < n; i++)
		text_addf(t, "%c", row[i] >= ' ' && row[i] <= '~' ? row[i] :
			  '.');
	text_add(t, "|\n");
}

void dump_bytes(struct text *t, const uint8_t *bytes, uint64_t len,
		unsigned int indent)
{
	bool starred = false;
	uint64_t at, n;

	for (at = 0; at < len; at += n) {
		n = len - at < ROW ? len - at : ROW;
		if (at && n == ROW && !memcmp(bytes + at, bytes + at - ROW, ROW)) {
			if (!starred)
				text_addf(t, "%*s*\n", (int)indent, "");
			starred = true;
			continue;
		}
		starred = false;
		add_row(t, bytes + at, at, n, indent);
	}
	if (len)
		text_addf(t, "%*s%08" PRIx64 "\n", (int)indent, "", len);
}

/* --- One buffer --- */

static void add_length(struct text *t, const struct result_buffer *b)
{
	text_addf(t, ", used length %u", b->slot->used);
	if (b->slot->used != b->in_len)
		text_addf(t, " of %" PRIu64, b->in_len);
	if (b->check.written > b->slot->used)
		text_addf(t, " (it wrote up to byte %" PRIu64 ")",
			  b->check.written);
}

static void add_line(struct text *t, const struct result_buffer *b)
{
	const struct slot *slot = b->slot;

	text_addf(t, "buffer %" PRIu64 ": queue %u", slot->number,
		  slot->queue->index);
	if (*slot->queue->name)
		text_addf(t, " %s", slot->queue->name);
	if (b->chain->out_num)
		text_addf(t, ", %" PRIu64 " bytes out",
			  chain_out_len(b->chain));
	add_length(t, b);
	text_add(t, ", ");
	latency_add_time(t, slot->done_ns - slot->added_ns);
	text_add(t, "\n");
}

static bool is_hidden(const struct result *r)
{
	const struct engine *e = r->e;

	if (e->o->verbose)
		return false;
	return e->expected > MAX_PRINTED;
}

static bool wants_bytes(const struct result *r)
{
	if (r->e->o->verbose)
		return true;
	return r->save < 0 && !(r->recipe && r->recipe->recipe->verb->decoded);
}

void result_print_buffer(struct result *r, const struct result_buffer *b)
{
	struct text t = { 0 };

	if (is_hidden(r)) {
		r->hidden++;
		return;
	}
	progress_clear();
	if (!r->recipe || r->e->o->verbose)
		add_line(&t, b);
	if (wants_bytes(r))
		dump_bytes(&t, b->data, b->len, 0);
	result_put(r->out, &t);
}

/* --- The end --- */

static void add_recipe(const struct result *r, struct text *t)
{
	const struct engine *e = r->e;

	if (!r->recipe)
		return;
	answer_print(&r->recipe->answer, t);
	if (e->completed != 1)
		return;
	text_addf(t, "%s %s: ", r->recipe->recipe->type->name,
		  r->recipe->recipe->verb->verb);
	latency_add_time(t, e->latency.max);
	text_add(t, "\n");
}

static void add_summary(const struct result *r, struct text *t)
{
	const struct engine *e = r->e;
	double rate = outcome_rate(e);

	if (e->completed < 2)
		return;
	text_addf(t, "%" PRIu64 " buffers in ", e->completed);
	latency_add_time(t, e->end_ns - e->begin_ns);
	if (rate > 0)
		text_addf(t, ": %.0f buffers/s", rate);
	text_add(t, "\n");
	latency_print(&e->latency, &e->o->term, t);
}

void result_print_end(struct result *r)
{
	struct text t = { 0 };

	progress_clear();
	if (r->hidden && wants_bytes(r))
		text_addf(&t, "(contents of %" PRIu64 " buffers not shown; use --verbose, --json or --save)\n",
			  r->hidden);
	add_recipe(r, &t);
	add_summary(r, &t);
	result_put(r->out, &t);
}
