// SPDX-License-Identifier: GPL-2.0-or-later
/* The content of the screen. */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "vqtop/screen/frame.h"

#define MAX_SIDE	4096

bool vt_frame_begin(struct vt_frame *f, unsigned int width,
		    unsigned int height, bool ascii)
{
	struct vt_cell *cell;
	size_t i, n;

	width = width > MAX_SIDE ? MAX_SIDE : width;
	height = height > MAX_SIDE ? MAX_SIDE : height;
	n = (size_t)width * height;
	if (!f->cell || n != (size_t)f->width * f->height) {
		cell = realloc(f->cell, (n ? n : 1) * sizeof(*cell));
		if (!cell)
			return false;
		f->cell = cell;
	}
	f->width = width;
	f->height = height;
	f->ascii = ascii;
	for (i = 0; i < n; i++)
		f->cell[i] = (struct vt_cell){ .s = " " };
	return true;
}

void vt_frame_free(struct vt_frame *f)
{
	free(f->cell);
	memset(f, 0, sizeof(*f));
}

static void add_mark(struct vt_cell *cell, const char *s, size_t len)
{
	size_t has = strlen(cell->s);

	if (has && has + len < sizeof(cell->s)) {
		memcpy(cell->s + has, s, len);
		cell->s[has + len] = '\0';
	}
}

static unsigned int put_one(struct vt_frame *f, unsigned int x, unsigned int y,
			    enum vt_style style, const char *s, size_t len,
			    int columns)
{
	struct vt_cell *cell = &f->cell[(size_t)y * f->width + x];

	if (!columns) {
		if (x)
			add_mark(cell - 1, s, len);
		return 0;
	}
	memset(cell->s, 0, sizeof(cell->s));
	if (f->ascii && *s & 0x80)
		cell->s[0] = '?';
	else
		memcpy(cell->s, s, len);
	cell->style = style;
	if (columns == 2) {
		memset(cell[1].s, 0, sizeof(cell[1].s));
		/* The substitute is narrow: put it twice. */
		if (f->ascii)
			cell[1].s[0] = '?';
		cell[1].style = style;
	}
	return columns;
}

unsigned int vt_put(struct vt_frame *f, unsigned int x, unsigned int y,
		    unsigned int columns, enum vt_style style, const char *s)
{
	unsigned int used = 0, whole = text_columns(s);
	int n = 1;
	size_t len;

	if (y >= f->height || x >= f->width)
		return 0;
	if (columns > f->width - x)
		columns = f->width - x;
	while (*s && used < columns) {
		len = text_next(s, &n);
		/* The last column holds the mark of truncation. */
		if (whole > columns && used + n > columns - 1) {
			put_one(f, x + used, y, style, f->ascii ? "~" : "…",
				f->ascii ? 1 : 3, 1);
			return used + 1;
		}
		used += put_one(f, x + used, y, style, s, len, n);
		s += len;
	}
	return used;
}

void vt_put_right(struct vt_frame *f, unsigned int x, unsigned int y,
		  unsigned int columns, enum vt_style style, const char *s)
{
	unsigned int n = text_columns(s);

	vt_put(f, n < columns ? x + columns - n : x, y, columns, style, s);
}

void vt_style(struct vt_frame *f, unsigned int x, unsigned int y,
	      unsigned int columns, enum vt_style style)
{
	for (; y < f->height && columns-- && x < f->width; x++)
		f->cell[(size_t)y * f->width + x].style = style;
}

char *vt_frame_line(const struct vt_frame *f, unsigned int y)
{
	const struct vt_cell *cell = f->cell + (size_t)y * f->width;
	char *line = calloc(f->width + 1, sizeof(cell->s));
	size_t len = 0, end = 0;
	unsigned int x;

	for (x = 0; line && x < f->width; x++) {
		size_t n = strlen(cell[x].s);

		memcpy(line + len, cell[x].s, n);
		len += n;
		if (strcmp(cell[x].s, " "))
			end = len;
	}
	if (line)
		line[end] = '\0';
	return line;
}

unsigned int vt_put_escaped(struct vt_frame *f, unsigned int x, unsigned int y,
			    unsigned int columns, enum vt_style style,
			    const char *s)
{
	char *safe = text_escape(s);
	unsigned int n = safe ? vt_put(f, x, y, columns, style, safe) : 0;

	free(safe);
	return n;
}
