// SPDX-License-Identifier: LGPL-2.1-or-later
/* Snapshots as records, and what they and checks have added to a device. */
#include <errno.h>

#include "inspect/fields/queue.h"
#include "inspect/fields/snapshot.h"
#include "inspect/findings.h"
#include "inspect/snapshot.h"

/* What may be replaced while a program has it. */
static int give_list(const struct vi_device *dev, struct vi_batch *in,
		     const struct vi_strings *list, struct vi_value *v)
{
	if (!list->count)
		return -ENODATA;
	vi_give(dev, in);
	v->list = list->v;
	v->count = list->count;
	return 0;
}

static int give_records(const struct vi_device *dev, struct vi_batch *in,
			const void *records, size_t count, size_t stride,
			struct vi_value *v)
{
	if (count)
		vi_give(dev, in);
	v->records = records;
	v->count = count;
	v->stride = stride;
	return 0;
}

/* --- A snapshot --- */

static int get_snapshot_attach(const void *object, struct vi_value *v)
{
	v->string = ((const struct vi_snapshot *)object)->attach;
	return 0;
}

static int get_snapshot_addresses(const void *object, struct vi_value *v)
{
	const struct vi_snapshot *snap = object;

	if (!snap->physical && !snap->translated)
		return -ENODATA;
	v->string = snap->physical ? "physical" : "translated";
	return 0;
}

static int get_snapshot_queues(const void *object, struct vi_value *v)
{
	const struct vi_snapshot *snap = object;

	v->records = snap->views;
	v->count = snap->count;
	v->stride = sizeof(*snap->views);
	return 0;
}

static const struct vi_field fields[] = {
	{ "attach", VI_STRING, "way that the queues were read", get_snapshot_attach, NULL },
	{ "addresses", VI_STRING, "what addresses in the queues are: physical, or translated by an IOMMU", get_snapshot_addresses, NULL },
	{ "queues", VI_RECORDS, "the queues, by index", get_snapshot_queues, &vi_queue_view_schema },
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema schema = { fields };

VI_EXPORT const struct vi_schema *vi_snapshot_schema(void)
{
	return &schema;
}

/* --- A device --- */

int vi_get_attach(const void *object, struct vi_value *v)
{
	const struct vi_snapshot *snap = vi_last_snapshot(object);

	return snap ? get_snapshot_attach(snap, v) : -ENODATA;
}

int vi_get_attach_notes(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;

	return give_list(dev, dev->notes_in, &dev->access_notes, v);
}

int vi_get_addresses(const void *object, struct vi_value *v)
{
	const struct vi_snapshot *snap = vi_last_snapshot(object);

	return snap ? get_snapshot_addresses(snap, v) : -ENODATA;
}

int vi_get_queues(const void *object, struct vi_value *v)
{
	const struct vi_snapshot *snap = vi_last_snapshot(object);

	if (!snap)
		return -ENODATA;
	if (snap->count)
		vi_give(object, snap->batch);
	return get_snapshot_queues(snap, v);
}

int vi_get_report_snaps(const void *object, struct vi_value *v)
{
	const struct vi_report *r = ((const struct vi_device *)object)->report;

	v->number = r ? r->snaps : 0;
	return v->number ? 0 : -ENODATA;
}

int vi_get_findings(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;
	const struct vi_report *r = dev->report;

	if (!r)
		return -ENODATA;
	return give_records(dev, dev->report_in, r->findings, r->num_findings,
			    sizeof(*r->findings), v);
}

int vi_get_answers(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;
	const struct vi_report *r = dev->report;

	if (!r)
		return -ENODATA;
	return give_records(dev, dev->report_in, r->answers, r->num_answers,
			    sizeof(*r->answers), v);
}

int vi_get_unjudged(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;

	return dev->report ? give_list(dev, dev->report_in,
				       &dev->report->unjudged, v) : -ENODATA;
}
