// SPDX-License-Identifier: LGPL-2.1-or-later
/* Walk schemas, and read the fields that they describe. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "core/compiler.h"
#include "core/pool.h"
#include "record/schema.h"

VI_EXPORT const struct vi_field *
vi_schema_field(const struct vi_schema *schema, size_t i)
{
	const struct vi_field *f = schema->fields;

	while (f->name && i--)
		f++;
	return f->name ? f : NULL;
}

const struct vi_field *vi_schema_find_n(const struct vi_schema *schema,
					const char *name, size_t len)
{
	const struct vi_field *f;

	for (f = schema->fields; f->name; f++)
		if (*f->name == *name && !strncmp(f->name, name, len) &&
		    !f->name[len])
			return f;
	return NULL;
}

VI_EXPORT const struct vi_field *
vi_schema_find(const struct vi_schema *schema, const char *name)
{
	return vi_schema_find_n(schema, name, strlen(name));
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

VI_EXPORT bool vi_field_on_request(const struct vi_field *field)
{
	return field->type & VI_ON_REQUEST;
}

VI_EXPORT const struct vi_schema *vi_field_schema(const struct vi_field *field)
{
	return field->schema;
}

/* --- Numbers of any size --- */

static uint64_t number_at(const void *member, size_t size)
{
	switch (size) {
	case 1:
		return *(const uint8_t *)member;
	case 2:
		return *(const uint16_t *)member;
	case 4:
		return *(const uint32_t *)member;
	default:
		return *(const uint64_t *)member;
	}
}

void vi_set_number(void *member, size_t size, uint64_t number)
{
	switch (size) {
	case 1:
		*(uint8_t *)member = number;
		break;
	case 2:
		*(uint16_t *)member = number;
		break;
	case 4:
		*(uint32_t *)member = number;
		break;
	default:
		*(uint64_t *)member = number;
		break;
	}
}

/* --- Whether a member holds a value --- */

static int test_flag(const void *object, const struct vi_field *f)
{
	return *(const bool *)(vi_holder(object, f) + f->key) ? 0 : -ENODATA;
}

static void set_flag(void *object, const struct vi_field *f, bool there)
{
	*(bool *)(vi_holder(object, f) + f->key) = there;
}

const struct vi_known vi_by_flag = { test_flag, set_flag };
const struct vi_known vi_by_other_flag = { test_flag, NULL };

static int test_value(const void *object, const struct vi_field *f)
{
	const char *member = vi_holder(object, f) + f->offset;

	return number_at(member, f->size) == f->key ? -ENODATA : 0;
}

static void set_value(void *object, const struct vi_field *f, bool there)
{
	if (!there)
		vi_set_number(vi_holder(object, f) + f->offset, f->size,
			      f->key);
}

const struct vi_known vi_by_value = { test_value, set_value };

static int test_count(const void *object, const struct vi_field *f)
{
	const char *holder = vi_holder(object, f);
	const struct vi_strings *list = (const void *)(holder + f->offset);
	size_t count = (f->type & VI_TYPE_MASK) == VI_LIST ? list->count :
		       *(const size_t *)(holder + f->count);

	return count ? 0 : -ENODATA;
}

const struct vi_known vi_by_count = { test_count, NULL };

static int test_text(const void *object, const struct vi_field *f)
{
	return *(vi_holder(object, f) + f->offset) ? 0 : -ENODATA;
}

const struct vi_known vi_by_text = { test_text, NULL };

/* --- Values --- */

static const char *text_at(const struct vi_field *f, const char *member)
{
	uint64_t n;

	if (f->type & VI_INLINE)
		return member;
	if (!f->names)
		return *(const char *const *)member;
	n = number_at(member, f->size);
	return n < f->names->count ? f->names->name[n] : NULL;
}

static int get_array(const struct vi_field *f, const char *holder,
		     struct vi_value *v)
{
	v->records = *(const void *const *)(holder + f->offset);
	v->count = *(const size_t *)(holder + f->count);
	v->stride = f->size;
	return 0;
}

static int get_one(const struct vi_field *f, const char *member,
		   struct vi_value *v)
{
	v->records = member;
	v->count = 1;
	v->stride = f->size;
	return 0;
}

static int get_list(const struct vi_strings *list, struct vi_value *v)
{
	v->list = list->v;
	v->count = list->count;
	return 0;
}

static int get_member(const struct vi_field *f, const char *holder,
		      struct vi_value *v)
{
	const char *member = holder + f->offset;

	switch (v->type) {
	case VI_BOOL:
		v->boolean = *(const bool *)member;
		return 0;
	case VI_UINT:
	case VI_HEX:
		v->number = number_at(member, f->size);
		return 0;
	case VI_REAL:
		v->real = *(const double *)member;
		return isfinite(v->real) ? 0 : -ENODATA;
	case VI_FEATURES:
		v->features = *(const struct vi_features *)member;
		return 0;
	case VI_STRING:
		v->string = text_at(f, member);
		return v->string ? 0 : -ENODATA;
	case VI_LIST:
		return get_list((const void *)member, v);
	case VI_RECORD:
		return get_one(f, member, v);
	default:
		return get_array(f, holder, v);
	}
}

static bool is_absent(const void *object, const struct vi_field *f)
{
	char *holder = vi_holder(object, f);

	return holder && *vi_absent(holder, f) & f->absent_bit;
}

VI_EXPORT int vi_get(const struct vi_field *field, const void *object,
		     struct vi_value *value)
{
	const char *holder;
	int err;

	memset(value, 0, sizeof(*value));
	value->type = field->type & VI_TYPE_MASK;
	value->schema = field->schema;
	if (field->absent_bit && is_absent(object, field))
		return -ENODATA;
	if (field->get)
		return field->get(object, value);
	holder = vi_holder(object, field);
	if (!holder)
		return -ENODATA;
	err = field->known ? field->known->test(object, field) : 0;
	return err ? err : get_member(field, holder, value);
}

void vi_set_records(struct vi_value *v, const struct vi_schema *schema,
		    const void *records, size_t count, size_t stride)
{
	*v = (struct vi_value) {
		.type = VI_RECORDS, .records = records, .count = count,
		.stride = stride, .schema = schema,
	};
}

VI_EXPORT const void *vi_record(const struct vi_value *value, size_t i)
{
	if ((value->type != VI_RECORDS && value->type != VI_RECORD) ||
	    i >= value->count)
		return NULL;
	return (const char *)value->records + i * value->stride;
}
