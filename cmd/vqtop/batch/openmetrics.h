/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sample as metrics in text, for Prometheus and its kin. */
#ifndef CMD_VQTOP_BATCH_OPENMETRICS_H
#define CMD_VQTOP_BATCH_OPENMETRICS_H

#include "vqtop/model/columns.h"

enum vt_metrics_form {
	VT_OPENMETRICS_1,	/* as a scrape of this type is */
	VT_TEXTFILE,		/* as node_exporter reads files */
};

/* @failed: how many samples were not whole so far. */
void vt_metrics_add(struct text *t, enum vt_metrics_form form,
		    const struct vt_snapshot *s, uint64_t failed);

/* Can there be such a file at @path? False after a message. */
bool vt_textfile_may_be(const char *path);

/*
 * Put @s in place of the file at @path, all at once. What is no file is left
 * as it is. False after a message.
 */
bool vt_textfile_write(const char *path, const char *s);

#endif
