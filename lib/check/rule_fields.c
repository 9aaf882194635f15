// SPDX-License-Identifier: LGPL-2.1-or-later
/* The catalogue of rules as records. */
#include <errno.h>

#include <virtio-inspect/check.h>

#include "check/rules/rules.h"
#include "core/compiler.h"
#include "record/schema.h"

static int get_severity(const void *object, struct vi_value *v)
{
	v->string = vi_severity_name(((const struct vi_rule *)object)->severity);
	return 0;
}

static int get_alike(const void *object, struct vi_value *v)
{
	const struct vi_rule *rule = object;

	v->list = rule->alike;
	v->count = 0;
	while (rule->alike[v->count])
		v->count++;
	return 0;
}

#define RULE(name, help)	VI_MEMBER(#name, VI_STRING, help, vi_rule, name)

static const struct vi_field fields[] = {
	RULE(code, "code"),
	VI_COMPUTED("severity", VI_STRING, "highest severity: error, warning or info", get_severity),
	RULE(title, "title"),
	RULE(text, "explanation"),
	VI_COMPUTED("alike", VI_LIST, "of a diagnosis: what else looks the same from inside the guest", get_alike),
	RULE(advice, "what to try next"),
	RULE(section, "section of the virtio specification 1.4"),
	VI_FIELDS_END,
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
