// SPDX-License-Identifier: GPL-2.0-or-later
/* Being woken, and being asked to end. */
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

	/* Full is as good as one more. */
	if (write(wake_fd, &one, sizeof(one)) < 0)
		errno = saved;
}

/* It ends the system call that there is. */
static void on_alarm(int number)
{
	(void)number;
}

/* How long a write may take from then on, in microseconds. */
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

/* The first counts: whoever asks twice does not get it faster by harm. */
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
		/* As nohup(1) has it, it stays ignored. Not so SIGINT, which
		 * scripts send to what they have started in the background. */
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
