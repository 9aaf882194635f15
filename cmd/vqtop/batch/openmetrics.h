/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sample as text metrics for Prometheus and compatible software. */
#ifndef CMD_VQTOP_BATCH_OPENMETRICS_H
#define CMD_VQTOP_BATCH_OPENMETRICS_H

#include "vqtop/model/columns.h"

enum vt_metrics_form {
	VT_OPENMETRICS_1,	/* for a scrape */
	VT_TEXTFILE,		/* for node_exporter's textfile collector */
};

/* @failed: how many samples were incomplete so far. */
void vt_metrics_add(struct text *t, enum vt_metrics_form form,
		    const struct vt_snapshot *s, uint64_t failed);

/* May this tool write @path? False after a message. */
bool vt_textfile_may_be(const char *path);

/*
 * Replace the file at @path atomically, unless @path is something other than a
 * regular file. False after a message.
 */
bool vt_textfile_write(const char *path, const char *s);

#endif
