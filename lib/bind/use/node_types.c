// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Types whose nodes tell (nearly) everything: disks, SCSI hosts with all that
 * is behind them, sound, input, displays.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bind/use/use.h"
#include "core/file.h"

VI_USE_CHECK(blk, 2);
VI_USE_CHECK(scsi, 8);
VI_USE_CHECK(sound, 25);

static bool has_node(const struct vi_use *u, const char *begins)
{
	size_t i;

	for (i = 0; i < u->nodes.count; i++)
		if (!strncmp(u->nodes.v[i].name, begins, strlen(begins)))
			return true;
	return false;
}

/* One node serves all mice together. */
static int input_nodes(struct vi_use *u)
{
	if (!has_node(u, "input/mouse") ||
	    !vi_nodes_add(u->ctx, &u->nodes, "/sys/class/input/mice"))
		return 0;
	return vi_used(u, "cannot find the node of all mice: %s",
		       vi_error(u->ctx));
}

VI_USE_CHECK(input, 18, .nodes = input_nodes);

/* --- Displays --- */

static int see_framebuffer(void *data, const char *name)
{
	(void)data;
	return !strncmp(name, "fb", 2) && name[2] >= '0' && name[2] <= '9';
}

/*
 * May the text console use the device's frame buffer? Newer kernels may have
 * one without showing it.
 */
static int may_be_console(struct vi_use *u)
{
	int ret;

	if (has_node(u, "fb"))
		return 1;
	ret = vi_readdir(u->ctx, "/sys/class/graphics", see_framebuffer, u);
	return ret < 0 ? ret == -ENOENT : !ret;
}

static int see_console(void *data, const char *name)
{
	struct vi_use *u = data;
	char path[320], line[128];
	uint64_t bound;
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/class/vtconsole/%.255s/name", name);
	n = vi_read_line(u->ctx, path, line, sizeof(line));
	if (n >= 0 && !strstr(line, "frame buffer"))
		return 0;
	snprintf(path, sizeof(path), "/sys/class/vtconsole/%.255s/bind", name);
	if (n >= 0)
		n = vi_read_u64(u->ctx, path, &bound);
	if (n < 0)
		return vi_used(u, "cannot determine whether the console is drawn on it: %s: %s",
			       path, strerror(-n));
	return bound ? vi_used(u, "the console is drawn on its frame buffer") : 0;
}

static int gpu_used(struct vi_use *u)
{
	int ret = may_be_console(u);

	if (ret > 0)
		ret = vi_readdir(u->ctx, "/sys/class/vtconsole", see_console,
				 u);
	if (!ret || ret == -EBUSY || ret == -ENOENT)
		return ret == -ENOENT ? 0 : ret;
	return vi_used(u, "cannot determine whether the console is drawn on it: %s",
		       strerror(-ret));
}

VI_USE_CHECK(gpu, 16, .used = gpu_used);
