// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Consoles: terminals hvc0 and up, and ports. No file says which device a
 * terminal belongs to, so each counts for all of them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind/use.h"
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
	return name[0] ? vi_used(u, "%s is a console of the kernel", name) : 0;
}

static int console_used(struct vi_use *u)
{
	char path[64];
	int err = kernel_console(u);

	if (!err)
		err = vi_open_used(u, "/dev/hvc*");
	if (err)
		return err;
	if (u->dev->index < 0)
		return 0;
	snprintf(path, sizeof(path), "/dev/vport%dp*", u->dev->index);
	return vi_open_used(u, path);
}

VI_USE_CHECK(console, 3, .used = console_used);
