// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices as a table, or as a tree below their parents. */
#include <stdlib.h>
#include <string.h>

#include "lsvirtio/lsvirtio.h"

static enum tool_table_mode table_mode(enum ls_mode mode)
{
	switch (mode) {
	case LS_RAW:
		return TOOL_RAW;
	case LS_PAIRS:
		return TOOL_PAIRS;
	case LS_TREE:
		return TOOL_TREE;
	default:
		return TOOL_TABLE;
	}
}

/* The address of the parent; "-" if unknown. */
static const char *parent_of(const struct vi_device *dev)
{
	const char *address;

	return vi_get_string(vi_device_schema(), dev, "address", &address) ?
	       "-" : address;
}

static bool add_tree(struct tool_table *t, const struct tool_devices *d)
{
	bool *done = calloc(d->count + 1, sizeof(*done));
	size_t i, j;

	for (i = 0; done && !t->failed && i < d->count; i++) {
		const char *parent = parent_of(d->list[i]);
		struct libscols_line *line;

		if (done[i])
			continue;
		line = tool_table_add_title(t, NULL, parent);
		for (j = i; line && j < d->count; j++) {
			if (done[j] || strcmp(parent_of(d->list[j]), parent))
				continue;
			done[j] = true;
			tool_table_add(t, line, d->list[j]);
		}
	}
	free(done);
	return done;
}

bool ls_print_table(const struct ls_options *o, const struct tool_devices *d)
{
	bool plain = o->hex || o->mode == LS_RAW || o->mode == LS_PAIRS;
	struct tool_table t;
	size_t i;

	if (!tool_table_begin(&t, &o->columns, vi_device_schema(),
			      table_mode(o->mode), plain, !o->noheadings)) {
		tool_no_memory();
		return false;
	}
	if (o->mode == LS_TREE)
		t.failed |= !add_tree(&t, d);
	else
		for (i = 0; !t.failed && i < d->count; i++)
			tool_table_add(&t, NULL, d->list[i]);
	return tool_table_print(&t);
}
