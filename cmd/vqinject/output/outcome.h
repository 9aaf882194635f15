/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far a run is, and how it ended. */
#ifndef CMD_VQINJECT_OUTPUT_OUTCOME_H
#define CMD_VQINJECT_OUTPUT_OUTCOME_H

#include "vqinject/engine/engine.h"

/* What is to be said of how it ended; what to end with. */
int outcome_report(struct engine *e);

/* progress.c: a line on a terminal, and its end. */
void progress_show(const struct engine *e);
void progress_clear(void);

#endif
