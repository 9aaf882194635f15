/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which device is meant, and how to get it. */
#ifndef CMD_VQINJECT_DEVICE_TARGET_H
#define CMD_VQINJECT_DEVICE_TARGET_H

#include "vqinject/device/take.h"
#include "vqinject/vqinject.h"

/*
 * @ctx:     NULL for simulated devices.
 * @dev:     as the kernel knows it; NULL where it has no virtio device of it,
 *           and once it was taken.
 * @address: "0000:00:04.0"; "" for simulated devices.
 * @attach:  for vi_attach().
 * @device_type: 0 where it is not known yet.
 */
struct target {
	struct vi_ctx *ctx;
	struct vi_device *dev;
	char address[16];
	char attach[512];
	uint32_t device_type;
	struct taken *taken;
};

/* 0 or what to end with. target_end() in any case. */
int target_find(struct target *t, const struct vqinject_options *o);
/* Take it, if that was asked for, or say who has it. */
int target_take(struct target *t, const struct vqinject_options *o);
/* With a device that reaches all memory: stop it, should we be killed. */
int target_guard(struct target *t, const struct vqinject_options *o);
/* Look after its guardian; see taken_watch(). */
void target_watch(void *target);
/* Give it back. @status, or what that made of it. */
int target_end(struct target *t, int status);

/* --bind, --release, --restore, --status. What to end with. */
int target_manage(const struct vqinject_options *o);

#endif
