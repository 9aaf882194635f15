// SPDX-License-Identifier: LGPL-2.1-or-later
/* Expand patterns of paths, one part at a time, so that nothing recurses. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access/sysfs/sysfs.h"
#include "core/file.h"

/* Beyond what any device has. */
#define MAX_PATHS	4096

struct step {
	struct vi_device *dev;
	struct vi_pool *pool;
	const char *dir;		/* to search */
	const char *part;		/* of the pattern, @len characters */
	size_t len;
	struct vi_strings *found;
};

static int add_path(struct step *s, const char *name, size_t len)
{
	size_t dir = strlen(s->dir);
	char *path;

	if (s->found->count >= MAX_PATHS || dir + 1 + len >= VI_PATH_SIZE)
		return -E2BIG;
	path = vi_pool_alloc(s->pool, dir + 1 + len + 1);
	if (!path)
		return -ENOMEM;
	memcpy(path, s->dir, dir);
	path[dir] = '/';
	memcpy(path + dir + 1, name, len);
	return vi_strings_add(s->pool, s->found, path);
}

/* A part has at most one wildcard, then perhaps a fixed suffix. */
static bool matches(const char *name, const char *part, size_t len)
{
	size_t fixed = 0, tail, n = strlen(name), i;

	while (fixed < len && part[fixed] != '*' && part[fixed] != '#')
		fixed++;
	if (n <= fixed || memcmp(name, part, fixed))
		return false;
	tail = len - fixed - 1;
	if (n < fixed + tail + 1 ||
	    memcmp(name + n - tail, part + fixed + 1, tail))
		return false;
	for (i = fixed; part[fixed] == '#' && i < n - tail; i++)
		if (name[i] < '0' || name[i] > '9')
			return false;
	return true;
}

static int add_match(void *data, const char *name)
{
	struct step *s = data;

	return matches(name, s->part, s->len) ?
	       add_path(s, name, strlen(name)) : 0;
}

static int take_step(struct step *s)
{
	int err;

	if (!memchr(s->part, '*', s->len) && !memchr(s->part, '#', s->len))
		return add_path(s, s->part, s->len);
	err = vi_readdir(s->dev->ctx, s->dir, add_match, s);
	/* Drivers create different directories. */
	return err == -ENOENT || err == -ENOTDIR ? 0 : err;
}

static int expand(struct step *s, const struct vi_strings *dirs,
		  struct vi_strings *found)
{
	size_t i;
	int err = 0;

	memset(found, 0, sizeof(*found));
	s->found = found;
	for (i = 0; !err && i < dirs->count; i++) {
		s->dir = dirs->v[i];
		err = take_step(s);
	}
	return err;
}

int vi_glob(struct vi_device *dev, struct vi_pool *pool, const char *start,
	    const char *pattern, struct vi_strings *paths)
{
	struct step s = { .dev = dev, .pool = pool, .part = pattern };
	struct vi_strings dirs, found = { NULL, 0 };
	int err = vi_strings_add(pool, &found, start);

	while (!err && *s.part) {
		dirs = found;
		s.len = strcspn(s.part, "/");
		err = expand(&s, &dirs, &found);
		s.part += s.len;
		s.part += *s.part == '/';
	}
	if (err)
		return err;
	vi_strings_sort(&found);
	*paths = found;
	return 0;
}
