/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking a device from its driver for a run, and giving it back. All of these
 * print what there is to say, and return 0 or what to end with.
 */
#ifndef CMD_VQINJECT_DEVICE_TAKE_H
#define CMD_VQINJECT_DEVICE_TAKE_H

#include <virtio-inspect/bind.h>

#include "common/tool.h"

/*
 * @to:      "vfio-pci", also for NULL; "": no driver at all.
 * @address: of the device on PCI.
 * @dry_run: print the steps, and take none.
 * @force_signature: also a disk that has a file system on it, as long as
 *           nothing uses it; it is not read then.
 * @force:   also where it cannot be told whether anything uses the device.
 */
struct take_options {
	const char *to;
	const char *address;
	bool dry_run;
	bool force_signature;
	bool force;
};

/* A device that this run took; begins as NULL. */
struct taken;

/*
 * Note how the device is, which keeps others from it, start the guardian that
 * gives it back should this process die, check that nothing uses it, and take
 * it. The devices of @ctx are others then. With .dry_run *@t is a device that
 * was not taken, good for all of the below.
 */
int take_device(struct vi_ctx *ctx, const struct take_options *o,
		struct taken **t);

/* "0000:00:04.0" */
const char *taken_address(const struct taken *t);

/*
 * Have a new guardian in place of the one that there is. It has all the memory
 * that is mapped shared by now: pages that the device writes to are nobody
 * else's until it is given back. @stop: see struct vi_guard_options.
 */
int taken_guard(struct taken *t, bool stop);

/*
 * Was its guardian killed? Then start another one, or say that there is none.
 * To be called several times a second, as long as the device is taken; it
 * costs a system call. NULL is fine.
 */
void taken_watch(struct taken *t);

/*
 * Give it back as it was, and end the guardian. Whatever has the device open
 * must have closed it. Nothing more happens when it is called again; NULL is
 * fine.
 */
int take_back(struct taken *t);

/* Forget @t, which was given back; NULL is fine. */
void taken_free(struct taken *t);

/* vqinject --bind DEVICE: take it and leave it so. */
int take_bind_only(struct vi_ctx *ctx, const struct take_options *o);

/*
 * vqinject --release DEVICE: an address, or what the device was called before
 * it was taken. @dry_run as above.
 */
int take_release(struct vi_ctx *ctx, const char *target, bool dry_run);

/* vqinject --restore: what runs that were interrupted left. */
int take_restore(struct vi_ctx *ctx);

/* vqinject --status. */
int take_status(struct vi_ctx *ctx, bool json);

#endif
