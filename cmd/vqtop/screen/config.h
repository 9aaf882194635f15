/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person likes to see, kept in a file. */
#ifndef CMD_VQTOP_SCREEN_CONFIG_H
#define CMD_VQTOP_SCREEN_CONFIG_H

#include "vqtop/screen/view.h"

struct vt_config {
	char *columns, *sort, *filter;	/* NULL: not said */
	bool invert;
	double delay;			/* 0: not said */
};

/* Where it is: below XDG_CONFIG_HOME, or ~/.config; NULL: nowhere. */
char *vt_config_path(void);

/*
 * Read it. What is wrong is told by @warn, with the line, and left out; a file
 * that is not there is none.
 */
void vt_config_load(struct vt_config *c, const char *path,
		    void (*warn)(const char *fmt, ...));
void vt_config_free(struct vt_config *c);

/* Write what @v shows; false with errno. Folders are made. */
bool vt_config_save(const struct vt_view *v, const char *path);

#endif
