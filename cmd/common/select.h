/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Selecting devices. */
#ifndef CMD_COMMON_SELECT_H
#define CMD_COMMON_SELECT_H

#include "common/filter.h"

/* Zero it before use; the caller frees the list. */
struct tool_devices {
	struct vi_device **list;
	size_t count;
};

/* False after a message: out of memory. */
bool tool_devices_add(struct tool_devices *d, struct vi_device *dev);

/*
 * Add the devices that match @filters: those of @targets in that order, each
 * once, or all if there are no targets. NULL ends @targets. Returns the exit
 * status; EXIT_ERROR comes after a message.
 */
int tool_select(struct vi_ctx *ctx, const char *const *targets,
		const struct tool_filters *filters, struct tool_devices *d);

/* Is the target "sim:…"? Are there targets, all of them simulated? If so, the
 * tool need not scan the machine. */
bool tool_is_simulated(const char *target);
bool tool_only_simulated(const char *const *targets);

/* NULL: no device has this name. */
struct vi_device *tool_device_named(struct vi_ctx *ctx, const char *name);

#endif
