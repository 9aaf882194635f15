// SPDX-License-Identifier: GPL-2.0-or-later
/* What is mounted, in any mount namespace. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind/proc.h"
#include "core/file.h"

#define MAX_MOUNTINFO	(16 << 20)
/* A machine with more of them runs containers, each like the last. */
#define MAX_NAMESPACES	256

struct walk {
	struct vi_ctx *ctx;
	int (*fn)(void *data, const struct vi_mount *m);
	void *data;
	char seen[MAX_NAMESPACES][32];	/* "mnt:[4026531840]" */
	size_t num_seen;
};

/* The kernel writes blanks, tabs, newlines and backslashes as \ooo. */
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
	return true;
}

static int read_mounts(struct walk *w, const char *path, uint32_t pid)
{
	struct vi_mount m = { .pid = pid };
	char *text, *rest, *line;
	size_t len;
	int ret = 0;

	text = vi_read_all(w->ctx, path, MAX_MOUNTINFO, &len);
	if (!text)
		return -errno;
	for (rest = text; !ret && (line = strsep(&rest, "\n"));)
		if (parse(line, &m))
			ret = w->fn(w->data, &m);
	free(text);
	return ret;
}

/* Is it in a namespace that was not looked at? */
static bool is_new(struct walk *w, const char *proc)
{
	char path[64], name[32];
	size_t i;

	snprintf(path, sizeof(path), "%s/ns/mnt", proc);
	if (vi_readlink(w->ctx, path, name, sizeof(name)) < 0)
		return false;
	for (i = 0; i < w->num_seen; i++)
		if (!strcmp(w->seen[i], name))
			return false;
	if (w->num_seen == MAX_NAMESPACES)
		return false;
	memcpy(w->seen[w->num_seen++], name, sizeof(name));
	return true;
}

static int look_at_process(void *data, const char *name)
{
	struct walk *w = data;
	char proc[32], path[64];
	uint64_t pid;
	int ret;

	if (vi_parse_u64(name, &pid) || pid > INT32_MAX)
		return 0;
	snprintf(proc, sizeof(proc), "/proc/%u", (unsigned int)pid);
	if (!is_new(w, proc))
		return 0;
	snprintf(path, sizeof(path), "%s/mountinfo", proc);
	/* It may have ended by now. */
	ret = read_mounts(w, path, pid);
	return ret > 0 || ret == -EBUSY ? ret : 0;
}

int vi_each_mount(struct vi_ctx *ctx,
		  int (*fn)(void *data, const struct vi_mount *m), void *data)
{
	struct walk *w = calloc(1, sizeof(*w));
	int ret;

	if (!w)
		return -ENOMEM;
	w->ctx = ctx;
	w->fn = fn;
	w->data = data;
	is_new(w, "/proc/self");
	ret = read_mounts(w, "/proc/self/mountinfo", 0);
	if (!ret)
		ret = vi_readdir(ctx, "/proc", look_at_process, w);
	free(w);
	return ret;
}
