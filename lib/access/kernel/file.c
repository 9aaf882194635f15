// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * From an open sysfs directory to its kernel object. One of kcore's notes is a
 * copy of the reading task's own task_struct:
 *
 *	task_struct → files_struct → fdtable → file → inode → kernfs_node →
 *	kobject
 *
 * Without CONFIG_KALLSYMS_ALL, as on Debian's arm64, variables have no symbols;
 * this approach needs none.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "access/kernel/file.h"
#include "core/file.h"

/* Replace the address of a structure by a pointer from it. */
static int follow(struct vi_kernel *k, uint64_t *addr, enum vi_kmember m)
{
	int err = vi_k_read(k, *addr, m, addr);

	return !err && !*addr ? -ENOENT : err;
}

/* Address of this process's struct files_struct. */
static int find_files(struct vi_kernel *k, uint64_t *files)
{
	const struct vi_member *m = &k->layout.member[VI_K_TASK_FILES];
	int err;

	if (m->size != sizeof(*files))
		return -ENOENT;
	err = vi_kcore_task(&k->kcore, m->offset, files, sizeof(*files));
	return !err && !*files ? -ENOENT : err;
}

static int find_kobject(struct vi_kernel *k, int fd, uint64_t *addr)
{
	static const enum vi_kmember rest[] = {
		VI_K_FILE_INODE, VI_K_INODE_PRIVATE, VI_K_KERNFS_PRIV,
	};
	size_t i;
	int err;

	err = find_files(k, addr);
	if (!err)
		err = follow(k, addr, VI_K_FILES_FDT);
	if (!err)
		err = follow(k, addr, VI_K_FDT_FD);
	if (!err)
		err = vi_kernel_read(k, *addr + fd * sizeof(*addr), addr,
				     sizeof(*addr));
	for (i = 0; !err && i < ARRAY_SIZE(rest); i++)
		err = follow(k, addr, rest[i]);
	return err;
}

int vi_kernel_kobject(struct vi_kernel *k, const char *path, uint64_t *kobj)
{
	int fd, err;

	/* A recorded tree's directories have no kernel objects. */
	if (k->ctx->root_fd >= 0)
		return -ENOENT;
	fd = vi_open(k->ctx, path, O_DIRECTORY);
	if (fd < 0)
		return fd;
	err = find_kobject(k, fd, kobj);
	close(fd);
	return err;
}
