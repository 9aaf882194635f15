/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wakeups by interrupts of the device, and by signals that ask this process to
 * end. It puts everything back first.
 */
#ifndef CMD_VQINJECT_DEVICE_WAKEUP_H
#define CMD_VQINJECT_DEVICE_WAKEUP_H

#include <signal.h>
#include <stdbool.h>

/* The first signal that was caught, or 0. */
extern volatile sig_atomic_t caught_signal;

/* Start catching signals. 0, or EXIT_ERROR after a message. */
int catch_signals(void);

/* End the present wait or the next one. Can be called from any thread and from
 * signal handlers. */
void wake_up(void);

/*
 * Stop waiting for readers that do not read: from now on no write blocks longer
 * than a moment, and text that cannot be written is lost.
 */
void give_up_writes(void);

/* Wait for a wakeup for at most @seconds; negative: forever. Was there one? */
bool wait_for_wakeup(double seconds);

/* Print a message, and return the exit status. */
int caught_signal_status(void);

#endif
