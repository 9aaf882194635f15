// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of rules: one row per code. Invariants begin with E_ (error), W_
 * (warning) or I_ (information), diagnoses with D_.
 */
#include <string.h>

#include "check/rules/rules.h"

#define W(what)		(UINT32_C(1) << VI_WALK_##what)
#define BOTH		(VI_SPLIT | VI_PACKED)

#define TELL_DRIVER							\
	"report it to the driver's maintainers and attach a capture"
#define TELL_NAMED							\
	"report it to the maintainers of the side that it names, and attach a capture"
#define TELL_DEVICE							\
	"report it to the device's maintainers (VMM, vhost, hardware) and attach a capture"

static const struct vi_rule rules[] = {
#include "check/rules/indices.def"
#include "check/rules/chains.def"
#include "check/rules/used.def"
#include "check/rules/packed.def"
#include "check/rules/driver.def"
#include "check/rules/diagnoses.def"
};

const struct vi_rule *vi_rule_at(size_t i)
{
	return i < ARRAY_SIZE(rules) ? &rules[i] : NULL;
}

const struct vi_rule *vi_rule_find(const char *code)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (!strcmp(rules[i].code, code))
			return &rules[i];
	return NULL;
}
