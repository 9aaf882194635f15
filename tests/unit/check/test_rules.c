// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every file of tests/fixtures/rings names its queue's faults: the check finds
 * exactly those.
 */
#include <glob.h>

#include "check/rules/rules.h"
#include "ring_text.h"

static void sort_words(char *words, char *out)
{
	char *list[64], *save, *w;
	size_t n = 0, i, k;

	for (w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save))
		list[n++] = w;
	*out = '\0';
	for (i = 0; i < n; i++)
		for (k = i + 1; k < n; k++)
			if (strcmp(list[i], list[k]) > 0) {
				w = list[i];
				list[i] = list[k];
				list[k] = w;
			}
	for (i = 0; i < n; i++)
		if (!i || strcmp(list[i], list[i - 1])) {
			strcat(out, list[i]);
			strcat(out, " ");
		}
}

/* The code, with its severity if that differs from the rule's. */
static void name_finding(const struct vi_finding *f, char *out)
{
	strcat(out, f->code);
	if (f->severity != f->rule->severity) {
		strcat(out, "=");
		strcat(out, vi_severity_name(f->severity));
	}
	strcat(out, " ");
}

/* Names of evidence are the keys of an object. */
static void names_differ(const struct vi_finding *f)
{
	size_t i, k;

	for (i = 0; i < f->num_evidence; i++)
		for (k = 0; k < i; k++)
			assert_string_not_equal(f->evidence[i].name,
						f->evidence[k].name);
}

static void check_finding(const struct vi_finding *f)
{
	names_differ(f);
	assert_true(*f->message);
	assert_true(f->times);
	assert_true(f->samples);
	assert_non_null(f->rule->title);
}

/* Is each of these codes listed as one that needs the features? */
static void need_features(char *codes, const struct vi_report *report)
{
	char *save, *code, wanted[96];
	size_t i;

	for (code = strtok_r(codes, " ", &save); code;
	     code = strtok_r(NULL, " ", &save)) {
		snprintf(wanted, sizeof(wanted),
			 "%s: the negotiated features are unknown", code);
		for (i = 0; i < report->unjudged.count; i++)
			if (!strcmp(report->unjudged.v[i], wanted))
				break;
		if (i == report->unjudged.count)
			fail_msg("%s is not listed as not judged", code);
	}
}

static void fixture(void **state)
{
	struct ring_text *t = ring_text_read(*state);
	char found[4096] = "", wanted[1024], got[4096];
	struct vi_pool pool = { NULL };
	struct vi_report report;
	size_t i;

	assert_int_equal(vi_check_run(&t->check, &pool, &report), 0);
	for (i = 0; i < report.num_findings; i++) {
		check_finding(&report.findings[i]);
		name_finding(&report.findings[i], found);
	}
	sort_words(t->expect, wanted);
	sort_words(found, got);
	if (strcmp(wanted, got)) {
		for (i = 0; i < report.num_findings; i++)
			print_message("# %s: %s\n",
				      report.findings[i].code,
				      report.findings[i].message);
		fail_msg("%s: expected '%s', found '%s'", (char *)*state,
			 wanted, got);
	}
	for (i = 0; i < t->num_says; i++)
		if (!strstr(report.findings[0].message, t->says[i]))
			fail_msg("%s: '%s' is not in '%s'", (char *)*state,
				 t->says[i], report.findings[0].message);
	need_features(t->unjudged, &report);
	vi_pool_free(&pool);
	ring_text_free(t);
}

/* --- The table of rules --- */

static void rules_are_complete(void **state)
{
	const struct vi_rule *rule;
	size_t i, k;

	(void)state;
	for (i = 0; (rule = vi_rule_at(i)); i++) {
		char first = rule->code[0];

		assert_true(first == 'E' || first == 'W' || first == 'I' ||
			    first == 'D');
		if (first != 'D')
			assert_int_equal(rule->severity, first == 'E' ?
					 VI_ERROR : first == 'W' ? VI_WARNING :
					 VI_INFO);
		assert_non_null(rule->judge);
		assert_true(rule->layouts);
		assert_true(*rule->title && *rule->text);
		/* Who is to blame is never certain from one side. */
		assert_int_equal(!!rule->alike[0], first == 'D');
		assert_ptr_equal(vi_rule_find(rule->code), rule);
		for (k = 0; k < i; k++)
			assert_string_not_equal(vi_rule_at(k)->code,
						rule->code);
	}
}

/* Some file expects each code, so that every rule is tested. */
static void every_rule_has_a_fixture(void **state)
{
	const glob_t *files = *state;
	const struct vi_rule *rule;
	size_t i, k;

	for (i = 0; (rule = vi_rule_at(i)); i++) {
		bool found = false;

		for (k = 0; k < files->gl_pathc && !found; k++) {
			struct ring_text *t =
				ring_text_read(files->gl_pathv[k]);

			found = strstr(t->expect, rule->code);
			ring_text_free(t);
		}
		if (!found)
			fail_msg("no fixture expects %s", rule->code);
	}
}

int main(void)
{
	struct CMUnitTest *tests;
	glob_t files;
	size_t i;
	int ret;

	if (glob(SRCDIR "/tests/fixtures/rings/*.ring", 0, NULL, &files))
		return 1;
	tests = calloc(files.gl_pathc + 2, sizeof(*tests));
	for (i = 0; i < files.gl_pathc; i++)
		tests[i] = (struct CMUnitTest) {
			strrchr(files.gl_pathv[i], '/') + 1, fixture, NULL,
			NULL, files.gl_pathv[i] };
	tests[i++] = (struct CMUnitTest) { "rules are complete",
		rules_are_complete, NULL, NULL, NULL };
	tests[i++] = (struct CMUnitTest) { "every rule has a fixture",
		every_rule_has_a_fixture, NULL, NULL, &files };
	ret = _cmocka_run_group_tests("rules", tests, i, NULL, NULL);
	free(tests);
	globfree(&files);
	return ret;
}
