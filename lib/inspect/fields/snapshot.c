// SPDX-License-Identifier: LGPL-2.1-or-later
/* Fields of snapshots, and fields of devices that come from the last one. */
#include <errno.h>

#include "inspect/fields/queue.h"
#include "inspect/fields/snapshot.h"
#include "inspect/snapshot.h"

/* --- Snapshots --- */

static int get_snapshot_attach(const void *object, struct vi_value *v)
{
	const struct vi_snapshot *snap = object;

	v->string = snap->attach;
	return snap->unknown_attach ? -ENODATA : 0;
}

static int get_snapshot_addresses(const void *object, struct vi_value *v)
{
	const struct vi_snapshot *snap = object;

	v->string = snap->physical ? "physical" :
		    snap->translated ? "translated" :
		    snap->mapped ? "mapped" : NULL;
	return v->string ? 0 : -ENODATA;
}

static const struct vi_field fields[] = {
	VI_COMPUTED("attach", VI_STRING, "method by which the queues were read", get_snapshot_attach),
	VI_COMPUTED("addresses", VI_STRING, "kind of addresses in the queues: physical, translated by an IOMMU, or mapped by the transport", get_snapshot_addresses),
	VI_ARRAY("queues", VI_RECORDS, "queues, by index", vi_snapshot, views, count, .schema = &vi_queue_view_schema),
	VI_FIELDS_END,
};

static const struct vi_schema schema = { fields };

VI_EXPORT const struct vi_schema *vi_snapshot_schema(void)
{
	return &schema;
}

/* --- Devices --- */

int vi_get_attach(const void *object, struct vi_value *v)
{
	const struct vi_snapshot *snap = vi_last_snapshot(object);

	return snap ? get_snapshot_attach(snap, v) : -ENODATA;
}

int vi_get_addresses(const void *object, struct vi_value *v)
{
	const struct vi_snapshot *snap = vi_last_snapshot(object);

	return snap ? get_snapshot_addresses(snap, v) : -ENODATA;
}

#define CORE(name, member, bit)						\
int vi_get_##name(const void *object, struct vi_value *v)		\
{									\
	const struct vi_snapshot *snap = vi_last_snapshot(object);	\
									\
	if (!snap || !(snap->core.have & (bit)))			\
		return -ENODATA;					\
	v->boolean = snap->core.member;					\
	return 0;							\
}

CORE(config_off, config_off, VI_CORE_CONFIG_OFF)
CORE(config_pending, config_pending, VI_CORE_CONFIG_PENDING)
CORE(failed_before, failed, VI_CORE_FAILED)

int vi_get_queues(const void *object, struct vi_value *v)
{
	const struct vi_snapshot *snap = vi_last_snapshot(object);

	if (!snap)
		return -ENODATA;
	if (snap->count)
		vi_give(object, snap->batch);
	v->records = snap->views;
	v->count = snap->count;
	v->stride = sizeof(*snap->views);
	return 0;
}
