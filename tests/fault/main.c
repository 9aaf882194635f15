// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fail KIND ERRNO N REPORT COMMAND...: run COMMAND with its Nth call of a KIND
 * failing with ERRNO; 0: none. REPORT: a file for struct fault_report. Exits
 * like COMMAND, or with 128+N if signal N ended it.
 *
 * The kernel asks this process before each call of that kind, from any library
 * including the C library, see seccomp_unotify(2). A sanitizer's own calls do
 * not count.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MAX_CALLS	24
#define MAX_RANGES	32
#define CPU_SECONDS	120	/* far more than any needs */

/* From 1 up, because 0 ends a list. */
#define CALL(name)	(SYS_##name + 1)

static const struct kind {
	const char *name;
	int calls[MAX_CALLS];
} kinds[] = {
	{ "alloc", { 0 } },
	{ "open", { CALL(open), CALL(openat), CALL(openat2), CALL(creat),
		    CALL(memfd_create), CALL(pipe), CALL(pipe2),
		    CALL(eventfd2), CALL(timerfd_create), CALL(epoll_create1),
		    CALL(socket), CALL(socketpair), CALL(dup), CALL(dup3),
		    CALL(pidfd_open), CALL(inotify_init1), CALL(signalfd4) } },
	{ "read", { CALL(read), CALL(pread64), CALL(readv), CALL(preadv),
		    CALL(getdents64), CALL(readlink), CALL(readlinkat),
		    CALL(recvfrom), CALL(recvmsg) } },
	{ "stat", { CALL(stat), CALL(fstat), CALL(lstat), CALL(newfstatat),
		    CALL(statx), CALL(access), CALL(faccessat),
		    CALL(faccessat2), CALL(lseek) } },
	{ "write", { CALL(write), CALL(pwrite64), CALL(writev), CALL(pwritev),
		     CALL(sendto), CALL(sendmsg), CALL(fsync),
		     CALL(fdatasync), CALL(ftruncate), CALL(fallocate),
		     CALL(rename), CALL(renameat), CALL(renameat2) } },
	{ "close", { CALL(close) } },
	/* Calls that a signal may interrupt, for EINTR. */
	{ "slow", { CALL(openat), CALL(openat2), CALL(read), CALL(pread64),
		    CALL(readv), CALL(write), CALL(pwrite64), CALL(writev),
		    CALL(recvfrom), CALL(recvmsg), CALL(sendto),
		    CALL(sendmsg), CALL(poll), CALL(ppoll), CALL(select),
		    CALL(pselect6), CALL(epoll_wait), CALL(epoll_pwait),
		    CALL(nanosleep), CALL(clock_nanosleep), CALL(wait4),
		    CALL(waitid) } },
	{ "mmap", { CALL(mmap), CALL(mremap), CALL(mprotect), CALL(mlock) } },
	{ "poll", { CALL(poll), CALL(ppoll), CALL(select), CALL(pselect6),
		    CALL(epoll_wait), CALL(epoll_pwait) } },
	{ "ioctl", { CALL(ioctl) } },
	{ "fork", { CALL(clone), CALL(clone3), CALL(fork), CALL(vfork) } },
};

struct range {
	uint64_t start, end;
};

static struct fault_report report = { 0, 0, -1 };
static const char *report_path;
static bool counting;
static struct range own[MAX_RANGES];	/* code of a sanitizer */
static size_t num_own;

static void die(const char *what)
{
	fprintf(stderr, "fail: %s: %s\n", what, strerror(errno));
	exit(125);
}

static void write_report(void)
{
	int fd = open(report_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || pwrite(fd, &report, sizeof(report), 0) !=
	    sizeof(report))
		die(report_path);
	close(fd);
}

/* --- The program to run --- */

/* Ask at each of these calls, and at prctl() with our options. */
static int install_filter(const struct kind *kind)
{
	struct sock_filter code[3 * MAX_CALLS], *c = code;
	struct sock_fprog prog;
	size_t i, n;

	for (n = 0; n < MAX_CALLS && kind->calls[n]; n++)
		;
#define STMT(code, k)		*c++ = (struct sock_filter)BPF_STMT(code, k)
#define JUMP_EQ(k, t, f) \
	*c++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, t, f)
	STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (i = 0; i < n; i++)
		JUMP_EQ((uint32_t)kind->calls[i] - 1, n - i + 4, 0);
	JUMP_EQ(SYS_prctl, 0, 3);
	STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0]));
	JUMP_EQ(FAULT_BEGIN, 2, 0);
	JUMP_EQ(FAULT_END, 1, 0);
	STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
#undef STMT
#undef JUMP_EQ
	prog = (struct sock_fprog){ .len = c - code, .filter = code };
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		       SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog);
}

/* The listener's number, in the program as here: the lowest free one. */
static int next_fd(void)
{
	int fd = dup(STDIN_FILENO);

	close(fd);
	return fd;
}

/*
 * Stop before the first question: handing the listener over may itself be one
 * of the calls in question.
 */
static void run(const struct kind *kind, const char *n, char **argv)
{
	const struct rlimit limit = { CPU_SECONDS, CPU_SECONDS };
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 32);

	if (len < 0 || setrlimit(RLIMIT_CPU, &limit))
		_exit(125);
	path[len] = '\0';
	strcpy(strrchr(path, '/') + 1, "preload.so");
	setenv("LD_PRELOAD", path, 1);
	setenv(FAULT_REPORT, report_path, 1);
	if (!kind->calls[0])
		setenv(FAULT_ALLOC, n, 1);
	if (kind->calls[0]) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
		    install_filter(kind) < 0)
			_exit(125);
		raise(SIGSTOP);
	}
	execv(argv[0], argv);
	_exit(127);
}

static int take_listener(pid_t pid, int fd)
{
	int status, pidfd = syscall(SYS_pidfd_open, pid, 0);
	int listener;

	if (pidfd < 0 || waitpid(pid, &status, WUNTRACED) != pid ||
	    !WIFSTOPPED(status))
		die("no filter");
	listener = syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	if (listener < 0)
		die("pidfd_getfd");
	close(pidfd);
	kill(pid, SIGCONT);
	return listener;
}

/* --- Answering --- */

static void find_sanitizer(pid_t pid)
{
	char path[64], line[512];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	f = fopen(path, "re");
	if (!f)
		die(path);
	for (num_own = 0; num_own < MAX_RANGES &&
	     fgets(line, sizeof(line), f);)
		if (strstr(line, "/libasan.so") || strstr(line, "/libubsan.so"))
			num_own += sscanf(line, "%" SCNx64 "-%" SCNx64,
					  &own[num_own].start,
					  &own[num_own].end) == 2;
	fclose(f);
}

static bool is_sanitizers(uint64_t at)
{
	size_t i;

	for (i = 0; i < num_own; i++)
		if (at >= own[i].start && at < own[i].end)
			return true;
	return false;
}

/* A descriptor is always the first argument, if there is one. */
static int64_t descriptor(const struct seccomp_data *d)
{
	switch (d->nr) {
	case SYS_read:
	case SYS_write:
	case SYS_pread64:
	case SYS_pwrite64:
	case SYS_readv:
	case SYS_writev:
	case SYS_close:
		return d->args[0];
	default:
		return -1;
	}
}

/* The error for a call, or 0: let it run. */
static int answer(const struct seccomp_notif *req, int err, uint64_t n)
{
	if (!counting || is_sanitizers(req->data.instruction_pointer))
		return 0;
	if (++report.calls != n)
		return 0;
	report.failed = 1;
	report.fd = descriptor(&req->data);
	return err;
}

static void serve_one(int listener, int err, uint64_t n)
{
	struct seccomp_notif req = { 0 };
	struct seccomp_notif_resp resp = { 0 };

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &req)) {
		if (errno == EINTR || errno == ENOENT)
			return;
		die("seccomp");
	}
	resp.id = req.id;
	if (req.data.nr == SYS_prctl) {
		counting = req.data.args[0] == FAULT_BEGIN;
		if (counting)
			find_sanitizer(req.pid);
	} else {
		resp.error = -answer(&req, err, n);
		if (!resp.error)
			resp.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	}
	/* The program may have been killed or interrupted meanwhile. */
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &resp) &&
	    errno != ENOENT)
		die("seccomp");
}

/* Until no process is left to ask. */
static void serve(int listener, int err, uint64_t n)
{
	struct pollfd p = { .fd = listener, .events = POLLIN };

	for (;;) {
		if (poll(&p, 1, -1) < 0) {
			if (errno == EINTR)
				continue;
			die("poll");
		}
		if (p.revents & POLLIN)
			serve_one(listener, err, n);
		else if (p.revents)
			break;
	}
}

static const struct kind *find_kind(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	fprintf(stderr, "fail: no kind \"%s\"\n", name);
	exit(125);
}

int main(int argc, char **argv)
{
	const struct kind *kind;
	int status, fd;
	pid_t pid;

	if (argc < 6) {
		fprintf(stderr,
			"Usage: fail KIND ERRNO N REPORT COMMAND...\n");
		return 125;
	}
	kind = find_kind(argv[1]);
	report_path = argv[4];
	write_report();
	fd = next_fd();
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		run(kind, argv[3], argv + 5);
	if (kind->calls[0])
		serve(take_listener(pid, fd), atoi(argv[2]), strtoull(argv[3], NULL, 10));
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	if (kind->calls[0])
		write_report();
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
