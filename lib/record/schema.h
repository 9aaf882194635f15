/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Descriptions of records: each fact once, rendered many ways. A row of these
 * tables is all that a new column, JSON key, line of a report and, where the
 * row names a member, value of a capture needs.
 */
#ifndef VI_RECORD_SCHEMA_H
#define VI_RECORD_SCHEMA_H

#include <stddef.h>

#include <virtio-inspect/inspect.h>

/*
 * Flags beside a field's type.
 *
 * VI_ON_REQUEST: JSON has the field only where its path, such as "queues.raw",
 *	was asked for.
 * VI_BYTES: a string of nothing but hexadecimal digits, which captures hold in
 *	pieces.
 * VI_INLINE: the member is the text itself, an array of chars.
 * VI_REQUIRED: a capture without it is refused.
 */
#define VI_ON_REQUEST	0x100
#define VI_BYTES	0x200
#define VI_INLINE	0x400
#define VI_REQUIRED	0x800
#define VI_TYPE_MASK	0xff

/*
 * How to tell whether a member holds a value; both functions get the object
 * that vi_get() gets.
 *
 * @test: 0, or why the value is not known: a negative errno.
 * @set:  a capture was read that has the value, or lacks it; NULL: some other
 *	  field tells.
 */
struct vi_known {
	int (*test)(const void *object, const struct vi_field *field);
	void (*set)(void *object, const struct vi_field *field, bool there);
};

/* The bool at offset @key of what holds the member; likewise, but set by
 * another field. */
extern const struct vi_known vi_by_flag, vi_by_other_flag;
/* Any number but @key, of which captures say nothing. */
extern const struct vi_known vi_by_value;
/* A list or records, but not an empty array. */
extern const struct vi_known vi_by_count;
/* Text of VI_INLINE, but not an empty one. */
extern const struct vi_known vi_by_text;

/* Texts that stand for the values of an enum or a bool; a NULL is unknown.
 * @expected: "split or packed". */
struct vi_names {
	const char *expected;
	const char *const *name;
	size_t count;
};

/*
 * A field is computed by @get, or is the member at @offset. Where it has both,
 * @get tells the value, and reading a capture sets the member.
 *
 * @get:     fills in *@value, whose type is set already; 0 or a negative errno.
 * @schema:  of VI_RECORDS and VI_RECORD.
 * @through: where the object has the pointer to what holds the member; NULL
 *	     there: unknown. 0: the object itself does.
 * @size:    of the member; of VI_RECORDS, VI_VALUES: of one of them, to which
 *	     the member points. 0: there is no member.
 * @count:   VI_RECORDS, VI_VALUES: offset of the size_t that counts them.
 * @known:   NULL: it is, but for a string that is NULL. @key belongs to it.
 * @names:   of VI_STRING whose member is an enum or a bool.
 * @max:     the largest number that a capture may hold, or bytes of a list of
 *	     records; 0: whatever fits the member.
 */
struct vi_field {
	const char *name;
	unsigned int type;			/* enum vi_type; see above */
	const char *help;
	int (*get)(const void *object, struct vi_value *value);
	const struct vi_schema *schema;

	uint16_t through, offset, size, count;
	uint32_t key;
	const struct vi_known *known;
	const struct vi_names *names;
	uint64_t max;
};

/* A table of them, which VI_FIELDS_END ends. */
struct vi_schema {
	const struct vi_field *fields;
};

#define VI_FIELDS_END	{ .name = NULL }

/* --- Rows; what follows the last argument sets more of a row --- */

#define VI_COMPUTED(name_, type_, help_, get_, ...)			\
	{ .name = (name_), .type = (type_), .help = (help_),		\
	  .get = (get_), __VA_ARGS__ }

#define VI_MEMBER(name_, type_, help_, struct_, member_, ...)		\
	{ .name = (name_), .type = (type_), .help = (help_),		\
	  .offset = offsetof(struct struct_, member_),			\
	  .size = sizeof(((struct struct_ *)NULL)->member_), __VA_ARGS__ }

/* @array_: a pointer to records, or to struct vi_named, @count_ of them. */
#define VI_ARRAY(name_, type_, help_, struct_, array_, count_, ...)	\
	{ .name = (name_), .type = (type_), .help = (help_),		\
	  .offset = offsetof(struct struct_, array_),			\
	  .size = sizeof(*((struct struct_ *)NULL)->array_),		\
	  .count = offsetof(struct struct_, count_), __VA_ARGS__ }

/* The object itself, as a record of another schema. */
#define VI_ITSELF(name_, type_, help_, struct_, schema_, ...)		\
	{ .name = (name_), .type = (type_), .help = (help_),		\
	  .schema = (schema_), .size = sizeof(struct struct_), __VA_ARGS__ }

/* The object's pointer to what holds the member; not its first member. */
#define VI_THROUGH(struct_, pointer_)					\
	.through = offsetof(struct struct_, pointer_) +			\
		   0 * sizeof(char[offsetof(struct struct_, pointer_) ? 1 : -1])

#define VI_IF_FLAG(struct_, flag_)					\
	.known = &vi_by_flag, .key = offsetof(struct struct_, flag_)
#define VI_IF_OTHER_FLAG(struct_, flag_)				\
	.known = &vi_by_other_flag, .key = offsetof(struct struct_, flag_)
#define VI_IF_NOT(value_)	.known = &vi_by_value, .key = (value_)

/* A value that comes from no field: @count records of @schema. */
void vi_set_records(struct vi_value *v, const struct vi_schema *schema,
		    const void *records, size_t count, size_t stride);

/* The field whose name is the first @len bytes of @name, or NULL. */
const struct vi_field *vi_schema_find_n(const struct vi_schema *schema,
					const char *name, size_t len);

/* --- Members --- */

/* What holds the member of @field; NULL: there is none. */
static inline char *vi_holder(const void *object, const struct vi_field *field)
{
	const char *p = object;

	return (char *)(field->through ?
			*(const char *const *)(p + field->through) : p);
}

/* A number of 1, 2, 4 or 8 bytes. */
uint64_t vi_number_at(const void *member, size_t size);
void vi_set_number(void *member, size_t size, uint64_t number);

#endif
