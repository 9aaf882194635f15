// SPDX-License-Identifier: GPL-2.0-or-later
/* --explain: describe the rules of --check. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "vqdump/vqdump.h"

static struct rec rule_at(size_t i)
{
	return (struct rec){ vi_rule_schema(), vi_rule(i) };
}

static bool list_rules(void)
{
	struct text t = { 0 };
	struct rec rule;
	size_t i;

	for (i = 0; (rule = rule_at(i)).object; i++)
		text_addf(&t, "%-18s %-8s %s\n",
			  rec_or_dash(rule, "code"),
			  rec_or_dash(rule, "severity"),
			  rec_or_dash(rule, "title"));
	return vq_print(&t);
}

static void add_paragraph(const struct vq_options *o, struct text *t,
			  struct rec rule, const char *before,
			  const char *field)
{
	const char *s = rec_string(rule, field);

	if (!s || !*s)
		return;
	text_add(t, "\n");
	vq_add_remark(o, t, 0, before, s);
}

static void add_alike(const struct vq_options *o, struct text *t,
		      struct rec rule)
{
	struct vi_value v;
	size_t i;

	if (!rec_get(rule, "alike", &v) || !v.count)
		return;
	text_add(t, "\nWhat looks the same from inside the guest:\n");
	for (i = 0; i < v.count; i++)
		vq_add_remark(o, t, 0, "- ", v.list[i]);
}

static void add_rule(const struct vq_options *o, struct text *t,
		     struct rec rule)
{
	term_add(&o->term, t, TERM_BOLD, rec_or_dash(rule, "code"));
	text_addf(t, " (%s)\n", rec_or_dash(rule, "severity"));
	vq_add_remark(o, t, 0, "", rec_or_dash(rule, "title"));
	add_paragraph(o, t, rule, "", "text");
	add_alike(o, t, rule);
	add_paragraph(o, t, rule, "What to try: ", "advice");
	if (rec_string(rule, "section") && *rec_string(rule, "section"))
		text_addf(t, "\nVirtio specification 1.4, %s\n",
			  rec_string(rule, "section"));
}

static bool explain(const struct vq_options *o, const char *code, bool first)
{
	struct text t = { 0 };
	struct rec rule;
	size_t i;

	for (i = 0; (rule = rule_at(i)).object; i++) {
		const char *is = rec_string(rule, "code");

		if (!is || strcasecmp(is, code))
			continue;
		if (!first)
			text_add(&t, "\n");
		add_rule(o, &t, rule);
		return vq_print(&t);
	}
	tool_error("%s: unknown code; run %s --explain for the list",
		   code, tool_name);
	return false;
}

int vq_explain(const struct vq_options *o)
{
	const char *const *target = o->targets;
	bool ok = true, first = true;

	if (o->code && strcmp(o->code, "list")) {
		ok = explain(o, o->code, true);
		first = false;
	} else if (o->code || !*target || !strcmp(*target, "list")) {
		return list_rules() ? EXIT_DONE : EXIT_ERROR;
	}
	for (; *target; target++) {
		ok &= explain(o, *target, first);
		first = false;
	}
	return ok ? EXIT_DONE : EXIT_ERROR;
}
