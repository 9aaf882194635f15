// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For COV=1: a process that ends without exit() writes what it counted before.
 * Linked with --wrap, so that nothing else has to know of it. Not even this
 * helps one that is ended by SIGKILL: it is missing in the counts.
 */
#include <signal.h>
#include <unistd.h>

void __gcov_dump(void);
void __gcov_reset(void);
void __real__exit(int status) __attribute__((noreturn));
int __real_raise(int sig);
void __wrap__exit(int status);
int __wrap_raise(int sig);

void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}

/* It may come back, and count on. */
int __wrap_raise(int sig)
{
	__gcov_dump();
	__gcov_reset();
	return __real_raise(sig);
}
