/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which fields of a record, and which records in it, are written. */
#ifndef VI_RECORD_SELECT_H
#define VI_RECORD_SELECT_H

#include "record/schema.h"
#include "record/writer.h"

/* How deep records may be nested; schemas that nest them deeper are wrong. */
#define VI_RECORD_DEPTH	4

/* The fields that lead to a field which is written on request only. */
struct vi_select_path {
	const struct vi_field *field[VI_RECORD_DEPTH + 1];
	unsigned int len;
};

/*
 * Zeroed, it selects all fields except those on request.
 *
 * @fields: fields of the outermost record, in this order; NULL: all of them.
 * @keep:   returns whether to write @record of @list; NULL: write all.
 * @instead: field of the outermost record for which @records are written
 *          instead of its value; NULL: there is none.
 */
struct vi_selection {
	const struct vi_field **fields;
	size_t num_fields;
	struct vi_select_path *paths;
	size_t num_paths;
	bool (*keep)(void *data, const struct vi_field *list,
		     const void *record);
	void *data;
	const struct vi_field *instead;
	struct vi_value records;
};

/*
 * Select the fields that @names lists, as in vi_to_json(). Returns 0 or a
 * negative errno with a message; call vi_select_free() in either case.
 */
int vi_select_names(struct vi_ctx *ctx, struct vi_selection *s,
		    const struct vi_schema *schema, const char *const *names);
void vi_select_free(struct vi_selection *s);

/* Write a record as an object. @ctx: its context, or NULL. */
void vi_write_record(struct vi_ctx *ctx, struct vi_writer *w,
		     const struct vi_schema *schema, const void *object,
		     const struct vi_selection *s);

/* Write the key of a field and its value, as in a record; nothing if the value
 * is unknown. */
void vi_write_field(struct vi_writer *w, const struct vi_field *f,
		    const void *object);

#endif
