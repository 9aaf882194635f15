// SPDX-License-Identifier: GPL-2.0-or-later
/* The process that gives the device back when the tool cannot. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/rec.h"
#include "common/tool.h"
#include "vqinject/device/guardian.h"
#include "vqinject/device/wakeup.h"

#define NAME		"vqinject-guard"	/* in /proc/PID/comm */
#define TRIES		5
#define PATIENCE	10	/* seconds */

/* --- Making itself independent --- */

static void close_from_to(unsigned int first, unsigned int last)
{
	unsigned int fd;

#ifdef SYS_close_range
	if (first > last || !syscall(SYS_close_range, first, last, 0))
		return;
#endif
	for (fd = first; fd <= last && fd < 65536; fd++)
		close(fd);
}

static bool is_folder(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISDIR(st.st_mode);
}

/*
 * Above all those of VFIO: as long as one is open the device is not let go.
 * Standard error stays, for a last word, and folders do: a context has one.
 */
static void close_all_but(int leash)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	int fd;

	if (!dir) {
		close_from_to(STDERR_FILENO + 1, leash - 1);
		close_from_to(leash + 1, ~0U);
		return;
	}
	while ((entry = readdir(dir))) {
		fd = atoi(entry->d_name);
		if (fd > STDERR_FILENO && fd != leash && !is_folder(fd))
			close(fd);
	}
	closedir(dir);
}

static void ignore_signals(void)
{
	static const int signals[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP, SIGTTIN,
		SIGTTOU, SIGUSR1, SIGUSR2,
	};
	sigset_t none;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* When memory runs out, whoever took it goes, and the device comes back. */
static void outlive_the_oom_killer(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return;
	n = write(fd, "-1000\n", 6);
	(void)n;
	close(fd);
}

static void become_guardian(int leash)
{
	int null;

	setsid();
	prctl(PR_SET_NAME, NAME);
	prctl(PR_SET_PDEATHSIG, 0);
	ignore_signals();
	close_all_but(leash);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		close(null);
	}
	if (chdir("/"))
		tool_warn("guardian: cannot go to /: %s", strerror(errno));
	outlive_the_oom_killer();
}

/* --- Its watch --- */

static void pause_ms(unsigned int ms)
{
	const struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

/* Nothing is ever said on it: it ends. */
static void wait_on_leash(int leash)
{
	char word;

	while (read(leash, &word, 1) < 0 && errno == EINTR)
		;
}

/*
 * The leash may be closed while the tool is still on its way out. Once this
 * process has another parent, the tool's descriptors and memory are gone.
 */
static void wait_until_gone(pid_t tool)
{
	int i;

	for (i = 0; getppid() == tool && i < 2000; i++)
		pause_ms(5);
}

/* Has somebody else taken the device meanwhile? The tool may still be seen. */
static bool is_taken(const struct guardian_job *job, pid_t tool)
{
	struct rec r = { .schema = vi_taken_schema() };
	struct vi_value list, v;
	const char *address;
	uint64_t pid;
	size_t i;

	for (i = vi_taken(job->ctx, &list) ? list.count : 0; i < list.count;
	     i++) {
		r.object = vi_record(&list, i);
		address = rec_string(r, "address");
		if (address && !strcmp(address, job->address))
			return rec_get(r, "running", &v) && v.boolean &&
			       rec_number(r, "pid", &pid) &&
			       pid != (uint64_t)tool;
	}
	return false;
}

/*
 * Nobody else can do anything as long as a child of the tool, or of this
 * process, is at a step for which the kernel takes its time; and if this ended,
 * nobody would later.
 */
static int give_back(const struct guardian_job *job, pid_t tool)
{
	double patience = tool_now() + PATIENCE;
	int failures = 0, err;

	while (failures < TRIES) {
		err = vi_bind_restore(job->ctx, job->address);
		if (!err || err == -EALREADY)
			return 0;
		if (err != -EBUSY) {
			failures++;
			pause_ms(500);
			continue;
		}
		if (is_taken(job, tool))
			return 0;
		if (patience && tool_now() > patience) {
			tool_warn("the process that had %s died; it is waited for until it can be given back: %s",
				  job->address, vi_error(job->ctx));
			patience = 0;
		}
		pause_ms(20);
	}
	return err;
}

static void guard(const struct guardian_job *job, int leash, pid_t tool)
{
	become_guardian(leash);
	wait_on_leash(leash);
	wait_until_gone(tool);
	/* What is to be said keeps nobody from giving it back. */
	give_up_writes();
	if (job->last_act)
		job->last_act(job->data);
	if (give_back(job, tool))
		tool_error("the process that had %s died, and it cannot be given back: %s; then: %s --restore",
			   job->address, vi_error(job->ctx), tool_name);
	else
		tool_note("the process that had %s died; it is as it was",
			  job->address);
	_exit(0);
}

int guardian_start(const struct guardian_job *job, struct guardian *g)
{
	pid_t tool = getpid(), pid;
	int p[2], err;

	if (pipe2(p, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid) {
		close(p[1]);
		guard(job, p[0], tool);
	}
	err = pid < 0 ? -errno : 0;
	close(p[0]);
	if (err) {
		close(p[1]);
		return err;
	}
	g->pid = pid;
	g->fd = p[1];
	return 0;
}

static void forget(struct guardian *g)
{
	close(g->fd);
	while (waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
		;
	g->pid = 0;
}

bool guardian_is_gone(struct guardian *g)
{
	/* The other end of its leash is open in it alone. */
	struct pollfd p = { .fd = g->fd };

	if (!g->pid || poll(&p, 1, 0) <= 0)
		return false;
	forget(g);
	return true;
}

void guardian_stand_down(struct guardian *g)
{
	if (!g->pid)
		return;
	/* Also one that was stopped. While the leash is held it only sleeps. */
	kill(g->pid, SIGKILL);
	forget(g);
}
