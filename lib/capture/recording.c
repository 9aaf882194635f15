// SPDX-License-Identifier: LGPL-2.1-or-later
/* Reading recordings, which may hold anything. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/sample.h"
#include "core/text.h"

/* A line of 4,000 queues has some 4 MB; a year at 1 Hz has so many lines. */
#define MAX_LINE	(64 << 20)
#define MAX_LINES	(1 << 25)

struct place {
	uint64_t offset;
	size_t number;		/* of the line, from 1 */
	size_t len;
};

struct vi_recording {
	struct vi_ctx *ctx;
	char *path;
	int fd;
	struct vi_text text;	/* of the line that is read */
	struct place *line;
	size_t count, at;
	bool is_cut;		/* the last line has no end */
};

/* --- Where lines are --- */

static int add_line(struct vi_recording *r, struct place line)
{
	/* Empty lines are none. */
	if (!line.len)
		return 0;
	if (r->count == MAX_LINES ||
	    !vi_grow(&r->line, r->count, sizeof(*r->line)))
		return vi_fail(r->ctx, -ENOMEM,
			       "%s: more lines than fit in memory", r->path);
	r->line[r->count++] = line;
	return 0;
}

static int check_length(struct vi_recording *r, const struct place *line,
			uint64_t end)
{
	if (end <= line->offset || end - line->offset <= MAX_LINE)
		return 0;
	return vi_fail(r->ctx, -EFBIG, "%s:%zu: a line of more than %d MiB",
		       r->path, line->number, MAX_LINE >> 20);
}

static int end_line(struct vi_recording *r, struct place *line, uint64_t end)
{
	int err = check_length(r, line, end);

	if (err)
		return err;
	line->len = end - line->offset;
	err = add_line(r, *line);
	line->offset = end + 1;
	line->number++;
	return err;
}

static int find_lines(struct vi_recording *r)
{
	struct place line = { .number = 1 };
	char buf[1 << 16];
	uint64_t at = 0;
	ssize_t n, i;
	int err = 0;

	while ((n = pread(r->fd, buf, sizeof(buf), at)) > 0) {
		for (i = 0; i < n && !err; i++)
			if (buf[i] == '\n')
				err = end_line(r, &line, at + i);
		at += n;
		if (!err)
			err = check_length(r, &line, at);
		if (err)
			return err;
	}
	if (n < 0)
		return vi_fail(r->ctx, -errno, "%s: cannot be read: %s",
			       r->path, strerror(errno));
	r->is_cut = line.offset < at;
	return r->is_cut ? end_line(r, &line, at) : 0;
}

/* --- A line --- */

static int read_text(struct vi_recording *r, const struct place *line)
{
	size_t done = 0;
	ssize_t n = 1;
	char *to;

	vi_text_reset(&r->text);
	to = vi_text_room(&r->text, line->len);
	if (!to) {
		vi_text_free(&r->text);
		return -ENOMEM;
	}
	while (done < line->len && n > 0) {
		n = pread(r->fd, to + done, line->len - done,
			  line->offset + done);
		if (n < 0)
			return -errno;
		done += n;
	}
	vi_text_added(&r->text, done);
	return done < line->len ? -ENODATA : 0;
}

static int parse(struct vi_recording *r, const struct place *line,
		 struct vi_sample **sample)
{
	struct vi_cap c = { .ctx = r->ctx, .is_line = true };
	const json_t *json;
	char *file;
	int ret;

	if (asprintf(&file, "%s:%zu: not a line of a recording", r->path,
		     line->number) < 0)
		return -ENOMEM;
	c.file = file;
	json = vi_cap_parse(&c, r->text.s, r->text.len);
	ret = json ? vi_cap_sample(&c, json, sample) : c.err;
	vi_pool_free(&c.parsed);
	free(file);
	return ret;
}

/* 1; 0: it is a header; or a negative errno with a message. */
static int read_line(struct vi_recording *r, size_t i,
		     struct vi_sample **sample)
{
	const struct place *line = &r->line[i];
	int ret = read_text(r, line);

	if (!ret)
		ret = parse(r, line, sample);
	if (ret < 0 && ret != -EINVAL)
		vi_fail(r->ctx, ret, "%s:%zu: cannot be read: %s", r->path,
			line->number, strerror(-ret));
	return ret;
}

/* --- Beginning and end --- */

/* Only this is known of it without reading all of it. */
static int check_line(struct vi_recording *r, size_t i)
{
	struct vi_sample *sample = NULL;
	int ret = read_line(r, i, &sample);

	vi_sample_unref(sample);
	return ret;
}

/* Leave out the header, and a last line that was cut off. */
static int check(struct vi_recording *r)
{
	int ret = 0;

	if (r->count > 1 && r->is_cut)
		ret = check_line(r, r->count - 1);
	if (ret == -EINVAL)
		vi_warn(r->ctx, "%s:%zu: the last line is cut off and was left out",
			r->path, r->line[--r->count].number);
	else if (ret < 0)
		return ret;
	if (!r->count)
		return vi_fail(r->ctx, -EINVAL,
			       "%s: empty file, not a recording", r->path);
	ret = check_line(r, 0);
	if (ret < 0)
		return ret;
	if (!ret)
		memmove(r->line, r->line + 1, --r->count * sizeof(*r->line));
	return r->count ? 0 : vi_fail(r->ctx, -EINVAL,
				      "%s: a recording without samples",
				      r->path);
}

static int open_file(struct vi_recording *r)
{
	struct stat st;

	r->fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (r->fd < 0 || fstat(r->fd, &st))
		return vi_fail(r->ctx, -errno, "%s: cannot be read: %s",
			       r->path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return vi_fail(r->ctx, -ESPIPE,
			       "%s: not a regular file, so there is no seeking in it; save it to one first",
			       r->path);
	return 0;
}

VI_EXPORT int vi_recording_open(struct vi_ctx *ctx, const char *path,
				struct vi_recording **recording)
{
	struct vi_recording *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	r->ctx = ctx;
	r->fd = -1;
	r->path = strdup(path);
	err = r->path ? vi_cap_open(ctx) :
			vi_fail(ctx, -ENOMEM, "out of memory");
	if (!err)
		err = open_file(r);
	if (!err)
		err = find_lines(r);
	if (!err)
		err = check(r);
	if (err)
		vi_recording_close(r);
	else
		*recording = r;
	return err;
}

VI_EXPORT void vi_recording_close(struct vi_recording *recording)
{
	if (!recording)
		return;
	if (recording->fd >= 0)
		close(recording->fd);
	free(recording->path);
	vi_text_free(&recording->text);
	free(recording->line);
	free(recording);
}

/* --- Samples --- */

VI_EXPORT size_t vi_recording_count(const struct vi_recording *recording)
{
	return recording->count;
}

VI_EXPORT size_t vi_recording_at(const struct vi_recording *recording)
{
	return recording->at;
}

VI_EXPORT void vi_recording_seek(struct vi_recording *recording, size_t at)
{
	recording->at = at < recording->count ? at : recording->count;
}

VI_EXPORT int vi_recording_next(struct vi_recording *recording,
				struct vi_sample **sample)
{
	int ret = 0;

	/* Recordings that were put behind each other have headers within. */
	while (!ret && recording->at < recording->count) {
		ret = read_line(recording, recording->at, sample);
		recording->at += ret >= 0;
	}
	return ret;
}
