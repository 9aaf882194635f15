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

static const struct vi_field *find(const struct vi_schema *schema,
				   const char *name, size_t len)
{
	const struct vi_field *f;
	size_t i;

	for (i = 0; (f = vi_schema_field(schema, i)); i++)
		if (!strncmp(vi_field_name(f), name, len) &&
		    !vi_field_name(f)[len])
			return f;
	return NULL;
}

/* If memory runs out, the caller continues, but the tool ends with an error. */
static bool get(const struct vi_field *f, const void *object,
		struct vi_value *v)
{
	int err = vi_get(f, object, v);

	if (err == -ENOMEM)
		tool_incomplete();
	return !err;
}

/* The field that @path ends with; sets *@r to the record that contains it. */
static const struct vi_field *follow(struct rec *r, const char *path)
{
	const struct vi_field *f;
	struct vi_value v;

	for (;;) {
		size_t len = strcspn(path, ".");

		if (!r->object || !r->schema)
			return NULL;
		if (!path[len])
			return vi_schema_find(r->schema, path);
		f = find(r->schema, path, len);
		if (!f)
			return NULL;
		if (vi_field_type(f) != VI_RECORD || !get(f, r->object, &v))
			return NULL;
		*r = (struct rec){ vi_field_schema(f), vi_record(&v, 0) };
		path += len + 1;
	}
}

bool rec_get(struct rec r, const char *path, struct vi_value *v)
{
	const struct vi_field *f = follow(&r, path);

	return f && get(f, r.object, v);
}

bool rec_number(struct rec r, const char *path, uint64_t *n)
{
	struct vi_value v;

	if (!rec_get(r, path, &v) || (v.type != VI_UINT && v.type != VI_HEX))
		return false;
	*n = v.number;
	return true;
}

bool rec_real(struct rec r, const char *path, double *n)
{
	struct vi_value v;

	if (!rec_get(r, path, &v) || v.type != VI_REAL)
		return false;
	*n = v.real;
	return true;
}

const char *rec_string(struct rec r, const char *path)
{
	struct vi_value v;

	return rec_get(r, path, &v) && v.type == VI_STRING ? v.string : NULL;
}

const char *rec_or_dash(struct rec r, const char *path)
{
	const char *s = rec_string(r, path);

	return s ? s : "-";
}

bool rec_is(struct rec r, const char *path)
{
	struct vi_value v;

	return rec_get(r, path, &v) && v.type == VI_BOOL && v.boolean;
}

bool rec_is_not(struct rec r, const char *path)
{
	struct vi_value v;

	return rec_get(r, path, &v) && v.type == VI_BOOL && !v.boolean;
}

bool rec_says(struct rec r, const char *path, const char *s)
{
	const char *is = rec_string(r, path);

	return is && !strcmp(is, s);
}

bool rec_records(struct rec r, const char *path, struct recs *list)
{
	const struct vi_field *f = follow(&r, path);

	memset(list, 0, sizeof(*list));
	if (!f || (vi_field_type(f) != VI_RECORDS &&
		   vi_field_type(f) != VI_RECORD))
		return false;
	list->schema = vi_field_schema(f);
	if (get(f, r.object, &list->v))
		return true;
	list->v.count = 0;
	return false;
}

struct rec recs_at(const struct recs *list, size_t i)
{
	return (struct rec){ list->schema, vi_record(&list->v, i) };
}
