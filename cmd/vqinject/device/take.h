/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Take a device from its driver for a run, and give it back. All functions
 * print their messages, and return 0 or the exit status.
 */
#ifndef CMD_VQINJECT_DEVICE_TAKE_H
#define CMD_VQINJECT_DEVICE_TAKE_H

#include <virtio-inspect/bind.h>

#include "common/tool.h"

/*
 * @to:      the driver to bind; NULL: "vfio-pci"; "": none.
 * @address: the device's PCI address.
 * @dry_run: print the steps, but do not do them.
 * @force_signature, @force: see struct vi_bind_options.
 */
struct take_options {
	const char *to;
	const char *address;
	bool dry_run;
	bool force_signature;
	bool force;
};

/* A device that this run took. */
struct taken;

/*
 * Start the guardian that gives the device back if this process dies, claim the
 * device, check that it is unused, and take it. This scans @ctx. With .dry_run,
 * *@t is a device that was not taken; all functions below accept it.
 */
int take_device(struct vi_ctx *ctx, const struct take_options *o,
		struct taken **t);

/* "0000:00:04.0" */
const char *taken_address(const struct taken *t);

/*
 * Replace the guardian by a new one, which has all memory that is mapped shared
 * by now: pages that the device writes to stay allocated until it is given
 * back.
 * @stop: see struct vi_guard_options.
 */
int taken_guard(struct taken *t, bool stop);

/*
 * If the guardian was killed, start another one, or warn that there is none.
 * Call this several times a second while the device is taken; it costs a system
 * call. NULL is fine.
 */
void taken_watch(struct taken *t);

/*
 * Give the device back as it was, and end the guardian. Everything that has the
 * device open must have closed it. Can be called again; NULL is fine.
 */
int take_back(struct taken *t);

/* NULL is fine. */
void taken_free(struct taken *t);

/* vqinject --bind DEVICE: take it and keep it taken. */
int take_bind_only(struct vi_ctx *ctx, const struct take_options *o);

/*
 * vqinject --release DEVICE: an address, or the name that the device had.
 * @dry_run as above.
 */
int take_release(struct vi_ctx *ctx, const char *target, bool dry_run);

/* vqinject --restore: give back what interrupted runs left. */
int take_restore(struct vi_ctx *ctx);

/* vqinject --status. */
int take_status(struct vi_ctx *ctx, bool json);

#endif
