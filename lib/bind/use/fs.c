// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Shared folders, by 9p or virtiofs: mounted? Unbinding a mounted one hangs.
 * The source of a mount is its tag; if the device's tag is unknown, every mount
 * of the kind may be its.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bind/use/proc.h"
#include "bind/use/use.h"
#include "core/file.h"

#define MAX_SEEN	1024

struct tagged {
	struct vi_use *u;
	const char *type;
	const char *option;		/* that selects virtio */
	const char *module;		/* that each mount holds */
	char tag[256];			/* empty: unknown */
	unsigned int seen[MAX_SEEN];	/* file systems seen, by minor */
	size_t count;
};

static void add_seen(struct tagged *t, unsigned int minor)
{
	size_t i;

	for (i = 0; i < t->count; i++)
		if (t->seen[i] == minor)
			return;
	if (t->count < MAX_SEEN)
		t->seen[t->count++] = minor;
}

static int see_mount(void *data, const struct vi_mount *m)
{
	struct tagged *t = data;

	if (strcmp(m->type, t->type))
		return 0;
	if (!t->tag[0] || !strcmp(m->source, t->tag))
		return vi_used(t->u, t->tag[0] ? "%s is mounted on %s" :
			       "%s, which may be this one, is mounted on %s",
			       m->source, m->where);
	if (strstr(m->options, t->option))
		add_seen(t, m->minor);
	return 0;
}

/*
 * An unmounted file system with open files is in no list, but the module's
 * count exceeds the number of mounts. A built-in module has no count.
 */
static int hidden_used(struct tagged *t)
{
	uint64_t all;
	char path[64];
	int err;

	snprintf(path, sizeof(path), "/sys/module/%s/refcnt", t->module);
	err = vi_read_u64(t->u->ctx, path, &all);
	if (err && err != -ENOENT)
		return vi_cannot_tell(t->u, t->u->force, "%s: %s", path,
				      strerror(-err));
	if (err || all <= t->count)
		return 0;
	return vi_cannot_tell(t->u, t->u->force,
			      "%s has %llu file systems, of which only %zu are visibly mounted: another may be this one, unmounted but with files still open",
			      t->module, (unsigned long long)all, t->count);
}

static int check_mounts(struct tagged *t)
{
	struct vi_unseen unseen;
	int ret = vi_each_mount(t->u->ctx, see_mount, t, &unseen);

	if (ret)
		return ret == -EBUSY ? ret :
		       vi_used(t->u, "cannot see what is mounted: %s",
			       strerror(-ret));
	ret = vi_unseen_used(t->u, &unseen);
	return ret ? ret : hidden_used(t);
}

static void read_tag(struct tagged *t, const char *path)
{
	if (vi_read_line(t->u->ctx, path, t->tag, sizeof(t->tag)) < 0)
		t->tag[0] = '\0';
}

static int p9_used(struct vi_use *u)
{
	struct tagged t = {
		.u = u, .type = "9p", .option = "trans=virtio",
		.module = "9pnet_virtio",
	};
	char path[VI_PATH_SIZE];

	if (!vi_device_path(u->dev, "mount_tag", path))
		read_tag(&t, path);
	return check_mounts(&t);
}

static int virtiofs_used(struct vi_use *u)
{
	struct tagged t = {
		.u = u, .type = "virtiofs", .option = "", .module = "virtiofs",
	};
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
