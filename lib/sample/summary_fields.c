// SPDX-License-Identifier: LGPL-2.1-or-later
/* A sample as a whole, as fields. */
#include <errno.h>

#include "core/compiler.h"
#include "sample/sample.h"

#define GETTER(name_, member, known, expr)				\
static int get_##name_(const void *object, struct vi_value *v)		\
{									\
	const struct vi_summary *sum = object;				\
									\
	if (!(known))							\
		return -ENODATA;					\
	v->member = (expr);						\
	return 0;							\
}
#define REAL(name_)	GETTER(name_, real, !isnan(sum->name_),		\
			       vi_thousandths(sum->name_))

GETTER(time, string, *sum->time, sum->time)
/* Not rounded: who divides by it wants it as it is. */
GETTER(interval, real, !isnan(sum->interval), sum->interval)
/* Where not all is known, "none" is not. */
#define COUNT(name_, known)						\
	GETTER(name_, number, (!*sum->error && (known)) || sum->name_,	\
	       sum->name_)
GETTER(error, string, *sum->error, sum->error)
COUNT(devices, true)
COUNT(queues, true)
/* Interrupts do not tell. */
COUNT(stalled, sum->judged || !sum->queues)
REAL(submitted_per_s)
REAL(completed_per_s)
GETTER(lower_bound, boolean, sum->lower_bound || *sum->error, true)
REAL(cpu_percent)
GETTER(attach, string, sum->attach, sum->attach)

static int get_notes(const void *object, struct vi_value *v)
{
	const struct vi_summary *sum = object;

	v->list = sum->notes;
	v->count = sum->num_notes;
	return v->count ? 0 : -ENODATA;
}

#define ROW(name_, type_, help_) { #name_, type_, help_, get_##name_, NULL }

static const struct vi_field fields[] = {
	ROW(time, VI_STRING, "when the sample was taken"),
	ROW(interval, VI_REAL, "seconds since the sample before"),
	ROW(error, VI_STRING, "why the sample is not whole: what could not be read is missing"),
	ROW(devices, VI_UINT, "how many devices there are"),
	ROW(queues, VI_UINT, "how many queues they have"),
	ROW(stalled, VI_UINT, "queues that stand, and that is somebody's fault"),
	ROW(submitted_per_s, VI_REAL, "made available a second, in all queues"),
	ROW(completed_per_s, VI_REAL, "completed a second, in all queues"),
	ROW(lower_bound, VI_BOOL, "these may be more"),
	ROW(cpu_percent, VI_REAL, "what this process takes of one CPU, in percent"),
	ROW(attach, VI_STRING, "how queues are read"),
	ROW(notes, VI_LIST, "what cannot be told, and why"),
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema schema = { fields };

VI_EXPORT const struct vi_schema *vi_summary_schema(void)
{
	return &schema;
}
