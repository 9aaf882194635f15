/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One table of options for parsing and for --help. */
#ifndef CMD_COMMON_OPTIONS_H
#define CMD_COMMON_OPTIONS_H

#include <stddef.h>

#include "common/tool.h"

/* Keys are letters, or start here for options without a letter. */
#define OPTION_LONG	256

struct tool_option {
	int key;
	const char *name;
	const char *arg;	/* NULL: no argument; "[=ARG]": optional */
	const char *help;
	size_t to;		/* the member to set; 0: the tool handles it */
};

/* An option without an argument sets a bool; one with an argument stores it. */
#define OPTION_FLAG(type, member)	OPTION_SETS(bool, type, member)
#define OPTION_TEXT(type, member)	OPTION_SETS(const char *, type, member)
/* Fails to compile unless the member has this type. */
#define OPTION_SETS(what, type, member)					\
	(1 + offsetof(type, member) +					\
	 0 * sizeof(&((type *)0)->member == (what *)0))

/*
 * Parse the arguments. An option sets the member of @data that its row names,
 * or @handle handles it and returns 0 or the status to exit with. --version is
 * handled here. Options may follow other arguments; *@first is the index of the
 * first argument that is not an option. Returns 0, what @handle returned, or
 * EXIT_USAGE after a message.
 */
int tool_parse(const struct tool_option *options, int argc, char **argv,
	       int (*handle)(void *data, int key, char *arg), void *data,
	       int *first);

/* Print the options for --help. */
void tool_print_options(const struct tool_option *options);

/*
 * Parse the argument of an option as a number: 0, or EXIT_USAGE after a message
 * such as "--delay 0x1: not a number of seconds from 0.01 to 86400". @option
 * includes the separator: "delay ", "sample=". @unit: a suffix that is allowed;
 * NULL: none.
 */
struct tool_range {
	const char *what;
	double min, max;
	const char *unit;
};

int tool_parse_real(const char *option, const char *arg,
		    const struct tool_range *range, double *n);
/* From @min seconds to a day. */
int tool_parse_seconds(const char *option, const char *arg, double min,
		       double *seconds);
/* A whole number from 1 to @max. */
int tool_parse_number(const char *option, const char *arg, const char *what,
		      uint64_t max, uint64_t *n);

/* The name of an option, for messages: "json". */
const char *tool_option_name(const struct tool_option *options, int key);

#endif
