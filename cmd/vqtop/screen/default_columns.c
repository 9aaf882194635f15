// SPDX-License-Identifier: GPL-2.0-or-later
/* The columns to show if the user did not choose any. */
#include "vqtop/screen/view.h"

/* On narrower screens, a list with OLDEST further left is used. */
#define NARROW	76

/* Are interrupts all that is known? */
static bool is_ringless(const struct vt_snapshot *s)
{
	static const char *const fields[] = {
		"stalled", "in_flight", "submitted_per_s", "completed_per_s",
	};
	struct vi_value v;
	size_t i, j;

	for (i = 0; i < s->count; i++)
		for (j = 0; j < ARRAY_SIZE(fields); j++)
			if (vt_get(&s->row[i], fields[j], &v))
				return false;
	return s->count;
}

void vt_default_columns(struct vt_view *v, const struct vt_model *m,
			unsigned int width)
{
	const char *list, *at;

	if (v->own_columns)
		return;
	list = is_ringless(&m->now) ? vt_ringless_columns :
	       width < NARROW ? vt_narrow_columns : vt_screen_columns;
	if (list == v->usual)
		return;
	tool_columns_choose(&v->columns, &vt_columns, list, NULL, &at);
	v->usual = list;
	v->first_column = 0;
}
