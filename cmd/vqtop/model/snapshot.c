// SPDX-License-Identifier: GPL-2.0-or-later
/* A sample, copied. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vqtop/model/snapshot.h"

/* Queues in a sample: more than this are not kept. */
#define MAX_ROWS	(1 << 20)

static const struct vt_value none = { .kind = VT_NONE };

void vt_snapshot_reset(struct vt_snapshot *s)
{
	s->count = s->hidden = 0;
	memset(&s->sum, 0, sizeof(s->sum));
	vt_arena_reset(&s->arena);
}

struct vt_row *vt_snapshot_add(struct vt_snapshot *s)
{
	struct vt_row *rows;
	size_t size;

	if (s->count == s->size) {
		size = s->size ? 2 * s->size : 64;
		rows = size <= MAX_ROWS ?
		       realloc(s->row, size * sizeof(*rows)) : NULL;
		if (!rows)
			return NULL;
		s->row = rows;
		s->size = size;
	}
	memset(&s->row[s->count], 0, sizeof(s->row[0]));
	return &s->row[s->count++];
}

void vt_snapshot_free(struct vt_snapshot *s)
{
	free(s->row);
	vt_arena_free(&s->arena);
	memset(s, 0, sizeof(*s));
}

static void set_text(struct vt_snapshot *s, enum vt_sum f, const char *text)
{
	int at = vt_sum_fields()->at[f];

	if (at >= 0)
		s->sum.v[at] = (struct vt_value){ .kind = VT_TEXT,
						  .text = text };
}

void vt_snapshot_fail(struct vt_snapshot *s, const char *time, const char *why)
{
	char copy[64], *kept;

	/* It may be in what is forgotten now. */
	snprintf(copy, sizeof(copy), "%s", time ? time : "");
	vt_snapshot_reset(s);
	kept = *copy ? vt_copy(&s->arena, copy, strlen(copy)) : NULL;
	if (kept)
		set_text(s, S_TIME, kept);
	set_text(s, S_ERROR, why);
}

const char *vt_error(const struct vt_snapshot *s)
{
	return vt_sum_text(s, S_ERROR);
}

bool vt_has_queues(const struct vt_snapshot *s)
{
	return s->count || s->hidden || !vt_error(s);
}

static bool copy_list(struct vt_arena *a, const struct vi_value *from,
		      struct vt_value *to)
{
	const char **list = vt_alloc(a, (from->count + 1) * sizeof(*list));
	size_t i;

	for (i = 0; list && i < from->count; i++) {
		list[i] = vt_copy(a, from->list[i], strlen(from->list[i]));
		if (!list[i])
			return false;
	}
	if (!list)
		return false;
	list[i] = NULL;
	to->kind = VT_LIST;
	to->list = list;
	return true;
}

static bool copy(struct vt_arena *a, const struct vi_value *from,
		 struct vt_value *to)
{
	switch (from->type) {
	case VI_BOOL:
		to->kind = VT_BOOL;
		to->yes = from->boolean;
		return true;
	case VI_UINT:
	case VI_HEX:
		to->kind = VT_COUNT;
		to->count = from->number;
		return true;
	case VI_REAL:
		to->kind = VT_REAL;
		to->real = from->real;
		return true;
	case VI_STRING:
		to->kind = VT_TEXT;
		to->text = vt_copy(a, from->string, strlen(from->string));
		return to->text;
	case VI_LIST:
		return copy_list(a, from, to);
	default:
		return true;
	}
}

static bool copy_object(struct vt_arena *a, const struct vt_fields *f,
			const void *object, struct vt_row *to)
{
	struct vi_value v;
	size_t i;

	for (i = 0; i < f->count; i++)
		if (!vi_get(f->field[i], object, &v) &&
		    !copy(a, &v, &to->v[i]))
			return false;
	return true;
}

bool vt_snapshot_take(struct vt_snapshot *s, struct vi_sampler *sampler)
{
	const void *sum = vi_sampler_summary(sampler);
	struct vi_value queues;
	size_t i;

	vt_snapshot_reset(s);
	if (sum && !copy_object(&s->arena, vt_sum_fields(), sum, &s->sum))
		return false;
	if (vi_sampler_queues(sampler, &queues))
		return true;
	for (i = 0; i < queues.count; i++) {
		struct vt_row *r = vt_snapshot_add(s);

		if (!r || !copy_object(&s->arena, vt_queue_fields(),
				       vi_record(&queues, i), r))
			return false;
	}
	return true;
}

const struct vt_value *vt_get(const struct vt_row *r, enum vt_field f)
{
	int at = vt_queue_fields()->at[f];

	return at < 0 ? &none : &r->v[at];
}

const struct vt_value *vt_get_sum(const struct vt_snapshot *s, enum vt_sum f)
{
	int at = vt_sum_fields()->at[f];

	return at < 0 ? &none : &s->sum.v[at];
}

bool vt_number(const struct vt_value *v, double *n)
{
	if (v->kind == VT_COUNT)
		*n = v->count;
	else if (v->kind == VT_REAL)
		*n = v->real;
	return v->kind == VT_COUNT || v->kind == VT_REAL;
}

const char *vt_text(const struct vt_row *r, enum vt_field f)
{
	const struct vt_value *v = vt_get(r, f);

	return v->kind == VT_TEXT ? v->text : NULL;
}

const char *vt_sum_text(const struct vt_snapshot *s, enum vt_sum f)
{
	const struct vt_value *v = vt_get_sum(s, f);

	return v->kind == VT_TEXT ? v->text : NULL;
}

bool vt_is(const struct vt_row *r, enum vt_field f)
{
	const struct vt_value *v = vt_get(r, f);

	return v->kind == VT_BOOL && v->yes;
}

const char *vt_device(const struct vt_row *r)
{
	const char *s = vt_text(r, F_DEVICE);

	return s ? s : "-";
}

uint64_t vt_index(const struct vt_row *r)
{
	const struct vt_value *v = vt_get(r, F_INDEX);

	const char *s = vt_text(r, F_NAME);
	uint32_t hash = 2166136261u;

	if (v->kind == VT_COUNT)
		return v->count;
	/* FNV-1a, past all indices. */
	for (; s && *s; s++)
		hash = (hash ^ (unsigned char)*s) * 16777619u;
	return VT_NO_INDEX + hash;
}

bool vt_same_queue(const struct vt_row *r, const char *device, uint64_t index)
{
	return vt_index(r) == index && !strcmp(vt_device(r), device);
}

bool vt_is_device(const struct vt_row *r, const char *s)
{
	static const enum vt_field names[] = {
		F_DEVICE, F_ADDRESS, F_KNAME,
	};
	const char *address = vt_text(r, F_ADDRESS);
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *is = vt_text(r, names[i]);

		if (is && !strcmp(is, s))
			return true;
	}
	/* Of domain 0 it may be left out; "mmio:" is in front of registers. */
	if (address && !strncmp(address, "0000:", 5) && !strcmp(address + 5, s))
		return true;
	return address && !strncmp(s, "mmio:", 5) && !strcmp(address, s + 5);
}

/* Of a sample that is not whole, "none" is not known. */
static void set_count(struct vt_snapshot *s, enum vt_sum f, uint64_t n)
{
	int at = vt_sum_fields()->at[f];

	if (at < 0)
		return;
	s->sum.v[at] = (struct vt_value){ .kind = VT_COUNT, .count = n };
	if (!n && vt_error(s))
		s->sum.v[at].kind = VT_NONE;
}

/* The rates of those that are left; not known where none of them is. */
static void set_rate(struct vt_snapshot *s, enum vt_sum sum, enum vt_field f)
{
	struct vt_value v = { .kind = VT_NONE };
	int at = vt_sum_fields()->at[sum];
	size_t i;
	double n;

	for (i = 0; i < s->count; i++)
		if (vt_number(vt_get(&s->row[i], f), &n)) {
			v.real = v.kind == VT_REAL ? v.real + n : n;
			v.kind = VT_REAL;
		}
	if (at >= 0)
		s->sum.v[at] = v;
}

void vt_snapshot_keep(struct vt_snapshot *s,
		      bool (*keep)(const struct vt_row *r, const void *data),
		      const void *data)
{
	uint64_t devices = 0, stalled = 0;
	size_t i, n = 0;

	for (i = 0; i < s->count; i++) {
		if (!keep(&s->row[i], data))
			continue;
		if (n != i)
			s->row[n] = s->row[i];
		devices += !n || strcmp(vt_device(&s->row[n - 1]),
					vt_device(&s->row[n]));
		stalled += vt_is(&s->row[n++], F_STALLED);
	}
	if (n == s->count)
		return;
	s->count = n;
	set_count(s, S_DEVICES, devices);
	set_count(s, S_QUEUES, n);
	set_count(s, S_STALLED, stalled);
	set_rate(s, S_SUBMITTED_PER_S, F_SUBMITTED_PER_S);
	set_rate(s, S_COMPLETED_PER_S, F_COMPLETED_PER_S);
}
