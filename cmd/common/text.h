/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Growing text, and values as text that is safe for a terminal. */
#ifndef CMD_COMMON_TEXT_H
#define CMD_COMMON_TEXT_H

#include <virtio-inspect/inspect.h>

#include "common/tool.h"

/*
 * Zero it before use. When memory runs out, the text stays as it is and @failed
 * is set; checking once at the end is enough.
 */
struct text {
	char *s;		/* NULL as long as it is empty */
	size_t len, size;
	bool failed;
};

void text_add(struct text *t, const char *s);
void text_add_bytes(struct text *t, const char *s, size_t n);
void text_addf(struct text *t, const char *fmt, ...) TOOL_PRINTF(2, 3);
void text_add_escaped(struct text *t, const char *s);

/* Most text is printable ASCII, and needs no escaping. */
bool text_is_plain(const char *s);

/* Did memory run out for any text since the last call? For callers that draw
 * many pieces and do not check each. */
bool text_lost(void);

/* Empty the text and keep its memory; free its memory. */
void text_reset(struct text *t);
void text_free(struct text *t);

/* The text, "" if empty, for the caller to free. NULL: out of memory. */
char *text_take(struct text *t);

/* @s escaped, for the caller to free. NULL: out of memory. */
char *text_escape(const char *s);

/* A value for people: lists are separated by commas, records omitted. */
void text_add_value(struct text *t, const struct vi_value *v);

/* "1 queue", "2 queues". */
void text_add_count(struct text *t, uint64_t n, const char *one);

/* "0x1f". */
void text_add_hex(struct text *t, uint64_t n);

/* Three significant digits: "0.25", "12.5", "1234". */
void text_add_real(struct text *t, double n);

/* The same with @digits digits after the point, up to 6. */
void text_add_fixed(struct text *t, double n, unsigned int digits);

/* A number right-aligned in @width columns; left-aligned in -@width. */
void text_add_number(struct text *t, uint64_t n, int width);
void text_add_spaces(struct text *t, size_t n);

/*
 * The width of @s in columns; and the length of its first character in bytes,
 * with that character's width in *@columns. Text is UTF-8 as the escaper leaves
 * it, in any locale.
 */
unsigned int text_columns(const char *s);
size_t text_next(const char *s, int *columns);

#endif
