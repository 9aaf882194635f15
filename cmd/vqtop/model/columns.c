// SPDX-License-Identifier: GPL-2.0-or-later
/* The columns of vqtop. A new one is a row here. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "vqtop/model/columns.h"

const char vt_batch_columns[] =
	"DEVICE,QUEUE,NAME,STATE,SUB_S,COMP_S,IN_FLIGHT,SIZE,USED,LATENCY,OLDEST,IRQ_S,REASON";
const char vt_screen_columns[] =
	"STATE,SUB_S,COMP_S,IN_FLIGHT,BAR,OLDEST,HISTORY,LATENCY,BYTES_S,IRQ_S,PER_IRQ,P50,P99,FULL,UNSEEN,KICKS,IRQS_ON,SIZE,LAYOUT,SUBMITTED,COMPLETED";
const char vt_narrow_columns[] =
	"STATE,IN_FLIGHT,OLDEST,SUB_S,COMP_S,BAR,HISTORY,LATENCY,BYTES_S,IRQ_S,PER_IRQ,P50,P99,FULL,UNSEEN,KICKS,IRQS_ON,SIZE,LAYOUT,SUBMITTED,COMPLETED";
const char vt_ringless_columns[] =
	"IRQ_S,IRQS,IRQ,VECTOR,STATE,SUB_S,COMP_S,IN_FLIGHT,BAR,OLDEST,HISTORY,LATENCY,BYTES_S,PER_IRQ,P50,P99,FULL,UNSEEN,KICKS,IRQS_ON,SIZE,LAYOUT,SUBMITTED,COMPLETED";

const struct vt_column vt_columns[] = {
	/* name, field, form, width, right, bound, help */
	{ "DEVICE", F_DEVICE, VT_AS_TEXT, 10, false, false, NULL },
	{ "ADDRESS", F_ADDRESS, VT_AS_TEXT, 12, false, false, NULL },
	{ "TYPE", F_TYPE, VT_AS_TEXT, 8, false, false, NULL },
	{ "KNAME", F_KNAME, VT_AS_TEXT, 8, false, false, NULL },
	{ "QUEUE", F_INDEX, VT_AS_TEXT, 5, true, false, NULL },
	{ "NAME", F_NAME, VT_AS_NAME, 12, false, false, NULL },
	{ "ROLE", F_ROLE, VT_AS_TEXT, 8, false, false, NULL },
	{ "SIZE", F_SIZE, VT_AS_TEXT, 5, true, false, NULL },
	{ "LAYOUT", F_LAYOUT, VT_AS_TEXT, 6, false, false, NULL },
	{ "UNIT", F_UNIT, VT_AS_TEXT, 11, false, false, NULL },
	{ "STATE", F_STALLED, VT_AS_STATE, 7, false, false, "STALLED, moving, busy, waiting or idle" },
	{ "SUB_S", F_SUBMITTED_PER_S, VT_AS_NUMBER, 6, true, true, NULL },
	{ "COMP_S", F_COMPLETED_PER_S, VT_AS_NUMBER, 6, true, true, NULL },
	{ "SUBMITTED", F_SUBMITTED, VT_AS_TEXT, 10, true, true, NULL },
	{ "COMPLETED", F_COMPLETED, VT_AS_TEXT, 10, true, true, NULL },
	{ "IN_FLIGHT", F_IN_FLIGHT, VT_AS_TEXT, 9, true, false, NULL },
	{ "UNSEEN", F_UNSEEN, VT_AS_TEXT, 6, true, false, NULL },
	{ "MEAN", F_IN_FLIGHT_MEAN, VT_AS_NUMBER, 7, true, false, NULL },
	{ "PEAK", F_IN_FLIGHT_PEAK, VT_AS_TEXT, 6, true, false, NULL },
	{ "USED", F_OCCUPANCY, VT_AS_PERCENT, 6, true, false, NULL },
	{ "BAR", F_OCCUPANCY, VT_AS_BAR, 10, false, false, "how full it is, as a bar" },
	{ "FULL", F_FULL_PERCENT, VT_AS_PERCENT, 6, true, false, NULL },
	{ "KICKS", F_WANTS_KICK, VT_AS_YES, 5, false, false, NULL },
	{ "IRQS_ON", F_WANTS_INTERRUPT, VT_AS_YES, 7, false, false, NULL },
	{ "VECTOR", F_VECTOR, VT_AS_TEXT, 6, true, false, NULL },
	{ "IRQ", F_IRQ, VT_AS_TEXT, 5, true, false, NULL },
	{ "IRQS", F_INTERRUPTS, VT_AS_TEXT, 10, true, false, NULL },
	{ "IRQ_S", F_INTERRUPTS_PER_S, VT_AS_NUMBER, 7, true, false, NULL },
	{ "PER_IRQ", F_COMPLETIONS_PER_INTERRUPT, VT_AS_NUMBER, 7, true, false, NULL },
	{ "BYTES_S", F_BYTES_PER_S, VT_AS_NUMBER, 7, true, true, NULL },
	{ "REQ_BYTES", F_REQUEST_BYTES, VT_AS_NUMBER, 9, true, false, NULL },
	{ "LATENCY", F_LATENCY_US, VT_AS_US, 8, true, false, NULL },
	{ "P50", F_AGE_P50_MS, VT_AS_MS, 8, true, true, NULL },
	{ "P99", F_AGE_P99_MS, VT_AS_MS, 8, true, true, NULL },
	{ "OLDEST", F_OLDEST_MS, VT_AS_MS, 8, true, true, NULL },
	{ "HISTORY", F_COMPLETED_PER_S, VT_AS_HISTORY, 10, false, false, "completed/s of the last minutes, as a line" },
	{ "CODE", F_CODE, VT_AS_TEXT, 16, false, false, NULL },
	{ "REASON", F_REASON, VT_AS_REASON, 30, false, false, NULL },
	{ NULL, F_COUNT, VT_AS_TEXT, 0, false, false, NULL },
};

const struct vt_column *vt_column_find(const char *name, size_t len)
{
	const struct vt_column *c;

	for (c = vt_columns; c->name; c++)
		if (!strncasecmp(c->name, name, len) && !c->name[len])
			return c;
	return NULL;
}

static const char *add(struct vt_columns *c, const char *list, const char **at)
{
	const struct vt_column *column;

	for (;;) {
		size_t len = strcspn(list, ",");

		*at = list;
		column = vt_column_find(list, len);
		if (!column)
			return "unknown column";
		if (c->count == VT_MAX_COLUMNS)
			return "too many columns";
		c->shown[c->count++] = column;
		if (!list[len])
			return NULL;
		list += len + 1;
	}
}

const char *vt_columns_choose(struct vt_columns *c, const char *usual,
			      const char *list, const char **at)
{
	struct vt_columns chosen = { 0 };
	const char *why = NULL;

	if (!list || *list == '+')
		why = add(&chosen, usual, at);
	if (!why && list)
		why = add(&chosen, list + (*list == '+'), at);
	if (!why)
		*c = chosen;
	return why;
}

void vt_columns_list(const struct vt_columns *c, struct text *t)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		text_addf(t, "%s%s", i ? "," : "", c->shown[i]->name);
}

const char *vt_column_help(const struct vt_column *c)
{
	const struct vt_fields *f = vt_queue_fields();

	if (c->help)
		return c->help;
	return f->at[c->field] < 0 ? "-" :
	       vi_field_help(f->field[f->at[c->field]]);
}

void vt_columns_print(const char *indent)
{
	const struct vt_column *c;

	for (c = vt_columns; c->name; c++)
		printf("%s%-13s %s\n", indent, c->name, vt_column_help(c));
}

enum vt_field vt_column_bound(const struct vt_column *c)
{
	if (!c->bound)
		return F_COUNT;
	return c->form == VT_AS_NUMBER ? F_RATE_LOWER_BOUND :
	       c->form == VT_AS_MS ? F_AGE_LOWER_BOUND : F_LOWER_BOUND;
}

bool vt_column_descends(const struct vt_column *c)
{
	switch (c->form) {
	case VT_AS_TEXT:
		return c->right && c->field != F_INDEX;
	case VT_AS_NAME:
	case VT_AS_REASON:
		return false;
	default:
		return true;
	}
}
