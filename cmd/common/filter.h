/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -d: select devices by type, or by vendor and device id. */
#ifndef CMD_COMMON_FILTER_H
#define CMD_COMMON_FILTER_H

#include "common/tool.h"

#define TOOL_MAX_FILTERS	32

/* The user's filters; without any, all devices match. */
struct tool_filters {
	size_t count;
	struct tool_filter {
		bool by_id;
		bool any_vendor, any_device;
		uint32_t vendor, device;	/* a type sets only device */
	} filter[TOOL_MAX_FILTERS];
};

/* Parse @s and add the filter: 0, or EXIT_USAGE after a message. */
int tool_filter_add(struct tool_filters *filters, const char *s);

bool tool_filter_match(const struct tool_filters *filters,
		       const struct vi_schema *schema, const void *object);

#endif
