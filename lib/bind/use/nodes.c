// SPDX-License-Identifier: LGPL-2.1-or-later
/* The nodes of a device, from the files "dev" below its folder in sysfs. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bind/use/nodes.h"
#include "core/file.h"
#include "core/pool.h"

/* More nodes than a SCSI host with thousands of disks has. */
#define MAX_NODES	(1 << 17)
#define MAX_FOLDERS	(1 << 20)

/* --- One node --- */

/* Block devices are in class "block"; all others are character devices. */
static int read_kind(struct vi_ctx *ctx, struct vi_node *n)
{
	char path[320], target[512];
	const char *name;
	ssize_t len;

	snprintf(path, sizeof(path), "%s/subsystem", n->path);
	len = vi_readlink(ctx, path, target, sizeof(target));
	if (len < 0)
		return vi_fail(ctx, len, "%s: %s", path, strerror(-len));
	name = strrchr(target, '/');
	name = name ? name + 1 : target;
	n->id.block = !strcmp(name, "block");
	n->tty = !strcmp(name, "tty");
	return 0;
}

/* The name in devtmpfs; a kernel that does not tell uses the folder's. */
static void read_name(struct vi_ctx *ctx, struct vi_node *n)
{
	char path[320], *text, *line, *rest;
	size_t len;

	snprintf(n->name, sizeof(n->name), "%.*s", (int)sizeof(n->name) - 1,
		 strrchr(n->path, '/') + 1);
	snprintf(path, sizeof(path), "%s/uevent", n->path);
	text = vi_read_all(ctx, path, 1 << 16, &len);
	for (rest = text; rest && (line = strsep(&rest, "\n"));)
		if (!strncmp(line, "DEVNAME=", 8))
			snprintf(n->name, sizeof(n->name), "%.*s",
				 (int)sizeof(n->name) - 1, line + 8);
	free(text);
}

static int grow(struct vi_ctx *ctx, struct vi_nodes *nodes)
{
	if (nodes->count >= MAX_NODES)
		return vi_fail(ctx, -E2BIG, "more than %d nodes",
			       MAX_NODES);
	if (!vi_grow(&nodes->v, nodes->count, sizeof(*nodes->v)))
		return vi_fail(ctx, -ENOMEM, "out of memory");
	return 0;
}

int vi_nodes_add(struct vi_ctx *ctx, struct vi_nodes *nodes, const char *path)
{
	char file[320], line[32];
	struct vi_node *n;
	ssize_t len;
	int err = grow(ctx, nodes);

	if (err)
		return err;
	n = &nodes->v[nodes->count];
	memset(n, 0, sizeof(*n));
	if ((size_t)snprintf(n->path, sizeof(n->path), "%s", path) >=
	    sizeof(n->path))
		return vi_fail(ctx, -ENAMETOOLONG, "name too long: %s",
			       path);
	snprintf(file, sizeof(file), "%s/dev", n->path);
	len = vi_read_line(ctx, file, line, sizeof(line));
	if (len == -ENOENT || len == -ENODEV)
		return 0;
	if (len < 0)
		return vi_fail(ctx, len, "%s: %s", file, strerror(-len));
	if (sscanf(line, "%u:%u", &n->id.major, &n->id.minor) != 2)
		return vi_fail(ctx, -EINVAL, "%s: not a device number", file);
	err = read_kind(ctx, n);
	if (err)
		return err;
	read_name(ctx, n);
	nodes->count++;
	return 0;
}

/* --- All nodes below a folder --- */

/* Folders still to visit, the last first. */
struct walk {
	struct vi_ctx *ctx;
	char **folder;
	size_t count, seen;
	const char *at;			/* being visited */
	bool has_dev;
};

static int push(struct walk *w, const char *at, const char *name)
{
	if (++w->seen > MAX_FOLDERS)
		return -E2BIG;
	if (!vi_grow(&w->folder, w->count, sizeof(*w->folder)) ||
	    asprintf(&w->folder[w->count], "%s%s%s", at, *name ? "/" : "",
		     name) < 0)
		return -ENOMEM;
	w->count++;
	return 0;
}

static int see_entry(void *data, const char *name, unsigned char type)
{
	struct walk *w = data;

	if (type == DT_REG && !strcmp(name, "dev"))
		w->has_dev = true;
	return type == DT_DIR ? push(w, w->at, name) : 0;
}

static int look_into(struct walk *w, struct vi_nodes *nodes, const char *path)
{
	int err;

	w->at = path;
	w->has_dev = false;
	err = vi_readdir_types(w->ctx, path, see_entry, w);
	/* A device unplugged meanwhile has no openers. */
	if (err == -ENOENT || err == -ENODEV)
		return 0;
	if (err)
		return vi_fail(w->ctx, err, "%s: %s", path, strerror(-err));
	return w->has_dev ? vi_nodes_add(w->ctx, nodes, path) : 0;
}

int vi_nodes_add_below(struct vi_ctx *ctx, struct vi_nodes *nodes,
		       const char *path)
{
	struct walk w = { .ctx = ctx };
	int err = push(&w, path, "");

	if (err)
		err = vi_fail(ctx, err, "%s: %s", path, strerror(-err));
	while (w.count) {
		char *at = w.folder[--w.count];

		if (!err)
			err = look_into(&w, nodes, at);
		free(at);
	}
	free(w.folder);
	return err;
}

/* --- Lookup --- */

static int compare_ids(const struct vi_node_id *a, const struct vi_node_id *b)
{
	if (a->block != b->block)
		return a->block ? -1 : 1;
	if (a->major != b->major)
		return a->major < b->major ? -1 : 1;
	return a->minor < b->minor ? -1 : a->minor > b->minor;
}

static int compare(const void *a, const void *b)
{
	return compare_ids(&((const struct vi_node *)a)->id,
			   &((const struct vi_node *)b)->id);
}

void vi_nodes_sort(struct vi_nodes *nodes)
{
	size_t i, kept = 0;

	if (!nodes->count)
		return;
	qsort(nodes->v, nodes->count, sizeof(*nodes->v), compare);
	for (i = 1; i < nodes->count; i++)
		if (compare(&nodes->v[kept], &nodes->v[i]))
			nodes->v[++kept] = nodes->v[i];
	nodes->count = kept + 1;
}

static int compare_key(const void *key, const void *node)
{
	return compare_ids(key, &((const struct vi_node *)node)->id);
}

const struct vi_node *vi_nodes_find(const struct vi_nodes *nodes,
				    const struct vi_node_id *id)
{
	return nodes->count ? bsearch(id, nodes->v, nodes->count,
				      sizeof(*nodes->v), compare_key) : NULL;
}

void vi_nodes_free(struct vi_nodes *nodes)
{
	free(nodes->v);
	memset(nodes, 0, sizeof(*nodes));
}

/*
 * A recorded tree cannot hold nodes; a file with a line such as "block 254:1"
 * or "char 13:66" replaces one.
 */
static int recorded_node(struct vi_ctx *ctx, const char *path,
			 struct vi_node_id *id)
{
	char line[64], kind[8];
	ssize_t n = vi_read_line(ctx, path, line, sizeof(line));

	if (n < 0)
		return n == -EOVERFLOW || n == -EILSEQ || n == -EINVAL ? 0 : n;
	if (sscanf(line, "%7s %u:%u", kind, &id->major, &id->minor) != 3)
		return 0;
	id->block = !strcmp(kind, "block");
	return id->block || !strcmp(kind, "char");
}

int vi_node_at(struct vi_ctx *ctx, const char *path, struct vi_node_id *id)
{
	struct statx st;

	if (ctx->root_fd >= 0)
		return recorded_node(ctx, path, id);
	if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		  STATX_TYPE, &st))
		return -errno;
	id->block = S_ISBLK(st.stx_mode);
	id->major = st.stx_rdev_major;
	id->minor = st.stx_rdev_minor;
	return id->block || S_ISCHR(st.stx_mode);
}
