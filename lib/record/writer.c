// SPDX-License-Identifier: LGPL-2.1-or-later
/* The JSON writer: separators, line breaks, and handing on the text. */
#include <errno.h>

#include "record/writer.h"

/* Hand on text in pieces of about this size. */
#define HAND_ON		((size_t)64 << 10)

/* VI_STYLE_PASTED: how many levels have a line for each member; a line of
 * deeper levels breaks at the first comma after so many characters. */
#define PASTED_LINES	5
#define PASTED_WIDTH	72
#define PASTED_INDENT	15

static uint64_t level(const struct vi_writer *w)
{
	return (uint64_t)1 << w->depth;
}

/* --- Lines --- */

static void new_line(struct vi_writer *w, unsigned int blanks)
{
	char *to = w->err ? NULL : vi_text_room(&w->text, blanks + 1);

	if (!to)
		return;
	*to = '\n';
	memset(to + 1, ' ', blanks);
	w->line = w->gone + w->text.len + 1;
	vi_text_added(&w->text, blanks + 1);
}

void vi_writer_newline(struct vi_writer *w, unsigned int margin)
{
	w->line_ends = true;
	w->next_margin = margin;
}

/* Does the line end here? */
static bool end_line(struct vi_writer *w)
{
	if (!w->line_ends)
		return false;
	w->line_ends = false;
	new_line(w, w->next_margin);
	return true;
}

static unsigned int indent(const struct vi_writer *w)
{
	if (w->style == VI_STYLE_LINES)
		return w->margin + w->depth - w->base;
	return w->depth < PASTED_INDENT ? w->depth : PASTED_INDENT;
}

/* Before the first member of a level: does each member get its own line? */
static bool is_broken(const struct vi_writer *w, bool is_object)
{
	if (w->style == VI_STYLE_LINES)
		return w->depth - w->base <= w->lines;
	return w->depth <= PASTED_LINES &&
	       (is_object || !(w->lists & level(w)));
}

static void begin_members(struct vi_writer *w, bool is_object)
{
	w->items |= level(w);
	w->broken &= ~level(w);
	if (end_line(w) || w->style == VI_STYLE_ONE_LINE ||
	    w->depth <= w->base ||
	    !is_broken(w, is_object))
		return;
	w->broken |= level(w);
	new_line(w, indent(w));
}

static void next_member(struct vi_writer *w)
{
	if (w->depth)
		vi_writer_put(w, ",", 1);
	if (end_line(w) || w->style == VI_STYLE_ONE_LINE)
		return;
	if (w->broken & level(w) ||
	    (w->style == VI_STYLE_PASTED &&
	     w->gone + w->text.len - w->line >= PASTED_WIDTH))
		new_line(w, indent(w));
}

/* --- Objects and arrays --- */

static void hand_on(struct vi_writer *w)
{
	if (w->text.failed && !w->err)
		w->err = -ENOMEM;
	if (!w->write || w->err || !w->text.len)
		return;
	w->err = w->write(w->data, w->text.s, w->text.len);
	w->gone += w->text.len;
	vi_text_reset(&w->text);
}

void vi_writer_separate(struct vi_writer *w, bool is_object)
{
	if (w->text.len >= HAND_ON)
		hand_on(w);
	if (w->items & level(w))
		next_member(w);
	else
		begin_members(w, is_object);
}

static void begin(struct vi_writer *w, bool is_list)
{
	vi_writer_item(w, !is_list);
	vi_writer_put(w, is_list ? "[" : "{", 1);
	if (w->depth == VI_WRITER_DEPTH) {
		w->err = w->err ? w->err : -EOVERFLOW;
		return;
	}
	w->depth++;
	w->items &= ~level(w);
	w->lists = is_list ? w->lists | level(w) : w->lists & ~level(w);
}

void vi_writer_begin_object(struct vi_writer *w)
{
	begin(w, false);
}

void vi_writer_begin_array(struct vi_writer *w)
{
	begin(w, true);
}

void vi_writer_close(struct vi_writer *w)
{
	bool is_list = w->lists & level(w);
	bool lines = w->style == VI_STYLE_LINES && w->items & level(w) &&
		     w->broken & level(w);

	if (!w->depth)
		return;
	w->depth--;
	if (!end_line(w) && lines)
		new_line(w, indent(w));
	vi_writer_put(w, is_list ? "]" : "}", 1);
}

/* Most keys come in the middle of a line, right after another member. */
static bool follows_in_line(const struct vi_writer *w)
{
	return w->style != VI_STYLE_PASTED && !w->line_ends &&
	       (w->items & ~w->broken & level(w)) && w->depth &&
	       w->text.len < HAND_ON;
}

void vi_writer_key(struct vi_writer *w, const char *name)
{
	bool follows = follows_in_line(w);
	size_t len = strlen(name);
	char *to;

	if (!follows)
		vi_writer_item(w, false);
	w->after_key = true;
	to = w->err ? NULL : vi_text_room(&w->text, len + 4);
	if (!to)
		return;
	*to = ',';
	to += follows;
	to[0] = '"';
	memcpy(to + 1, name, len);
	to[len + 1] = '"';
	to[len + 2] = ':';
	vi_text_added(&w->text, len + 3 + follows);
}

/* --- The end --- */

int vi_writer_end(struct vi_writer *w)
{
	end_line(w);
	hand_on(w);
	return w->err;
}

void vi_writer_free(struct vi_writer *w)
{
	vi_text_free(&w->text);
}
