// SPDX-License-Identifier: LGPL-2.1-or-later
/* The engine's findings as the report of the device. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check/rules/rules.h"
#include "check/run.h"
#include "inspect/held.h"

/*
 * A capture holds one snapshot; findings that need several come from the check
 * that was made for the capture.
 */
static bool takes_time(const struct vi_finding *f)
{
	const struct vi_rule *rule = vi_rule_find(f->code);

	return !rule || rule->scope == VI_SCOPE_SERIES ||
	       rule->scope == VI_SCOPE_DEVICE;
}

/* By code and queue. */
static int by_what(const void *a, const void *b)
{
	const struct vi_finding *x = a, *y = b;
	int cmp = strcmp(x->code, y->code);

	return cmp ? cmp : (x->queue > y->queue) - (x->queue < y->queue);
}

/* Add those findings of @new that @findings lacks. */
static int add_new(struct vi_finding *findings, size_t *count,
		   const struct vi_report *new)
{
	struct vi_finding *sorted = calloc(*count + 1, sizeof(*sorted));
	size_t num_sorted = *count, i;

	if (!sorted)
		return -ENOMEM;
	memcpy(sorted, findings, num_sorted * sizeof(*sorted));
	qsort(sorted, num_sorted, sizeof(*sorted), by_what);
	for (i = 0; i < new->num_findings; i++)
		if (!bsearch(&new->findings[i], sorted, num_sorted,
			     sizeof(*sorted), by_what))
			findings[(*count)++] = new->findings[i];
	free(sorted);
	return 0;
}

/* Keep findings from the capture that its one snapshot cannot show. */
static int keep_recorded(struct vi_pool *pool, const struct vi_report *was,
			 struct vi_report *report)
{
	struct vi_finding *findings;
	struct vi_strings undecided;
	size_t i, count = 0;
	int err;

	findings = vi_pool_alloc(pool, (was->num_findings +
					report->num_findings) *
				 sizeof(*findings));
	if (!findings)
		return -ENOMEM;
	for (i = 0; i < was->num_findings; i++)
		if (takes_time(&was->findings[i]))
			findings[count++] = was->findings[i];
	err = add_new(findings, &count, report);
	undecided = report->undecided;
	*report = *was;
	report->undecided = undecided;
	report->findings = findings;
	report->num_findings = count;
	return err;
}

int vi_check_output(struct vi_device *dev, struct vi_batch *batch,
		    struct vi_report *report)
{
	size_t i;
	int err = 0;

	report->snaps = dev->num_snaps;
	for (i = 0; i < report->num_findings && !err; i++)
		if (report->findings[i].rule->counts)
			err = vi_add_counts(&batch->pool, dev,
					    &report->findings[i]);
	if (!err && dev->recorded)
		err = keep_recorded(&batch->pool, dev->recorded, report);
	if (err)
		return err;
	report->dev = dev;
	report->in = batch;
	vi_retire(dev, dev->report_in);
	dev->report_in = batch;
	dev->report = report;
	return 0;
}
