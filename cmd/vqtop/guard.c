// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A process that is ended leaves the terminal as it found it: what is to be
 * written for that is made beforehand, as a signal handler can do little.
 */
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "vqtop/screen.h"

static const int signals[] = {
	SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGQUIT,
};

static struct termios before;
static bool has_before;
static char restore[512];
static size_t restore_len;
static char stack[1 << 16];

static void end(int sig)
{
	ssize_t n = write(STDOUT_FILENO, restore, restore_len);

	(void)n;
	if (has_before)
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	/* The default is back in place (SA_RESETHAND): it ends the process. */
	raise(sig);
}

void vt_guard_prepare(void)
{
	has_before = !tcgetattr(STDIN_FILENO, &before);
}

void vt_guard_begin(const char *s, size_t len)
{
	struct sigaction sa = {
		.sa_handler = end,
		.sa_flags = SA_RESETHAND | SA_NODEFER | SA_ONSTACK,
	};
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	size_t i;

	restore_len = len < sizeof(restore) ? len : 0;
	memcpy(restore, s, restore_len);
	sigaltstack(&alternate, NULL);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &sa, NULL);
}

void vt_guard_end(void)
{
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		signal(signals[i], SIG_DFL);
}
