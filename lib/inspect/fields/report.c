// SPDX-License-Identifier: LGPL-2.1-or-later
/* Reports: their fields and references. */
#include <virtio-inspect/check.h>

#include "inspect/findings.h"
#include "inspect/held.h"

static const struct vi_field fields[] = {
	VI_ARRAY("findings", VI_RECORDS, "findings", vi_report, findings, num_findings, .schema = &vi_finding_schema),
	VI_ARRAY("answers", VI_RECORDS, "which side is at fault, for each suspicious queue", vi_report, answers, num_answers, .schema = &vi_answers_schema, VI_UNLESS_ABSENT(vi_report, 0)),
	VI_MEMBER("looks", VI_UINT, "number of snapshots that the findings are based on", vi_report, snaps, VI_IF_NOT(0)),
	VI_MEMBER("unjudged", VI_LIST, "rules that could not be judged, and why", vi_report, unjudged, .known = &vi_by_count),
	VI_MEMBER("undecided", VI_LIST, "queues that may hang although nothing wrong was seen: what could not be told", vi_report, undecided, .known = &vi_by_count),
	VI_FIELDS_END,
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
