// SPDX-License-Identifier: LGPL-2.1-or-later
/* Set the members of records by their schema. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "capture/json_parts.h"

/* The largest number that the field allows and its member can hold. */
static uint64_t limit(const struct vi_field *f)
{
	uint64_t room = f->size < 8 ? ((uint64_t)1 << 8 * f->size) - 1 :
				      UINT64_MAX;

	return f->max && f->max < room ? f->max : room;
}

static bool read_number(struct vi_cap *c, const struct vi_cap_at *at,
			const struct vi_field *f, const char *key, void *member)
{
	uint64_t number;

	if ((f->type & VI_TYPE_MASK) == VI_HEX ?
	    !vi_cap_hex(c, at, key, limit(f), &number) :
	    !vi_cap_number(c, at, key, limit(f), &number))
		return false;
	vi_set_number(member, f->size, number);
	return true;
}

/* Read text that names a number, or that is stored inline. */
static bool read_text(struct vi_cap *c, const struct vi_cap_at *at,
		      const struct vi_field *f, const char *key, char *member)
{
	const char *text;
	size_t i;

	if (!vi_cap_string(c, at, key, &text))
		return false;
	if (!f->names) {
		if (strlen(text) >= f->size)
			return vi_cap_bad(c, at, key,
					  "longer than %u bytes",
					  f->size - 1u);
		strcpy(member, text);
		return true;
	}
	for (i = 0; i < f->names->count; i++) {
		if (f->names->name[i] && !strcmp(f->names->name[i], text)) {
			vi_set_number(member, f->size, i);
			return true;
		}
	}
	return vi_cap_bad(c, at, key, "expected %s", f->names->expected);
}

static bool read_records(struct vi_cap *c, const struct vi_cap_at *at,
			 const struct vi_field *f, const char *key,
			 char *holder)
{
	size_t i, most, *count = (size_t *)(holder + f->count);
	struct vi_cap_at array, entry;
	char *records = vi_cap_records(c, at, key, f->size, &array, &most);

	*(void **)(holder + f->offset) = records;
	for (i = 0; i < most && vi_cap_entry(c, &array, i, &entry); i++) {
		++*count;
		vi_cap_fields(c, &entry, f->schema, records + i * f->size);
	}
	return records && !c->err;
}

static bool read_member(struct vi_cap *c, const struct vi_cap_at *at,
			const struct vi_field *f, const char *key,
			void *object)
{
	char *holder = vi_holder(object, f);
	void *member = holder + f->offset;
	struct vi_cap_at below;

	switch ((enum vi_type)(f->type & VI_TYPE_MASK)) {
	case VI_BOOL:
		return vi_cap_bool(c, at, key, member);
	case VI_UINT:
	case VI_HEX:
		return read_number(c, at, f, key, member);
	case VI_FEATURES:
		return vi_cap_features(c, at, key, member);
	case VI_STRING:
		if (f->names || f->type & VI_INLINE)
			return read_text(c, at, f, key, member);
		return vi_cap_string(c, at, key, member);
	case VI_LIST:
		return vi_cap_strings(c, at, key, member);
	case VI_VALUES:
		return vi_cap_values(c, at, key, member,
				     (size_t *)(holder + f->count));
	case VI_RECORDS:
		return read_records(c, at, f, key, holder);
	case VI_RECORD:
		return vi_cap_object(c, at, key, &below) &&
		       vi_cap_fields(c, &below, f->schema, member);
	case VI_REAL:
		return vi_cap_real(c, at, key, member);
	case VI_NUMBERS:
		break;
	}
	return false;
}

bool vi_cap_field(struct vi_cap *c, const struct vi_cap_at *at,
		  const struct vi_field *field, void *object)
{
	const char *key = vi_cap_key(c, field->name);
	char *holder = vi_holder(object, field);
	bool there;

	if (c->err || !holder)
		return !c->err;
	if (field->absent_bit && !vi_cap_get(c, at, key))
		*vi_absent(holder, field) |= field->absent_bit;
	if (!field->size)
		return true;
	there = read_member(c, at, field, key, object);
	if (!there && field->type & VI_REQUIRED)
		vi_cap_bad(c, at, key, "missing");
	if (field->known && field->known->set)
		field->known->set(object, field, there);
	return !c->err;
}

bool vi_cap_fields(struct vi_cap *c, const struct vi_cap_at *at,
		   const struct vi_schema *schema, void *object)
{
	const struct vi_field *f = schema->fields;

	while (f->name && vi_cap_field(c, at, f, object))
		f++;
	return !c->err;
}
