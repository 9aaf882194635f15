/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the output can show: colours, characters other than ASCII, a width. */
#ifndef CMD_COMMON_TERM_H
#define CMD_COMMON_TERM_H

#include "common/text.h"

struct term {
	bool colour, utf8;
	unsigned int width;
};

enum term_style {
	TERM_PLAIN,
	TERM_BOLD,
	TERM_DIM,
	TERM_GOOD,
	TERM_WARNING,
	TERM_ERROR,
};

/*
 * Of the standard output. Colours are for terminals, unless the environment
 * has NO_COLOR (no-color.org); @ascii: no others than ASCII characters.
 */
void term_init(struct term *t, bool ascii);

/* @s, which is safe already, in a style that adds to what the words say. */
void term_add(const struct term *t, struct text *text, enum term_style style,
	      const char *s);

/* @n of @of as a bar of @cells. */
void term_add_bar(const struct term *t, struct text *text, uint64_t n,
		  uint64_t of, unsigned int cells);

/* How many columns @s takes, of text that was escaped. */
size_t term_columns(const char *s);

/* @s escaped, and blanks up to @columns. */
void text_add_padded(struct text *text, const char *s, size_t columns);

/* @s, escaped, in lines of @width with @indent before those but the first. */
void text_add_wrapped(struct text *text, const char *s, unsigned int indent,
		      unsigned int width);

#endif
