// SPDX-License-Identifier: LGPL-2.1-or-later
/* Run work in a child process that the caller can abandon. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/child.h"
#include "core/clock.h"

/* The child's result; one write(2) sends all of it through the pipe. */
struct answer {
	int ret;
	char text[VI_ANSWER_SIZE];
};

static void close_range_or_all(unsigned int first, unsigned int last)
{
	unsigned int fd;

#ifdef SYS_close_range
	if (!syscall(SYS_close_range, first, last, 0))
		return;
#endif
	for (fd = first; fd <= last && fd < 65536; fd++)
		close(fd);
}

void vi_close_others(const int *keep, size_t count)
{
	unsigned int first = STDERR_FILENO + 1, fd, next;
	size_t i;

	for (;;) {
		next = ~0U;
		for (i = 0; i < count; i++) {
			fd = keep[i];
			if (fd >= first && fd < next)
				next = fd;
		}
		if (next == ~0U)
			break;
		if (next > first)
			close_range_or_all(first, next - 1);
		first = next + 1;
	}
	close_range_or_all(first, ~0U);
}

static void child(struct vi_ctx *ctx, int keep, int out,
		  int (*fn)(void *data, char answer[VI_ANSWER_SIZE]),
		  void *data)
{
	const int fds[] = { out, ctx->root_fd, keep };
	struct answer a = { 0 };

	/* Ctrl-C at the terminal must not interrupt the child halfway. */
	setsid();
	/* A hung child must not keep the parent's locks and pipes open. */
	vi_close_others(fds, ARRAY_SIZE(fds));
	a.ret = fn(data, a.text);
	a.text[VI_ANSWER_SIZE - 1] = '\0';
	if (write(out, &a, sizeof(a)) != sizeof(a))
		_exit(1);
	_exit(0);
}

static int wait_answer(int in, unsigned int seconds, struct answer *a)
{
	struct pollfd p = { .fd = in, .events = POLLIN };
	int64_t end = vi_mono_ms() + (int64_t)seconds * 1000, left;
	int n;

	do {
		left = end - vi_mono_ms();
		n = poll(&p, 1, left > 0 ? left : 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (!n)
		return -ETIMEDOUT;
	return read(in, a, sizeof(*a)) == sizeof(*a) ? 0 : -EIO;
}

static void reap(pid_t pid, int options)
{
	while (waitpid(pid, NULL, options) < 0 && errno == EINTR)
		;
}

bool vi_child_is_gone(pid_t left)
{
	pid_t pid;

	do
		pid = waitpid(left, NULL, WNOHANG);
	while (pid < 0 && errno == EINTR);
	/* ECHILD: SIGCHLD is ignored, and the kernel has reaped the child. */
	return pid;
}

/* The child has answered (0), died (-EIO) or is abandoned (other errors). */
static void end_child(pid_t pid, int err, pid_t *left)
{
	bool at_work = err && err != -EIO;

	if (at_work && left) {
		*left = pid;
		return;
	}
	if (err)
		kill(pid, SIGKILL);
	/* A child stuck in the kernel outlives SIGKILL: do not wait for it. */
	reap(pid, at_work ? WNOHANG : 0);
}

int vi_in_child(struct vi_ctx *ctx, int keep, unsigned int seconds,
		int (*fn)(void *data, char answer[VI_ANSWER_SIZE]),
		void *data, char answer[VI_ANSWER_SIZE], pid_t *left)
{
	struct answer a = { 0 };
	int p[2], err;
	pid_t pid;

	answer[0] = '\0';
	if (pipe2(p, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid)
		child(ctx, keep, p[1], fn, data);
	err = pid < 0 ? -errno : 0;
	close(p[1]);
	if (!err)
		err = wait_answer(p[0], seconds, &a);
	close(p[0]);
	if (pid > 0)
		end_child(pid, err, left);
	if (err)
		return err;
	a.text[VI_ANSWER_SIZE - 1] = '\0';
	memcpy(answer, a.text, VI_ANSWER_SIZE);
	return a.ret;
}
