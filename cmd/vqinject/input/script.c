// SPDX-License-Identifier: GPL-2.0-or-later
/* Parse scripts line by line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/number.h"
#include "vqinject/input/script.h"

/* --- Words --- */

/* The words of a line, which NULs end; the next one starts at @at. */
struct words {
	char *line;
	size_t at;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The next word, and its position in *@start; NULL: end of the line. */
static char *next_word(struct words *w, size_t *start)
{
	char *word;

	while (is_blank(w->line[w->at]))
		w->at++;
	*start = w->at;
	if (!w->line[w->at])
		return NULL;
	word = w->line + w->at;
	while (w->line[w->at] && !is_blank(w->line[w->at]))
		w->at++;
	if (w->line[w->at])
		w->line[w->at++] = '\0';
	return word;
}

/* The next word, which must exist. */
static char *wanted_word(struct words *w, size_t *start, const char *what,
			 struct spec_error *e)
{
	char *word = next_word(w, start);

	if (!word)
		spec_fail(e, *start, "%s expected", what);
	return word;
}

/* --- Chains --- */

static int parse_piece(struct chain *c, struct words *w, bool in,
		       struct spec_error *e)
{
	struct piece *p;
	size_t start;
	char *word = wanted_word(w, &start, "a SPEC", e);
	int err;

	if (!word)
		return -EINVAL;
	if (c->out_num + c->in_num == CHAIN_MAX_PIECES)
		return spec_fail(e, start, "a chain may have at most %d pieces",
				 CHAIN_MAX_PIECES);
	p = in ? chain_add_in(c) : chain_add_out(c);
	if (!p)
		return spec_no_memory(e);
	err = spec_parse(&p->spec, word, in, e);
	e->at += start;
	return err;
}

static int parse_queue(struct chain *c, struct words *w, struct spec_error *e)
{
	size_t start;
	char *word = wanted_word(w, &start, "queue number or name", e);

	if (!word)
		return -EINVAL;
	if (c->queue)
		return spec_fail(e, start, "a chain can have only one queue");
	c->queue = strdup(word);
	return c->queue ? 0 : spec_no_memory(e);
}

static int parse_expect(struct chain *c, struct words *w, struct spec_error *e)
{
	size_t start;
	char *word = wanted_word(w, &start, "expectation", e);
	int err;

	if (!word)
		return -EINVAL;
	err = expect_parse(&c->expect, word, e);
	if (!err && (c->expect.timeout || c->expect.needs_reset))
		err = spec_fail(e, 0, "not valid for a single chain; use --expect");
	e->at += start;
	return err;
}

static int parse_chain(struct chain *c, const char *word, size_t start,
		       struct words *w, struct spec_error *e)
{
	int err = 0;

	for (; word && !err; word = err ? word : next_word(w, &start)) {
		if (!strcmp(word, "out"))
			err = parse_piece(c, w, false, e);
		else if (!strcmp(word, "in"))
			err = parse_piece(c, w, true, e);
		else if (!strcmp(word, "queue"))
			err = parse_queue(c, w, e);
		else if (!strcmp(word, "expect"))
			err = parse_expect(c, w, e);
		else
			err = spec_fail(e, start, "expected out, in, queue or expect");
	}
	if (!err && !c->out_num && !c->in_num)
		err = spec_fail(e, 0, "empty chain: neither \"out\" nor \"in\" given");
	return err;
}

/* --- Lines --- */

static int parse_sleep(struct script_op *op, struct words *w,
		       struct spec_error *e)
{
	size_t start;
	char *word = wanted_word(w, &start, "a number of seconds", e);
	const char *end;

	if (!word)
		return -EINVAL;
	if (!number_read_real(word, &end, &op->seconds) || *end ||
	    !(op->seconds > 0) || op->seconds > SCRIPT_MAX_SLEEP)
		return spec_fail(e, start, "must be a number of seconds above 0 and up to %.0f",
				 SCRIPT_MAX_SLEEP);
	return 0;
}

static int parse_op(struct script_op *op, const char *word, size_t start,
		    struct words *w, struct spec_error *e)
{
	int err = 0;

	if (!strcmp(word, "kick"))
		op->what = SCRIPT_KICK;
	else if (!strcmp(word, "wait"))
		op->what = SCRIPT_WAIT;
	else if (!strcmp(word, "sleep"))
		op->what = SCRIPT_SLEEP;
	else
		return parse_chain(&op->chain, word, start, w, e);
	if (op->what == SCRIPT_SLEEP)
		err = parse_sleep(op, w, e);
	if (!err && next_word(w, &start))
		err = spec_fail(e, start, "unexpected text after \"%s\"",
				word);
	return err;
}

static struct script_op *add(struct script *s)
{
	if (!tool_grow(&s->op, s->count, sizeof(*s->op)))
		return NULL;
	memset(&s->op[s->count], 0, sizeof(*s->op));
	return &s->op[s->count++];
}

/* A comment starts with '#' at the start of a word. */
static void cut_comment(char *line)
{
	size_t i;

	for (i = 0; line[i]; i++)
		if (line[i] == '#' && (!i || is_blank(line[i - 1]))) {
			line[i] = '\0';
			return;
		}
}

static int parse_line(struct script *s, char *line, unsigned int number,
		      struct spec_error *e)
{
	struct words w = { line, 0 };
	struct script_op *op;
	size_t start;
	char *word;

	cut_comment(line);
	word = next_word(&w, &start);
	if (!word)
		return 0;
	op = add(s);
	if (!op)
		return spec_no_memory(e);
	op->line = number;
	op->chain.line = number;
	return parse_op(op, word, start, &w, e);
}

/* --- Files --- */

/*
 * Read a line without its newline into @line, of SCRIPT_MAX_LINE + 1 bytes.
 * Returns 1; 0 at the end of the file; -EINVAL.
 */
static int read_line(FILE *file, char *line, struct spec_error *e)
{
	size_t n = 0;
	int c;

	while ((c = getc_unlocked(file)) != EOF && c != '\n') {
		if (n == SCRIPT_MAX_LINE)
			return spec_fail(e, 0, "line longer than %d bytes; put long data into a file: file:PATH",
					 SCRIPT_MAX_LINE);
		if (!c)
			return spec_fail(e, n, "the line contains a NUL byte");
		line[n++] = c;
	}
	if (c == '\n' && n && line[n - 1] == '\r')
		n--;
	line[n] = '\0';
	return c != EOF || n;
}

/* Keep the line for the message; parsing has put NULs into the copy. */
static void keep_text(struct script_error *e, const char *line)
{
	free(e->text);
	e->text = strdup(line);
}

static int read_lines(struct script *s, FILE *file, char *line,
		      struct script_error *e)
{
	char *copy = malloc(SCRIPT_MAX_LINE + 1);
	int ret;

	if (!copy)
		return spec_no_memory(&e->e);
	for (;;) {
		if (++e->line > SCRIPT_MAX_LINES) {
			ret = spec_fail(&e->e, 0, "more than %d lines",
					SCRIPT_MAX_LINES);
			break;
		}
		ret = read_line(file, line, &e->e);
		if (ret <= 0)
			break;
		strcpy(copy, line);
		ret = parse_line(s, copy, e->line, &e->e);
		if (ret) {
			keep_text(e, line);
			break;
		}
	}
	free(copy);
	return ret;
}

int script_read(struct script *s, FILE *file, struct script_error *e)
{
	char *line = malloc(SCRIPT_MAX_LINE + 1);
	int ret;

	memset(s, 0, sizeof(*s));
	memset(e, 0, sizeof(*e));
	ret = line ? read_lines(s, file, line, e) : spec_no_memory(&e->e);
	free(line);
	if (!ret && ferror(file)) {
		tool_incomplete();
		spec_fail(&e->e, 0, "cannot read it: %s", strerror(errno));
		ret = -EIO;
	}
	if (!ret && !s->count) {
		e->line = 0;
		ret = spec_fail(&e->e, 0, "the script is empty");
	}
	return ret;
}

void script_free(struct script *s)
{
	unsigned int i;

	for (i = 0; i < s->count; i++)
		chain_free(&s->op[i].chain);
	free(s->op);
	memset(s, 0, sizeof(*s));
}
