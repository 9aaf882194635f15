/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals that ask a tool to end, and waiting until one arrives. */
#ifndef CMD_COMMON_SIGNALS_H
#define CMD_COMMON_SIGNALS_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>

/* Set once SIGINT, SIGTERM or SIGHUP has arrived after tool_catch_stop(). */
extern volatile sig_atomic_t tool_stopped;
void tool_catch_stop(void);

/*
 * Catch a signal. nohup(1) ignores SIGHUP; that is kept. SIGINT is different:
 * shells ignore it for background jobs, yet scripts send it. @waits: it arrives
 * only during tool_poll(), so that the caller's loop misses none.
 */
void tool_catch(int sig, void (*handler)(int), bool waits);

/* poll(2) for at most @seconds; negative: forever. */
int tool_poll(struct pollfd *fds, nfds_t count, double seconds);

#endif
