// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --textfile: another program may read the file at any time, so write a new
 * file next to it and rename that.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vqtop/batch/openmetrics.h"

/* Readers look for *.prom, so this name hides the new file. */
static char *name_beside(const char *path)
{
	const char *slash = strrchr(path, '/');
	int folder = slash ? slash - path + 1 : 0;
	char *name;

	if (asprintf(&name, "%.*s.%s.%d.new", folder, path, path + folder,
		     (int)getpid()) < 0)
		return NULL;
	return name;
}

/* A killed process with the same id may have left one. */
static int open_new(const char *name)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(name, flags, 0644);

	if (fd < 0 && errno == EEXIST && !unlink(name))
		fd = open(name, flags, 0644);
	return fd;
}

static bool replace(const char *path, const char *name, const char *s)
{
	int fd = open_new(name), err;
	bool ok;

	if (fd < 0)
		return false;
	/* The reader is another user; ignore the umask. */
	ok = !fchmod(fd, 0644) && tool_write(fd, s, strlen(s));
	err = errno;
	if (close(fd) && ok) {
		err = errno;
		ok = false;
	}
	if (ok && !rename(name, path))
		return true;
	if (ok)
		err = errno;
	unlink(name);
	errno = err;
	return false;
}

/* Replacing a device, a pipe or a symbolic link would do harm. */
bool vt_textfile_may_be(const char *path)
{
	struct stat st;

	if (lstat(path, &st) || S_ISREG(st.st_mode))
		return true;
	tool_error("%s: is %s, which is not replaced; name a file", path,
		   S_ISLNK(st.st_mode) ? "a symbolic link" :
		   S_ISDIR(st.st_mode) ? "a folder" :
		   S_ISFIFO(st.st_mode) ? "a pipe" : "no regular file");
	return false;
}

bool vt_textfile_write(const char *path, const char *s)
{
	char *name;
	bool ok;

	if (!vt_textfile_may_be(path))
		return false;
	name = name_beside(path);
	ok = name && replace(path, name, s);
	if (!ok)
		tool_error("%s: cannot be replaced: %s", path, name ?
			   strerror(errno) : "out of memory");
	free(name);
	return ok;
}
