// SPDX-License-Identifier: LGPL-2.1-or-later
/* How a rule says what it found, and where. */
#include <stdarg.h>
#include <stdio.h>

#include "check/rules/judge.h"

void vi_found(struct vi_judge *j, const char *fmt, ...)
{
	va_list ap;

	j->fresh = !j->found.times++;
	if (!j->fresh)
		return;
	va_start(ap, fmt);
	vsnprintf(j->found.message, sizeof(j->found.message), fmt, ap);
	va_end(ap);
}

static void add_evidence(struct vi_judge *j, const char *name,
			 enum vi_type type, uint64_t number)
{
	struct vi_finding *f = &j->found;

	if (!j->fresh || f->num_evidence == VI_MAX_EVIDENCE)
		return;
	f->evidence[f->num_evidence++] = (struct vi_evidence) {
		.name = name, .type = type, .number = number,
	};
}

void vi_evidence(struct vi_judge *j, const char *name, uint64_t number)
{
	add_evidence(j, name, VI_UINT, number);
}

void vi_evidence_hex(struct vi_judge *j, const char *name, uint64_t number)
{
	add_evidence(j, name, VI_HEX, number);
}

const char *vi_place(bool packed, uint16_t pos, char buf[VI_PLACE_SIZE])
{
	if (packed)
		snprintf(buf, VI_PLACE_SIZE, "%u/%u", pos & 0x7fff, pos >> 15);
	else
		snprintf(buf, VI_PLACE_SIZE, "%u", pos);
	return buf;
}

void vi_evidence_place(struct vi_judge *j, const char *name, uint16_t pos)
{
	size_t n = j->found.num_evidence;

	add_evidence(j, name, VI_UINT, pos);
	if (j->found.num_evidence > n)
		j->found.evidence[n].packed = j->q->packed;
}

void vi_evidence_bool(struct vi_judge *j, const char *name, bool is)
{
	add_evidence(j, name, VI_BOOL, is);
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

const char *vi_severity_name(enum vi_severity severity)
{
	static const char *const names[] = { "info", "warning", "error" };

	return (unsigned int)severity < ARRAY_SIZE(names) ? names[severity] :
	       "?";
}
