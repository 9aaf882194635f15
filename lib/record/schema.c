// SPDX-License-Identifier: LGPL-2.1-or-later
/* Walking the descriptions of records. */
#include <errno.h>
#include <string.h>

#include "core/compiler.h"
#include "record/schema.h"

VI_EXPORT const struct vi_field *
vi_schema_field(const struct vi_schema *schema, size_t i)
{
	const struct vi_field *f = schema->fields;

	while (f->name && i--)
		f++;
	return f->name ? f : NULL;
}

VI_EXPORT const struct vi_field *
vi_schema_find(const struct vi_schema *schema, const char *name)
{
	const struct vi_field *f;

	for (f = schema->fields; f->name; f++)
		if (*f->name == *name && !strcmp(f->name, name))
			return f;
	return NULL;
}

VI_EXPORT const char *vi_field_name(const struct vi_field *field)
{
	return field->name;
}

VI_EXPORT const char *vi_field_help(const struct vi_field *field)
{
	return field->help;
}

VI_EXPORT enum vi_type vi_field_type(const struct vi_field *field)
{
	return field->type & VI_TYPE_MASK;
}

VI_EXPORT const struct vi_schema *vi_field_schema(const struct vi_field *field)
{
	return field->schema;
}

VI_EXPORT int vi_get(const struct vi_field *field, const void *object,
		     struct vi_value *value)
{
	memset(value, 0, sizeof(*value));
	value->type = field->type & VI_TYPE_MASK;
	return field->get(object, value);
}

VI_EXPORT const void *vi_record(const struct vi_value *value, size_t i)
{
	if ((value->type != VI_RECORDS && value->type != VI_RECORD) ||
	    i >= value->count)
		return NULL;
	return (const char *)value->records + i * value->stride;
}
