// SPDX-License-Identifier: LGPL-2.1-or-later
/* The process that gives a device back when the one that took it has died. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bind/binding.h"
#include "core/clock.h"
#include "core/options.h"

#define TRIES		5
#define PATIENCE_MS	10000

/*
 * @pid:   0: the guard was killed, and no other could be started.
 * @leash: the write end of a pipe, which is closed when this process dies.
 */
struct vi_guard {
	struct vi_ctx *ctx;
	char address[VI_PCI_ADDRESS_SIZE];
	struct vi_guard_options o;
	pid_t pid;
	int leash;
};

/* --- In the guard: becoming independent --- */

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

/* If memory runs out, the owner should be killed, and its device returned. */
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

/*
 * An open descriptor of VFIO would keep the device from being released.
 * Standard error stays open for messages.
 */
static void become_guard(const struct vi_guard *g, int leash)
{
	const int keep[] = { leash, g->ctx->root_fd };
	char name[16];			/* in /proc/PID/comm */
	int null;

	setsid();
	snprintf(name, sizeof(name), "%.9s-guard",
		 program_invocation_short_name);
	prctl(PR_SET_NAME, name);
	prctl(PR_SET_PDEATHSIG, 0);
	ignore_signals();
	vi_close_others(keep, ARRAY_SIZE(keep));
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		close(null);
	}
	if (chdir("/"))
		vi_warn(g->ctx, "guardian of %s: cannot change to /: %s", g->address,
			strerror(errno));
	outlive_the_oom_killer();
}

/* --- In the guard: its work --- */

static void pause_ms(unsigned int ms)
{
	const struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

/* Nothing is ever written to it: read() returns when it is closed. */
static void wait_on_leash(int leash)
{
	char word;

	while (read(leash, &word, 1) < 0 && errno == EINTR)
		;
}

/*
 * The leash may be closed while the owner is still exiting. Once this process
 * has another parent, the owner's descriptors and memory are gone.
 */
static void wait_until_gone(pid_t owner)
{
	int i;

	for (i = 0; getppid() == owner && i < 2000; i++)
		pause_ms(5);
}

/* Has another process taken the device meanwhile? /proc may still show the
 * owner. */
static bool is_taken(const struct vi_guard *g, pid_t owner)
{
	struct vi_journal j;
	bool locked;

	return !vi_journal_peek(g->ctx, g->address, &j, &locked) &&
	       vi_journal_is_ours(g->ctx, &j) &&
	       vi_journal_owner_runs(g->ctx, &j) && j.pid != (uint32_t)owner;
}

static void report(const struct vi_guard *g, int err)
{
	if (g->o.report)
		g->o.report(g->o.data, err);
}

/*
 * While a child of the owner, or of this process, waits for the kernel to
 * finish a step, no process can continue; and if the guard gave up, none would
 * later.
 */
static int give_back(const struct vi_guard *g, pid_t owner)
{
	uint64_t patience = vi_mono_ms() + PATIENCE_MS;
	int failures = 0, err;

	for (;;) {
		err = vi_bind_restore(g->ctx, g->address);
		if (!err || err == -EALREADY)
			return 0;
		if (err != -EBUSY) {
			if (++failures == TRIES)
				return err;
			pause_ms(500);
			continue;
		}
		if (is_taken(g, owner))
			return 0;
		if (patience && vi_mono_ms() > patience) {
			report(g, -EBUSY);
			patience = 0;
		}
		pause_ms(20);
	}
}

static void guard(const struct vi_guard *g, int leash, pid_t owner)
{
	char config[VI_BIND_PATH_SIZE];

	become_guard(g, leash);
	wait_on_leash(leash);
	wait_until_gone(owner);
	report(g, -EINPROGRESS);
	/* Without bus mastering the device cannot access memory. */
	if (g->o.stop) {
		vi_bind_path(config, g->address, "config");
		vi_bus_master_off(g->ctx, config);
	}
	report(g, give_back(g, owner));
	_exit(0);
}

/* --- In the owner --- */

static int start(struct vi_guard *g)
{
	pid_t owner = getpid(), pid;
	int p[2], err;

	if (pipe2(p, O_CLOEXEC))
		return vi_fail(g->ctx, -errno, "cannot start the guardian of %s: %s",
			       g->address, strerror(errno));
	pid = fork();
	if (!pid) {
		close(p[1]);
		guard(g, p[0], owner);
	}
	err = pid < 0 ? -errno : 0;
	close(p[0]);
	if (err) {
		close(p[1]);
		return vi_fail(g->ctx, err, "cannot start the guardian of %s: %s",
			       g->address, strerror(-err));
	}
	g->pid = pid;
	g->leash = p[1];
	return 0;
}

VI_EXPORT int vi_guard_new(struct vi_ctx *ctx, const char *address,
			   const struct vi_guard_options *options,
			   struct vi_guard **guard)
{
	struct vi_guard *g = calloc(1, sizeof(*g));
	int err;

	if (!g)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	g->ctx = ctx;
	err = vi_options(ctx, &g->o, options);
	if (!err && vi_pci_address(address, g->address))
		err = vi_fail(ctx, -EINVAL, "%s: not a PCI address", address);
	if (!err)
		err = start(g);
	if (err) {
		free(g);
		return err;
	}
	*guard = g;
	return 0;
}

/* Only the guard has the other end of its leash open. */
static bool is_gone(const struct vi_guard *g)
{
	struct pollfd p = { .fd = g->leash };

	return poll(&p, 1, 0) > 0;
}

static void forget(struct vi_guard *g)
{
	close(g->leash);
	while (waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
		;
	g->pid = 0;
}

VI_EXPORT int vi_guard_check(struct vi_guard *g)
{
	int err;

	if (g->pid && !is_gone(g))
		return 0;
	if (g->pid)
		forget(g);
	err = start(g);
	return err ? err : 1;
}

VI_EXPORT void vi_guard_stop(struct vi_guard *g)
{
	if (!g)
		return;
	if (g->pid) {
		/*
		 * SIGKILL also ends a stopped guard, and interrupts no work: it
		 * sleeps as long as the leash is open. If it is gone, its pid
		 * may belong to another process.
		 */
		if (!is_gone(g))
			kill(g->pid, SIGKILL);
		forget(g);
	}
	free(g);
}

VI_EXPORT void vi_guard_leave(struct vi_guard *g)
{
	free(g);
}
