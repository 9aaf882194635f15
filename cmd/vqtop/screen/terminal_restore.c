// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Restore the terminal when a signal ends the process. Handlers can do little,
 * so prepare the output beforehand.
 */
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "common/tool.h"
#include "vqtop/screen/terminal.h"

/* Signals that end no process or cannot be caught. */
static const int others[] = {
	SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGCHLD, SIGURG,
	SIGWINCH,
};

/* Sanitizers and libraries may have handlers for these. */
static const int crashes[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, };

static sigset_t caught;
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
	/* SA_RESETHAND restored the default, which ends the process. */
	raise(sig);
}

static bool is_among(int sig, const int *list, size_t count)
{
	size_t i;

	for (i = 0; i < count && sig != list[i]; i++)
		;
	return i < count;
}

/* Ignored signals stay ignored. */
static bool ends_process(int sig)
{
	struct sigaction sa;

	if (is_among(sig, others, ARRAY_SIZE(others)) ||
	    sigaction(sig, NULL, &sa) || sa.sa_handler == SIG_IGN)
		return false;
	return sa.sa_handler == SIG_DFL ||
	       is_among(sig, crashes, ARRAY_SIZE(crashes));
}

void vt_restore_prepare(void)
{
	has_before = !tcgetattr(STDIN_FILENO, &before);
}

void vt_restore_begin(const char *s, size_t len)
{
	struct sigaction sa = {
		.sa_handler = end,
		.sa_flags = SA_RESETHAND | SA_NODEFER | SA_ONSTACK,
	};
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	int sig;

	restore_len = len < sizeof(restore) ? len : 0;
	memcpy(restore, s, restore_len);
	sigaltstack(&alternate, NULL);
	sigemptyset(&caught);
	for (sig = 1; sig <= SIGRTMAX; sig++)
		if (ends_process(sig) && !sigaction(sig, &sa, NULL))
			sigaddset(&caught, sig);
}

void vt_restore_end(void)
{
	int sig;

	for (sig = 1; sig <= SIGRTMAX; sig++)
		if (sigismember(&caught, sig) == 1)
			signal(sig, SIG_DFL);
}
