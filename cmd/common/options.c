// SPDX-License-Identifier: GPL-2.0-or-later
/* Options by table. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/number.h"
#include "common/options.h"

#define MAX_OPTIONS	48

/* The table in the form that getopt_long(3) expects. */
struct tables {
	char letters[2 * MAX_OPTIONS + 1];
	struct option names[MAX_OPTIONS + 1];
};

static bool is_optional(const struct tool_option *o)
{
	return o->arg && *o->arg == '[';
}

static void build(const struct tool_option *options, struct tables *t)
{
	struct option *name = t->names;
	char *letter = t->letters;

	memset(t, 0, sizeof(*t));
	for (; options->name && name < t->names + MAX_OPTIONS; options++) {
		name->name = options->name;
		name->has_arg = !options->arg ? no_argument :
				is_optional(options) ? optional_argument :
				required_argument;
		name->val = options->key;
		name++;
		if (options->key >= OPTION_LONG)
			continue;
		*letter++ = options->key;
		if (options->arg)
			*letter++ = ':';
		if (is_optional(options))
			*letter++ = ':';
	}
}

static const struct tool_option *find(const struct tool_option *options,
				      int key)
{
	while (options->name && options->key != key)
		options++;
	return options;
}

static int take(const struct tool_option *o, char *arg,
		int (*handle)(void *data, int key, char *arg), void *data)
{
	char *to = (char *)data + o->to - 1;

	if (o->key == 'V') {
		printf("%s %s\n", tool_name, vi_version());
		return -1;
	}
	if (!o->to)
		return handle(data, o->key, arg);
	if (o->arg)
		*(const char **)to = arg;
	else
		*(bool *)to = true;
	return 0;
}

int tool_parse(const struct tool_option *options, int argc, char **argv,
	       int (*handle)(void *data, int key, char *arg), void *data,
	       int *first)
{
	struct tables t;
	int key, ret;

	*first = 1;
	if (argc < 2)
		return 0;
	build(options, &t);
	/* getopt_long() prints messages itself and takes the name from here. */
	argv[0] = (char *)tool_name;
	while ((key = getopt_long(argc, argv, t.letters, t.names, NULL)) != -1) {
		if (key == '?') {
			fprintf(stderr,
				"Try '%s --help' for more information.\n",
				tool_name);
			return EXIT_USAGE;
		}
		ret = take(find(options, key), optarg, handle, data);
		if (ret)
			return ret;
	}
	*first = optind;
	return 0;
}

#define HELP_COLUMN	30

static void print_option(const struct tool_option *o)
{
	const char *line = o->help, *end;
	int n;

	if (o->key < OPTION_LONG)
		n = printf(" -%c, --%s", o->key, o->name);
	else
		n = printf("     --%s", o->name);
	if (o->arg)
		n += printf("%s%s", is_optional(o) ? "" : " ", o->arg);
	if (n >= HELP_COLUMN) {
		putchar('\n');
		n = 0;
	}
	for (; line; line = end) {
		end = strchr(line, '\n');
		printf("%*s%.*s\n", HELP_COLUMN - n, "",
		       (int)(end ? end - line : (int)strlen(line)), line);
		end = end ? end + 1 : NULL;
		n = 0;
	}
}

void tool_print_options(const struct tool_option *options)
{
	for (; options->name; options++)
		print_option(options);
}

const char *tool_option_name(const struct tool_option *options, int key)
{
	const char *name = find(options, key)->name;

	return name ? name : "?";
}

int tool_parse_real(const char *option, const char *arg,
		    const struct tool_range *range, double *n)
{
	const char *end;

	if (number_read_real(arg, &end, n) && *n >= range->min &&
	    *n <= range->max &&
	    (!*end || (range->unit && !strcmp(end, range->unit))))
		return 0;
	return tool_usage("--%s%s: must be a number of %s from %.10g to %.10g",
			  option, arg, range->what, range->min, range->max);
}

int tool_parse_seconds(const char *option, const char *arg, double min,
		       double *seconds)
{
	const struct tool_range range = { "seconds", min, 86400, NULL };

	return tool_parse_real(option, arg, &range, seconds);
}

int tool_parse_number(const char *option, const char *arg, const char *what,
		      uint64_t max, uint64_t *n)
{
	char to[32] = "";
	const char *end;

	if (!number_read(arg, &end, n) && !*end && *n && *n <= max)
		return 0;
	if (max < UINT64_MAX)
		snprintf(to, sizeof(to), " to %" PRIu64, max);
	return tool_usage("--%s%s: must be a number of %s from 1%s", option, arg,
			  what, to);
}
