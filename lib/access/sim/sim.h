/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Simulated devices for inspection: "sim:TYPE" is a device of the context,
 * which an internal driver initializes and gives work, so that its queues are
 * not empty. With fault=…, it shows what a fault looks like.
 */
#ifndef VI_ACCESS_SIM_SIM_H
#define VI_ACCESS_SIM_SIM_H

#include "inspect/access.h"

/* Find or create the device for @target. NULL with a message on the context. */
struct vi_device *vi_sim_device(struct vi_ctx *ctx, const char *target);

/*
 * The virtio device of a simulated device, NULL for others. Its queues are
 * vi_sim_queue() from 0 on, NULL after the last.
 */
struct virtio_device *vi_sim_vdev(const struct vi_device *dev);
struct virtqueue *vi_sim_queue(const struct vi_device *dev, unsigned int i);

/* Functions of vi_sim_access, in counters.c. */
extern const struct vi_access vi_sim_access;
int vi_sim_watch(void *state, struct vi_device *dev,
		 struct vi_watches *watches);
int vi_sim_poll(struct vi_ctx *ctx, const struct vi_watch *watch, bool all,
		struct vi_counters *r);
int vi_sim_heads(struct vi_ctx *ctx, const struct vi_watch *watch,
		 struct vi_heads *heads);

/* Read memory of its buffers; -EFAULT: @addr is outside of them. */
int vi_sim_read(const struct vi_device *dev, uint64_t addr, void *buf,
		size_t len);

#endif
