// SPDX-License-Identifier: GPL-2.0-or-later
/* Load scripts from files and report errors in them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vqinject/input/script.h"

static int complain(const char *path, const struct script_error *e)
{
	if (!e->line)
		tool_error("%s: %s", path, e->e.what);
	else if (!e->text)
		tool_error("%s:%u: %s", path, e->line, e->e.what);
	else
		tool_error("%s:%u:%zu: %s", path, e->line, e->e.at + 1,
			   e->e.what);
	if (e->text)
		spec_show_place(e->text, e->e.at);
	return EXIT_USAGE;
}

int script_load(struct script *s, const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	struct script_error e;
	unsigned int i;
	int status = 0;

	memset(s, 0, sizeof(*s));
	if (!file) {
		tool_error("%s: %s", path, strerror(errno));
		return EXIT_ERROR;
	}
	if (script_read(s, file, &e))
		status = complain(is_stdin ? "standard input" : path, &e);
	free(e.text);
	if (!is_stdin)
		fclose(file);
	for (i = 0; i < s->count && !status; i++)
		status = chain_load(&s->op[i].chain);
	return status;
}
