// SPDX-License-Identifier: GPL-2.0-or-later
/* Load scripts from files and report errors in them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "vqinject/input/script.h"

/* How much of a long line to show around an error. */
#define BEFORE	40
#define AFTER	30

static void show_place(const struct script_error *e)
{
	size_t len = strlen(e->text), at = e->e.at < len ? e->e.at : len;
	size_t from = at > BEFORE ? at - BEFORE : 0;
	struct text t = { 0 };
	char part[BEFORE + AFTER + 1];
	size_t caret;

	snprintf(part, sizeof(part), "%.*s", BEFORE + AFTER, e->text + from);
	text_add(&t, "  ");
	text_add_escaped(&t, part);
	text_add(&t, "\n  ");
	part[at - from] = '\0';
	/* Escaped characters take several columns. */
	for (caret = vi_escape(NULL, 0, part, NULL); caret; caret--)
		text_add(&t, " ");
	text_add(&t, "^");
	if (!t.failed)
		fprintf(stderr, "%s\n", t.s);
	free(t.s);
}

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
		show_place(e);
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
