// SPDX-License-Identifier: GPL-2.0-or-later
/* -d: devices of a type, or with a vendor and device id. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lsvirtio/lsvirtio.h"

/* Types have numbers below this (virtio spec 1.4, chapter 5). */
#define MAX_TYPE	256

/* "cpu-balloon", "CPU_Balloon": the same. */
static bool same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b) &&
		    !(strchr("-_", *a) && strchr("-_", *b)))
			return false;
	return *a == *b;
}

static bool parse_type(const char *s, uint32_t *id)
{
	unsigned long n;
	char *end;

	for (*id = 1; *id < MAX_TYPE; ++*id) {
		const char *name = vi_type_name(*id);

		if (name && same_name(name, s))
			return true;
	}
	if (!isdigit((unsigned char)*s))
		return false;
	errno = 0;
	n = strtoul(s, &end, 10);
	*id = n;
	return !errno && !*end && n && n <= UINT32_MAX;
}

/* Hexadecimal up to @end; nothing or "*": any. */
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

int ls_filter_parse(struct ls_filter *f, const char *s)
{
	const char *colon = strchr(s, ':');

	memset(f, 0, sizeof(*f));
	f->by_id = colon;
	if (!colon && !parse_type(s, &f->device))
		return tool_usage("%s: no such device type; a name such as blk, its number, or VENDOR:DEVICE in hexadecimal",
				  s);
	if (colon && (!parse_id(s, colon, &f->vendor, &f->any_vendor) ||
		      !parse_id(colon + 1, s + strlen(s), &f->device,
				&f->any_device)))
		return tool_usage("%s: not VENDOR:DEVICE in hexadecimal", s);
	return 0;
}

static bool get_number(const struct vi_schema *schema, const void *object,
		       const char *name, uint64_t *n)
{
	const struct vi_field *f = vi_schema_find(schema, name);
	struct vi_value v;

	if (!f || vi_get(f, object, &v))
		return false;
	*n = v.number;
	return true;
}

/* The ids as the ID column has them: "1af4:1042". */
static bool match_text(const struct ls_filter *f, const char *id)
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

static bool match_id(const struct ls_filter *f, const struct vi_schema *schema,
		     const void *object)
{
	const struct vi_field *id = vi_schema_find(schema, "pci_id");
	uint64_t vendor, device;
	struct vi_value v;

	if (id && !vi_get(id, object, &v))
		return match_text(f, v.string);
	return get_number(schema, object, "vendor", &vendor) &&
	       get_number(schema, object, "device_id", &device) &&
	       (f->any_vendor || f->vendor == vendor) &&
	       (f->any_device || f->device == device);
}

bool ls_filter_match(const struct ls_options *o,
		     const struct vi_schema *schema, const void *object)
{
	const struct ls_filter *f;
	uint64_t type;

	for (f = o->filters; f < o->filters + o->num_filters; f++) {
		if (f->by_id && match_id(f, schema, object))
			return true;
		if (!f->by_id &&
		    get_number(schema, object, "device_id", &type) &&
		    type == f->device)
			return true;
	}
	return !o->num_filters;
}
