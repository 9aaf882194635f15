// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which process uses a device node: by the numbers of its open files and of its
 * mappings, to which the links below /proc/PID lead under any name.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bind/use/proc.h"
#include "core/child.h"
#include "core/file.h"

struct search {
	struct vi_ctx *ctx;
	const struct vi_nodes *nodes;
	const struct vi_own_fds *own;
	uint32_t self;			/* owner of the descriptors to ignore */
	bool ttys;			/* a node can be a terminal */
	uint32_t pid, tid;		/* being examined */
	const char *folder;		/* "fd" or "map_files" */
	struct found {
		struct vi_opener who;
		struct vi_unseen unseen;
		uint32_t at;		/* being examined */
	} *found;
};

static void link_path(const struct search *s, const char *name, char path[128])
{
	/* Every thread has such a folder, listed or not; in a recorded tree
	 * only those below a process exist. */
	if (s->tid != s->pid && s->ctx->root_fd >= 0)
		snprintf(path, 128, "/proc/%u/task/%u/%s%s%.64s", s->pid,
			 s->tid, s->folder, *name ? "/" : "", name);
	else
		snprintf(path, 128, "/proc/%u/%s%s%.64s", s->tid, s->folder,
			 *name ? "/" : "", name);
}

static bool is_own(const struct search *s, const char *name)
{
	uint64_t fd;
	size_t i;

	if (!s->own || s->pid != s->self || vi_parse_u64(name, &fd))
		return false;
	for (i = 0; i < s->own->count; i++)
		if (s->own->fd[i] == (int)fd)
			return true;
	return false;
}

/* O_PATH opens no device, only a place in a file system. */
static bool is_path_only(const struct search *s, const char *name)
{
	char path[64], text[512];
	const char *flags;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%u/fdinfo/%.20s", s->tid, name);
	n = vi_read(s->ctx, path, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	flags = strstr(text, "flags:");
	return flags && strtoul(flags + 6, NULL, 8) & O_PATH;
}

static int found(struct search *s, const struct vi_node_id *id,
		 enum vi_how how, const char *link)
{
	struct vi_opener *who = &s->found->who;

	who->pid = s->pid;
	who->id = *id;
	who->how = how;
	vi_process_name(s->ctx, s->pid, who->comm);
	if (!link || vi_readlink(s->ctx, link, who->path,
				 sizeof(who->path)) < 0)
		who->path[0] = '\0';
	return 1;
}

static int look_at_link(void *data, const char *name)
{
	struct search *s = data;
	bool fd = *s->folder == 'f';
	struct vi_node_id id;
	char path[128];
	int ret;

	if (fd && is_own(s, name))
		return 0;
	link_path(s, name, path);
	ret = vi_node_at(s->ctx, path, &id);
	/* It may have been closed. */
	if (ret < 0 && !vi_process_ended(ret))
		vi_unseen_note(s->ctx, &s->found->unseen, s->pid, path, ret);
	if (ret <= 0 || !vi_nodes_find(s->nodes, &id) ||
	    (fd && is_path_only(s, name)))
		return 0;
	return found(s, &id, fd ? VI_OPEN : VI_MAPPED, path);
}

static int look_into(struct search *s, const char *folder)
{
	char path[128];
	int ret;

	s->folder = folder;
	link_path(s, "", path);
	ret = vi_readdir(s->ctx, path, look_at_link, s);
	if (ret < 0 && !vi_process_ended(ret))
		vi_unseen_note(s->ctx, &s->found->unseen, s->pid, path, ret);
	return ret > 0;
}

/*
 * A process may have its controlling terminal open only as /dev/tty, which has
 * another number: "PID (NAME) STATE PPID PGRP SESSION TTY ...", where NAME may
 * hold anything.
 */
static int look_at_terminal(struct search *s)
{
	struct vi_node_id id = { false, 0, 0 };
	char path[64], text[512];
	const char *at;
	unsigned int tty;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%u/stat", s->pid);
	n = vi_read(s->ctx, path, text, sizeof(text) - 1);
	if (n < 0 && !vi_process_ended(n))
		vi_unseen_note(s->ctx, &s->found->unseen, s->pid, path, n);
	text[n > 0 ? n : 0] = '\0';
	at = strrchr(text, ')');
	if (!at || sscanf(at, ") %*c %*d %*d %*d %u", &tty) != 1 || !tty)
		return 0;
	id.major = tty >> 8 & 0xfff;
	id.minor = (tty & 0xff) | (tty >> 12 & 0xfff00);
	return vi_nodes_find(s->nodes, &id) ?
	       found(s, &id, VI_TERMINAL, NULL) : 0;
}

/* Threads usually share the files and the memory of their process. */
static bool shares(const struct search *s, int what)
{
	return s->ctx->root_fd < 0 &&
	       !syscall(SYS_kcmp, s->pid, s->tid, what, 0, 0);
}

static int look_at_task(void *data, uint32_t pid, uint32_t tid)
{
	struct search *s = data;
	int ret = 0;

	s->pid = pid;
	s->tid = tid;
	s->found->at = pid;
	if (tid == pid || !shares(s, KCMP_FILES))
		ret = look_into(s, "fd");
	if (!ret && (tid == pid || !shares(s, KCMP_VM)))
		ret = look_into(s, "map_files");
	if (!ret && tid == pid && s->ttys)
		ret = look_at_terminal(s);
	return ret;
}

static int search(void *data, char answer[VI_ANSWER_SIZE])
{
	struct search *s = data;

	(void)answer;
	return vi_each_task(s->ctx, look_at_task, s, &s->found->unseen);
}

static int search_in_child(struct search *s, unsigned int seconds)
{
	char answer[VI_ANSWER_SIZE];

	return vi_in_child(s->ctx, -1, seconds, search,
			   s, answer, NULL);
}

int vi_find_opener(struct vi_ctx *ctx, const struct vi_nodes *nodes,
		   const struct vi_own_fds *own, unsigned int seconds,
		   struct vi_opener *who, struct vi_unseen *unseen)
{
	struct search s = { ctx, nodes, own, getpid(), false, 0, 0, "", NULL };
	char path[64];
	size_t i;
	int ret;

	memset(who, 0, sizeof(*who));
	memset(unseen, 0, sizeof(*unseen));
	for (i = 0; i < nodes->count; i++)
		s.ttys |= nodes->v[i].tty;
	if (!nodes->count)
		return 0;
	/* Shared with the child. */
	s.found = mmap(NULL, sizeof(*s.found), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s.found == MAP_FAILED)
		return -errno;
	/* Files of a recorded tree never block. */
	ret = ctx->root_fd >= 0 ? search(&s, NULL) :
				  search_in_child(&s, seconds);
	if (ret == -ETIMEDOUT) {
		snprintf(path, sizeof(path), "/proc/%u/fd", s.found->at);
		vi_unseen_note(ctx, &s.found->unseen, s.found->at, path, ret);
		ret = 0;
	}
	*who = s.found->who;
	*unseen = s.found->unseen;
	munmap(s.found, sizeof(*s.found));
	return ret;
}
