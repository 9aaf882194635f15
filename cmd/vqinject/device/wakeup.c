// SPDX-License-Identifier: GPL-2.0-or-later
/* Wakeups, and signals that ask the tool to end. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/signals.h"
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
	size_t i;

	wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wake_fd < 0) {
		tool_error("cannot wait for interrupts: %s", strerror(errno));
		return EXIT_ERROR;
	}
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		tool_catch(signals[i], on_signal, false);
	return 0;
}

bool wait_for_wakeup(double seconds)
{
	struct pollfd fd = { .fd = wake_fd, .events = POLLIN };
	uint64_t count;

	if (caught_signal)
		return false;
	return tool_poll(&fd, 1, seconds) > 0 &&
	       read(wake_fd, &count, sizeof(count)) > 0;
}

int caught_signal_status(void)
{
	tool_error("%s: terminated by a signal", strsignal(caught_signal));
	return 128 + caught_signal;
}
