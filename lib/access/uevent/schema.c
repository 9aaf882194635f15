// SPDX-License-Identifier: LGPL-2.1-or-later
/* Fields of an event. */
#include <errno.h>

#include "access/uevent/uevent.h"
#include "core/ctx.h"
#include "record/schema.h"

static int string(const char *s, struct vi_value *v)
{
	v->string = s;
	return s && *s ? 0 : -ENODATA;
}

static int number(bool known, uint64_t n, struct vi_value *v)
{
	v->number = n;
	return known ? 0 : -ENODATA;
}

static int get_time(const void *o, struct vi_value *v)
{
	return string(((const struct vi_event *)o)->time, v);
}

static int get_event(const void *o, struct vi_value *v)
{
	return string(((const struct vi_event *)o)->event, v);
}

static int get_device(const void *o, struct vi_value *v)
{
	return string(((const struct vi_event *)o)->device, v);
}

static int get_type(const void *o, struct vi_value *v)
{
	const struct vi_event *ev = o;

	return string(ev->has_id ? vi_type_name(ev->device_id) : NULL, v);
}

static int get_device_id(const void *o, struct vi_value *v)
{
	const struct vi_event *ev = o;

	return number(ev->has_id, ev->device_id, v);
}

static int get_vendor(const void *o, struct vi_value *v)
{
	const struct vi_event *ev = o;

	return number(ev->has_id, ev->vendor, v);
}

static int get_driver(const void *o, struct vi_value *v)
{
	return string(((const struct vi_event *)o)->driver, v);
}

static int get_address(const void *o, struct vi_value *v)
{
	return string(((const struct vi_event *)o)->address, v);
}

static int get_seqnum(const void *o, struct vi_value *v)
{
	const struct vi_event *ev = o;

	return number(ev->has_seqnum, ev->seqnum, v);
}

static const struct vi_field fields[] = {
	{ "time", VI_STRING, "when it was seen: UTC, RFC 3339", get_time,
	  NULL },
	{ "event", VI_STRING, "add, remove, bind, unbind or change",
	  get_event, NULL },
	{ "device", VI_STRING, "the device's name", get_device, NULL },
	{ "type", VI_STRING, "what kind of device it is", get_type, NULL },
	{ "device_id", VI_UINT, "the number of its kind", get_device_id,
	  NULL },
	{ "vendor", VI_HEX, "its vendor", get_vendor, NULL },
	{ "driver", VI_STRING, "the driver bound to it", get_driver, NULL },
	{ "address", VI_STRING, "what it sits on", get_address, NULL },
	{ "seqnum", VI_UINT, "the kernel's number of the event", get_seqnum,
	  NULL },
	{ NULL, VI_BOOL, NULL, NULL, NULL },
};

static const struct vi_schema schema = { fields };

VI_EXPORT const struct vi_schema *vi_event_schema(void)
{
	return &schema;
}
