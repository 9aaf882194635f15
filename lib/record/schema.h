/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Schemas: tables that describe each fact once, for all who show or store it.
 * One row is enough for a new column, JSON key and line of a report and, if the
 * row names a member, for a value that captures hold.
 */
#ifndef VI_RECORD_SCHEMA_H
#define VI_RECORD_SCHEMA_H

#include <stddef.h>

#include <virtio-inspect/inspect.h>

/*
 * Flags beside a field's type.
 *
 * VI_ON_REQUEST: JSON includes the field only if the caller names its path,
 *	such as "queues.raw".
 * VI_BYTES: a string that consists of hexadecimal digits, which captures split
 *	into pieces.
 * VI_INLINE: the member is an array of chars that holds the text itself.
 * VI_REQUIRED: captures without the field are refused.
 */
#define VI_ON_REQUEST	0x100
#define VI_BYTES	0x200
#define VI_INLINE	0x400
#define VI_REQUIRED	0x800
#define VI_TYPE_MASK	0xff

/*
 * How to tell whether a member holds a value. Both functions get the object
 * that vi_get() gets.
 *
 * @test: return 0, or a negative errno that says why the value is unknown.
 * @set:  note whether a capture has the value. NULL: another field does.
 */
struct vi_known {
	int (*test)(const void *object, const struct vi_field *field);
	void (*set)(void *object, const struct vi_field *field, bool there);
};

/* A bool at offset @key beside the member. The second form is for members that
 * share the flag of another field. */
extern const struct vi_known vi_by_flag, vi_by_other_flag;
/* Any number but @key, which stands for unknown. */
extern const struct vi_known vi_by_value;
/* A list or records that are not empty. */
extern const struct vi_known vi_by_count;
/* Text of VI_INLINE that is not empty. */
extern const struct vi_known vi_by_text;

/* Names of the values of an enum or a bool; NULL: the value is unknown.
 * @expected: for messages, such as "split or packed". */
struct vi_names {
	const char *expected;
	const char *const *name;
	size_t count;
};

/*
 * A field is either computed by @get, or is the member at @offset. If it has
 * both, @get returns the value, and readers of captures set the member.
 *
 * @get:     fill in *@value, whose type is set already. 0 or a negative errno.
 * @schema:  the fields of VI_RECORDS and VI_RECORD.
 * @through: offset of the object's pointer to the structure that holds the
 *	     member; a NULL pointer: unknown. 0: the object holds the member.
 * @size:    size of the member, or of an element of the array to which it
 *	     points (VI_RECORDS, VI_VALUES). 0: there is no member.
 * @count:   offset of the size_t with the number of elements.
 * @known:   how to tell whether the member holds a value, with @key. NULL: it
 *	     always does, except that NULL strings are unknown.
 * @absent_bit, @absent: a bit, and the offset of the uint32_t in which readers
 *	     of captures set it if the capture does not have the value, whether
 *	     it is a member or computed. It is in the structure that holds the
 *	     member. 0: @known tells, or @get does.
 * @names:   VI_STRING: names of the values of the member, an enum or a bool.
 * @max:     the largest number that captures may hold; 0: what fits the member.
 */
struct vi_field {
	const char *name;
	unsigned int type;			/* enum vi_type; see above */
	const char *help;
	int (*get)(const void *object, struct vi_value *value);
	const struct vi_schema *schema;

	uint16_t through, offset, size, count;
	uint32_t key, absent_bit;
	uint16_t absent;
	const struct vi_known *known;
	const struct vi_names *names;
	uint64_t max;
};

/* @fields: ends with VI_FIELDS_END. */
struct vi_schema {
	const struct vi_field *fields;
};

#define VI_FIELDS_END	{ .name = NULL }

/* --- Rows; further arguments initialize more members of the row --- */

#define VI_COMPUTED(name_, type_, help_, get_, ...)			\
	{ .name = (name_), .type = (type_), .help = (help_),		\
	  .get = (get_), __VA_ARGS__ }

#define VI_MEMBER(name_, type_, help_, struct_, member_, ...)		\
	{ .name = (name_), .type = (type_), .help = (help_),		\
	  .offset = offsetof(struct struct_, member_),			\
	  .size = sizeof(((struct struct_ *)NULL)->member_), __VA_ARGS__ }

/* @array_: a pointer to @count_ records or values (struct vi_named). */
#define VI_ARRAY(name_, type_, help_, struct_, array_, count_, ...)	\
	{ .name = (name_), .type = (type_), .help = (help_),		\
	  .offset = offsetof(struct struct_, array_),			\
	  .size = sizeof(*((struct struct_ *)NULL)->array_),		\
	  .count = offsetof(struct struct_, count_), __VA_ARGS__ }

/* The object itself, viewed as a record of another schema. */
#define VI_ITSELF(name_, type_, help_, struct_, schema_, ...)		\
	{ .name = (name_), .type = (type_), .help = (help_),		\
	  .schema = (schema_), .size = sizeof(struct struct_), __VA_ARGS__ }

/* The member is behind a pointer, which is not the object's first member. */
#define VI_THROUGH(struct_, pointer_)					\
	.through = offsetof(struct struct_, pointer_) +			\
		   0 * sizeof(char[offsetof(struct struct_, pointer_) ? 1 : -1])

#define VI_IF_FLAG(struct_, flag_)					\
	.known = &vi_by_flag, .key = offsetof(struct struct_, flag_)
#define VI_IF_OTHER_FLAG(struct_, flag_)				\
	.known = &vi_by_other_flag, .key = offsetof(struct struct_, flag_)
#define VI_IF_NOT(value_)	.known = &vi_by_value, .key = (value_)

/* What always has a value, except in captures that lack it. @n_: the number of
 * a bit of struct_.absent that no other row has. */
#define VI_UNLESS_ABSENT(struct_, n_)					\
	.absent = offsetof(struct struct_, absent), .absent_bit = 1u << (n_)

/* Make a value of @count records of @schema, without a field. */
void vi_set_records(struct vi_value *v, const struct vi_schema *schema,
		    const void *records, size_t count, size_t stride);

/* The field whose name is the first @len bytes of @name, or NULL. */
const struct vi_field *vi_schema_find_n(const struct vi_schema *schema,
					const char *name, size_t len);

/* --- Members --- */

/* The structure that holds the member of @field; NULL: there is none. */
static inline char *vi_holder(const void *object, const struct vi_field *field)
{
	const char *p = object;

	return (char *)(field->through ?
			*(const char *const *)(p + field->through) : p);
}

/* The bits of what captures lack, in the structure that holds the member. */
static inline uint32_t *vi_absent(char *holder, const struct vi_field *field)
{
	return (uint32_t *)(void *)(holder + field->absent);
}

/* A number of 1, 2, 4 or 8 bytes. */
void vi_set_number(void *member, size_t size, uint64_t number);

#endif
