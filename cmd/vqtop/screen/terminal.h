/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The terminal. Nothing else knows of curses. */
#ifndef CMD_VQTOP_SCREEN_TERMINAL_H
#define CMD_VQTOP_SCREEN_TERMINAL_H

#include "vqtop/screen/frame.h"

/*
 * Take the terminal over; it is given back by vt_terminal_end(), and when a
 * signal ends the process. False after a message.
 */
bool vt_terminal_begin(bool colour);
void vt_terminal_end(void);

void vt_terminal_size(unsigned int *width, unsigned int *height);
/* What has changed; with @all: everything. */
void vt_terminal_draw(const struct vt_frame *f, bool all);

enum vt_event_kind {
	VT_EVENT_NONE,
	VT_EVENT_KEY,
	VT_EVENT_CLICK,
	VT_EVENT_WHEEL,
	VT_EVENT_RESIZE,
	VT_EVENT_END,		/* a signal, or the terminal is gone */
	VT_EVENT_FAILED,	/* waiting did, with errno */
};

struct vt_event {
	enum vt_event_kind kind;
	long key;
	unsigned int x, y;
	int by;
};

/* The next event, after at most so many seconds. */
struct vt_event vt_terminal_wait(double seconds);

/* terminal_restore.c: put the terminal back also when a signal ends the
 * process. First keep what it is like, before anything is changed. */
void vt_restore_prepare(void);
void vt_restore_begin(const char *restore, size_t len);
void vt_restore_end(void);

#endif
