/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of the display: selection, folded devices, sort order. Independent
 * of terminals.
 */
#ifndef CMD_VQTOP_SCREEN_VIEW_H
#define CMD_VQTOP_SCREEN_VIEW_H

#include "vqtop/model/columns.h"
#include "vqtop/model/history.h"
#include "vqtop/screen/frame.h"
#include "vqtop/vqtop.h"

enum vt_prompt {
	VT_NO_PROMPT,
	VT_SEARCH,
	VT_FILTER,
	VT_SORT,
};

enum vt_line_kind {
	VT_DEVICE_LINE,
	VT_QUEUE_LINE,
	VT_REASON_LINE,		/* why the queue above is stalled */
};

struct vt_line {
	enum vt_line_kind kind;
	size_t row;		/* in the snapshot; of a device, the first */
	size_t first, count;	/* for a device: a range of vt_lines.order */
};

struct vt_lines {
	struct vt_line *line;
	size_t count;
	size_t *order;		/* rows in sort order */
	size_t num_order;
};

/* Text for the pane, one entry per line; see detail.c. */
struct vt_pane {
	struct {
		char *s;
		enum vt_style style;
	} *line;
	size_t count;
};

/* The position in a recording; speed 0: not a recording. */
struct vt_tape {
	double speed;
	size_t at, count;
};

struct vt_model {
	struct vt_snapshot now;
	struct vt_history history;
	struct vt_pane pane, help;
	struct vt_tape tape;
};

struct vt_view {
	struct tool_columns columns;
	bool own_columns;		/* the user chose them */
	const char *usual;		/* else: the default list in use */
	const struct tool_column *sort;	/* NULL: by device and index */
	bool invert, ascii;
	char filter[VT_TYPED], search[VT_TYPED];
	double delay;
	bool paused, help, show_pane, in_pane;
	size_t top, pane_top, help_top, first_column;
	/* The selected queue, or with a negative index the device. */
	char *device;
	int64_t index;
	size_t cursor;			/* its line when last shown */
	/* A lost selection, until the user selects something else. */
	char *gone;
	int64_t gone_index;
	char **folded;
	size_t num_folded;
	enum vt_prompt prompt;
	char typed[VT_TYPED];
	char message[1024];
	bool bad_message;
	struct vt_lines lines;
};

/* Where the parts of the screen are; height 0: not shown. */
struct vt_regions {
	unsigned int note, note_height, heading, list, list_height, pane, pane_height;
	unsigned int footer;
};

void vt_regions(const struct vt_model *m, const struct vt_view *v,
		unsigned int height, struct vt_regions *r);

/* lines.c: the lines in order. False: out of memory. */
bool vt_lines_build(struct vt_lines *l, const struct vt_model *m,
		    const struct vt_view *v);
bool vt_is_folded(const struct vt_view *v, const char *device);

/* view.c: call it after a sample, a key or a resize. Rebuilds the lines, keeps
 * the selection and scrolls to it. False: out of memory. */
bool vt_view_settle(struct vt_view *v, const struct vt_model *m,
		    unsigned int height);
void vt_view_free(struct vt_view *v);
/* Select line @i, or the nearest one that can be selected. */
void vt_view_select(struct vt_view *v, const struct vt_model *m, size_t i,
		    int direction);
void vt_view_fold(struct vt_view *v);
/* The selected row; NULL: none, or a device is selected. */
const struct vt_row *vt_view_row(const struct vt_view *v,
				 const struct vt_model *m);
void vt_view_say(struct vt_view *v, bool bad, const char *fmt, ...)
	TOOL_PRINTF(3, 4);
/* Select the next queue that matches the search. */
void vt_view_search(struct vt_view *v, const struct vt_model *m, bool next);

void vt_pane_clear(struct vt_pane *p);
/* pane.c: wrap lines that are wider than @width */
void vt_pane_wrap(struct vt_pane *p, unsigned int width);
void vt_pane_add(struct vt_pane *p, enum vt_style style, struct text *t);

/* layout.c: draw the whole screen */
void vt_layout(struct vt_frame *f, const struct vt_model *m,
	       const struct vt_view *v);
/* The column whose heading is at @x, for the mouse; NULL: none. */
const struct tool_column *vt_layout_column(const struct vt_view *v,
					 const struct vt_model *m,
					 unsigned int width, unsigned int x);

/* help.c: describe the keys, wrapped at @width */
void vt_help(struct vt_pane *p, unsigned int width, bool ascii);

/* default_columns.c: choose columns, unless the user did */
void vt_default_columns(struct vt_view *v, const struct vt_model *m,
			unsigned int width);

/* keys.c: codes of special keys */
enum vt_key {
	VT_UP = 0x110000, VT_DOWN, VT_LEFT, VT_RIGHT, VT_PAGE_UP, VT_PAGE_DOWN,
	VT_HOME, VT_END, VT_ENTER, VT_ESCAPE, VT_BACKSPACE, VT_TAB, VT_F1,
	VT_F6,
};

/* What the caller has to do after a key. */
enum vt_todo {
	VT_DRAW,
	VT_REDRAW,		/* redraw everything */
	VT_QUIT,
	VT_CHECK,
	VT_CAPTURE,
	VT_SAVE,
	VT_SEEK,		/* by @amount samples */
	VT_SPEED,		/* by a factor of 2 to the power of @amount */
	VT_RESTART,		/* the delay has changed */
};

struct vt_do {
	enum vt_todo todo;
	int amount;
};

struct vt_do vt_press(struct vt_view *v, const struct vt_model *m, long key,
		      unsigned int height);
/* A click, or scrolling by @by lines. */
void vt_click(struct vt_view *v, const struct vt_model *m, unsigned int x,
	      unsigned int y, unsigned int width, unsigned int height);
void vt_wheel(struct vt_view *v, const struct vt_model *m, unsigned int y,
	      int by, unsigned int height);

#endif
