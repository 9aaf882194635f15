/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person looks at: which queue is selected, what is folded, how it is
 * sorted. Nothing here knows of a terminal.
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
	VT_REASON_LINE,		/* why the queue above it stands still */
};

struct vt_line {
	enum vt_line_kind kind;
	size_t row;		/* in the snapshot; of a device its first one */
	size_t first, count;	/* a device's: in struct vt_lines.order */
};

struct vt_lines {
	struct vt_line *line;
	size_t count, size;
	size_t *order;		/* rows, as they are sorted */
	size_t num_order, size_order;
};

/* Text for the pane below, a line each; see detail.c. */
struct vt_pane {
	struct {
		char *s;
		enum vt_style style;
	} *line;
	size_t count, size;
};

/* Where a recording is; speed 0: not a recording. */
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
	const char *usual;		/* else: of which list they are */
	const struct tool_column *sort;	/* NULL: by device and index */
	bool invert, ascii;
	char filter[VT_TYPED], search[VT_TYPED];
	double delay;
	bool paused, help, show_pane, in_pane;
	size_t top, pane_top, help_top, first_column;
	/* What is selected: a queue, or with below 0 a device. */
	char *device;
	int64_t index;
	size_t cursor;			/* its line, when it was last seen */
	/* What went while it was selected, until another one is chosen. */
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

/* Where things are on a screen of some size; height 0: not there. */
struct vt_regions {
	unsigned int note, note_height, heading, list, list_height, pane, pane_height;
	unsigned int footer;
};

void vt_regions(const struct vt_model *m, const struct vt_view *v,
		unsigned int height, struct vt_regions *r);

/* lines.c: what there is to show, in order. False when out of memory. */
bool vt_lines_build(struct vt_lines *l, const struct vt_model *m,
		    const struct vt_view *v);
bool vt_is_folded(const struct vt_view *v, const char *device);

/* view.c: after a new sample, a key or another size: the lines anew, the
 * selection where it was, and in sight. False when out of memory. */
bool vt_view_settle(struct vt_view *v, const struct vt_model *m,
		    unsigned int height);
void vt_view_free(struct vt_view *v);
/* Select line @i, or the nearest there is. */
void vt_view_select(struct vt_view *v, const struct vt_model *m, size_t i,
		    int direction);
void vt_view_fold(struct vt_view *v, const struct vt_model *m);
/* The row that is selected; NULL: none, or a device. */
const struct vt_row *vt_view_row(const struct vt_view *v,
				 const struct vt_model *m);
void vt_view_say(struct vt_view *v, bool bad, const char *fmt, ...)
	TOOL_PRINTF(3, 4);
/* Go to the next queue that has what is searched for. */
void vt_view_search(struct vt_view *v, const struct vt_model *m, bool next);

void vt_pane_clear(struct vt_pane *p);
/* wrap.c: have lines that are wider than that go on below. */
void vt_pane_wrap(struct vt_pane *p, unsigned int width);
void vt_pane_add(struct vt_pane *p, enum vt_style style, struct text *t);

/* layout.c: all of the screen. */
void vt_layout(struct vt_frame *f, const struct vt_model *m,
	       const struct vt_view *v);
/* The column whose heading is at @x, or NULL; for the mouse. */
const struct tool_column *vt_layout_column(const struct vt_view *v,
					 const struct vt_model *m,
					 unsigned int width, unsigned int x);

/* help.c: what keys do, in lines of that many columns. */
void vt_help(struct vt_pane *p, unsigned int width, bool ascii);

/* default_columns.c: unless the user chose columns, those of use here. */
void vt_default_columns(struct vt_view *v, const struct vt_model *m,
			unsigned int width);

/* keys.c: keys that are no characters. */
enum vt_key {
	VT_UP = 0x110000, VT_DOWN, VT_LEFT, VT_RIGHT, VT_PAGE_UP, VT_PAGE_DOWN,
	VT_HOME, VT_END, VT_ENTER, VT_ESCAPE, VT_BACKSPACE, VT_TAB, VT_F1,
	VT_F6,
};

/* What is left to do after a key. */
enum vt_todo {
	VT_DRAW,
	VT_REDRAW,		/* all of it, whatever is there */
	VT_QUIT,
	VT_CHECK,
	VT_CAPTURE,
	VT_SAVE,
	VT_SEEK,		/* by @amount samples */
	VT_SPEED,		/* times 2 to the @amount */
	VT_RESTART,		/* the delay is another */
};

struct vt_do {
	enum vt_todo todo;
	int amount;
};

struct vt_do vt_press(struct vt_view *v, const struct vt_model *m, long key,
		      unsigned int height);
/* A click, or a turn of the wheel by so many lines. */
void vt_click(struct vt_view *v, const struct vt_model *m, unsigned int x,
	      unsigned int y, unsigned int width, unsigned int height);
void vt_wheel(struct vt_view *v, const struct vt_model *m, unsigned int y,
	      int by, unsigned int height);

#endif
