// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Claims on disks in the kernel: mounts, swap and devices on top hold them,
 * also file systems of many disks and mounts that no process sees any more. The
 * kernel also counts openers, with or without a process.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "access/kernel/file.h"
#include "bind/use/use.h"
#include "core/file.h"

static bool is_partition(struct vi_ctx *ctx, const struct vi_node *node)
{
	char file[300];
	uint64_t number;

	snprintf(file, sizeof(file), "%s/partition", node->path);
	return !vi_read_u64(ctx, file, &number);
}

/* Open the disk's node, if the name leads to it; a negative errno. */
static int open_claimed(const struct vi_node *n)
{
	char path[96];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", n->name);
	fd = open(path, O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st) && S_ISBLK(st.st_mode) &&
	    st.st_rdev == makedev(n->id.major, n->id.minor))
		return fd;
	close(fd);
	return -ENODEV;
}

static int claim(struct vi_use *u, const struct vi_node *n)
{
	int fd = open_claimed(n);

	if (fd == -EBUSY)
		return vi_used(u, "%s is in use: the kernel has claimed it for a file system or a device on top of it",
			       n->name);
	if (fd < 0)
		return vi_cannot_tell(u, u->force,
				      "cannot determine whether the kernel has claimed %s: /dev/%s: %s%s",
				      n->name, n->name, strerror(-fd),
				      fd == -EACCES || fd == -EPERM ?
				      "; run as root" : "");
	/* A claim on a disk covers its partitions. */
	if (is_partition(u->ctx, n)) {
		close(fd);
		return 0;
	}
	if (!vi_grow(&u->claim, u->num_claims, sizeof(*u->claim))) {
		close(fd);
		return vi_used(u, "out of memory");
	}
	u->claim[u->num_claims++] = fd;
	return 0;
}

int vi_disks_claim(struct vi_use *u)
{
	size_t i;
	int whole, err = 0;

	/* Files of a recorded tree are not devices. */
	if (u->ctx->root_fd >= 0)
		return 0;
	/* Partitions first: claiming their disk claims them, too. */
	for (whole = 0; whole < 2; whole++)
		for (i = 0; !err && i < u->nodes.count; i++)
			if (u->nodes.v[i].id.block &&
			    is_partition(u->ctx, &u->nodes.v[i]) == !whole)
				err = claim(u, &u->nodes.v[i]);
	return err;
}

void vi_disks_unclaim(struct vi_use *u)
{
	while (u->num_claims)
		close(u->claim[--u->num_claims]);
	free(u->claim);
	u->claim = NULL;
}

/* How many openers the kernel counts; false: it does not say. */
static bool count_openers(struct vi_use *u, const struct vi_node *n,
			  uint64_t *count)
{
	struct vi_kernel *k;
	uint64_t at;

	if (vi_kernel_get(u->ctx, &k) || !vi_k_has(&k->layout, VI_K_BDEV_KOBJ) ||
	    vi_kernel_kobject(k, n->path, &at))
		return false;
	at -= k->layout.member[VI_K_BDEV_KOBJ].offset;
	return !vi_k_read(k, at, VI_K_BDEV_OPENERS, count) &&
	       *count <= INT32_MAX;
}

/*
 * Openers that no process shows: descriptors on their way through a socket or
 * given to an io_uring; the kernel's own, of a loop device or a storage target.
 * A disk's count includes its partitions.
 */
int vi_disks_counted(struct vi_use *u)
{
	uint64_t count;
	size_t i;

	if (!u->num_claims)
		return 0;
	for (i = 0; i < u->nodes.count; i++) {
		const struct vi_node *n = &u->nodes.v[i];

		if (!n->id.block || is_partition(u->ctx, n) ||
		    !count_openers(u, n, &count) || count <= 1)
			continue;
		return vi_used(u, "%s is open in the kernel, or through a descriptor that no process shows (%llu in total)",
			       n->name, (unsigned long long)count - 1);
	}
	return 0;
}
