// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing recordings. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vqtop/replay.h"

static bool add_line(FILE *f, struct text *t)
{
	char *s;
	bool ok;

	text_add(t, "\n");
	s = text_take(t);
	if (!s) {
		errno = ENOMEM;
		return false;
	}
	ok = fputs(s, f) >= 0 && !fflush(f);
	free(s);
	return ok;
}

/* It may hold what only root may read: nobody else may, and nothing else is
 * overwritten or followed to. */
FILE *vt_record_open(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		      0600);
	struct text t = { 0 };
	FILE *f;

	if (fd < 0 && errno == EEXIST) {
		tool_error("%s: it is there already, and is not overwritten; name a new file",
			   path);
		return NULL;
	}
	f = fd < 0 ? NULL : fdopen(fd, "w");
	vt_json_add_header(&t);
	if (f && add_line(f, &t))
		return f;
	tool_error("%s: cannot be written: %s", path, strerror(errno));
	if (f)
		fclose(f);
	free(text_take(&t));
	return NULL;
}

bool vt_record_add(FILE *f, const struct vt_snapshot *s)
{
	struct text t = { 0 };

	vt_json_add(&t, s, NULL);
	return add_line(f, &t);
}
