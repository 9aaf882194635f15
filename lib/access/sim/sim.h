/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Simulated devices to look at: "sim:TYPE" as a device of the context, brought
 * up and given some work by a driver of our own, so that there is something in
 * its queues. With fault=… what a fault looks like.
 */
#ifndef VI_ACCESS_SIM_SIM_H
#define VI_ACCESS_SIM_SIM_H

#include "inspect/access.h"

/* The device that @target means, made when it is not there; NULL with a
 * message on the context. */
struct vi_device *vi_sim_device(struct vi_ctx *ctx, const char *target);

/*
 * The driver's side of a simulated device, NULL for any other. Its queues are
 * vi_sim_queue() 0 and on, NULL after the last.
 */
struct virtio_device *vi_sim_vdev(const struct vi_device *dev);
struct virtqueue *vi_sim_queue(const struct vi_device *dev, unsigned int i);

/* counters.c: for vi_sim_access. */
extern const struct vi_access vi_sim_access;
int vi_sim_watch(void *state, struct vi_device *dev,
		 struct vi_watches *watches);
int vi_sim_poll(struct vi_ctx *ctx, const struct vi_watch *watch, bool all,
		struct vi_counters *r);
int vi_sim_heads(struct vi_ctx *ctx, const struct vi_watch *watch,
		 struct vi_heads *heads);

/* What is in the memory that its buffers lie in; -EFAULT: @addr is not. */
int vi_sim_read(const struct vi_device *dev, uint64_t addr, void *buf,
		size_t len);

#endif
