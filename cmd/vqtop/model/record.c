// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing recordings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vqtop/model/recording.h"

struct vt_record {
	int fd;
	off_t end;		/* of the last line that is whole */
};

/* A line of which a part was written is taken back: a disk may be full. */
static bool write_line(struct vt_record *r, const char *s, size_t len)
{
	size_t done = 0;
	ssize_t n = 0;
	int err;

	while (done < len) {
		n = write(r->fd, s + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += n;
	}
	if (done == len) {
		r->end += len;
		return true;
	}
	err = n ? errno : ENOSPC;
	if (!ftruncate(r->fd, r->end))
		lseek(r->fd, r->end, SEEK_SET);
	errno = err;
	return false;
}

static bool add_line(struct vt_record *r, struct text *t)
{
	size_t len;
	char *s;
	bool ok;

	text_add(t, "\n");
	len = t->len;
	s = text_take(t);
	if (!s) {
		errno = ENOMEM;
		return false;
	}
	ok = write_line(r, s, len);
	free(s);
	return ok;
}

struct vt_record *vt_record_open(const char *path)
{
	struct vt_record *r = calloc(1, sizeof(*r));
	struct text t = { 0 };

	if (!r) {
		tool_error("out of memory");
		return NULL;
	}
	r->fd = tool_create(path);
	if (r->fd < 0) {
		free(r);
		return NULL;
	}
	vt_json_add_header(&t);
	if (add_line(r, &t))
		return r;
	tool_error("%s: cannot be written: %s", path, strerror(errno));
	text_free(&t);
	vt_record_close(r);
	return NULL;
}

bool vt_record_add(struct vt_record *r, const struct vt_snapshot *s)
{
	struct text t = { 0 };

	vt_json_add(&t, s, NULL);
	return add_line(r, &t);
}

/* Some file systems say only now that the disk is full. */
bool vt_record_close(struct vt_record *r)
{
	bool ok = !r || r->fd < 0 || !close(r->fd);

	free(r);
	return ok;
}
