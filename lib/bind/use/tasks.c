// SPDX-License-Identifier: LGPL-2.1-or-later
/* Processes and their threads. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bind/use/proc.h"
#include "core/file.h"

/* The initial PID namespace, see <linux/proc_ns.h>. */
#define INITIAL_PID_NS	"pid:[4026531836]"

/* A zombie has neither namespaces nor memory, which is EINVAL. */
bool vi_process_ended(int err)
{
	return err == -ENOENT || err == -ESRCH || err == -EINVAL;
}

void vi_process_name(struct vi_ctx *ctx, uint32_t pid, char comm[32])
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	if (vi_read_line(ctx, path, comm, 32) <= 0)
		snprintf(comm, 32, "a process");
}

void vi_unseen_note(struct vi_ctx *ctx, struct vi_unseen *unseen, uint32_t pid,
		    const char *path, int err)
{
	if (unseen->err)
		return;
	unseen->err = err;
	unseen->pid = pid;
	vi_process_name(ctx, pid, unseen->comm);
	snprintf(unseen->path, sizeof(unseen->path), "%.*s",
		 (int)sizeof(unseen->path) - 1, path);
}

int vi_check_proc(struct vi_ctx *ctx)
{
	char link[64];
	ssize_t n = vi_readlink(ctx, "/proc/1/ns/pid", link, sizeof(link));

	if (n == -EACCES || n == -EPERM || n == -ENOENT)
		return vi_fail(ctx, n,
			       "cannot inspect all processes (/proc/1/ns/pid: %s); run as root, with all of /proc visible",
			       strerror(-n));
	if (n < 0)
		return vi_fail(ctx, n, "/proc/1/ns/pid: %s", strerror(-n));
	if (strcmp(link, INITIAL_PID_NS))
		return vi_fail(ctx, -EXDEV,
			       "only the processes of this container are visible; run it where all are (nsenter -t 1 -a, or docker run --pid=host)");
	return 0;
}

struct walk {
	struct vi_ctx *ctx;
	int (*fn)(void *data, uint32_t pid, uint32_t tid);
	void *data;
	struct vi_unseen *unseen;
	uint32_t pid;
};

static bool parse_pid(const char *name, uint32_t *pid)
{
	uint64_t n;

	if (vi_parse_u64(name, &n) || !n || n > INT32_MAX)
		return false;
	*pid = n;
	return true;
}

static int look_at_thread(void *data, const char *name)
{
	struct walk *w = data;
	uint32_t tid;

	if (!parse_pid(name, &tid) || tid == w->pid)
		return 0;
	return w->fn(w->data, w->pid, tid);
}

static int look_at_process(void *data, const char *name)
{
	struct walk *w = data;
	char path[64];
	int ret;

	if (!parse_pid(name, &w->pid))
		return 0;
	ret = w->fn(w->data, w->pid, w->pid);
	if (ret)
		return ret;
	snprintf(path, sizeof(path), "/proc/%u/task", w->pid);
	ret = vi_readdir(w->ctx, path, look_at_thread, w);
	if (ret < 0 && !vi_process_ended(ret))
		vi_unseen_note(w->ctx, w->unseen, w->pid, path, ret);
	return ret > 0;
}

int vi_each_task(struct vi_ctx *ctx,
		 int (*fn)(void *data, uint32_t pid, uint32_t tid),
		 void *data, struct vi_unseen *unseen)
{
	struct walk w = { ctx, fn, data, unseen, 0 };

	return vi_readdir(ctx, "/proc", look_at_process, &w);
}
