// SPDX-License-Identifier: GPL-2.0-or-later
/* The columns of vqtop: one row each. */
#include <string.h>

#include "vqtop/model/columns.h"

const char vt_screen_columns[] =
	"STATE,SUB_S,COMP_S,IN_FLIGHT,BAR,OLDEST,HISTORY,LATENCY,BYTES_S,IRQ_S,PER_IRQ,P50,P99,FULL,UNREAPED,KICKS,IRQS_ON,SIZE,LAYOUT,SUBMITTED,COMPLETED";
const char vt_narrow_columns[] =
	"STATE,IN_FLIGHT,OLDEST,SUB_S,COMP_S,BAR,HISTORY,LATENCY,BYTES_S,IRQ_S,PER_IRQ,P50,P99,FULL,UNREAPED,KICKS,IRQS_ON,SIZE,LAYOUT,SUBMITTED,COMPLETED";
const char vt_ringless_columns[] =
	"IRQ_S,IRQS,IRQ,VECTOR,STATE,SUB_S,COMP_S,IN_FLIGHT,BAR,OLDEST,HISTORY,LATENCY,BYTES_S,PER_IRQ,P50,P99,FULL,UNREAPED,KICKS,IRQS_ON,SIZE,LAYOUT,SUBMITTED,COMPLETED";

static const struct tool_column columns[] = {
	{ .name = "DEVICE", .field = "device", .width = 10 },
	{ .name = "ADDRESS", .field = "address", .width = 12 },
	{ .name = "TYPE", .field = "type", .width = 8 },
	{ .name = "KNAME", .field = "kname", .width = 8 },
	{ .name = "QUEUE", .field = "index", .width = 5, .right = true },
	{ .name = "NAME", .field = "name", .width = 12, .form = VT_AS_NAME },
	{ .name = "ROLE", .field = "role", .width = 8 },
	{ .name = "SIZE", .field = "size", .width = 5, .right = true },
	{ .name = "LAYOUT", .field = "layout", .width = 6 },
	{ .name = "UNIT", .field = "unit", .width = 11 },
	{ .name = "STATE", .field = "stalled", .width = 7, .form = VT_AS_STATE,
	  .help = "STALLED, LOST, moving, busy, waiting or idle" },
	{ .name = "SUB_S", .field = "submitted_per_s",
	  .width = 6, .right = true, .form = VT_AS_NUMBER, .bound = true },
	{ .name = "COMP_S", .field = "completed_per_s",
	  .width = 6, .right = true, .form = VT_AS_NUMBER, .bound = true },
	{ .name = "SUBMITTED", .field = "submitted",
	  .width = 10, .right = true, .bound = true },
	{ .name = "COMPLETED", .field = "completed",
	  .width = 10, .right = true, .bound = true },
	{ .name = "IN_FLIGHT", .field = "in_flight",
	  .width = 9, .right = true },
	{ .name = "UNREAPED", .field = "unreaped", .width = 8, .right = true },
	{ .name = "MEAN", .field = "in_flight_mean",
	  .width = 7, .right = true, .form = VT_AS_NUMBER },
	{ .name = "PEAK", .field = "in_flight_peak",
	  .width = 6, .right = true },
	{ .name = "USED", .field = "occupancy",
	  .width = 6, .right = true, .form = VT_AS_PERCENT },
	{ .name = "BAR", .field = "occupancy", .width = 10, .form = VT_AS_BAR,
	  .help = "how full the queue is, as a bar" },
	{ .name = "FULL", .field = "full_percent",
	  .width = 6, .right = true, .form = VT_AS_PERCENT },
	{ .name = "KICKS", .field = "wants_kick",
	  .width = 5, .form = VT_AS_YES },
	{ .name = "IRQS_ON", .field = "wants_interrupt",
	  .width = 7, .form = VT_AS_YES },
	{ .name = "VECTOR", .field = "vector", .width = 6, .right = true },
	{ .name = "IRQ", .field = "irq", .width = 5, .right = true },
	{ .name = "IRQS", .field = "interrupts", .width = 10, .right = true },
	{ .name = "IRQ_S", .field = "interrupts_per_s",
	  .width = 7, .right = true, .form = VT_AS_NUMBER },
	{ .name = "PER_IRQ", .field = "completions_per_interrupt",
	  .width = 7, .right = true, .form = VT_AS_NUMBER },
	{ .name = "BYTES_S", .field = "bytes_per_s",
	  .width = 7, .right = true, .form = VT_AS_NUMBER, .bound = true },
	{ .name = "REQ_BYTES", .field = "request_bytes",
	  .width = 9, .right = true, .form = VT_AS_NUMBER },
	{ .name = "LATENCY", .field = "latency_us",
	  .width = 8, .right = true, .form = VT_AS_US },
	{ .name = "P50", .field = "age_p50_ms",
	  .width = 8, .right = true, .form = VT_AS_MS, .bound = true },
	{ .name = "P99", .field = "age_p99_ms",
	  .width = 8, .right = true, .form = VT_AS_MS, .bound = true },
	{ .name = "OLDEST", .field = "oldest_ms",
	  .width = 8, .right = true, .form = VT_AS_MS, .bound = true },
	{ .name = "HISTORY", .field = "completed_per_s",
	  .width = 10, .form = VT_AS_HISTORY,
	  .help = "completions per second over the last samples, as a graph" },
	{ .name = "CODE", .field = "code", .width = 16 },
	{ .name = "REASON", .field = "reason",
	  .width = 30, .form = VT_AS_REASON },
	{ .name = NULL },
};

const struct tool_column_table vt_columns = {
	columns,
	"DEVICE,KNAME,QUEUE,NAME,STATE,SUB_S,COMP_S,IN_FLIGHT,SIZE,USED,LATENCY,OLDEST,IRQ_S,REASON",
	vi_rate_schema,
};

bool vt_column_value(const struct tool_column *c, const struct vt_row *r,
		     struct vi_value *v)
{
	return vt_get(r, c->field, v) ||
	       (c->form == VT_AS_NAME && vt_get(r, "spec_name", v));
}

const struct tool_column *vt_column(const char *name)
{
	return tool_column_find(&vt_columns, name, strlen(name));
}

const char *vt_column_bound(const struct tool_column *c)
{
	if (!c->bound)
		return NULL;
	return c->form == VT_AS_NUMBER ? "rate_lower_bound" :
	       c->form == VT_AS_MS ? "age_lower_bound" : "lower_bound";
}

bool vt_column_descends(const struct tool_column *c)
{
	switch (c->form) {
	case VT_AS_TEXT:
		return c->right && strcmp(c->field, "index");
	case VT_AS_NAME:
	case VT_AS_REASON:
		return false;
	default:
		return true;
	}
}
