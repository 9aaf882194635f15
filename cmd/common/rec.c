// SPDX-License-Identifier: GPL-2.0-or-later
/* Fields of records by name. */
#include <errno.h>
#include <string.h>

#include "common/rec.h"
#include "common/tool.h"

struct rec rec_device(const struct vi_device *dev)
{
	return (struct rec){ vi_device_schema(), dev };
}

/* Whoever asks goes on with what is known, and the tool ends with an error. */
static bool known(int err)
{
	if (err == -ENOMEM)
		tool_incomplete();
	return !err;
}

bool rec_get(struct rec r, const char *path, struct vi_value *v)
{
	return r.object && known(vi_get_value(r.schema, r.object, path, v));
}

bool rec_number(struct rec r, const char *path, uint64_t *n)
{
	return r.object && known(vi_get_uint(r.schema, r.object, path, n));
}

bool rec_real(struct rec r, const char *path, double *n)
{
	return r.object && known(vi_get_real(r.schema, r.object, path, n));
}

const char *rec_string(struct rec r, const char *path)
{
	const char *s = NULL;

	if (r.object)
		known(vi_get_string(r.schema, r.object, path, &s));
	return s;
}

/* 1: it is true; 0: it is false; -1: unknown. */
static int truth(struct rec r, const char *path)
{
	bool yes;

	if (!r.object || !known(vi_get_bool(r.schema, r.object, path, &yes)))
		return -1;
	return yes;
}

const char *rec_or_dash(struct rec r, const char *path)
{
	const char *s = rec_string(r, path);

	return s ? s : "-";
}

bool rec_is(struct rec r, const char *path)
{
	return truth(r, path) > 0;
}

bool rec_is_not(struct rec r, const char *path)
{
	return !truth(r, path);
}

bool rec_says(struct rec r, const char *path, const char *s)
{
	const char *is = rec_string(r, path);

	return is && !strcmp(is, s);
}

bool rec_records(struct rec r, const char *path, struct recs *list)
{
	memset(list, 0, sizeof(*list));
	if (!r.object)
		return false;
	if (known(vi_get_records(r.schema, r.object, path, &list->v)))
		return true;
	list->v.count = 0;
	return false;
}

struct rec recs_at(const struct recs *list, size_t i)
{
	return (struct rec){ list->v.schema, vi_record(&list->v, i) };
}
