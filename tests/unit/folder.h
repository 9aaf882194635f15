/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder for a test's files, removed when the test ends. */
#ifndef VI_TESTS_FOLDER_H
#define VI_TESTS_FOLDER_H

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDER_MAX	64

/* Create it below TMPDIR, or @where by default, as @name plus a suffix. */
static inline bool folder_make(char root[FOLDER_MAX], const char *where,
			       const char *name)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(root, FOLDER_MAX, "%s/%s-XXXXXX",
		 tmp && strlen(tmp) < 40 ? tmp : where, name);
	return mkdtemp(root);
}

static inline int folder_remove_entry(const char *path, const struct stat *st,
				      int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline int folder_remove(const char *root)
{
	return nftw(root, folder_remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* @path below @root, creating the folders before it; NULL with errno. */
static inline const char *folder_path(const char *root, const char *path)
{
	static char full[PATH_MAX];
	char *slash;

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (slash = full + strlen(root) + 1; (slash = strchr(slash, '/'));
	     slash++) {
		*slash = '\0';
		if (mkdir(full, 0755) && errno != EEXIST)
			return NULL;
		*slash = '/';
	}
	return full;
}

#endif
