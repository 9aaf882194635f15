/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sample in the text format of OpenMetrics, for Prometheus and its kin. */
#ifndef CMD_VQTOP_OPENMETRICS_H
#define CMD_VQTOP_OPENMETRICS_H

#include "vqtop/columns.h"

void vt_openmetrics_add(struct text *t, const struct vt_snapshot *s);

/* Put @s in place of what is at @path, all at once. False after a message. */
bool vt_textfile_write(const char *path, const char *s);

#endif
