// SPDX-License-Identifier: LGPL-2.1-or-later
/* How a rule reports a finding. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "check/judge/judge.h"

static void add_other(struct vi_judge *j, const char *message)
{
	if (vi_strings_add(j->scratch, &j->others,
			   vi_pool_strdup(j->scratch, message)))
		j->no_memory = true;
}

void vi_found(struct vi_judge *j, const char *fmt, ...)
{
	char other[sizeof(j->message)];
	va_list ap;

	j->fresh = !j->found.times++;
	if (!j->fresh && j->others.count == VI_MAX_OTHERS)
		return;
	va_start(ap, fmt);
	vsnprintf(j->fresh ? j->message : other, sizeof(other), fmt, ap);
	va_end(ap);
	if (!j->fresh)
		add_other(j, other);
}

/* NULL: not for this occurrence, or too much. */
static struct vi_value *add_evidence(struct vi_judge *j, const char *name,
				     enum vi_type type)
{
	struct vi_named *e = &j->evidence[j->found.num_evidence];

	if (!j->fresh || j->found.num_evidence == VI_MAX_EVIDENCE)
		return NULL;
	j->found.num_evidence++;
	e->name = name;
	e->value.type = type;
	return &e->value;
}

static void add_number(struct vi_judge *j, const char *name, enum vi_type type,
		       uint64_t number)
{
	struct vi_value *v = add_evidence(j, name, type);

	if (v)
		v->number = number;
}

void vi_evidence(struct vi_judge *j, const char *name, uint64_t number)
{
	add_number(j, name, VI_UINT, number);
}

void vi_evidence_hex(struct vi_judge *j, const char *name, uint64_t number)
{
	add_number(j, name, VI_HEX, number);
}

void vi_evidence_place(struct vi_judge *j, const char *name, uint16_t pos)
{
	if (j->fresh && j->q->packed && j->found.num_evidence < VI_MAX_EVIDENCE)
		j->places |= 1u << j->found.num_evidence;
	add_number(j, name, VI_UINT, pos);
}

void vi_evidence_bool(struct vi_judge *j, const char *name, bool is)
{
	struct vi_value *v = add_evidence(j, name, VI_BOOL);

	if (v)
		v->boolean = is;
}

void vi_lower(struct vi_judge *j, enum vi_severity severity)
{
	if (severity < j->found.severity)
		j->found.severity = severity;
}

void vi_skip(struct vi_judge *j, const char *reason)
{
	j->skipped = reason;
}

void vi_undecided(struct vi_judge *j, const char *reason,
		  const char *fmt, ...)
{
	va_list ap;

	vi_skip(j, reason);
	va_start(ap, fmt);
	vsnprintf(j->undecided, sizeof(j->undecided), fmt, ap);
	va_end(ap);
}

const char *vi_place(bool packed, uint16_t pos, char buf[VI_PLACE_SIZE])
{
	if (packed)
		snprintf(buf, VI_PLACE_SIZE, "%u/%u", VI_SLOT(pos), pos >> 15);
	else
		snprintf(buf, VI_PLACE_SIZE, "%u", pos);
	return buf;
}

/* --- Keeping a finding --- */

static int keep_evidence(struct vi_pool *pool, const struct vi_judge *j,
			 struct vi_finding *out)
{
	struct vi_named *e = vi_pool_alloc(pool, j->found.num_evidence *
					   sizeof(*e));
	char text[VI_PLACE_SIZE];
	size_t i;

	if (!e)
		return -ENOMEM;
	out->evidence = e;
	for (i = 0; i < j->found.num_evidence; i++) {
		e[i] = j->evidence[i];
		if (!(j->places >> i & 1))
			continue;
		e[i].value.type = VI_STRING;
		e[i].value.string = vi_pool_strdup(pool,
			vi_place(true, j->evidence[i].value.number, text));
		if (!e[i].value.string)
			return -ENOMEM;
	}
	return 0;
}

static int keep_others(struct vi_pool *pool, const struct vi_judge *j,
		       struct vi_finding *out)
{
	uint32_t left = j->found.times - 1 - j->others.count;
	char text[48];
	size_t i;
	int err = 0;

	for (i = 0; i < j->others.count && !err; i++)
		err = vi_strings_add(pool, &out->others,
				     vi_pool_strdup(pool, j->others.v[i]));
	if (!left || err)
		return err;
	snprintf(text, sizeof(text), left == 1 ? "one more is not listed" :
		 "%u further ones are not listed", left);
	return vi_strings_add(pool, &out->others, vi_pool_strdup(pool, text));
}

int vi_keep_finding(struct vi_pool *pool, const struct vi_judge *j,
		    struct vi_finding *out)
{
	char text[sizeof(j->message) + 32];

	*out = j->found;
	out->code = j->rule->code;
	out->advice = j->rule->advice;
	snprintf(text, sizeof(text), out->times > 1 ? "%s (and %u more)" : "%s",
		 j->message, out->times - 1);
	out->message = vi_pool_strdup(pool, text);
	if (!out->message || keep_others(pool, j, out))
		return -ENOMEM;
	return keep_evidence(pool, j, out);
}
