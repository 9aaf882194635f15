// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Shared folders, by 9p or virtiofs: mounted? Unbinding one that is hangs. The
 * source of a mount is its tag; where the device's is not known, every mount
 * of the kind may be its.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bind/proc.h"
#include "bind/use.h"
#include "core/file.h"

struct tagged {
	struct vi_use *u;
	const char *type;
	char tag[256];			/* empty: not known */
};

static int see_mount(void *data, const struct vi_mount *m)
{
	struct tagged *t = data;

	if (strcmp(m->type, t->type) ||
	    (t->tag[0] && strcmp(m->source, t->tag)))
		return 0;
	return vi_used(t->u, t->tag[0] ? "%s is mounted on %s" :
		       "%s, which may be this one, is mounted on %s",
		       m->source, m->where);
}

static int check_mounts(struct tagged *t)
{
	int ret = vi_each_mount(t->u->ctx, see_mount, t);

	return ret && ret != -EBUSY ?
	       vi_used(t->u, "cannot see what is mounted: %s", strerror(-ret)) :
	       ret;
}

/* Some kernels end it with a NUL, others with a newline. */
static void read_tag(struct tagged *t, const char *path)
{
	ssize_t n = vi_read(t->u->ctx, path, t->tag, sizeof(t->tag) - 1);

	t->tag[n > 0 ? n : 0] = '\0';
	t->tag[strcspn(t->tag, "\n")] = '\0';
}

static int p9_used(struct vi_use *u)
{
	struct tagged t = { .u = u, .type = "9p" };
	char path[VI_PATH_SIZE];

	if (!vi_device_path(u->dev, "mount_tag", path))
		read_tag(&t, path);
	return check_mounts(&t);
}

static int virtiofs_used(struct vi_use *u)
{
	struct tagged t = { .u = u, .type = "virtiofs" };
	char path[64];

	if (u->dev->index >= 0) {
		snprintf(path, sizeof(path), "/sys/fs/virtiofs/%d/tag",
			 u->dev->index);
		read_tag(&t, path);
	}
	return check_mounts(&t);
}

VI_USE_CHECK(9p, 9, .used = p9_used);
VI_USE_CHECK(fs, 26, .used = virtiofs_used);
