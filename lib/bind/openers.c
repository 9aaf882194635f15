// SPDX-License-Identifier: GPL-2.0-or-later
/* Which process has a file open. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bind/proc.h"
#include "core/file.h"

struct search {
	struct vi_ctx *ctx;
	bool (*match)(void *data, const char *path);
	void *data;
	struct vi_opener *who;
};

static int look_at_fd(void *data, const char *name)
{
	struct search *s = data;
	char link[64], path[512];
	uint64_t fd;

	if (vi_parse_u64(name, &fd))
		return 0;
	snprintf(link, sizeof(link), "/proc/%u/fd/%llu", s->who->pid,
		 (unsigned long long)fd);
	/* It may be closed by now; a path that does not fit is no device's. */
	if (vi_readlink(s->ctx, link, path, sizeof(path)) < 0 ||
	    !s->match(s->data, path))
		return 0;
	snprintf(s->who->path, sizeof(s->who->path), "%.*s",
		 (int)sizeof(s->who->path) - 1, path);
	return 1;
}

static int look_at_process(void *data, const char *name)
{
	struct search *s = data;
	char path[64];
	uint64_t pid;
	int ret;

	if (vi_parse_u64(name, &pid) || pid > INT32_MAX)
		return 0;
	s->who->pid = pid;
	snprintf(path, sizeof(path), "/proc/%u/fd", s->who->pid);
	ret = vi_readdir(s->ctx, path, look_at_fd, s);
	if (ret <= 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/%u/comm", s->who->pid);
	if (vi_read_line(s->ctx, path, s->who->comm, sizeof(s->who->comm)) <= 0)
		snprintf(s->who->comm, sizeof(s->who->comm), "a process");
	return 1;
}

int vi_find_opener(struct vi_ctx *ctx,
		   bool (*match)(void *data, const char *path), void *data,
		   struct vi_opener *who)
{
	struct search s = { ctx, match, data, who };

	memset(who, 0, sizeof(*who));
	return vi_readdir(ctx, "/proc", look_at_process, &s);
}

static bool is_path(void *data, const char *path)
{
	const char *wanted = data;
	size_t n = strlen(wanted);

	return n && wanted[n - 1] == '*' ? !strncmp(path, wanted, n - 1) :
					   !strcmp(path, wanted);
}

int vi_find_opener_of(struct vi_ctx *ctx, const char *path,
		      struct vi_opener *who)
{
	return vi_find_opener(ctx, is_path, (void *)path, who);
}
