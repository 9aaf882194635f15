/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests: a sysroot built on the spot, a context that scans it and keeps its
 * messages, and short ways to read fields.
 */
#ifndef VI_TESTS_TREE_H
#define VI_TESTS_TREE_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <virtio-inspect/inspect.h>

#include "folder.h"

struct tree {
	char root[FOLDER_MAX];
	struct vi_ctx *ctx;
	char log[16384];		/* one message per line */
};

static struct tree tree;

static void keep_message(void *data, enum vi_log_level level,
			 const char *message)
{
	struct tree *t = data;
	size_t n = strlen(t->log);

	if (level == VI_LOG_WARNING)
		snprintf(t->log + n, sizeof(t->log) - n, "%s\n", message);
}

static int set_up_tree(void **state)
{
	(void)state;
	memset(&tree, 0, sizeof(tree));
	if (!folder_make(tree.root, "/tmp", "vi-test"))
		return -1;
	tree.ctx = vi_ctx_new();
	if (!tree.ctx)
		return -1;
	vi_ctx_set_log(tree.ctx, keep_message, &tree);
	return vi_ctx_set_sysroot(tree.ctx, tree.root);
}

static int tear_down_tree(void **state)
{
	(void)state;
	vi_ctx_free(tree.ctx);
	return folder_remove(tree.root);
}

/* @path below the root, creating the folders before it. */
static const char *below_root(const char *path)
{
	const char *full = folder_path(tree.root, path);

	assert_non_null(full);
	return full;
}

static inline void put_bytes(const char *path, const void *bytes, size_t len)
{
	FILE *f = fopen(below_root(path), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static inline void put(const char *path, const char *text)
{
	put_bytes(path, text, strlen(text));
}

static inline void put_link(const char *path, const char *target)
{
	assert_int_equal(symlink(target, below_root(path)), 0);
}

static inline void put_link_once(const char *path, const char *target)
{
	if (symlink(target, below_root(path)))
		assert_int_equal(errno, EEXIST);
}

/* The kernel's links from a parent that is on a bus, unless they exist. */
static inline void put_parent(const char *parent)
{
	static const struct {
		const char *begins, *bus, *driver;
	} buses[] = {
		{ "pci", "pci", NULL }, { "css", "ccw", NULL },
		{ "platform/", "platform", "virtio-mmio" },
	};
	char path[512];
	size_t i;

	for (i = 0; i < sizeof(buses) / sizeof(buses[0]); i++) {
		if (strncmp(parent, buses[i].begins, strlen(buses[i].begins)))
			continue;
		snprintf(path, sizeof(path), "/sys/devices/%s/subsystem",
			 parent);
		put_link_once(path, buses[i].bus);
		snprintf(path, sizeof(path), "/sys/devices/%s/driver", parent);
		if (buses[i].driver)
			put_link_once(path, buses[i].driver);
	}
}

/*
 * A device in sysfs: @name at /sys/devices/@parent, with a uevent file and a
 * link to it.
 */
static inline void put_device(const char *name, const char *parent,
			      const char *uevent)
{
	char path[512], target[512];

	snprintf(path, sizeof(path), "/sys/devices/%s/%s/uevent", parent, name);
	put(path, uevent);
	put_parent(parent);
	snprintf(path, sizeof(path), "/sys/bus/virtio/devices/%s", name);
	snprintf(target, sizeof(target), "../../../devices/%s/%s", parent,
		 name);
	put_link(path, target);
}

static inline struct vi_device *device_at(unsigned int i)
{
	struct vi_device *dev = NULL;

	do
		dev = vi_device_next(tree.ctx, dev);
	while (dev && i--);
	return dev;
}

static inline unsigned int count_devices(void)
{
	struct vi_device *dev = NULL;
	unsigned int n = 0;

	while ((dev = vi_device_next(tree.ctx, dev)))
		n++;
	return n;
}

static inline int get(struct vi_device *dev, const char *name,
		      struct vi_value *v)
{
	const struct vi_field *f = vi_schema_find(vi_device_schema(), name);

	assert_non_null(f);
	assert_non_null(dev);
	return vi_get(f, dev, v);
}

/* A field as a table would show it; "-": unknown. */
static inline const char *shown(struct vi_device *dev, const char *name)
{
	static char text[4][1024];
	static unsigned int next;
	char *s = text[next++ % 4];
	struct vi_value v;
	size_t i, n = 0;
	int err = get(dev, name, &v);

	if (err) {
		assert_true(err == -ENODATA || err == -EACCES);
		return err == -EACCES ? "denied" : "-";
	}
	s[0] = '\0';
	switch (v.type) {
	case VI_STRING:
		snprintf(s, 1024, "%s", v.string);
		break;
	case VI_BOOL:
		snprintf(s, 1024, "%s", v.boolean ? "true" : "false");
		break;
	case VI_HEX:
		snprintf(s, 1024, "0x%llx", (unsigned long long)v.number);
		break;
	case VI_REAL:
		snprintf(s, 1024, "%.3f", v.real);
		break;
	case VI_UINT:
		snprintf(s, 1024, "%llu", (unsigned long long)v.number);
		break;
	case VI_LIST:
		for (i = 0; i < v.count && n < 1024; i++)
			n += snprintf(s + n, 1024 - n, "%s%s", i ? " " : "",
				      v.list[i]);
		break;
	case VI_NUMBERS:
		for (i = 0; i < v.count && n < 1024; i++)
			n += snprintf(s + n, 1024 - n, "%s%llu", i ? " " : "",
				      (unsigned long long)v.numbers[i]);
		break;
	default:
		fail_msg("%s cannot be shown", name);
	}
	return s;
}

#define assert_shown(dev, name, text) \
	assert_string_equal(shown(dev, name), text)

#define assert_logged(text) assert_non_null(strstr(tree.log, text))

#endif
