// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a sample says of a queue, as fields. */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <virtio-inspect/sampler.h>

#include "core/compiler.h"
#include "record/schema.h"
#include "sample/rate.h"

void vi_rate_init(struct vi_rate *rate)
{
	memset(rate, 0, offsetof(struct vi_rate, texts));
#define TEXT(name, help)
#define UINT(name, help)
#define REAL(name, help)	rate->name = NAN;
#define BOOL(name, help)
#include "sample/rate.def"
#undef TEXT
#undef UINT
#undef REAL
#undef BOOL
}

double vi_thousandths(double n)
{
	/* Past that, what is behind the point is not there. */
	if (!(n > -1e12 && n < 1e12))
		return n;
	return (double)(int64_t)(n * 1000 + (n < 0 ? -0.5 : 0.5)) / 1000;
}

#define GETTER(name_, member, known_, value)				\
static int get_##name_(const void *object, struct vi_value *v)		\
{									\
	const struct vi_rate *rate = object;				\
									\
	if (!(known_))							\
		return -ENODATA;					\
	v->member = (value);						\
	return 0;							\
}

#define TEXT(name, help)	GETTER(name, string, rate->name, rate->name)
#define UINT(name, help)						\
	GETTER(name, number, VI_RATE_IS_KNOWN(rate, name), rate->name)
#define REAL(name, help)						\
	GETTER(name, real, !isnan(rate->name), vi_thousandths(rate->name))
#define BOOL(name, help)						\
	GETTER(name, boolean, VI_RATE_IS_KNOWN(rate, name), rate->name)
#include "sample/rate.def"
#undef TEXT
#undef UINT
#undef REAL
#undef BOOL

static const struct vi_field fields[] = {
#define TEXT(name, help)	{ #name, VI_STRING, help, get_##name, NULL },
#define UINT(name, help)	{ #name, VI_UINT, help, get_##name, NULL },
#define REAL(name, help)	{ #name, VI_REAL, help, get_##name, NULL },
#define BOOL(name, help)	{ #name, VI_BOOL, help, get_##name, NULL },
#include "sample/rate.def"
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema schema = { fields };

VI_EXPORT const struct vi_schema *vi_rate_schema(void)
{
	return &schema;
}
