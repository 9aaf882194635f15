// SPDX-License-Identifier: GPL-2.0-or-later
/* Drawing the screen, region by region. */
#include "vqtop/screen/layout.h"

void vt_layout(struct vt_frame *f, const struct vt_model *m,
	       const struct vt_view *v)
{
	struct vt_canvas c = { .f = f, .m = m, .v = v };

	vt_regions(m, v, f->height, &c.r);
	c.label = vt_label_width(m, v, f->width);
	if (v->help) {
		vt_draw_help(&c);
	} else {
		vt_draw_top(&c);
		vt_draw_list(&c);
		vt_draw_pane(&c);
	}
	vt_draw_footer(&c);
}
