/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How vqtop shows the fields of a queue. */
#ifndef CMD_VQTOP_MODEL_COLUMNS_H
#define CMD_VQTOP_MODEL_COLUMNS_H

#include "common/columns.h"
#include "vqtop/model/snapshot.h"

/* How to write a value: struct tool_column.form. */
enum vt_form {
	VT_AS_TEXT,
	VT_AS_NUMBER,		/* 123, 12.3k, 1.2M */
	VT_AS_PERCENT,
	VT_AS_US,		/* microseconds as 12us, 1.2ms, 3.4s */
	VT_AS_MS,		/* milliseconds in the same form */
	VT_AS_YES,
	VT_AS_NAME,		/* the driver's name, or the specification's */
	VT_AS_STATE,
	VT_AS_REASON,
	VT_AS_BAR,		/* screen only: a bar and a percentage */
	VT_AS_HISTORY,		/* screen only: a line for the last minutes */
};

/* The default columns are those of --batch. */
extern const struct tool_column_table vt_columns;
extern const char vt_screen_columns[];
/* For narrow screens, and if no ring can be read. */
extern const char vt_narrow_columns[], vt_ringless_columns[];

/* NULL: no such column. */
const struct tool_column *vt_column(const char *name);
/* False: unknown. */
bool vt_column_value(const struct tool_column *c, const struct vt_row *r,
		     struct vi_value *v);

/* Compare two rows by a column, ascending; unknown values come first. */
int vt_column_compare(const struct tool_column *c, const struct vt_row *a,
		      const struct vt_row *b);
/* Do users want the largest value first? True for numbers, not for names. */
bool vt_column_descends(const struct tool_column *c);

/* The field that marks the value as a lower bound; NULL: none. */
const char *vt_column_bound(const struct tool_column *c);

/* The value as escaped text; "-" if unknown. */
void vt_add_cell(struct text *t, const struct tool_column *c,
		 const struct vt_row *r, bool ascii);

/* "STALLED", "LOST", "moving", "busy", "waiting", "idle", or "-" if unknown. */
const char *vt_state(const struct vt_row *r);

/* Does @text occur in the queue's names, or is it the state? Ignores case. */
bool vt_row_has(const struct vt_row *r, const char *text);

/* "12.3k"; and "1.2ms", of microseconds. */
void vt_add_amount(struct text *t, double n);
void vt_add_time(struct text *t, double us, bool ascii);

#endif
