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

/* Both kinds of records begin with the bits that tell what is known. */
_Static_assert(!offsetof(struct vi_rate, known) &&
	       !offsetof(struct vi_summary, known), "by_bit looks there");

static int test_bit(const void *object, const struct vi_field *f)
{
	return *(const uint64_t *)object >> f->key & 1 ? 0 : -ENODATA;
}

static void set_bit(void *object, const struct vi_field *f, bool there)
{
	if (there)
		*(uint64_t *)object |= UINT64_C(1) << f->key;
}

static const struct vi_known by_bit = { test_bit, set_bit };

/* --- A queue --- */

#define RATE(name, type, help, ...)					\
	VI_MEMBER(#name, type, help, vi_rate, name, __VA_ARGS__),
#define BIT(name)	.known = &by_bit, .key = VI_RATE_##name

static const struct vi_field rate_fields[] = {
#define TEXT(name, help)	RATE(name, VI_STRING, help)
#define UINT(name, help)						\
	RATE(name, VI_UINT, help, BIT(name), .max = INT64_MAX)
#define REAL(name, help)	RATE(name, VI_REAL, help)
#define BOOL(name, help)	RATE(name, VI_BOOL, help, BIT(name))
#include "sample/rate.def"
	VI_FIELDS_END,
};
#undef BIT

static const struct vi_schema rate_schema = { rate_fields };

VI_EXPORT const struct vi_schema *vi_rate_schema(void)
{
	return &rate_schema;
}

/* --- A sample as a whole --- */

#define SUMMARY(name, type, help, ...)					\
	VI_MEMBER(#name, type, help, vi_summary, name, __VA_ARGS__),
#define BIT(name)	.known = &by_bit, .key = VI_SUMMARY_##name

static const struct vi_field summary_fields[] = {
#define TEXT(name, help)	SUMMARY(name, VI_STRING, help)
#define UINT(name, help)						\
	SUMMARY(name, VI_UINT, help, BIT(name), .max = INT64_MAX)
#define REAL(name, help)	SUMMARY(name, VI_REAL, help)
#define BOOL(name, help)	SUMMARY(name, VI_BOOL, help, BIT(name))
#define LIST(name, help)						\
	SUMMARY(name, VI_LIST, help, .known = &vi_by_count)
#include "sample/summary.def"
	VI_FIELDS_END,
};

static const struct vi_schema summary_schema = { summary_fields };

VI_EXPORT const struct vi_schema *vi_summary_schema(void)
{
	return &summary_schema;
}
