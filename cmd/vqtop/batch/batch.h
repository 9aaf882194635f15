/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -b: print samples on standard output. */
#ifndef CMD_VQTOP_BATCH_BATCH_H
#define CMD_VQTOP_BATCH_BATCH_H

#include "vqtop/model/columns.h"
#include "vqtop/model/source.h"

/* Returns the exit status. */
int vt_batch(struct vt_source *s, const struct vt_options *o);

/* output.c: print a sample. False, with none of it printed: out of memory. */
struct vt_printing {
	const struct vt_options *o;
	struct tool_columns columns;
	const struct tool_column *sort;
	bool begun;			/* not the first sample */
};

bool vt_print_sample(const struct vt_printing *p, const struct vt_source *from,
		     const struct vt_snapshot *s);

void vt_print_end(void);

#endif
