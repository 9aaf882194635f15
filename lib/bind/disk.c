// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Does anything use a disk? Mounts, swap, other devices on top, processes
 * that have it open, requests under way; last, and only if the disk is at
 * rest, what is written on it. Nothing here asks the device for anything but
 * that; "serial" would.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bind/proc.h"
#include "bind/use.h"
#include "core/file.h"

#define MAX_PARTS	256

/* The disk itself first, then its partitions. */
struct part {
	char name[64];		/* "vda1" */
	char path[256];		/* its folder in sysfs */
	unsigned int major, minor;
};

struct disk {
	struct vi_use *u;
	struct part *part;
	size_t count;
};

/* --- What it consists of --- */

static int add_part(struct disk *d, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	struct part *p = &d->part[d->count];
	char file[300], line[32];

	if (strlen(name) >= sizeof(p->name) || strlen(path) >= sizeof(p->path))
		return vi_used(d->u, "the name %s is too long", name);
	snprintf(p->name, sizeof(p->name), "%s", name);
	snprintf(p->path, sizeof(p->path), "%s", path);
	snprintf(file, sizeof(file), "%s/dev", path);
	if (vi_read_line(d->u->ctx, file, line, sizeof(line)) <= 0 ||
	    sscanf(line, "%u:%u", &p->major, &p->minor) != 2)
		return vi_used(d->u, "the device number of %s cannot be read",
			       name);
	d->count++;
	return 0;
}

/* A folder with such a file is a partition's. */
static bool is_partition(struct vi_ctx *ctx, const char *path)
{
	char file[300];
	uint64_t number;

	return (size_t)snprintf(file, sizeof(file), "%s/partition", path) <
	       sizeof(file) && !vi_read_u64(ctx, file, &number);
}

static int find_parts(struct disk *d, const char *path)
{
	struct vi_strings found;
	size_t i;
	int err = add_part(d, path);

	if (err)
		return err;
	err = vi_glob(d->u->dev, path, "*", &found);
	if (err)
		return vi_used(d->u, "the partitions of %s cannot be found: %s",
			       d->part[0].name, strerror(-err));
	for (i = 0; !err && i < found.count; i++) {
		if (!is_partition(d->u->ctx, found.v[i]))
			continue;
		if (d->count == MAX_PARTS + 1)
			return vi_used(d->u, "%s has too many partitions",
				       d->part[0].name);
		err = add_part(d, found.v[i]);
	}
	return err;
}

/* The one that "/dev/vda1" means, or NULL. */
static const struct part *part_at(const struct disk *d, const char *path)
{
	size_t i;

	if (strncmp(path, "/dev/", 5))
		return NULL;
	for (i = 0; i < d->count; i++)
		if (!strcmp(path + 5, d->part[i].name))
			return &d->part[i];
	return NULL;
}

/* --- Who uses it --- */

static int see_mount(void *data, const struct vi_mount *m)
{
	const struct disk *d = data;
	const struct part *p = part_at(d, m->source);
	char who[64] = "";
	size_t i;

	for (i = 0; !p && i < d->count; i++)
		if (d->part[i].major == m->major && d->part[i].minor == m->minor)
			p = &d->part[i];
	if (!p)
		return 0;
	if (m->pid)
		snprintf(who, sizeof(who), ", as process %u sees it", m->pid);
	return vi_used(d->u, "%s is mounted on %s%s", p->name, m->where, who);
}

static int mounts_used(struct disk *d)
{
	int ret = vi_each_mount(d->u->ctx, see_mount, d);

	return ret && ret != -EBUSY ?
	       vi_used(d->u, "cannot see what is mounted: %s", strerror(-ret)) :
	       ret;
}

/* A line of /proc/swaps each, the path first; one of headings. */
static int swaps_used(struct disk *d)
{
	char *text, *rest, *line;
	const struct part *p = NULL;
	size_t len;

	text = vi_read_all(d->u->ctx, "/proc/swaps", 1 << 20, &len);
	if (!text)
		return errno == ENOENT ? 0 :
		       vi_used(d->u, "/proc/swaps: %s", strerror(errno));
	for (rest = text; !p && (line = strsep(&rest, "\n"));) {
		line[strcspn(line, " \t")] = '\0';
		p = part_at(d, line);
	}
	free(text);
	return p ? vi_used(d->u, "%s is in use as swap", p->name) : 0;
}

/* What the user calls the device-mapper device @name. */
static void mapper_name(struct disk *d, const char *name, char *text,
			size_t size)
{
	char path[320], mapped[128];

	snprintf(path, sizeof(path), "/sys/block/%s/dm/name", name);
	if (vi_read_line(d->u->ctx, path, mapped, sizeof(mapped)) > 0)
		snprintf(text, size, "%s (%s)", name, mapped);
	else
		snprintf(text, size, "%s", name);
}

static int holders_used(struct disk *d)
{
	struct vi_strings holders;
	char text[300];
	size_t i;
	int err;

	for (i = 0; i < d->count; i++) {
		err = vi_glob(d->u->dev, d->part[i].path, "holders/*",
			      &holders);
		if (err)
			return vi_used(d->u, "what holds %s cannot be read: %s",
				       d->part[i].name, strerror(-err));
		if (!holders.count)
			continue;
		mapper_name(d, strrchr(holders.v[0], '/') + 1, text,
			    sizeof(text));
		return vi_used(d->u, "%s is held by %s", d->part[i].name,
			       text);
	}
	return 0;
}

/* A loop device has no holder's link to what is below it. */
static int loops_used(struct disk *d)
{
	struct vi_strings files;
	char line[512];
	const struct part *p;
	size_t i;
	int err = vi_glob(d->u->dev, "/sys/block", "loop#/loop/backing_file",
			  &files);

	for (i = 0; !err && i < files.count; i++) {
		if (vi_read_line(d->u->ctx, files.v[i], line,
				 sizeof(line)) <= 0)
			continue;
		p = part_at(d, line);
		if (p)
			return vi_used(d->u, "%s is held by %.*s", p->name,
				       (int)strcspn(files.v[i] + 11, "/"),
				       files.v[i] + 11);
	}
	return 0;
}

static bool is_part(void *data, const char *path)
{
	return part_at(data, path);
}

static int openers_used(struct disk *d)
{
	struct vi_opener who;
	int ret = vi_find_opener(d->u->ctx, is_part, d, &who);

	if (ret > 0)
		return vi_used(d->u, "%s is open in process %u (%s)",
			       who.path + 5, who.pid, who.comm);
	return ret ? vi_used(d->u, "cannot see who has %s open: %s",
			     d->part[0].name, strerror(-ret)) : 0;
}

/*
 * Requests that the device has would be waited for by who unbinds it, without
 * end if it is stuck.
 */
static int requests_used(struct disk *d)
{
	unsigned int reads, writes;
	char file[300], line[64];

	snprintf(file, sizeof(file), "%s/inflight", d->part[0].path);
	if (vi_read_line(d->u->ctx, file, line, sizeof(line)) <= 0 ||
	    sscanf(line, "%u %u", &reads, &writes) != 2 || !(reads + writes))
		return 0;
	return vi_used(d->u, "%s has %u requests in flight; wait for them, or see vqdump --check",
		       d->part[0].name, reads + writes);
}

/*
 * The kernel's own word: who mounts a disk, swaps to it or builds on it has
 * claimed it, also file systems of many disks, and keeps others from it.
 */
static int claimed_used(struct disk *d)
{
	char path[80];
	size_t i;
	int fd;

	if (d->u->ctx->root_fd >= 0)
		return 0;
	for (i = 0; i < d->count; i++) {
		snprintf(path, sizeof(path), "/dev/%s", d->part[i].name);
		fd = open(path, O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0 && errno == EBUSY)
			return vi_used(d->u, "%s is in use: the kernel has it claimed, for a file system or a device on top of it",
				       d->part[i].name);
		if (fd >= 0)
			close(fd);
	}
	return 0;
}

/* --- What is on it --- */

static int signatures_used(struct disk *d)
{
	char found[VI_SIGNATURE_SIZE];
	const struct part *p;
	size_t i;

	if (d->u->force_signature)
		return 0;
	for (i = 0; i < d->count; i++) {
		p = &d->part[i];
		if (vi_disk_signature(d->u->ctx, p->name, p->major, p->minor,
				      found))
			return vi_used(d->u, "cannot tell what is on %s: %s; --force-signature takes it without a look",
				       p->name, vi_error(d->u->ctx));
		if (found[0])
			return vi_used(d->u, "%s has %s on it, though nothing uses it now; --force-signature takes it all the same",
				       p->name, found);
	}
	return 0;
}

int vi_disk_used(struct vi_use *u, const char *path)
{
	static int (*const checks[])(struct disk *d) = {
		mounts_used, swaps_used, holders_used, loops_used,
		openers_used, claimed_used, requests_used, signatures_used,
	};
	struct disk d = { .u = u };
	size_t i;
	int err;

	d.part = calloc(MAX_PARTS + 1, sizeof(*d.part));
	if (!d.part)
		return vi_fail(u->ctx, -ENOMEM, "%s: out of memory",
			       vi_device_label(u->dev));
	err = find_parts(&d, path);
	for (i = 0; !err && i < ARRAY_SIZE(checks); i++)
		err = checks[i](&d);
	free(d.part);
	return err;
}
