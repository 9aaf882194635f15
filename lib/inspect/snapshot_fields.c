// SPDX-License-Identifier: LGPL-2.1-or-later
/* What looks and checks have added to a device. */
#include <errno.h>

#include "inspect/findings.h"
#include "inspect/snapshot.h"
#include "inspect/snapshot_fields.h"

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

int vi_get_attach(const void *object, struct vi_value *v)
{
	const struct vi_snapshot *snap = vi_last_snapshot(object);

	v->string = snap ? snap->way : NULL;
	return snap ? 0 : -ENODATA;
}

int vi_get_attach_notes(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;

	return give_list(dev, dev->notes_in, &dev->access_notes, v);
}

int vi_get_addresses(const void *object, struct vi_value *v)
{
	const struct vi_snapshot *snap = vi_last_snapshot(object);

	if (!snap || (!snap->physical && !snap->translated))
		return -ENODATA;
	v->string = snap->physical ? "physical" : "translated";
	return 0;
}

int vi_get_queues(const void *object, struct vi_value *v)
{
	const struct vi_snapshot *snap = vi_last_snapshot(object);

	if (!snap)
		return -ENODATA;
	return give_records(object, snap->batch, snap->views, snap->count,
			    sizeof(*snap->views), v);
}

int vi_get_judged_looks(const void *object, struct vi_value *v)
{
	const struct vi_judged *j = ((const struct vi_device *)object)->judged;

	v->number = j ? j->snaps : 0;
	return v->number ? 0 : -ENODATA;
}

int vi_get_findings(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;
	const struct vi_judged *j = dev->judged;

	if (!j)
		return -ENODATA;
	return give_records(dev, dev->judged_in, j->findings, j->num_findings,
			    sizeof(*j->findings), v);
}

int vi_get_answers(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;
	const struct vi_judged *j = dev->judged;

	if (!j)
		return -ENODATA;
	return give_records(dev, dev->judged_in, j->answers, j->num_answers,
			    sizeof(*j->answers), v);
}

int vi_get_unjudged(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;

	return dev->judged ? give_list(dev, dev->judged_in,
				       &dev->judged->unjudged, v) : -ENODATA;
}
