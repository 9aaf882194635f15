/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sample as a line of JSON, and back. */
#ifndef CMD_VQTOP_MODEL_JSON_H
#define CMD_VQTOP_MODEL_JSON_H

#include "vqtop/model/columns.h"

/* Add the line, without its end. @columns: what to have of queues beside what
 * they are known by; NULL: all there is. */
void vt_json_add(struct text *t, const struct vt_snapshot *s,
		 const struct tool_columns *columns);
/* The line that a recording begins with. */
void vt_json_add_header(struct text *t);

/* A number in full, a yes as 1; nothing of other values. */
void vt_add_plain(struct text *t, const struct vt_value *v);

enum vt_line_is {
	VT_LINE_BAD = -1,
	VT_LINE_HEADER,
	VT_LINE_SAMPLE,
};

/*
 * Read a line, which may hold anything. @why: what is wrong with it, for
 * VT_LINE_BAD; @at: after how many bytes.
 */
enum vt_line_is vt_json_parse(struct vt_snapshot *s, const char *line,
			      size_t len, const char **why, size_t *at);

#endif
