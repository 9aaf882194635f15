// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing recordings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vqtop/model/source.h"

struct vt_record {
	int fd;
	off_t written, end;	/* end: of the last line that is whole */
	struct vi_json *json;
};

static int write_piece(void *data, const char *s, size_t len)
{
	struct vt_record *r = data;

	if (!tool_write(r->fd, s, len))
		return -errno;
	r->written += len;
	return 0;
}

/* Take back a line that was written in part, as when the disk is full. */
static bool end_line(struct vt_record *r)
{
	int err = vi_json_flush(r->json);

	if (!err) {
		r->end = r->written;
		return true;
	}
	if (!ftruncate(r->fd, r->end))
		lseek(r->fd, r->end, SEEK_SET);
	errno = -err;
	return false;
}

struct vt_record *vt_record_open(const char *path)
{
	struct vt_record *r = calloc(1, sizeof(*r));

	if (!r) {
		tool_no_memory();
		return NULL;
	}
	r->fd = tool_create(path);
	if (r->fd < 0) {
		free(r);
		return NULL;
	}
	r->json = vi_json_new(NULL, write_piece, r);
	vi_json_recording(r->json);
	if (end_line(r))
		return r;
	tool_error("%s: cannot be written: %s", path, strerror(errno));
	vt_record_close(r);
	return NULL;
}

bool vt_record_add(struct vt_record *r, const struct vi_sample *sample)
{
	vi_json_sample(r->json, sample, NULL);
	vi_json_newline(r->json, 0);
	return end_line(r);
}

/* Some file systems report a full disk only now. */
bool vt_record_close(struct vt_record *r)
{
	bool ok;

	if (!r)
		return true;
	vi_json_end(r->json);
	ok = !close(r->fd);
	free(r);
	return ok;
}
