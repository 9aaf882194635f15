/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel says when a device comes, goes, or gets a driver. */
#ifndef VI_ACCESS_UEVENT_UEVENT_H
#define VI_ACCESS_UEVENT_UEVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/clock.h"

/* One event of the virtio bus. An empty string: it did not say. */
struct vi_event {
	const char *event;		/* "add", ... */
	char device[32];
	char driver[64];
	char address[64];
	bool has_id, has_seqnum;
	uint32_t device_id, vendor;
	uint64_t seqnum;
	char time[VI_TIME_SIZE];	/* when it was read */
};

/*
 * Make sense of one message: "ACTION@PATH", then KEY=VALUE, each ended by a
 * NUL. 1; 0: it is none of the virtio bus, or of a kind that is not followed;
 * -EINVAL: no message looks like this. @ev->time is left alone.
 */
int vi_uevent_parse(const char *msg, size_t len, struct vi_event *ev);

#endif
