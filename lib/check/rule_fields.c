// SPDX-License-Identifier: LGPL-2.1-or-later
/* The catalogue of rules as records. */
#include <errno.h>

#include <virtio-inspect/check.h>

#include "check/check.h"
#include "core/compiler.h"
#include "record/schema.h"

#define STRING(member)							\
static int get_##member(const void *object, struct vi_value *v)	\
{									\
	v->string = ((const struct vi_rule *)object)->member;		\
	return v->string ? 0 : -ENODATA;				\
}

STRING(code)
STRING(title)
STRING(text)
STRING(advice)
STRING(section)

static int get_severity(const void *object, struct vi_value *v)
{
	v->string = vi_severity_name(((const struct vi_rule *)object)->severity);
	return 0;
}

static const struct vi_field fields[] = {
	{ "code", VI_STRING, "code", get_code, NULL },
	{ "severity", VI_STRING, "highest severity: error, warning or info", get_severity, NULL },
	{ "title", VI_STRING, "title", get_title, NULL },
	{ "text", VI_STRING, "explanation", get_text, NULL },
	{ "advice", VI_STRING, "what to try next", get_advice, NULL },
	{ "section", VI_STRING, "section of the virtio specification 1.4", get_section, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema schema = { fields };

VI_EXPORT const struct vi_schema *vi_rule_schema(void)
{
	return &schema;
}

VI_EXPORT const void *vi_rule(size_t i)
{
	return vi_rule_at(i);
}
