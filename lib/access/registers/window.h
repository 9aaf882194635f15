/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Access to a live device's registers through the window in PCI configuration
 * space (virtio spec 1.4, 4.1.4.9), while its driver uses the device.
 *
 * Only the window itself, to aim it, and select registers are ever written. The
 * interrupt status is never read, which would acknowledge an interrupt. An open
 * window blocks other programs that use this library, and blocks signals, so
 * that it is closed whatever happens.
 */
#ifndef VI_ACCESS_REGISTERS_WINDOW_H
#define VI_ACCESS_REGISTERS_WINDOW_H

#include <signal.h>

#include "inspect/device.h"

/*
 * Access to configuration space.
 *
 * @open:  lock it, so that no other program aims the window meanwhile. 0, or a
 *         negative errno with a message.
 * @read, @write: 1, 2 or 4 bytes in one access, little-endian. 0 or a
 *         negative errno.
 */
struct vi_window_io {
	int (*open)(struct vi_device *dev, void **state);
	int (*read)(void *state, unsigned int pos, void *bytes,
		    unsigned int len);
	int (*write)(void *state, unsigned int pos, const void *bytes,
		     unsigned int len);
	void (*close)(void *state);
};

/* window_io.c: devices of this machine. */
extern const struct vi_window_io vi_libpci_window_io;

/* The writable registers, by offset in the common structure. */
enum vi_window_select {
	VI_SELECT_DEVICE_FEATURE = 0,
	VI_SELECT_DRIVER_FEATURE = 8,
	VI_SELECT_QUEUE = 22,
};

struct vi_window {
	struct vi_device *dev;
	const struct vi_window_io *io;
	void *state;			/* NULL: not open */
	bool blocked;
	sigset_t signals;		/* original mask */

	const struct vi_pci_cap *window;
	const struct vi_pci_cap *common;
	const struct vi_pci_cap *config;	/* DEVICE_CFG, or NULL */

	/* Original and current aim. */
	uint8_t was_bar;
	uint32_t was_offset;
	bool aimed;
	uint8_t bar;
	uint32_t offset, length;
};

/*
 * Find, lock and test the window: the status of a device in use is not 0. 0, or
 * a negative errno with a message that names the obstacle.
 */
int vi_window_open(struct vi_device *dev, const struct vi_window_io *io,
		   struct vi_window *w);

/* Leave a message about @err, a failed access. Returns @err. */
int vi_window_explain(struct vi_device *dev, int err);

/*
 * Aim the window at nothing, as a later dump of configuration space would read
 * the register it aims at, and unlock it. 0, or a negative errno with a
 * message.
 */
int vi_window_close(struct vi_window *w);

/*
 * Read 1, 2 or 4 bytes at @at of the structure @cap. 0, or a negative errno,
 * without a message; -EPERM also for registers that must not be read.
 */
int vi_window_read(struct vi_window *w, const struct vi_pci_cap *cap,
		   uint32_t at, unsigned int len, uint32_t *value);

/* 0; -ERANGE: the register did not keep the value; or another errno. */
int vi_window_select(struct vi_window *w, enum vi_window_select which,
		     uint32_t value);

/* Width of a select register in bytes. */
static inline unsigned int vi_window_select_len(enum vi_window_select which)
{
	return which == VI_SELECT_QUEUE ? 2 : 4;
}

#endif
