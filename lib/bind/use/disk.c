// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Does anything use a disk, or one of its partitions? Mounts, swap, devices on
 * top, requests in flight; and last, only on an idle disk, the data on it. Only
 * that last check makes the device do anything; "serial" would, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "bind/use/proc.h"
#include "bind/use/use.h"
#include "core/child.h"
#include "core/file.h"

/* The time limit for the file system that holds a loop device's file. */
#define LOOP_SECONDS	5

/* The disk with this kernel name, or NULL. */
static const struct vi_node *disk_called(struct vi_use *u, const char *name)
{
	size_t i;

	for (i = 0; i < u->nodes.count; i++)
		if (u->nodes.v[i].id.block && !strcmp(name, u->nodes.v[i].name))
			return &u->nodes.v[i];
	return NULL;
}

/* The disk with this device number, or NULL. */
static const struct vi_node *disk_numbered(struct vi_use *u, unsigned int major,
					   unsigned int minor)
{
	struct vi_node_id id = { true, major, minor };

	return vi_nodes_find(&u->nodes, &id);
}

/*
 * The disk that a path names, by its usual name or by the node in /dev to which
 * it leads. Other paths are not followed: their file systems may hang, and
 * whoever mounts a disk or swaps to it has claimed it, see claims.c.
 */
static const struct vi_node *disk_at(struct vi_use *u, const char *path)
{
	const struct vi_node *n;
	struct vi_node_id id;

	if (strncmp(path, "/dev/", 5))
		return NULL;
	n = disk_called(u, path + 5);
	if (!n && vi_node_at(u->ctx, path, &id) > 0)
		n = vi_nodes_find(&u->nodes, &id);
	return n;
}

/* --- Users --- */

static int see_mount(void *data, const struct vi_mount *m)
{
	struct vi_use *u = data;
	const struct vi_node *n = disk_numbered(u, m->major, m->minor);
	char who[64] = "";

	/* A file system on several disks has a number of its own. */
	if (!n && !m->major)
		n = disk_at(u, m->source);
	if (!n)
		return 0;
	if (m->pid)
		snprintf(who, sizeof(who), ", as process %u sees it", m->pid);
	return vi_used(u, "%s is mounted on %s%s", n->name, m->where, who);
}

static int mounts_used(struct vi_use *u)
{
	struct vi_unseen unseen;
	int ret = vi_each_mount(u->ctx, see_mount, u, &unseen);

	if (!ret)
		return vi_unseen_used(u, &unseen);
	return ret == -EBUSY ? ret :
	       vi_used(u, "cannot see what is mounted: %s", strerror(-ret));
}

/* btrfs lists its disks below "devices" of its folder. */
static int see_member(void *data, const char *name)
{
	return disk_called(data, name) ?
	       vi_used(data, "%s is part of a btrfs file system that is mounted",
		       name) : 0;
}

/* A member that cannot be read may be the disk. */
static int members_unread(struct vi_use *u, const char *path, int ret)
{
	if (!ret || ret == -EBUSY || ret == -ENOENT)
		return ret == -ENOENT ? 0 : ret;
	return vi_used(u, "cannot determine which disks btrfs uses: %s: %s", path,
		       strerror(-ret));
}

static int see_file_system(void *data, const char *name)
{
	struct vi_use *u = data;
	char path[320];

	snprintf(path, sizeof(path), "/sys/fs/btrfs/%.255s/devices", name);
	return members_unread(u, path,
			      vi_readdir(u->ctx, path, see_member, u));
}

static int btrfs_used(struct vi_use *u)
{
	static const char path[] = "/sys/fs/btrfs";

	return members_unread(u, path,
			      vi_readdir(u->ctx, path, see_file_system, u));
}

/* One line of /proc/swaps each, the path first, after a heading. */
static int swaps_used(struct vi_use *u)
{
	char *text, *rest, *line;
	const struct vi_node *n = NULL;
	size_t len;

	text = vi_read_all(u->ctx, "/proc/swaps", 1 << 20, &len);
	if (!text)
		return errno == ENOENT ? 0 :
		       vi_used(u, "/proc/swaps: %s", strerror(errno));
	for (rest = text; !n && (line = strsep(&rest, "\n"));) {
		line[strcspn(line, " \t")] = '\0';
		n = disk_at(u, line);
	}
	free(text);
	return n ? vi_used(u, "%s is in use as swap", n->name) : 0;
}

/* --- Devices on top --- */

struct holder {
	struct vi_use *u;
	const struct vi_node *of;
};

/* Add the user's name for it, if device-mapper knows one. */
static int see_holder(void *data, const char *name)
{
	const struct holder *h = data;
	char path[320], mapped[128];

	snprintf(path, sizeof(path), "/sys/block/%.255s/dm/name", name);
	if (vi_read_line(h->u->ctx, path, mapped, sizeof(mapped)) > 0)
		return vi_used(h->u, "%s is held by %s (%s)", h->of->name, name,
			       mapped);
	return vi_used(h->u, "%s is held by %s", h->of->name, name);
}

static int holders_used(struct vi_use *u, const struct vi_node *n)
{
	struct holder h = { u, n };
	char path[300];
	int ret;

	snprintf(path, sizeof(path), "%s/holders", n->path);
	ret = vi_readdir(u->ctx, path, see_holder, &h);
	if (!ret || ret == -EBUSY || ret == -ENOENT)
		return ret == -ENOENT ? 0 : ret;
	return vi_used(u, "cannot determine what holds %s: %s", n->name,
		       strerror(-ret));
}

/* The backing file of a loop device, as "block 254:0". */
static int ask_loop(void *data, char answer[VI_ANSWER_SIZE])
{
	struct loop_info64 info;
	char path[80];
	int fd, err = 0;

	snprintf(path, sizeof(path), "/dev/%.64s", (const char *)data);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (ioctl(fd, LOOP_GET_STATUS64, &info))
		err = -errno;
	else
		snprintf(answer, VI_ANSWER_SIZE, "%u:%u",
			 major(info.lo_rdevice), minor(info.lo_rdevice));
	close(fd);
	return err;
}

/* In a child, because the file's file system may hang. */
static int loop_used(struct vi_use *u, const char *name)
{
	struct vi_node_id id = { true, 0, 0 };
	char answer[VI_ANSWER_SIZE];
	const struct vi_node *n;
	int err;

	if (u->ctx->root_fd >= 0)
		return 0;
	err = vi_in_child(u->ctx, -1, LOOP_SECONDS,
			  ask_loop, (void *)name, answer, NULL);
	if (err == -ENXIO)
		return 0;
	if (err || sscanf(answer, "%u:%u", &id.major, &id.minor) != 2)
		return vi_cannot_tell(u, u->force,
				      "cannot determine which disk %s is on: /dev/%s: %s",
				      name, name, strerror(err ? -err : EIO));
	n = vi_nodes_find(&u->nodes, &id);
	return n ? vi_used(u, "%s is held by %s", n->name, name) : 0;
}

/*
 * A loop device has neither a holder link nor a claim on the disk below. Try
 * the usual name of its file first.
 */
static int see_loop(void *data, const char *name)
{
	struct vi_use *u = data;
	char path[320], file[4096];
	const struct vi_node *n;
	ssize_t len;

	if (strncmp(name, "loop", 4))
		return 0;
	snprintf(path, sizeof(path), "/sys/block/%.255s/loop/backing_file",
		 name);
	len = vi_read_line(u->ctx, path, file, sizeof(file));
	if (len == -ENOENT)
		return 0;
	n = len > 0 ? disk_at(u, file) : NULL;
	return n ? vi_used(u, "%s is held by %s", n->name, name) :
		   loop_used(u, name);
}

static int loops_used(struct vi_use *u)
{
	int ret = vi_readdir(u->ctx, "/sys/block", see_loop, u);

	return !ret || ret == -EBUSY || ret == -ENOENT ?
	       (ret == -ENOENT ? 0 : ret) :
	       vi_used(u, "/sys/block: %s", strerror(-ret));
}

int vi_disks_used(struct vi_use *u)
{
	static int (*const checks[])(struct vi_use *u) = {
		mounts_used, btrfs_used, swaps_used, loops_used,
	};
	bool disks = u->nodes.count && u->nodes.v[0].id.block;
	size_t i;
	int err = 0;

	for (i = 0; disks && !err && i < ARRAY_SIZE(checks); i++)
		err = checks[i](u);
	for (i = 0; !err && i < u->nodes.count; i++)
		if (u->nodes.v[i].id.block)
			err = holders_used(u, &u->nodes.v[i]);
	return err;
}

/* --- Idle, and empty --- */

/* Unbinding waits for requests in flight, forever if the device is stuck. */
static int requests_used(struct vi_use *u, const struct vi_node *n)
{
	unsigned int reads, writes;
	char file[300], line[64];
	ssize_t len;

	snprintf(file, sizeof(file), "%s/inflight", n->path);
	len = vi_read_line(u->ctx, file, line, sizeof(line));
	if (len <= 0 || sscanf(line, "%u %u", &reads, &writes) != 2)
		return vi_used(u, "cannot determine whether %s has requests in flight: %s",
			       n->name, len < 0 ? strerror(-len) :
			       "no numbers");
	return reads + writes ?
	       vi_used(u, "%s has %u requests in flight; wait for them, or run vqdump --check",
		       n->name, reads + writes) : 0;
}

static int signatures_used(struct vi_use *u, const struct vi_node *n)
{
	char found[VI_SIGNATURE_SIZE];

	if (vi_disk_signature(u->ctx, n->name, n->id.major, n->id.minor, found))
		return vi_used(u, "cannot probe %s for signatures: %s; --force-signature skips the probe",
			       n->name, vi_error(u->ctx));
	return found[0] ?
	       vi_used(u, "%s is unused but contains %s; --force-signature takes it anyway",
		       n->name, found) : 0;
}

int vi_disks_empty(struct vi_use *u)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < u->nodes.count; i++)
		if (u->nodes.v[i].id.block)
			err = requests_used(u, &u->nodes.v[i]);
	for (i = 0; !err && !u->force_signature && i < u->nodes.count; i++)
		if (u->nodes.v[i].id.block)
			err = signatures_used(u, &u->nodes.v[i]);
	return err;
}
