// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Consoles: terminals hvc0 and up, and ports. No file tells which device a
 * terminal belongs to, so each counts for all of them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind/use/use.h"
#include "core/file.h"

/* Lines of "hvc0   -W- (EC p a)  229:0". */
static int kernel_console(struct vi_use *u)
{
	char *text, *rest, *line, name[32] = "";
	size_t len;

	text = vi_read_all(u->ctx, "/proc/consoles", 1 << 16, &len);
	if (!text)
		return errno == ENOENT ? 0 :
		       vi_used(u, "/proc/consoles: %s", strerror(errno));
	for (rest = text; !name[0] && (line = strsep(&rest, "\n"));)
		if (!strncmp(line, "hvc", 3))
			snprintf(name, sizeof(name), "%.*s",
				 (int)strcspn(line, " "), line);
	free(text);
	return name[0] ? vi_used(u, "%s is a kernel console", name) : 0;
}

static int see_terminal(void *data, const char *name)
{
	struct vi_use *u = data;
	char path[128];

	if (strncmp(name, "hvc", 3))
		return 0;
	snprintf(path, sizeof(path), "/sys/class/tty/%.64s", name);
	return vi_nodes_add(u->ctx, &u->nodes, path) ?
	       vi_used(u, "cannot find the node of %s: %s", name,
		       vi_error(u->ctx)) : 0;
}

static int console_nodes(struct vi_use *u)
{
	int ret = vi_readdir(u->ctx, "/sys/class/tty", see_terminal, u);

	if (!ret || ret == -EBUSY || ret == -ENOENT)
		return ret == -ENOENT ? 0 : ret;
	return vi_used(u, "cannot find its terminals: %s", strerror(-ret));
}

VI_USE_CHECK(console, 3, .nodes = console_nodes, .used = kernel_console);
