// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What is on a disk: a file system, an LVM volume, a partition table. udev may
 * know; otherwise libblkid reads the disk, in a child process that is abandoned
 * if the disk does not answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <unistd.h>

#include "bind/use/use.h"
#include "core/child.h"
#include "core/file.h"
#include "core/lazy.h"

/* Long for a disk under load, short for a waiting user. */
#define READ_SECONDS	5

/*
 * The functions of libblkid in use, as its documentation declares them; its
 * header need not be installed.
 */
struct blkid_struct_probe;
static struct blkid_struct_probe *(*p_new_probe)(void);
static int (*p_set_device)(struct blkid_struct_probe *pr, int fd,
			   int64_t offset, int64_t size);
static int (*p_enable_partitions)(struct blkid_struct_probe *pr, int enable);
static int (*p_do_safeprobe)(struct blkid_struct_probe *pr);
static int (*p_lookup_value)(struct blkid_struct_probe *pr, const char *name,
			     const char **data, size_t *len);

static const struct vi_lazy_symbol symbols[] = {
	{ "blkid_new_probe", &p_new_probe },
	{ "blkid_probe_set_device", &p_set_device },
	{ "blkid_probe_enable_partitions", &p_enable_partitions },
	{ "blkid_do_safeprobe", &p_do_safeprobe },
	{ "blkid_probe_lookup_value", &p_lookup_value },
	{ NULL, NULL },
};

static struct vi_lazy blkid = { "libblkid.so.1", "libblkid1", symbols, NULL };

#define FOUND_ONE	0
#define FOUND_NONE	1
#define FOUND_SEVERAL	(-2)

static bool value(struct blkid_struct_probe *pr, const char *name,
		  const char *fmt, char answer[VI_ANSWER_SIZE])
{
	const char *v;

	if (p_lookup_value(pr, name, &v, NULL))
		return false;
	snprintf(answer, VI_ANSWER_SIZE, fmt, v);
	return true;
}

/* In a child; its exit frees what it allocated. */
static int probe(void *data, char answer[VI_ANSWER_SIZE])
{
	struct blkid_struct_probe *pr = p_new_probe();
	int ret;

	if (!pr)
		return -ENOMEM;
	errno = 0;
	if (p_set_device(pr, *(int *)data, 0, 0) ||
	    p_enable_partitions(pr, 1))
		return errno ? -errno : -EIO;
	ret = p_do_safeprobe(pr);
	if (ret == FOUND_NONE)
		return 0;
	if (ret == FOUND_SEVERAL)
		snprintf(answer, VI_ANSWER_SIZE, "several file systems");
	else if (ret != FOUND_ONE)
		return errno ? -errno : -EIO;
	else if (!value(pr, "TYPE", "%s", answer) &&
		 !value(pr, "PTTYPE", "a partition table (%s)", answer))
		return 0;
	return 0;
}

/* What udev found when the disk appeared or was last written to. */
static void ask_udev(struct vi_ctx *ctx, unsigned int major,
		     unsigned int minor, char found[VI_SIGNATURE_SIZE])
{
	static const struct {
		const char *key, *fmt;
	} keys[] = {
		{ "E:ID_FS_TYPE=", "%s" },
		{ "E:ID_PART_TABLE_TYPE=", "a partition table (%s)" },
	};
	char path[64], *text, *line;
	size_t i, len;

	snprintf(path, sizeof(path), "/run/udev/data/b%u:%u", major, minor);
	text = vi_read_all(ctx, path, 1 << 20, &len);
	for (i = 0; text && !found[0] && i < ARRAY_SIZE(keys); i++) {
		char value_of[64];

		line = strstr(text, keys[i].key);
		if (!line || (line > text && line[-1] != '\n'))
			continue;
		line += strlen(keys[i].key);
		snprintf(value_of, sizeof(value_of), "%.*s",
			 (int)strcspn(line, "\n"), line);
		if (value_of[0])
			snprintf(found, VI_SIGNATURE_SIZE, keys[i].fmt,
				 value_of);
	}
	free(text);
}

static int open_node(struct vi_ctx *ctx, const char *name, unsigned int major,
		     unsigned int minor)
{
	char path[80];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", name);
	/* In a recorded tree, a file is the disk. */
	if (ctx->root_fd >= 0)
		return vi_open(ctx, path, 0);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st) && S_ISBLK(st.st_mode) &&
	    st.st_rdev == makedev(major, minor))
		return fd;
	close(fd);
	return -ENODEV;
}

int vi_disk_signature(struct vi_ctx *ctx, const char *name, unsigned int major,
		      unsigned int minor, char found[VI_SIGNATURE_SIZE])
{
	char answer[VI_ANSWER_SIZE];
	int fd, err;

	found[0] = '\0';
	ask_udev(ctx, major, minor, found);
	if (found[0])
		return 0;
	err = vi_lazy_open(ctx, &blkid);
	if (err)
		return err;
	fd = open_node(ctx, name, major, minor);
	if (fd < 0)
		return vi_fail(ctx, fd, "/dev/%s: %s%s", name, strerror(-fd),
			       fd == -EACCES ? "; run as root" : "");
	err = vi_in_child(ctx, fd, READ_SECONDS, probe,
			  &fd, answer, NULL);
	close(fd);
	/* The drive is empty. */
	if (err == -ENOMEDIUM)
		return 0;
	if (err == -ETIMEDOUT)
		return vi_fail(ctx, err, "/dev/%s does not answer", name);
	if (err)
		return vi_fail(ctx, err, "/dev/%s: %s", name, strerror(-err));
	snprintf(found, VI_SIGNATURE_SIZE, "%s", answer);
	return 0;
}
