// SPDX-License-Identifier: LGPL-2.1-or-later
/* Reading fields by name, with one function for each type. */
#include <errno.h>
#include <string.h>

#include "core/compiler.h"
#include "record/schema.h"

/* The field that @path ends with; *@object becomes the record that has it. */
static int follow(const struct vi_schema *schema, const char *path,
		  const void **object, const struct vi_field **field)
{
	struct vi_value v;
	size_t len;
	int err;

	for (;;) {
		len = strcspn(path, ".");
		*field = vi_schema_find_n(schema, path, len);
		if (!*field)
			return -ENOENT;
		if (!path[len])
			return 0;
		if (vi_field_type(*field) != VI_RECORD)
			return -ENOENT;
		err = vi_get(*field, *object, &v);
		if (err)
			return err;
		*object = v.records;
		schema = v.schema;
		path += len + 1;
	}
}

VI_EXPORT int vi_get_value(const struct vi_schema *schema, const void *object,
			   const char *path, struct vi_value *value)
{
	const struct vi_field *f;
	int err = follow(schema, path, &object, &f);

	if (!err)
		return vi_get(f, object, value);
	memset(value, 0, sizeof(*value));
	return err;
}

#define TYPE(type)	(1u << (type))

/* @types: a bit for each type that the caller accepts. */
static int get(const struct vi_schema *schema, const void *object,
	       const char *path, unsigned int types, struct vi_value *v)
{
	const struct vi_field *f;
	int err = follow(schema, path, &object, &f);

	if (!err && !(types & TYPE(vi_field_type(f))))
		err = -EINVAL;
	return err ? err : vi_get(f, object, v);
}

#define GETTER(name, c_type, member, types)				\
VI_EXPORT int vi_get_##name(const struct vi_schema *schema,		\
			    const void *object, const char *path,	\
			    c_type *value)				\
{									\
	struct vi_value v;						\
	int err = get(schema, object, path, types, &v);			\
									\
	if (!err)							\
		*value = v.member;					\
	return err;							\
}

GETTER(bool, bool, boolean, TYPE(VI_BOOL))
GETTER(uint, uint64_t, number, TYPE(VI_UINT) | TYPE(VI_HEX))
GETTER(real, double, real, TYPE(VI_REAL))
GETTER(features, struct vi_features, features, TYPE(VI_FEATURES))
GETTER(string, const char *, string, TYPE(VI_STRING))

VI_EXPORT int vi_get_records(const struct vi_schema *schema,
			     const void *object, const char *path,
			     struct vi_value *value)
{
	struct vi_value v;
	int err = get(schema, object, path,
		      TYPE(VI_RECORDS) | TYPE(VI_RECORD), &v);

	if (!err)
		*value = v;
	return err;
}
