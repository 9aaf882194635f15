// SPDX-License-Identifier: LGPL-2.1-or-later
/* Mounts in every mount namespace. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind/use/proc.h"
#include "core/file.h"
#include "core/pool.h"

#define MAX_MOUNTINFO	(16 << 20)
/* The namespaces that were read, each as seen from some root. */
struct walk {
	struct vi_ctx *ctx;
	int (*fn)(void *data, const struct vi_mount *m);
	void *data;
	struct vi_unseen *unseen;
	int ret;			/* from @fn, or an error of this file */
	char **seen;			/* "mnt:[4026531840] /" */
	size_t num_seen;
};

/* The kernel escapes blanks, tabs, newlines and backslashes as \ooo. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' &&
		    s[2] >= '0' && s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*to++ = (s[1] - '0') << 6 | (s[2] - '0') << 3 |
				(s[3] - '0');
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/* "36 35 98:0 /root /where options tags - type source options" */
static bool parse(char *line, struct vi_mount *m)
{
	char *word, *where = NULL;
	int i;

	for (i = 0; i < 5; i++) {
		word = strsep(&line, " ");
		if (!word || !line)
			return false;
		if (i == 2 && sscanf(word, "%u:%u", &m->major, &m->minor) != 2)
			return false;
		where = word;
	}
	do {
		word = strsep(&line, " ");
		if (!word || !line)
			return false;
	} while (strcmp(word, "-"));
	m->type = strsep(&line, " ");
	if (!line)
		return false;
	word = strsep(&line, " ");
	unescape(where);
	unescape(word);
	m->where = where;
	m->source = word;
	m->options = line ? line : "";
	return true;
}

/* 0, with @fn's answer in @w, or a negative errno of reading. */
static int read_mounts(struct walk *w, const char *path, uint32_t pid)
{
	struct vi_mount m = { .pid = pid };
	char *text, *rest, *line;
	size_t len;

	text = vi_read_all(w->ctx, path, MAX_MOUNTINFO, &len);
	if (!text)
		return -errno;
	for (rest = text; !w->ret && (line = strsep(&rest, "\n"));)
		if (parse(line, &m))
			w->ret = w->fn(w->data, &m);
	free(text);
	return 0;
}

/*
 * A process's mount namespace and root: mountinfo omits mounts outside of the
 * root.
 */
static int read_view(struct walk *w, const char *proc, char view[512])
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "%s/ns/mnt", proc);
	n = vi_readlink(w->ctx, path, view, 64);
	if (n < 0)
		return n;
	view[n++] = ' ';
	snprintf(path, sizeof(path), "%s/root", proc);
	/* If it is unknown, it counts as different from all others. */
	if (vi_readlink(w->ctx, path, view + n, 512 - n) < 0)
		snprintf(view + n, 512 - n, "%s", proc);
	return 0;
}

static bool was_seen(const struct walk *w, const char *view)
{
	size_t i;

	for (i = 0; i < w->num_seen; i++)
		if (!strcmp(w->seen[i], view))
			return true;
	return false;
}

static int add_seen(struct walk *w, const char *view)
{
	if (!vi_grow(&w->seen, w->num_seen, sizeof(*w->seen)))
		return -ENOMEM;
	w->seen[w->num_seen] = strdup(view);
	return w->seen[w->num_seen] ? (w->num_seen++, 0) : -ENOMEM;
}

/* If the process ended, its namespace is read through others in it. */
static int look_at(struct walk *w, const char *proc, uint32_t pid)
{
	char view[512], path[64];
	int err = read_view(w, proc, view);

	if (!err && was_seen(w, view))
		return 0;
	snprintf(path, sizeof(path), "%s/%s", proc, err ? "ns/mnt" :
		 "mountinfo");
	if (!err)
		err = read_mounts(w, path, pid);
	if (!err)
		w->ret = w->ret ? w->ret : add_seen(w, view);
	else if (!vi_process_ended(err))
		vi_unseen_note(w->ctx, w->unseen, pid, path, err);
	return w->ret != 0;
}

static int look_at_task(void *data, uint32_t pid, uint32_t tid)
{
	char proc[48];

	if (tid == pid)
		snprintf(proc, sizeof(proc), "/proc/%u", pid);
	else
		snprintf(proc, sizeof(proc), "/proc/%u/task/%u", pid, tid);
	return look_at(data, proc, pid);
}

int vi_each_mount(struct vi_ctx *ctx,
		  int (*fn)(void *data, const struct vi_mount *m), void *data,
		  struct vi_unseen *unseen)
{
	struct walk w = { .ctx = ctx, .fn = fn, .data = data,
			  .unseen = unseen };
	char view[512];
	int err;

	memset(unseen, 0, sizeof(*unseen));
	err = read_mounts(&w, "/proc/self/mountinfo", 0);
	if (!err && !w.ret && !read_view(&w, "/proc/self", view))
		err = add_seen(&w, view);
	if (!err && !w.ret)
		err = vi_each_task(ctx, look_at_task, &w, unseen);
	while (w.num_seen)
		free(w.seen[--w.num_seen]);
	free(w.seen);
	return w.ret ? w.ret : err;
}
