// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading recordings, which may hold anything. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vqtop/model/recording.h"

/* A line of 4,000 queues has some 4 MB; a year at 1 Hz has so many lines. */
#define MAX_LINE	(64 << 20)
#define MAX_LINES	(1 << 25)

struct place {
	uint64_t offset;
	size_t number;		/* of the line, from 1 */
	size_t len;
};

struct vt_replay {
	int fd;
	char *path, *buf;
	struct place *line;
	size_t count, size, at;
	bool cut;		/* the last line has no end */
};

static bool add_line(struct vt_replay *r, struct place line)
{
	struct place *list;
	size_t size;

	/* Lines with nothing on them are none. */
	if (!line.len)
		return true;
	if (r->count == r->size) {
		size = r->size ? 2 * r->size : 256;
		list = size <= MAX_LINES ?
		       realloc(r->line, size * sizeof(*list)) : NULL;
		if (!list) {
			tool_error("%s: more lines than fit in memory",
				   r->path);
			return false;
		}
		r->line = list;
		r->size = size;
	}
	r->line[r->count++] = line;
	return true;
}

static bool end_line(struct vt_replay *r, struct place *line, uint64_t end)
{
	if (end - line->offset > MAX_LINE) {
		tool_error("%s:%zu: a line of more than %d MiB", r->path,
			   line->number, MAX_LINE >> 20);
		return false;
	}
	line->len = end - line->offset;
	if (!add_line(r, *line))
		return false;
	line->offset = end + 1;
	line->number++;
	return true;
}

/* Where lines are, so that any of them can be gone to. */
static bool find_lines(struct vt_replay *r)
{
	struct place line = { .number = 1 };
	char buf[1 << 16];
	uint64_t at = 0;
	ssize_t n, i;

	while ((n = pread(r->fd, buf, sizeof(buf), at)) > 0) {
		for (i = 0; i < n; i++)
			if (buf[i] == '\n' && !end_line(r, &line, at + i))
				return false;
		at += n;
	}
	if (n < 0) {
		tool_error("%s: cannot be read: %s", r->path, strerror(errno));
		return false;
	}
	r->cut = line.offset < at;
	return !r->cut || end_line(r, &line, at);
}

static bool read_all(struct vt_replay *r, const struct place *line)
{
	size_t done = 0;
	ssize_t n = 1;
	char *buf = realloc(r->buf, line->len + 1);

	if (!buf) {
		errno = ENOMEM;
		return false;
	}
	r->buf = buf;
	while (done < line->len && n > 0) {
		n = pread(r->fd, buf + done, line->len - done,
			  line->offset + done);
		if (n > 0)
			done += n;
		if (!n)
			errno = ENODATA;
	}
	return done == line->len;
}

static enum vt_line_is parse_at(struct vt_replay *r, size_t i,
				struct vt_snapshot *s, char *why, size_t size)
{
	const struct place *line = &r->line[i];
	const char *what;
	size_t at;
	enum vt_line_is is;

	if (!read_all(r, line)) {
		snprintf(why, size, "%s:%zu: cannot be read: %s", r->path,
			 line->number, strerror(errno));
		return VT_LINE_BAD;
	}
	is = vt_json_parse(s, r->buf, line->len, &what, &at);
	if (is == VT_LINE_BAD)
		snprintf(why, size, "%s:%zu: not a line of a recording: %s (column %zu)",
			 r->path, line->number, what, at + 1);
	return is;
}

/* The header goes; a last line that was cut off does too, and is told of. */
static bool check(struct vt_replay *r)
{
	struct vt_snapshot s = { 0 };
	enum vt_line_is is = VT_LINE_BAD;
	char why[512] = "";

	if (r->count && r->cut &&
	    parse_at(r, r->count - 1, &s, why, sizeof(why)) == VT_LINE_BAD &&
	    r->count > 1) {
		tool_warn("%s:%zu: the last line is cut off, and is left out",
			  r->path, r->line[--r->count].number);
		why[0] = '\0';
	}
	if (r->count)
		is = parse_at(r, 0, &s, why, sizeof(why));
	if (is == VT_LINE_HEADER)
		memmove(r->line, r->line + 1,
			--r->count * sizeof(*r->line));
	vt_snapshot_free(&s);
	if (is == VT_LINE_BAD)
		tool_error("%s", why[0] ? why : "an empty file is no recording");
	else if (!r->count)
		tool_error("%s: a recording without samples", r->path);
	return is != VT_LINE_BAD && r->count;
}

static bool open_file(struct vt_replay *r, const char *path)
{
	struct stat st;

	r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (r->fd < 0 || fstat(r->fd, &st)) {
		tool_error("%s: cannot be read: %s", path, strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		tool_error("%s: not a file, so it cannot be gone back and forth in; save it to one first",
			   path);
		return false;
	}
	return true;
}

struct vt_replay *vt_replay_open(const char *path)
{
	struct vt_replay *r = calloc(1, sizeof(*r));

	if (r)
		r->fd = -1;
	if (!r || !(r->path = text_escape(path))) {
		tool_error("out of memory");
		vt_replay_close(r);
		return NULL;
	}
	if (open_file(r, path) && find_lines(r) && check(r))
		return r;
	vt_replay_close(r);
	return NULL;
}

void vt_replay_close(struct vt_replay *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	free(r->path);
	free(r->buf);
	free(r->line);
	free(r);
}

size_t vt_replay_count(const struct vt_replay *r)
{
	return r->count;
}

size_t vt_replay_at(const struct vt_replay *r)
{
	return r->at;
}

void vt_replay_seek(struct vt_replay *r, size_t at)
{
	r->at = at < r->count ? at : r->count;
}

int vt_replay_next(struct vt_replay *r, struct vt_snapshot *s, char *why,
		   size_t size)
{
	enum vt_line_is is;

	/* Recordings that were put behind each other have headers within. */
	do {
		if (r->at == r->count)
			return 0;
		is = parse_at(r, r->at, s, why, size);
		if (is == VT_LINE_BAD)
			return -EINVAL;
		r->at++;
	} while (is == VT_LINE_HEADER);
	return 1;
}
