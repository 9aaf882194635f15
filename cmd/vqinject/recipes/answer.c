// SPDX-License-Identifier: GPL-2.0-or-later
/* The named values in an answer. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vqinject/recipes/answer.h"

static struct answer_fact *find(struct answer *a, const char *name)
{
	struct answer_fact *fact;
	unsigned int i;

	for (i = 0; i < a->count; i++)
		if (!strcmp(a->fact[i].name, name))
			return &a->fact[i];
	if (a->count < ANSWER_MAX)
		a->count++;
	fact = &a->fact[a->count - 1];
	memset(fact, 0, sizeof(*fact));
	fact->name = name;
	return fact;
}

void answer_number(struct answer *a, const char *name, uint64_t n)
{
	struct answer_fact *fact = find(a, name);

	fact->is_number = true;
	fact->number = n;
}

void answer_text(struct answer *a, const char *name, const char *fmt, ...)
{
	struct answer_fact *fact = find(a, name);
	va_list ap;

	fact->is_number = false;
	va_start(ap, fmt);
	vsnprintf(fact->text, sizeof(fact->text), fmt, ap);
	va_end(ap);
}

void answer_print(const struct answer *a, struct text *t)
{
	unsigned int i;

	for (i = 0; i < a->count; i++) {
		text_addf(t, "%s: ", a->fact[i].name);
		if (a->fact[i].is_number)
			text_addf(t, "%" PRIu64, a->fact[i].number);
		else
			text_add_escaped(t, a->fact[i].text);
		text_add(t, "\n");
	}
}

void answer_json(const struct answer *a, struct vi_json *json)
{
	unsigned int i;

	vi_json_begin_object(json);
	for (i = 0; i < a->count; i++) {
		vi_json_key(json, a->fact[i].name);
		if (a->fact[i].is_number)
			vi_json_number(json, a->fact[i].number);
		else
			vi_json_string(json, a->fact[i].text);
	}
	vi_json_close(json);
}
