// SPDX-License-Identifier: LGPL-2.1-or-later
/* Look up names and paths of fields, once for all records. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/ctx.h"
#include "record/select.h"

/* Follow a path such as "queues.raw"; NULL: there is no such field. */
static const struct vi_field *follow(const struct vi_schema *schema,
				     const char *name,
				     struct vi_select_path *path)
{
	const struct vi_field *f;
	size_t len;

	for (path->len = 0; schema; schema = f->schema, name += len + 1) {
		len = strcspn(name, ".");
		f = vi_schema_find_n(schema, name, len);
		if (!f)
			return NULL;
		if (path->len < ARRAY_SIZE(path->field))
			path->field[path->len] = f;
		path->len++;
		if (!name[len])
			return f;
	}
	return NULL;
}

/* Duplicate names select a field once. */
static void add_field(struct vi_selection *s, const struct vi_field *f)
{
	size_t i;

	for (i = 0; i < s->num_fields; i++)
		if (s->fields[i] == f)
			return;
	s->fields[s->num_fields++] = f;
}

/* Keep paths to fields that are written on request only. Records that are
 * nested too deep are never written. */
static void add_path(struct vi_selection *s, const struct vi_select_path *path)
{
	if (path->len <= ARRAY_SIZE(path->field) &&
	    path->field[path->len - 1]->type & VI_ON_REQUEST)
		s->paths[s->num_paths++] = *path;
}

static int no_memory(struct vi_ctx *ctx)
{
	return vi_fail(ctx, -ENOMEM, "JSON: out of memory");
}

int vi_select_names(struct vi_ctx *ctx, struct vi_selection *s,
		    const struct vi_schema *schema, const char *const *names)
{
	struct vi_select_path path;
	const struct vi_field *f;
	size_t i, n = 0, nested = 0;

	while (names && names[n])
		nested += !!strchr(names[n++], '.');
	/* Paths do not restrict the fields of the outermost record. */
	if (names && (nested < n || !n)) {
		s->fields = calloc(n - nested + 1, sizeof(*s->fields));
		if (!s->fields)
			return no_memory(ctx);
	}
	if (nested) {
		s->paths = calloc(nested, sizeof(*s->paths));
		if (!s->paths)
			return no_memory(ctx);
	}
	for (i = 0; i < n; i++) {
		f = follow(schema, names[i], &path);
		if (!f)
			return vi_fail(ctx, -EINVAL,
				       "%s: there is no such field", names[i]);
		if (path.len == 1)
			add_field(s, f);
		else
			add_path(s, &path);
	}
	return 0;
}

void vi_select_free(struct vi_selection *s)
{
	free(s->fields);
	free(s->paths);
}
