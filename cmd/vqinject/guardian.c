// SPDX-License-Identifier: GPL-2.0-or-later
/* The process that gives the device back when the tool cannot. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/tool.h"
#include "vqinject/guardian.h"

#define NAME		"vqinject-guard"	/* in /proc/PID/comm */
#define ALL_IS_WELL	'.'
#define TRIES		5

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

/*
 * Above all those of VFIO: as long as one is open the device is not let go.
 * Standard error stays, for a last word.
 */
static void close_all_but(const int *keep, size_t count)
{
	unsigned int first = STDERR_FILENO + 1, next;
	size_t i;

	do {
		next = ~0U;
		for (i = 0; i < count; i++)
			if ((unsigned int)keep[i] >= first &&
			    (unsigned int)keep[i] < next)
				next = keep[i];
		close_from_to(first, next == ~0U ? next : next - 1);
		first = next + 1;
	} while (next != ~0U);
}

static void ignore_signals(void)
{
	static const int signals[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP, SIGTTIN,
		SIGTTOU, SIGUSR1, SIGUSR2, SIGALRM,
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

static void become_guardian(const struct guardian_job *job, int leash)
{
	int keep[VI_BIND_FDS + 1], null;
	size_t n = vi_bind_fds(job->binding, keep);

	keep[n++] = leash;
	setsid();
	prctl(PR_SET_NAME, NAME);
	prctl(PR_SET_PDEATHSIG, 0);
	ignore_signals();
	close_all_but(keep, n);
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

/* True: all is well. */
static bool wait_on_leash(int leash)
{
	char word = 0;
	ssize_t n;

	do
		n = read(leash, &word, 1);
	while (n < 0 && errno == EINTR);
	return n == 1 && word == ALL_IS_WELL;
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

static void give_back(const struct guardian_job *job)
{
	const char *address = vi_bind_address(job->binding);
	int i, err = 0;

	for (i = 0; i < TRIES; i++) {
		if (i)
			pause_ms(500);
		err = vi_bind_give_back(job->binding);
		if (!err)
			break;
	}
	if (err)
		tool_error("the process that had %s died, and it cannot be given back: %s; then: %s --restore",
			   address, vi_error(job->ctx), tool_name);
	else
		tool_note("the process that had %s died; it was given back",
			  address);
}

static void guard(const struct guardian_job *job, int leash, pid_t tool)
{
	become_guardian(job, leash);
	if (!wait_on_leash(leash)) {
		wait_until_gone(tool);
		if (job->last_act)
			job->last_act(job->data);
		give_back(job);
	}
	_exit(0);
}

int guardian_start(const struct guardian_job *job, struct guardian *g)
{
	pid_t tool = getpid();
	int p[2];

	if (pipe2(p, O_CLOEXEC)) {
		tool_error("cannot start the guardian: %s", strerror(errno));
		return EXIT_ERROR;
	}
	g->pid = fork();
	if (!g->pid) {
		close(p[1]);
		guard(job, p[0], tool);
	}
	close(p[0]);
	if (g->pid < 0) {
		tool_error("cannot start the guardian: %s", strerror(errno));
		close(p[1]);
		g->pid = 0;
		return EXIT_ERROR;
	}
	g->fd = p[1];
	return 0;
}

void guardian_stand_down(struct guardian *g)
{
	const char word = ALL_IS_WELL;
	ssize_t n;

	if (!g->pid)
		return;
	n = write(g->fd, &word, 1);
	(void)n;
	close(g->fd);
	while (waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
		;
	g->pid = 0;
}
