/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the output can show: colours, UTF-8, a width. */
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
 * Find out about standard output. It has colours if it is a terminal and
 * NO_COLOR is not set (no-color.org). @ascii: only ASCII characters.
 */
void term_init(struct term *t, bool ascii);

/* Add escaped text in a style. Colours must not carry meaning of their own. */
void term_add(const struct term *t, struct text *text, enum term_style style,
	      const char *s);

/* A bar of @cells that shows @n out of @of. */
void term_add_bar(const struct term *t, struct text *text, uint64_t n,
		  uint64_t of, unsigned int cells);

/* The width of escaped text in columns. */
size_t term_columns(const char *s);

/* Escape @s and pad it to @columns. */
void text_add_padded(struct text *text, const char *s, size_t columns);

/* Escape @s and wrap it at @width; @indent applies from the second line on. */
void text_add_wrapped(struct text *text, const char *s, unsigned int indent,
		      unsigned int width);

#endif
