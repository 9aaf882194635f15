/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The columns: what of a queue is shown, and how. A new one is a row here. */
#ifndef CMD_VQTOP_MODEL_COLUMNS_H
#define CMD_VQTOP_MODEL_COLUMNS_H

#include "common/columns.h"
#include "vqtop/model/snapshot.h"

/* How a value is written: struct tool_column.form. */
enum vt_form {
	VT_AS_TEXT,
	VT_AS_NUMBER,		/* 123, 12.3k, 1.2M */
	VT_AS_PERCENT,
	VT_AS_US,		/* 12us, 1.2ms, 3.4s; of microseconds */
	VT_AS_MS,		/* the same of milliseconds */
	VT_AS_YES,
	VT_AS_NAME,		/* its name, else that of the specification */
	VT_AS_STATE,
	VT_AS_REASON,
	VT_AS_BAR,		/* the screen: a bar and percents */
	VT_AS_HISTORY,		/* the screen: a line of the last minutes */
};

/* What batches show is the usual. */
extern const struct tool_column_table vt_columns;
extern const char vt_screen_columns[];
/* Of a screen with little room; and where rings cannot be read. */
extern const char vt_narrow_columns[], vt_ringless_columns[];

/* NULL: there is none called so. */
const struct tool_column *vt_column(const char *name);
/* The number of the field that it shows in struct vt_row; -1: none. */
int vt_column_field(const struct tool_column *c);
const struct vt_value *vt_column_value(const struct tool_column *c,
				       const struct vt_row *r);

/* How far two rows are from each other by a column; unknown is less. */
int vt_column_compare(const struct tool_column *c, const struct vt_row *a,
		      const struct vt_row *b);
/* Numbers are of interest from the most, names from the first. */
bool vt_column_descends(const struct tool_column *c);

/* What says that the column's value may be more; F_COUNT: nothing does. */
enum vt_field vt_column_bound(const struct tool_column *c);

/* The value as people read it, "-" where it is not known; safe to show. */
void vt_add_cell(struct text *t, const struct tool_column *c,
		 const struct vt_row *r, bool ascii);

/* Is the queue stalled, moving, busy, idle, unknown? */
const char *vt_state(const struct vt_row *r);

/* Does the text the user typed occur in what the queue is called? */
bool vt_row_has(const struct vt_row *r, const char *text);

/* "12.3k" */
void vt_add_amount(struct text *t, double n);

#endif
