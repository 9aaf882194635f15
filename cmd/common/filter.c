// SPDX-License-Identifier: GPL-2.0-or-later
/* -d: select devices by type, or by vendor and device id. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/filter.h"
#include "common/rec.h"

static bool parse_type(const char *s, uint32_t *id)
{
	unsigned long n;
	char *end;

	*id = vi_type_id(s);
	if (*id)
		return true;
	if (!isdigit((unsigned char)*s))
		return false;
	errno = 0;
	n = strtoul(s, &end, 10);
	*id = n;
	return !errno && !*end && n && n <= UINT32_MAX;
}

/* Parse hexadecimal digits up to @end; nothing or "*" stands for any id. */
static bool parse_id(const char *s, const char *end, uint32_t *id, bool *any)
{
	char *stop;
	unsigned long n;

	*any = s == end || (*s == '*' && s + 1 == end);
	if (*any)
		return true;
	if (!isxdigit((unsigned char)*s))
		return false;
	errno = 0;
	n = strtoul(s, &stop, 16);
	*id = n;
	return !errno && stop == end && n <= UINT32_MAX;
}

static int parse(struct tool_filter *f, const char *s)
{
	const char *colon = strchr(s, ':');

	memset(f, 0, sizeof(*f));
	f->by_id = colon;
	if (!colon && !parse_type(s, &f->device))
		return tool_usage("%s: unknown device type; use a name such as blk, its number, or VENDOR:DEVICE in hexadecimal",
				  s);
	if (colon && (!parse_id(s, colon, &f->vendor, &f->any_vendor) ||
		      !parse_id(colon + 1, s + strlen(s), &f->device,
				&f->any_device)))
		return tool_usage("%s: not VENDOR:DEVICE in hexadecimal", s);
	return 0;
}

int tool_filter_add(struct tool_filters *filters, const char *s)
{
	if (filters->count == TOOL_MAX_FILTERS)
		return tool_usage("--device-type: given more than %d times",
				  TOOL_MAX_FILTERS);
	return parse(&filters->filter[filters->count++], s);
}

/* @id as in the ID column: "1af4:1042". */
static bool match_text(const struct tool_filter *f, const char *id)
{
	uint32_t vendor, device;
	char *end;

	vendor = strtoul(id, &end, 16);
	if (*end != ':')
		return false;
	device = strtoul(end + 1, NULL, 16);
	return (f->any_vendor || f->vendor == vendor) &&
	       (f->any_device || f->device == device);
}

static bool match_id(const struct tool_filter *f, struct rec r)
{
	const char *id = rec_string(r, "pci_id");
	uint64_t vendor, device;

	if (id)
		return match_text(f, id);
	return rec_number(r, "vendor", &vendor) &&
	       rec_number(r, "device_id", &device) &&
	       (f->any_vendor || f->vendor == vendor) &&
	       (f->any_device || f->device == device);
}

bool tool_filter_match(const struct tool_filters *filters,
		       const struct vi_schema *schema, const void *object)
{
	const struct rec r = { schema, object };
	const struct tool_filter *f;
	uint64_t type;

	for (f = filters->filter; f < filters->filter + filters->count; f++) {
		if (f->by_id && match_id(f, r))
			return true;
		if (!f->by_id && rec_number(r, "device_id", &type) &&
		    type == f->device)
			return true;
	}
	return !filters->count;
}
