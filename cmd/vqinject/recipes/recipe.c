// SPDX-License-Identifier: GPL-2.0-or-later
/* Find recipes and parse their arguments. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vqinject/recipes/recipe.h"

static const struct recipe_type *const types[] = {
	&recipe_rng, &recipe_blk, &recipe_net, &recipe_console, &recipe_scsi,
	&recipe_balloon, &recipe_vsock, &recipe_fs, &recipe_9p,
};

static const struct recipe_type *find_type(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i]->name, name))
			return types[i];
	return NULL;
}

static const struct recipe_verb *find_verb(const struct recipe_type *type,
					   const char *name)
{
	const struct recipe_verb *verb;

	for (verb = type->verbs; verb->verb; verb++)
		if (!strcmp(verb->verb, name))
			return verb;
	return NULL;
}

/* "read, write or flush" */
static void add_verbs(struct text *t, const struct recipe_type *type)
{
	const struct recipe_verb *verb;

	for (verb = type->verbs; verb->verb; verb++) {
		if (verb != type->verbs)
			text_add(t, verb[1].verb ? ", " : " or ");
		text_add(t, verb->verb);
	}
}

static int no_verb(const struct recipe_type *type, const char *name)
{
	struct text t = { 0 };
	char *verbs;

	add_verbs(&t, type);
	verbs = text_take(&t);
	if (name)
		tool_usage("%s %s: unknown recipe; use %s", type->name,
			   name, verbs ? verbs : "");
	else
		tool_usage("%s: missing verb; use %s", type->name, verbs ? verbs : "");
	free(verbs);
	return EXIT_USAGE;
}

int recipe_find(struct vqinject_options *o, char **operands)
{
	static struct recipe recipe;

	recipe.type = find_type(operands[0]);
	if (!recipe.type)
		return tool_usage("%s: unknown recipe; see --list-recipes",
				  operands[0]);
	recipe.verb = operands[1] ? find_verb(recipe.type, operands[1]) : NULL;
	if (!recipe.verb)
		return no_verb(recipe.type, operands[1]);
	o->recipe = &recipe;
	o->args = (const char *const *)operands + 2;
	while (o->args[o->num_args])
		o->num_args++;
	return 0;
}

void recipe_print_all(void)
{
	const struct recipe_verb *verb;
	char line[80];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		for (verb = types[i]->verbs; verb->verb; verb++) {
			snprintf(line, sizeof(line), "%s %s%s%s",
				 types[i]->name, verb->verb,
				 *verb->args ? " " : "", verb->args);
			printf("  %-30s %s\n", line, verb->help);
		}
}

bool recipe_takes_data(const struct recipe *r)
{
	return r->verb->data >= 0;
}

bool recipe_destroys(const struct recipe *r)
{
	return r->verb->destroys;
}

const char *recipe_type(const struct recipe *r)
{
	return r->type->name;
}

const char *recipe_verb(const struct recipe *r)
{
	return r->verb->verb;
}

/* --- Arguments --- */

static int bad_argument(const struct recipe_run *r, const char *arg,
			const struct spec_error *e)
{
	tool_usage("%s %s %s: \"%s\": %s", r->recipe->type->name,
		   r->recipe->verb->verb, r->recipe->verb->args, arg, e->what);
	return EXIT_USAGE;
}

static int parse_number(struct recipe_run *r, struct recipe_arg *a,
			const char *s)
{
	struct spec_error e;
	size_t at = 0;
	int err = spec_number(s, &at, &a->number, &e);

	if (!err && s[at])
		err = spec_fail(&e, at, "unexpected text after the number");
	return err ? bad_argument(r, s, &e) : 0;
}

static int parse_data(struct recipe_run *r, struct recipe_arg *a,
		      const char *s)
{
	struct spec_error e;
	char why[600];

	if (spec_parse(&a->data, s, false, &e))
		return bad_argument(r, s, &e);
	if (!spec_load(&a->data, why, sizeof(why)))
		return 0;
	tool_error("%s", why);
	return EXIT_ERROR;
}

static int parse_argument(struct recipe_run *r, unsigned int i, const char *s)
{
	struct recipe_arg *a = &r->arg[i];

	a->given = true;
	a->text = s;
	switch (r->recipe->verb->kinds[i]) {
	case ARG_NUMBER:
		return parse_number(r, a, s);
	case ARG_DATA:
		return parse_data(r, a, s);
	default:
		return 0;
	}
}

static unsigned int count_kinds(const struct recipe_verb *verb)
{
	unsigned int n = 0;

	while (n < RECIPE_MAX_ARGS && verb->kinds[n] != ARG_NONE)
		n++;
	return n;
}

static int parse_arguments(struct recipe_run *r)
{
	const struct recipe_verb *verb = r->recipe->verb;
	unsigned int n = count_kinds(verb), at = 0, i;
	int status = 0;

	for (i = 0; i < r->o->num_args && !status; i++, at++) {
		const char *s = r->o->args[i];

		/* The data may follow while optional arguments are missing. */
		if (at >= verb->min && verb->data > (int)at &&
		    strchr(s, ':'))
			at = verb->data;
		if (at >= n)
			return tool_usage("%s %s: \"%s\": unexpected argument after %s",
					  r->recipe->type->name, verb->verb, s,
					  *verb->args ? verb->args :
					  verb->verb);
		status = parse_argument(r, at, s);
	}
	if (!status && at < verb->min)
		return tool_usage("usage: %s %s %s", r->recipe->type->name,
				  verb->verb, verb->args);
	return status;
}

static int check_data(const struct recipe_run *r)
{
	int data = r->recipe->verb->data;
	bool out = r->o->chain.out_num;

	if (data < 0)
		return 0;
	if (r->arg[data].given && out)
		return tool_usage("%s %s: data given twice, as \"%s\" and by --out",
				  r->recipe->type->name, r->recipe->verb->verb,
				  r->arg[data].text);
	if (!r->arg[data].given && !out)
		return tool_usage("%s %s: no data given; add a SPEC as the last argument, or --out SPEC",
				  r->recipe->type->name,
				  r->recipe->verb->verb);
	return 0;
}

int recipe_check_type(const struct vqinject_options *o, uint32_t device)
{
	const char *type = vi_type_name(device);

	if (!o->recipe || !device || o->recipe->type->device == device)
		return 0;
	tool_error("%s: it is a device of type %s, and \"%s %s\" is for others",
		   o->device, type ? type : "unknown", o->recipe->type->name,
		   o->recipe->verb->verb);
	return EXIT_ERROR;
}

int recipe_begin(struct recipe_run *r, const struct vqinject_options *o)
{
	int status;

	memset(r, 0, sizeof(*r));
	r->o = o;
	r->recipe = o->recipe;
	status = parse_arguments(r);
	if (!status)
		status = check_data(r);
	if (!status && r->recipe->verb->check)
		status = r->recipe->verb->check(r);
	return status;
}

void recipe_drop_chains(struct recipe_run *r)
{
	unsigned int i;

	for (i = 0; i < r->num_chains; i++)
		chain_free(&r->chains[i]);
	free(r->chains);
	r->chains = NULL;
	r->num_chains = 0;
}

void recipe_end(struct recipe_run *r)
{
	unsigned int i;

	recipe_drop_chains(r);
	for (i = 0; i < RECIPE_MAX_ARGS; i++)
		spec_free(&r->arg[i].data);
	free(r->state);
	memset(r, 0, sizeof(*r));
}
