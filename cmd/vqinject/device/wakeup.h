/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Being woken: by interrupts of the device, and by signals that ask this
 * process to end, which first puts everything back.
 */
#ifndef CMD_VQINJECT_DEVICE_WAKEUP_H
#define CMD_VQINJECT_DEVICE_WAKEUP_H

#include <signal.h>
#include <stdbool.h>

/* The signal that came, or 0. */
extern volatile sig_atomic_t caught_signal;

/* Catch them. 0, or EXIT_ERROR after a message. */
int catch_signals(void);

/* From any thread, and from signal handlers: end the wait that there is, or
 * the next. */
void wake_up(void);

/*
 * Wait no longer for those who read what is written, but do not: no system
 * call lasts longer than a moment, and what was to be written is lost.
 */
void give_up_writes(void);

/* Until something wakes us, for @seconds at most; below 0: for ever. Did it? */
bool wait_for_wakeup(double seconds);

/* After a message: what to end with. */
int caught_signal_status(void);

#endif
