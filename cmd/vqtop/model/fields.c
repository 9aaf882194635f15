// SPDX-License-Identifier: GPL-2.0-or-later
/* Fields by name, looked up once. */
#include <string.h>

#include "vqtop/model/fields.h"

#define ROW(id, name)	#name,
static const char *const queue_names[F_COUNT] = { VT_FIELDS(ROW) };
static const char *const sum_names[S_COUNT] = { VT_SUMS(ROW) };
#undef ROW

const struct vi_field *vt_field(enum vt_field f)
{
	static const struct vi_field *found[F_COUNT];

	if (!found[f])
		found[f] = vi_schema_find(vi_rate_schema(), queue_names[f]);
	return found[f];
}

const struct vi_field *vt_sum(enum vt_sum f)
{
	static const struct vi_field *found[S_COUNT];

	if (!found[f])
		found[f] = vi_schema_find(vi_summary_schema(), sum_names[f]);
	return found[f];
}

const char *vt_field_name(enum vt_field f)
{
	return queue_names[f];
}

enum vt_field vt_field_named(const char *name)
{
	unsigned int f;

	for (f = 0; f < F_COUNT; f++)
		if (!strcmp(queue_names[f], name))
			break;
	return f;
}
