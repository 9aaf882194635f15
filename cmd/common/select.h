/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which devices a tool is about. */
#ifndef CMD_COMMON_SELECT_H
#define CMD_COMMON_SELECT_H

#include "common/filter.h"

/* Begins as zeros; the list is to be freed. */
struct tool_devices {
	struct vi_device **list;
	size_t count, size;
};

/* False when out of memory, with a message. */
bool tool_devices_add(struct tool_devices *d, struct vi_device *dev);

/*
 * Those of the context that were named, in that order and each once, or all;
 * of them those that match. What to end with; EXIT_ERROR: a message was
 * printed. @targets ends with NULL.
 */
int tool_select(struct vi_ctx *ctx, const char *const *targets,
		const struct tool_filters *filters, struct tool_devices *d);

/* "sim:…"; and are all of them, and are there any? Not all of a machine needs to
 * be found to simulate a device. */
bool tool_is_simulated(const char *target);
bool tool_only_simulated(const char *const *targets);

/* The device called so; NULL: there is none. */
struct vi_device *tool_device_named(struct vi_ctx *ctx, const char *name);

#endif
