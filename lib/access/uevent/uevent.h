/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kernel events: devices appear or disappear, drivers bind or unbind. */
#ifndef VI_ACCESS_UEVENT_UEVENT_H
#define VI_ACCESS_UEVENT_UEVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/clock.h"

/* An event of the virtio bus. Empty strings are unknown. */
struct vi_event {
	const char *event;		/* "add", ... */
	char device[32];
	char driver[64];
	char address[64];
	bool has_id, has_seqnum;
	uint32_t device_id, vendor;
	uint64_t seqnum;
	char time[VI_TIME_SIZE];	/* of reading */
};

/*
 * Parse a message: "ACTION@PATH", then KEY=VALUE, each with a NUL. 1; 0:
 * another bus or an action that is not followed; -EINVAL: malformed. Does not
 * set @ev->time.
 */
int vi_uevent_parse(const char *msg, size_t len, struct vi_event *ev);

#endif
