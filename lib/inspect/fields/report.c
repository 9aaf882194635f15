// SPDX-License-Identifier: LGPL-2.1-or-later
/* Reports as records and as objects, and what the last one says of a device. */
#include <errno.h>

#include <virtio-inspect/check.h>

#include "inspect/fields/snapshot.h"
#include "inspect/findings.h"
#include "inspect/held.h"

/* --- A report --- */

static int get_looks(const void *object, struct vi_value *v)
{
	v->number = ((const struct vi_report *)object)->snaps;
	return v->number ? 0 : -ENODATA;
}

static int get_findings(const void *object, struct vi_value *v)
{
	const struct vi_report *r = object;

	v->records = r->findings;
	v->count = r->num_findings;
	v->stride = sizeof(*r->findings);
	return 0;
}

static int get_answers(const void *object, struct vi_value *v)
{
	const struct vi_report *r = object;

	v->records = r->answers;
	v->count = r->num_answers;
	v->stride = sizeof(*r->answers);
	return 0;
}

static int get_unjudged(const void *object, struct vi_value *v)
{
	const struct vi_report *r = object;

	v->list = r->unjudged.v;
	v->count = r->unjudged.count;
	return v->count ? 0 : -ENODATA;
}

static const struct vi_field fields[] = {
	{ "findings", VI_RECORDS, "what is wrong", get_findings, &vi_finding_schema },
	{ "answers", VI_RECORDS, "who is at fault, for each suspicious queue", get_answers, &vi_answers_schema },
	{ "looks", VI_UINT, "how many looks what was found is of", get_looks, NULL },
	{ "unjudged", VI_LIST, "what could not be judged, and why", get_unjudged, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema schema = { fields };

VI_EXPORT const struct vi_schema *vi_report_schema(void)
{
	return &schema;
}

VI_EXPORT struct vi_report *vi_device_report(struct vi_device *dev)
{
	return dev->report ? vi_report_ref((struct vi_report *)dev->report) :
			     NULL;
}

VI_EXPORT struct vi_report *vi_report_ref(struct vi_report *report)
{
	vi_device_ref(report->dev);
	if (report->in)
		report->in->refs++;
	return report;
}

VI_EXPORT void vi_report_unref(struct vi_report *report)
{
	struct vi_device *dev = report ? report->dev : NULL;

	if (report && report->in)
		vi_batch_put(report->in);
	vi_device_unref(dev);
}

/* --- A device --- */

/* What the last report says, which may be replaced while a program has it. */
static int give(const void *object, struct vi_value *v,
		int (*get)(const void *object, struct vi_value *v))
{
	const struct vi_device *dev = object;
	int err = dev->report ? get(dev->report, v) : -ENODATA;

	if (!err && v->count)
		vi_give(dev, dev->report_in);
	return err;
}

int vi_get_report_snaps(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;

	return dev->report ? get_looks(dev->report, v) : -ENODATA;
}

int vi_get_findings(const void *object, struct vi_value *v)
{
	return give(object, v, get_findings);
}

int vi_get_answers(const void *object, struct vi_value *v)
{
	return give(object, v, get_answers);
}

int vi_get_unjudged(const void *object, struct vi_value *v)
{
	return give(object, v, get_unjudged);
}
