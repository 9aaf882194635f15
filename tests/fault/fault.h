/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two halves of the injector agree on: allocations are failed inside
 * the program, by preload.c; system calls are failed outside of it, by main.c,
 * whom the program asks at each of them.
 */
#ifndef VI_TESTS_FAULT_H
#define VI_TESTS_FAULT_H

#include <stdint.h>

/*
 * prctl(2) options that do not exist, for telling when a call counts: not
 * those of the loader, nor those of a sanitizer's work at the end.
 */
#define FAULT_BEGIN	0x46615501
#define FAULT_END	0x46615502

/*
 * In the environment of the program: the file that both write this to, and
 * which allocation is to fail, 0: none, absent: they do not count.
 */
#define FAULT_REPORT	"FAULT_REPORT"
#define FAULT_ALLOC	"FAULT_ALLOC"

/* The same, for people: abort there instead; ASan shows where. */
#define FAULT_STOP	"FAULT_STOP"

struct fault_report {
	uint64_t calls;		/* that could have failed */
	uint64_t failed;
	int64_t fd;		/* that the one was on; -1: on none */
};

#endif
