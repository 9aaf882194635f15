/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -d: devices of a type, or with a vendor and device id. */
#ifndef CMD_COMMON_FILTER_H
#define CMD_COMMON_FILTER_H

#include "common/tool.h"

#define TOOL_MAX_FILTERS	32

/* Those that were asked for; none: all devices match. */
struct tool_filters {
	size_t count;
	struct tool_filter {
		bool by_id;
		bool any_vendor, any_device;
		uint32_t vendor, device;	/* by type: the device only */
	} filter[TOOL_MAX_FILTERS];
};

/* Add what @s says: 0, or EXIT_USAGE when a message was printed. */
int tool_filter_add(struct tool_filters *filters, const char *s);

bool tool_filter_match(const struct tool_filters *filters,
		       const struct vi_schema *schema, const void *object);

#endif
