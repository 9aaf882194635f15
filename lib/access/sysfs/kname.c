// SPDX-License-Identifier: LGPL-2.1-or-later
/* Kernel names of devices: "vda", "eth0". The rules are in lib/devtype. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "access/sysfs/sysfs.h"
#include "core/file.h"

/* Matches of one rule. */
struct finding {
	struct vi_device *dev;
	const struct vi_kname_rule *rule;
	struct vi_strings names, paths;
};

/* An absolute path, with the device's index in place of '%'. */
static int whole_path(const struct vi_device *dev, const char *pattern,
		      char path[VI_PATH_SIZE])
{
	const char *mark = strchr(pattern, '%');

	if (mark && dev->index < 0)
		return -ENODATA;
	if (mark)
		snprintf(path, VI_PATH_SIZE, "%.*s%d%s", (int)(mark - pattern),
			 pattern, dev->index, mark + 1);
	else
		snprintf(path, VI_PATH_SIZE, "%s", pattern);
	return 0;
}

static int path_of(const struct vi_device *dev, const char *pattern,
		   char path[VI_PATH_SIZE])
{
	return pattern[0] == '/' ? whole_path(dev, pattern, path) :
				   vi_device_path(dev, pattern, path);
}

static int add_name(struct finding *f, const char *name)
{
	struct vi_pool *pool = vi_device_pool(f->dev);

	return vi_strings_add(pool, &f->names, vi_pool_strdup(pool, name));
}

/* Use the contents of a file as the name. */
static int find_in_file(struct finding *f, const char *pattern)
{
	char path[VI_PATH_SIZE], line[1024];
	int err = path_of(f->dev, pattern, path);
	ssize_t n;

	if (err)
		return err;
	n = vi_read_line(f->dev->ctx, path, line, sizeof(line));
	return n > 0 ? add_name(f, line) : n;
}

/* Check a fixed path, which does not tell devices apart. */
static int find_place(struct finding *f)
{
	const struct vi_kname_rule *rule = f->rule;
	char path[VI_PATH_SIZE], line[256];
	int err = path_of(f->dev, rule->path, path);
	ssize_t n;
	int fd;

	if (err)
		return err;
	if (rule->begins) {
		n = vi_read_line(f->dev->ctx, path, line, sizeof(line));
		if (n < 0 || strncmp(line, rule->begins, strlen(rule->begins)))
			return 0;
	} else {
		fd = vi_open(f->dev->ctx, path, O_PATH);
		if (fd < 0)
			return 0;
		close(fd);
	}
	return add_name(f, rule->name ? rule->name : strrchr(path, '/') + 1);
}

/* Find directories below the device's own. */
static int find_paths(struct finding *f)
{
	int err = vi_glob(f->dev, vi_device_pool(f->dev), f->dev->path,
			  f->rule->path, &f->paths);
	size_t i;

	for (i = 0; !err && i < f->paths.count; i++)
		err = add_name(f, strrchr(f->paths.v[i], '/') + 1);
	return err;
}

static bool applies(struct vi_device *dev, const struct vi_kname_rule *rule)
{
	if (rule->unless &&
	    (vi_load(dev, VI_FACT_FEATURES) ||
	     vi_device_negotiated(dev, rule->unless - 1)))
		return false;
	return !rule->alone ||
	       (!vi_load(dev, VI_FACT_DRIVER) && vi_device_alone(dev));
}

static int find(struct finding *f)
{
	const char *path = f->rule->path;

	if (path[0] == '=')
		return find_in_file(f, path + 1);
	return path[0] == '/' ? find_place(f) : find_paths(f);
}

int vi_read_knames(struct vi_device *dev)
{
	const struct vi_device_type *type = vi_device_type(dev);
	const struct vi_kname_rule *rule;

	for (rule = type ? type->knames : NULL; rule && rule->path; rule++) {
		struct finding f = { .dev = dev, .rule = rule };
		int err = applies(dev, rule) ? find(&f) : 0;

		if (err == -ENOMEM || err == -EACCES)
			return err;
		if (err && err != -ENOENT && err != -ENODATA)
			vi_device_warn(dev, rule->path + (rule->path[0] == '='), err);
		if (err || !f.names.count)
			continue;
		dev->knames = f.names;
		dev->kname_paths = f.paths;
		return 0;
	}
	return -ENODATA;
}
