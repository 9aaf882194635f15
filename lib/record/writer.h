/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * JSON, written value by value as it is made: nothing is kept but the text that
 * was not handed on yet. All JSON of the library comes from here.
 */
#ifndef VI_RECORD_WRITER_H
#define VI_RECORD_WRITER_H

#include <stdint.h>

#include <virtio-inspect/inspect.h>

#include "core/text.h"

/* How values are laid out. */
enum vi_style {
	VI_STYLE_ONE_LINE,	/* no white space */
	VI_STYLE_LINES,		/* outer objects and arrays have a line for
				   each of their members */
	VI_STYLE_PASTED,	/* survives mailers and issue trackers: ASCII in
				   lines of moderate length, bytes in pieces */
};

/* Objects and arrays are nested no deeper. */
#define VI_WRITER_DEPTH	63

typedef int vi_write_fn(void *data, const char *s, size_t len);

/*
 * Begins as zeros, with @style and what goes with it, and @write with its
 * @data, set. After an error nothing more is written, so that one look at the
 * end, at what vi_writer_end() returns, is enough.
 *
 * @text:  what was written and not handed on yet.
 * @write: hand text on: 0 or a negative errno. NULL: all of it stays in @text.
 * @lines: VI_STYLE_LINES: how many levels have lines, below the first @base.
 * @margin: VI_STYLE_LINES: blanks before the outermost level's lines.
 * @items: a bit for each level: does it have a member? As @lists: is it an
 *         array? @broken: does it have a line for each member?
 * @gone:  bytes that were handed on, and @line where the line began, of all.
 * @millionths: write reals with vi_writer_millionths().
 * @zeros: bytes that "0*N" stands for, of all.
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
/* The innermost object or array. */
void vi_writer_close(struct vi_writer *w);

/* The name of the value that comes next; names need no escaping. */
void vi_writer_key(struct vi_writer *w, const char *name);

/*
 * Text, which may be anything: it is made safe as vi_escape() does. True: it
 * was changed, so that its bytes are wanted as well.
 */
bool vi_writer_string(struct vi_writer *w, const char *s);
/* Hexadecimal digits of bytes as a string; VI_STYLE_PASTED: in pieces. */
void vi_writer_digits(struct vi_writer *w, const char *digits);
/* The bytes of @s, as a string of hexadecimal digits. */
void vi_writer_bytes(struct vi_writer *w, const void *bytes, size_t len);
void vi_writer_number(struct vi_writer *w, uint64_t n);
void vi_writer_hex(struct vi_writer *w, const struct vi_features *n);
/* Anything but a finite number is written as 0. @digits: significant ones. */
void vi_writer_real(struct vi_writer *w, double n, unsigned int digits);
/* To the millionth, without zeros at the end or a point behind whole numbers. */
void vi_writer_millionths(struct vi_writer *w, double n);
/* @digits behind the point, up to 9. */
void vi_writer_fixed(struct vi_writer *w, double n, unsigned int digits);
void vi_writer_bool(struct vi_writer *w, bool yes);

/* For the functions above: what goes before a key, or a value without one; and
 * a piece of text as it is. */
void vi_writer_item(struct vi_writer *w, bool is_object);

static inline void vi_writer_put(struct vi_writer *w, const char *s, size_t len)
{
	if (!w->err)
		vi_text_add(&w->text, s, len);
}

/* What comes next begins a line, with so many blanks. */
void vi_writer_newline(struct vi_writer *w, unsigned int margin);

/* Hand on what is left. 0, or the first error. */
int vi_writer_end(struct vi_writer *w);
void vi_writer_free(struct vi_writer *w);

#endif
