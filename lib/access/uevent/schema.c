// SPDX-License-Identifier: LGPL-2.1-or-later
/* Fields of an event. */
#include <errno.h>

#include "access/uevent/uevent.h"
#include "core/ctx.h"
#include "record/schema.h"

static int get_type(const void *object, struct vi_value *v)
{
	const struct vi_event *ev = object;

	v->string = ev->has_id ? vi_type_name(ev->device_id) : NULL;
	return v->string ? 0 : -ENODATA;
}

#define EVENT(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, vi_event, member, __VA_ARGS__)
#define TEXT(name, help)						\
	EVENT(#name, VI_STRING | VI_INLINE, name, help, .known = &vi_by_text)

static const struct vi_field fields[] = {
	TEXT(time, "time of the event: UTC, RFC 3339"),
	EVENT("event", VI_STRING, event, "add, remove, bind, unbind or change"),
	TEXT(device, "device name"),
	VI_COMPUTED("type", VI_STRING, "device type", get_type),
	EVENT("device_id", VI_UINT, device_id, "device type as a number", VI_IF_FLAG(vi_event, has_id)),
	EVENT("vendor", VI_HEX, vendor, "vendor id", VI_IF_FLAG(vi_event, has_id)),
	TEXT(driver, "bound driver"),
	TEXT(address, "address on its bus"),
	EVENT("seqnum", VI_UINT, seqnum, "kernel sequence number of the event", VI_IF_FLAG(vi_event, has_seqnum)),
	VI_FIELDS_END,
};

static const struct vi_schema schema = { fields };

VI_EXPORT const struct vi_schema *vi_event_schema(void)
{
	return &schema;
}
