/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device that the user means. */
#ifndef CMD_VQINJECT_DEVICE_TARGET_H
#define CMD_VQINJECT_DEVICE_TARGET_H

#include "vqinject/device/take.h"
#include "vqinject/vqinject.h"

/*
 * @ctx:     NULL for simulated devices.
 * @dev:     NULL if the kernel has no virtio device for it, and once it was
 *           taken.
 * @address: "0000:00:04.0"; "" for simulated devices.
 * @attach:  for vi_attach().
 * @device_type: 0: not known yet.
 */
struct target {
	struct vi_ctx *ctx;
	struct vi_device *dev;
	char address[16];
	char attach[512];
	uint32_t device_type;
	struct taken *taken;
};

/* 0 or the exit status. Call target_end() in any case. */
int target_find(struct target *t, const struct vqinject_options *o);
/* Take it if the user wants that, or say which driver has it. */
int target_take(struct target *t, const struct vqinject_options *o);
/* For a device that can access all memory: have it stopped if we are killed. */
int target_guard(struct target *t, const struct vqinject_options *o);
/* See taken_watch(). */
void target_watch(void *target);
/* Give it back. Returns @status if it is not 0, else the status of this. */
int target_end(struct target *t, int status);

/* --bind, --release, --restore, --status. Returns the exit status. */
int target_manage(const struct vqinject_options *o);

#endif
