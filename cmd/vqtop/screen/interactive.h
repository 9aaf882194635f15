/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The screen, and what keys ask for. */
#ifndef CMD_VQTOP_SCREEN_INTERACTIVE_H
#define CMD_VQTOP_SCREEN_INTERACTIVE_H

#include "vqtop/model/source.h"
#include "vqtop/screen/config.h"
#include "vqtop/screen/view.h"

/* detail.c: what there is to know of the queue that is selected. */
void vt_detail(struct vt_pane *p, struct vt_source *s,
	       const struct vt_model *m, const struct vt_view *v);

/* check.c: for keys; each says on the view what came of it. */
void vt_check(struct vt_source *s, struct vt_view *v);
void vt_capture(struct vt_source *s, struct vt_view *v);

/* The screen: what to end with */
int vt_interactive(struct vt_source *s, const struct vt_options *o,
		   const struct vt_config *config);

#endif
