/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interface between the two halves of the injector: preload.c fails
 * allocations inside the program; main.c fails system calls from outside, where
 * the kernel asks it before each of them.
 */
#ifndef VI_TESTS_FAULT_H
#define VI_TESTS_FAULT_H

#include <stdint.h>

/*
 * prctl(2) options that do not exist, which mark when calls count: not those of
 * the loader, nor a sanitizer's final work.
 */
#define FAULT_BEGIN	0x46615501
#define FAULT_END	0x46615502

/*
 * In the environment of the program: the file to which both report, and which
 * allocation to fail; 0: none, absent: not counted.
 */
#define FAULT_REPORT	"FAULT_REPORT"
#define FAULT_ALLOC	"FAULT_ALLOC"

/* For debugging: abort at that allocation; ASan shows where. */
#define FAULT_STOP	"FAULT_STOP"

struct fault_report {
	uint64_t calls;		/* calls that could have failed */
	uint64_t failed;
	int64_t fd;		/* the failed call's; -1: none */
};

#endif
