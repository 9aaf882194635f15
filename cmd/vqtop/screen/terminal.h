/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The terminal. Only this module uses ncurses. */
#ifndef CMD_VQTOP_SCREEN_TERMINAL_H
#define CMD_VQTOP_SCREEN_TERMINAL_H

#include "vqtop/screen/frame.h"

/*
 * Take over the terminal. vt_terminal_end() restores it, as does a signal that
 * ends the process. False after a message.
 */
bool vt_terminal_begin(bool colour);
void vt_terminal_end(void);

void vt_terminal_size(unsigned int *width, unsigned int *height);
/* Draw what has changed, or with @all everything. */
void vt_terminal_draw(const struct vt_frame *f, bool all);

enum vt_event_kind {
	VT_EVENT_NONE,
	VT_EVENT_KEY,
	VT_EVENT_CLICK,
	VT_EVENT_WHEEL,
	VT_EVENT_RESIZE,
	VT_EVENT_END,		/* a signal, or a closed terminal */
	VT_EVENT_FAILED,	/* ppoll() failed, with errno */
};

struct vt_event {
	enum vt_event_kind kind;
	long key;
	unsigned int x, y;
	int by;
};

/* The next event; VT_EVENT_NONE after @seconds. */
struct vt_event vt_terminal_wait(double seconds);

/* terminal_restore.c: restore the terminal if a signal ends the process.
 * vt_restore_prepare() saves its state; call it before changing anything. */
void vt_restore_prepare(void);
void vt_restore_begin(const char *restore, size_t len);
void vt_restore_end(void);

#endif
