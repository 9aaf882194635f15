// SPDX-License-Identifier: GPL-2.0-or-later
/* What the terminal can show, and text that fits its width. */
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/term.h"

#define DEFAULT_WIDTH	80
#define MIN_WIDTH	40

static unsigned int find_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	unsigned long n;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		n = size.ws_col;
	else
		n = columns ? strtoul(columns, NULL, 10) : DEFAULT_WIDTH;
	return n < MIN_WIDTH || n > 4096 ? DEFAULT_WIDTH : n;
}

void term_init(struct term *t, bool ascii)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *kind = getenv("TERM");

	t->colour = isatty(STDOUT_FILENO) && !(no_colour && *no_colour) &&
		    kind && strcmp(kind, "dumb");
	t->width = find_width();
	setlocale(LC_CTYPE, "");
	t->utf8 = !ascii && !strcmp(nl_langinfo(CODESET), "UTF-8");
}

void term_add(const struct term *t, struct text *text, enum term_style style,
	      const char *s)
{
	static const char *const codes[] = {
		[TERM_BOLD] = "\033[1m",
		[TERM_DIM] = "\033[2m",
		[TERM_GOOD] = "\033[32m",
		[TERM_WARNING] = "\033[33m",
		[TERM_ERROR] = "\033[1;31m",
	};
	bool styled = t->colour && style != TERM_PLAIN && *s;

	if (styled)
		text_add(text, codes[style]);
	text_add(text, s);
	if (styled)
		text_add(text, "\033[0m");
}

void term_add_bar(const struct term *t, struct text *text, uint64_t n,
		  uint64_t of, unsigned int cells)
{
	unsigned int i, full = 0;

	/* Show n > 0 as at least one cell, and n < of never as a full bar. */
	if (of && n >= of)
		full = cells;
	else if (of && n)
		full = 1 + n * (cells - 1) / of;
	for (i = 0; i < cells; i++)
		text_add(text, i < full ? t->utf8 ? "█" : "#" :
			 t->utf8 ? "░" : ".");
}

size_t term_columns(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

void text_add_padded(struct text *text, const char *s, size_t columns)
{
	char *safe = text_escape(s);
	size_t n;

	if (!safe) {
		text->failed = true;
		return;
	}
	text_add(text, safe);
	for (n = term_columns(safe); n < columns; n++)
		text_add(text, " ");
	free(safe);
}

/* How many bytes of @s fit, in whole words; at least one word. */
static size_t fit(const char *s, unsigned int columns)
{
	size_t end = 0, at = 0, n = 0;

	for (;;) {
		while (s[at] && s[at] != ' ')
			n += (s[at++] & 0xc0) != 0x80;
		if (end && n > columns)
			return end;
		end = at;
		while (s[at] == ' ') {
			at++;
			n++;
		}
		if (!s[at])
			return end;
	}
}

static void add_line(struct text *text, const char *s, unsigned int indent,
		     unsigned int columns, bool *first)
{
	do {
		size_t len = fit(s, columns);

		text_addf(text, "%s%*s%.*s", *first ? "" : "\n",
			  *first ? 0 : (int)indent, "", (int)len, s);
		*first = false;
		s += len;
		s += strspn(s, " ");
	} while (*s);
}

void text_add_wrapped(struct text *text, const char *s, unsigned int indent,
		      unsigned int width)
{
	unsigned int columns = width > indent + 20 ? width - indent : 20;
	char *safe = text_escape(s);
	bool first = true;

	if (safe)
		add_line(text, safe, indent, columns, &first);
	else
		text->failed = true;
	free(safe);
}
