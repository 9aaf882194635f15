/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user's settings, kept in a file. */
#ifndef CMD_VQTOP_SCREEN_CONFIG_H
#define CMD_VQTOP_SCREEN_CONFIG_H

#include "vqtop/screen/view.h"

struct vt_config {
	char *columns, *sort, *filter;	/* NULL: not set */
	bool invert;
	double delay;			/* 0: not set */
};

/* The file, below XDG_CONFIG_HOME or ~/.config; NULL: neither is set. */
char *vt_config_path(void);

/*
 * Read the file. @warn reports invalid lines, which are then ignored; a missing
 * file is not an error.
 */
void vt_config_load(struct vt_config *c, const char *path,
		    void (*warn)(const char *fmt, ...));
void vt_config_free(struct vt_config *c);

/* Save the settings of @v and create folders. False with errno. */
bool vt_config_save(const struct vt_view *v, const char *path);

#endif
