/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One table of options: what is understood, and what --help says of it. */
#ifndef CMD_COMMON_OPTIONS_H
#define CMD_COMMON_OPTIONS_H

#include <stddef.h>

#include "common/tool.h"

/* A letter, or one of these and up for an option without one. */
#define OPTION_LONG	256

struct tool_option {
	int key;
	const char *name;
	const char *arg;	/* NULL: it takes none; "[=ARG]": it may have one */
	const char *help;
	size_t to;		/* what it sets; 0: handled by the tool */
};

/* A bool that an option without an argument sets; where one with an argument
 * keeps it. */
#define OPTION_FLAG(type, member)	OPTION_SETS(bool, type, member)
#define OPTION_TEXT(type, member)	OPTION_SETS(const char *, type, member)
/* The member has to be of that type, or it does not compile. */
#define OPTION_SETS(what, type, member)					\
	(1 + offsetof(type, member) +					\
	 0 * sizeof(&((type *)0)->member == (what *)0))

/*
 * Go through the arguments: options set what their rows say in @data,
 * or have @handle called, which returns 0, or what to end with; --version is
 * answered here. Arguments may come before options. *@first: the first of
 * @argv that is none. 0, what @handle returned, or EXIT_USAGE when a message
 * was printed.
 */
int tool_parse(const struct tool_option *options, int argc, char **argv,
	       int (*handle)(void *data, int key, char *arg), void *data,
	       int *first);

/* The options, one or more lines each, on stdout. */
void tool_print_options(const struct tool_option *options);

/*
 * The argument of an option as a number: 0, or EXIT_USAGE after a message such
 * as "--delay 0x1: not a number of seconds from 0.01 to 86400". @option: with
 * what stands between it and its argument: "delay ", "sample=".
 * @unit: may stand behind the number; NULL: none.
 */
struct tool_range {
	const char *what;
	double min, max;
	const char *unit;
};

int tool_parse_real(const char *option, const char *arg,
		    const struct tool_range *range, double *n);
/* Up to a day of them. */
int tool_parse_seconds(const char *option, const char *arg, double min,
		       double *seconds);
/* A whole one from 1 to @max. */
int tool_parse_number(const char *option, const char *arg, const char *what,
		      uint64_t max, uint64_t *n);

/* An option's name for messages: "--json". */
const char *tool_option_name(const struct tool_option *options, int key);

#endif
