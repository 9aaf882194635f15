// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a sample says about a queue, and as a whole, as fields. */
#include <errno.h>
#include <string.h>

#include <virtio-inspect/sampler.h>

#include "core/compiler.h"
#include "record/schema.h"
#include "sample/rate.h"

void vi_rate_init(struct vi_rate *rate)
{
	memset(rate, 0, sizeof(*rate));
#define TEXT(name, help)
#define UINT(name, help)
#define REAL(name, help)	rate->name = NAN;
#define BOOL(name, help)
#include "sample/rate.def"
}

void vi_summary_init(struct vi_summary *sum)
{
	memset(sum, 0, sizeof(*sum));
#define TEXT(name, help)
#define UINT(name, help)
#define REAL(name, help)	sum->name = NAN;
#define BOOL(name, help)
#define LIST(name, help)
#include "sample/summary.def"
}

#define GETTER(record, name, member, is_known, value)			\
static int get_##record##_##name(const void *object, struct vi_value *v) \
{									\
	const struct vi_##record *of = object;				\
									\
	if (!(is_known))						\
		return -ENODATA;					\
	v->member = (value);						\
	return 0;							\
}

#define ROW(record, name_, type_, help_)				\
	{ .name = #name_, .type = type_, .help = help_,			\
	  .get = get_##record##_##name_ },

/* --- A queue --- */

#define IS_KNOWN(name)	VI_RATE_IS_KNOWN(of, name)
#define TEXT(name, help)	GETTER(rate, name, string, of->name, of->name)
#define UINT(name, help)	GETTER(rate, name, number, IS_KNOWN(name), of->name)
#define REAL(name, help)	GETTER(rate, name, real, !isnan(of->name), of->name)
#define BOOL(name, help)	GETTER(rate, name, boolean, IS_KNOWN(name), of->name)
#include "sample/rate.def"
#undef IS_KNOWN

static const struct vi_field rate_fields[] = {
#define TEXT(name, help)	ROW(rate, name, VI_STRING, help)
#define UINT(name, help)	ROW(rate, name, VI_UINT, help)
#define REAL(name, help)	ROW(rate, name, VI_REAL, help)
#define BOOL(name, help)	ROW(rate, name, VI_BOOL, help)
#include "sample/rate.def"
	{ .name = NULL },
};

static const struct vi_schema rate_schema = { rate_fields };

VI_EXPORT const struct vi_schema *vi_rate_schema(void)
{
	return &rate_schema;
}

/* --- A sample as a whole --- */

#define IS_KNOWN(name)	VI_SUMMARY_IS_KNOWN(of, name)
#define TEXT(name, help)	GETTER(summary, name, string, of->name, of->name)
#define UINT(name, help)	GETTER(summary, name, number, IS_KNOWN(name), of->name)
#define REAL(name, help)	GETTER(summary, name, real, !isnan(of->name), of->name)
#define BOOL(name, help)	GETTER(summary, name, boolean, IS_KNOWN(name), of->name)
#define LIST(name, help)						\
	GETTER(summary, name, list, (v->count = of->name.count), of->name.v)
#include "sample/summary.def"

static const struct vi_field summary_fields[] = {
#define TEXT(name, help)	ROW(summary, name, VI_STRING, help)
#define UINT(name, help)	ROW(summary, name, VI_UINT, help)
#define REAL(name, help)	ROW(summary, name, VI_REAL, help)
#define BOOL(name, help)	ROW(summary, name, VI_BOOL, help)
#define LIST(name, help)	ROW(summary, name, VI_LIST, help)
#include "sample/summary.def"
	{ .name = NULL },
};

static const struct vi_schema summary_schema = { summary_fields };

VI_EXPORT const struct vi_schema *vi_summary_schema(void)
{
	return &summary_schema;
}
