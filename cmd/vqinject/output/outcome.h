/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far a run is, and how it ended. */
#ifndef CMD_VQINJECT_OUTPUT_OUTCOME_H
#define CMD_VQINJECT_OUTPUT_OUTCOME_H

#include "vqinject/engine/engine.h"

/* Report how the run ended; returns the exit status. */
int outcome_report(struct engine *e);
/* Buffers completed in a second; 0 before any time has passed. */
double outcome_rate(const struct engine *e);

/* progress.c: show a line on a terminal, and erase it */
void progress_show(const struct engine *e);
void progress_clear(void);

#endif
