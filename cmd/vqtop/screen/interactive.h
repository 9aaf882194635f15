/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main loop, and what it calls on keys. */
#ifndef CMD_VQTOP_SCREEN_INTERACTIVE_H
#define CMD_VQTOP_SCREEN_INTERACTIVE_H

#include "vqtop/model/source.h"
#include "vqtop/screen/config.h"
#include "vqtop/screen/view.h"

/* detail.c: describe the selected queue */
void vt_detail(struct vt_pane *p, struct vt_source *s,
	       const struct vt_model *m, const struct vt_view *v);

/* check.c: handle keys, and report the result as a message of the view */
void vt_check(struct vt_source *s, struct vt_view *v);
void vt_capture(struct vt_source *s, struct vt_view *v);

/* Run the screen; returns the exit status. */
int vt_interactive(struct vt_source *s, const struct vt_options *o,
		   const struct vt_config *config);

#endif
