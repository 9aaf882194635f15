// SPDX-License-Identifier: GPL-2.0-or-later
/* Signals that ask a tool to end, and waiting until one arrives. */
#include <stddef.h>

#include "common/signals.h"
#include "common/tool.h"

volatile sig_atomic_t tool_stopped;

/* The signals that are blocked during tool_poll(), if it unblocks any. */
static sigset_t waiting;
static bool unblocks;

void tool_catch(int sig, void (*handler)(int), bool waits)
{
	struct sigaction action = { .sa_handler = handler }, old;
	sigset_t set;

	if (sig == SIGHUP && !sigaction(sig, NULL, &old) &&
	    old.sa_handler == SIG_IGN)
		return;
	if (waits) {
		sigemptyset(&set);
		sigaddset(&set, sig);
		sigprocmask(SIG_BLOCK, &set, unblocks ? NULL : &waiting);
		sigdelset(&waiting, sig);
		unblocks = true;
	}
	sigfillset(&action.sa_mask);
	sigaction(sig, &action, NULL);
}

static void stop(int sig)
{
	(void)sig;
	tool_stopped = 1;
}

void tool_catch_stop(void)
{
	tool_catch(SIGINT, stop, true);
	tool_catch(SIGTERM, stop, true);
	tool_catch(SIGHUP, stop, true);
}

int tool_poll(struct pollfd *fds, nfds_t count, double seconds)
{
	struct timespec ts = tool_timespec(seconds);

	return ppoll(fds, count, seconds < 0 ? NULL : &ts,
		     unblocks ? &waiting : NULL);
}
