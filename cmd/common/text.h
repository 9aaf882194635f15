/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that grows, and values as text that is safe for a terminal. */
#ifndef CMD_COMMON_TEXT_H
#define CMD_COMMON_TEXT_H

#include <virtio-inspect/inspect.h>

#include "common/tool.h"

/*
 * Begins as zeros. When memory runs out it stays as it is and says so in
 * @failed; one look at the end is enough.
 */
struct text {
	char *s;		/* NULL while nothing was added */
	size_t len, size;
	bool failed;
};

void text_add(struct text *t, const char *s);
void text_add_bytes(struct text *t, const char *s, size_t n);
void text_addf(struct text *t, const char *fmt, ...) TOOL_PRINTF(2, 3);
void text_add_escaped(struct text *t, const char *s);

/* Printable ASCII is safe as it is, and is what there mostly is. */
bool text_is_plain(const char *s);

/* Did memory run out for any text since this was asked for? Who draws pieces
 * and has no use for each one's failure asks at the end. */
bool text_lost(void);

/* Begin anew, with the memory that is there; and give that back. */
void text_reset(struct text *t);
void text_free(struct text *t);

/* What was added, to be freed; "" for nothing. NULL: out of memory. */
char *text_take(struct text *t);

/* @s made safe, to be freed; NULL when out of memory. */
char *text_escape(const char *s);

/* A value as people write it: a list with commas between; records are left
 * out. */
void text_add_value(struct text *t, const struct vi_value *v);

/* "1 queue", "2 queues". */
void text_add_count(struct text *t, uint64_t n, const char *one);

/* A number as "0x…". */
void text_add_hex(struct text *t, uint64_t n);

/* A number with a fraction, as far as that counts: "0.25", "12.5", "1234". */
void text_add_real(struct text *t, double n);

/* The same with so many digits behind the point, up to 6. */
void text_add_fixed(struct text *t, double n, unsigned int digits);

/* A number in @width columns, to the right; below 0: to the left. */
void text_add_number(struct text *t, uint64_t n, int width);
void text_add_spaces(struct text *t, size_t n);

/*
 * The columns that @s takes; and the length of its next character, with the
 * columns of that. Text is UTF-8, as the escaper leaves it, whatever the
 * locale is.
 */
unsigned int text_columns(const char *s);
size_t text_next(const char *s, int *columns);

#endif
