/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A picture of the screen: cells, which anything can be drawn from. */
#ifndef CMD_VQTOP_SCREEN_FRAME_H
#define CMD_VQTOP_SCREEN_FRAME_H

#include <stdbool.h>
#include <stddef.h>

/* What a piece of text is; a word or a sign always says it too. */
enum vt_style {
	VT_PLAIN,
	VT_BOLD,
	VT_DIM,
	VT_GOOD,
	VT_WARNING,
	VT_ERROR,
	VT_HEADING,
	VT_SORTED,	/* a heading: what is sorted by */
	VT_SELECTED,
	VT_STYLES
};

/* A character, maybe with marks on it; "" is the right half of a wide one. */
struct vt_cell {
	char s[12];
	unsigned char style;
};

struct vt_frame {
	unsigned int width, height;
	struct vt_cell *cell;		/* width * height of them */
	bool ascii;
};

/* Blanks everywhere. False when out of memory; the frame may be reused. */
bool vt_frame_begin(struct vt_frame *f, unsigned int width,
		    unsigned int height, bool ascii);
void vt_frame_free(struct vt_frame *f);

/*
 * Put @s, which is safe, at column @x of line @y, in at most @columns, cut
 * with a mark at its end where it is longer. Returns the columns it took.
 */
unsigned int vt_put(struct vt_frame *f, unsigned int x, unsigned int y,
		    unsigned int columns, enum vt_style style, const char *s);
/* The same, at the right end of those columns. */
void vt_put_right(struct vt_frame *f, unsigned int x, unsigned int y,
		  unsigned int columns, enum vt_style style, const char *s);
/* Give a line, or a part of one, a style. */
void vt_style(struct vt_frame *f, unsigned int x, unsigned int y,
	      unsigned int columns, enum vt_style style);

/* A line as text, without blanks at its end; to be freed. */
char *vt_frame_line(const struct vt_frame *f, unsigned int y);

#endif
