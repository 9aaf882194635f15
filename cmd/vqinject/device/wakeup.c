// SPDX-License-Identifier: GPL-2.0-or-later
/* Wakeups, and signals that ask the tool to end. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/tool.h"
#include "vqinject/device/wakeup.h"

volatile sig_atomic_t caught_signal;

static int wake_fd = -1;

void wake_up(void)
{
	static const uint64_t one = 1;
	int saved = errno;

	/* A counter that is full wakes just as well. */
	if (write(wake_fd, &one, sizeof(one)) < 0)
		errno = saved;
}

/* Interrupts a blocking system call. */
static void on_alarm(int number)
{
	(void)number;
}

/* How long a write may block after give_up_writes(), in microseconds. */
#define PATIENCE	300000

void give_up_writes(void)
{
	static const struct itimerval often = {
		{ 0, PATIENCE }, { 0, PATIENCE }
	};
	struct sigaction action = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

/* Only the first signal counts: a second one must not cut the cleanup short. */
static void on_signal(int number)
{
	if (!caught_signal) {
		caught_signal = number;
		give_up_writes();
	}
	wake_up();
}

int catch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction action = { .sa_handler = on_signal };
	struct sigaction old;
	size_t i;

	wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wake_fd < 0) {
		tool_error("cannot wait for interrupts: %s", strerror(errno));
		return EXIT_ERROR;
	}
	sigfillset(&action.sa_mask);
	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		/*
		 * Keep SIGHUP ignored under nohup(1). SIGINT is different:
		 * shells ignore it for background jobs, yet scripts send it.
		 */
		if (signals[i] == SIGHUP && !sigaction(SIGHUP, NULL, &old) &&
		    old.sa_handler == SIG_IGN)
			continue;
		sigaction(signals[i], &action, NULL);
	}
	return 0;
}

bool wait_for_wakeup(double seconds)
{
	struct pollfd fd = { .fd = wake_fd, .events = POLLIN };
	struct timespec ts;
	uint64_t count;

	if (caught_signal)
		return false;
	if (seconds > INT_MAX)
		seconds = INT_MAX;
	ts.tv_sec = seconds > 0 ? (time_t)seconds : 0;
	ts.tv_nsec = seconds > 0 ? (long)((seconds - ts.tv_sec) * 1e9) : 0;
	return ppoll(&fd, 1, seconds < 0 ? NULL : &ts, NULL) > 0 &&
	       read(wake_fd, &count, sizeof(count)) > 0;
}

int caught_signal_status(void)
{
	tool_error("%s: terminated by a signal", strsignal(caught_signal));
	return 128 + caught_signal;
}
