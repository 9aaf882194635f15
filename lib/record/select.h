/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What of a record is written: its fields by name, and records that pass. */
#ifndef VI_RECORD_SELECT_H
#define VI_RECORD_SELECT_H

#include "record/schema.h"
#include "record/writer.h"

/* Records in records are written down to here; more is a mistake in what
 * describes them. */
#define VI_RECORD_DEPTH	4

/* A field that is written only on request, and those that lead to it. */
struct vi_select_path {
	const struct vi_field *field[VI_RECORD_DEPTH + 1];
	unsigned int len;
};

/*
 * Zeroed, it selects all there is without being asked for.
 *
 * @fields: those of the outermost record, in this order; NULL: all of them.
 * @keep:   is this record of @list wanted? NULL: all are.
 * @instead: a field of the outermost record of which these @records are
 *          written, whatever it says itself; NULL: there is none.
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
 * Select what @names says, see vi_to_json(). 0 or a negative errno with a
 * message; to be freed in any case.
 */
int vi_select_names(struct vi_ctx *ctx, struct vi_selection *s,
		    const struct vi_schema *schema, const char *const *names);
void vi_select_free(struct vi_selection *s);

/* Write a record as an object. @ctx: that it is of, or NULL. */
void vi_write_record(struct vi_ctx *ctx, struct vi_writer *w,
		     const struct vi_schema *schema, const void *object,
		     const struct vi_selection *s);

/* Write the key of a field and its value, as in a record; nothing if the value
 * is unknown. */
void vi_write_field(struct vi_writer *w, const struct vi_field *f,
		    const void *object);

#endif
