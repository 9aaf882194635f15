/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A live device's registers through the window in its PCI configuration space
 * (virtio spec 1.4, 4.1.4.9), while its driver goes on using it.
 *
 * The window has to be written, to aim it, and so have the registers that
 * select what others show; nothing else can be written here. The interrupt
 * status is never read, as that would acknowledge an interrupt. While it is
 * open, other programs that come this way wait, and signals wait too, so that
 * it is closed whatever happens.
 */
#ifndef VI_ACCESS_REGISTERS_WINDOW_H
#define VI_ACCESS_REGISTERS_WINDOW_H

#include <signal.h>

#include "inspect/device.h"

/*
 * Configuration space, to be read and written.
 *
 * @open:  lock it, so that no other program aims the window meanwhile. 0, or
 *         a negative errno with a message.
 * @read, @write: 1, 2 or 4 bytes in one access, little-endian. 0 or a negative
 *         errno.
 */
struct vi_window_io {
	int (*open)(struct vi_device *dev, void **state);
	int (*read)(void *state, unsigned int pos, void *bytes,
		    unsigned int len);
	int (*write)(void *state, unsigned int pos, const void *bytes,
		     unsigned int len);
	void (*close)(void *state);
};

/* window_io.c: that of a device of this machine. */
extern const struct vi_window_io vi_libpci_window_io;

/* The registers that can be written; their place in the common structure. */
enum vi_window_select {
	VI_SELECT_DEVICE_FEATURE = 0,
	VI_SELECT_DRIVER_FEATURE = 8,
	VI_SELECT_QUEUE = 22,
};

struct vi_window {
	struct vi_device *dev;
	const struct vi_window_io *io;
	void *state;			/* NULL: it is not open */
	bool blocked;
	sigset_t signals;		/* as they were */

	const struct vi_pci_cap *window;
	const struct vi_pci_cap *common;
	const struct vi_pci_cap *config;	/* the device's own, or NULL */

	/* Where it was left, and where it is. */
	uint8_t was_bar;
	uint32_t was_offset;
	bool aimed;
	uint8_t bar;
	uint32_t offset, length;
};

/*
 * Find it, lock it, and see that it works: on a device in use its status is
 * not 0. 0, or a negative errno with a message that says what is in the way.
 */
int vi_window_open(struct vi_device *dev, const struct vi_window_io *io,
		   struct vi_window *w);

/* A message for @err, of getting at configuration space. Returns @err. */
int vi_window_explain(struct vi_device *dev, int err);

/*
 * Aim it at nothing, as a later look at configuration space would read what
 * it was left aimed at; unlock it. 0, or a negative errno with a message.
 */
int vi_window_close(struct vi_window *w);

/*
 * Read 1, 2 or 4 bytes at @at of the structure that @cap describes. 0, or a
 * negative errno; -EPERM without a message also for what must not be read.
 */
int vi_window_read(struct vi_window *w, const struct vi_pci_cap *cap,
		   uint32_t at, unsigned int len, uint32_t *value);

/* 0; -ERANGE: the device did not take the value; or another negative errno. */
int vi_window_select(struct vi_window *w, enum vi_window_select which,
		     uint32_t value);

/* How many bytes a select register has. */
static inline unsigned int vi_window_select_len(enum vi_window_select which)
{
	return which == VI_SELECT_QUEUE ? 2 : 4;
}

#endif
