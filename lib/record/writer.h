/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A streaming JSON writer: it keeps only the text that was not handed on yet.
 * All JSON of the library and the tools comes from here.
 */
#ifndef VI_RECORD_WRITER_H
#define VI_RECORD_WRITER_H

#include <stdint.h>

#include <virtio-inspect/inspect.h>

#include "core/text.h"

/* The layout. */
enum vi_style {
	VI_STYLE_ONE_LINE,	/* no white space */
	VI_STYLE_LINES,		/* outer objects and arrays have a line for
				   each of their members */
	VI_STYLE_PASTED,	/* survives mailers and issue trackers: ASCII in
				   lines of moderate length, bytes in pieces */
};

/* The deepest nesting of objects and arrays. */
#define VI_WRITER_DEPTH	63

typedef int vi_write_fn(void *data, const char *s, size_t len);

/*
 * Zero it, then set @style and its parameters, and @write with its @data. After
 * an error nothing more is written, so that it is enough to check what
 * vi_writer_end() returns.
 *
 * @text:  text that was not handed on yet.
 * @write: hand on text; 0 or a negative errno. NULL: all text stays in @text.
 * @lines: VI_STYLE_LINES: how many levels have lines, below the first @base.
 * @margin: VI_STYLE_LINES: indentation of the outermost level's lines.
 * @items: a bit for each level: does it have a member? As @lists: is it an
 *         array? @broken: does it have a line for each member?
 * @gone:  number of bytes handed on; @line: the offset of the current line.
 * @millionths: write reals with vi_writer_millionths().
 * @zeros: number of bytes that were written as "0*N".
 */
struct vi_writer {
	struct vi_text text;
	vi_write_fn *write;
	void *data;
	int err;
	enum vi_style style;
	unsigned int lines, margin, base;
	unsigned int depth;
	bool after_key;
	bool line_ends;
	bool millionths;
	unsigned int next_margin;
	uint64_t items, lists, broken;
	size_t gone, line, zeros;
};

void vi_writer_begin_object(struct vi_writer *w);
void vi_writer_begin_array(struct vi_writer *w);
/* Close the innermost object or array. */
void vi_writer_close(struct vi_writer *w);

/* The name of the next value; names must need no escaping. */
void vi_writer_key(struct vi_writer *w, const char *name);

/*
 * Write any text, escaped like vi_escape() does. Returns true if that changed
 * it, so that the caller adds its bytes.
 */
bool vi_writer_string(struct vi_writer *w, const char *s);
/* A string of hexadecimal digits; VI_STYLE_PASTED splits it into pieces. */
void vi_writer_digits(struct vi_writer *w, const char *digits);
/* The bytes of @s, as a string of hexadecimal digits. */
void vi_writer_bytes(struct vi_writer *w, const void *bytes, size_t len);
void vi_writer_number(struct vi_writer *w, uint64_t n);
void vi_writer_hex(struct vi_writer *w, const struct vi_features *n);
/* @digits: significant digits. Numbers that are not finite become 0. */
void vi_writer_real(struct vi_writer *w, double n, unsigned int digits);
/* Rounded to a millionth, without trailing zeros or a trailing point. */
void vi_writer_millionths(struct vi_writer *w, double n);
/* @digits after the point, at most 9. */
void vi_writer_fixed(struct vi_writer *w, double n, unsigned int digits);
void vi_writer_bool(struct vi_writer *w, bool yes);

/* For the functions above: separators before a key, or before a value without
 * one; and raw text. */
void vi_writer_separate(struct vi_writer *w, bool is_object);

static inline void vi_writer_item(struct vi_writer *w, bool is_object)
{
	if (w->after_key)
		w->after_key = false;
	else
		vi_writer_separate(w, is_object);
}

static inline void vi_writer_put(struct vi_writer *w, const char *s, size_t len)
{
	if (!w->err)
		vi_text_add(&w->text, s, len);
}

/* Begin a line that is indented by so many blanks. */
void vi_writer_newline(struct vi_writer *w, unsigned int margin);

/* Hand on the rest of the text. Returns 0 or the first error. */
int vi_writer_end(struct vi_writer *w);
void vi_writer_free(struct vi_writer *w);

#endif
