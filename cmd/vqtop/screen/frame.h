/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The content of the screen as cells, which any output can draw. */
#ifndef CMD_VQTOP_SCREEN_FRAME_H
#define CMD_VQTOP_SCREEN_FRAME_H

#include <stdbool.h>
#include <stddef.h>

/* The meaning of a text. Words or signs must say the same as the style. */
enum vt_style {
	VT_PLAIN,
	VT_BOLD,
	VT_DIM,
	VT_GOOD,
	VT_WARNING,
	VT_ERROR,
	VT_HEADING,
	VT_SORTED,	/* the heading of the column to sort by */
	VT_SELECTED,
	VT_STYLES
};

/* A character with combining marks; "" is the right half of a wide one. */
struct vt_cell {
	char s[12];
	unsigned char style;
};

struct vt_frame {
	unsigned int width, height;
	struct vt_cell *cell;		/* width * height cells */
	bool ascii;
};

/* Fill it with blanks. False: out of memory; the frame may be reused. */
bool vt_frame_begin(struct vt_frame *f, unsigned int width,
		    unsigned int height, bool ascii);
void vt_frame_free(struct vt_frame *f);

/*
 * Put escaped text at column @x of line @y, in at most @columns; a mark ends
 * truncated text. Returns how many columns it took.
 */
unsigned int vt_put(struct vt_frame *f, unsigned int x, unsigned int y,
		    unsigned int columns, enum vt_style style, const char *s);
/* The same, right-aligned. */
void vt_put_right(struct vt_frame *f, unsigned int x, unsigned int y,
		  unsigned int columns, enum vt_style style, const char *s);
/* Set the style of a line or a part of one. */
void vt_style(struct vt_frame *f, unsigned int x, unsigned int y,
	      unsigned int columns, enum vt_style style);

/* A line without trailing blanks, for the caller to free. */
char *vt_frame_line(const struct vt_frame *f, unsigned int y);

/* Like vt_put(), for text that is not escaped yet. */
unsigned int vt_put_escaped(struct vt_frame *f, unsigned int x, unsigned int y,
			    unsigned int columns, enum vt_style style,
			    const char *s);

#endif
