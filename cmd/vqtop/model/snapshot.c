// SPDX-License-Identifier: GPL-2.0-or-later
/* A sample, and the rows to show of it. */
#include <stdlib.h>
#include <string.h>

#include "common/tool.h"
#include "vqtop/model/snapshot.h"

bool vt_snapshot_set(struct vt_snapshot *s, struct vi_sample *sample)
{
	struct vi_value queues;
	struct vt_row *row;
	size_t i;

	if (!sample)
		return false;
	vi_sample_queues(sample, &queues);
	row = realloc(s->row, (queues.count + 1) * sizeof(*row));
	if (!row) {
		vi_sample_unref(sample);
		return false;
	}
	vi_sample_unref(s->sample);
	*s = (struct vt_snapshot) {
		.sample = sample, .row = row, .count = queues.count,
	};
	for (i = 0; i < queues.count; i++)
		row[i] = (struct vt_row) { .queue = vi_record(&queues, i) };
	return true;
}

bool vt_snapshot_fail(struct vt_snapshot *s, const char *why)
{
	return vt_snapshot_set(s, vi_sample_lost(vt_sum_text(s, "time"), why));
}

void vt_snapshot_free(struct vt_snapshot *s)
{
	vi_sample_unref(s->sample);
	free(s->row);
	memset(s, 0, sizeof(*s));
}

/* --- Some of the rows --- */

struct keep {
	bool (*keep)(const struct vt_row *r, const void *data);
	const void *data;
};

static bool is_kept(void *data, const void *queue)
{
	const struct keep *k = data;

	return k->keep(&(struct vt_row) { .queue = queue }, k->data);
}

bool vt_snapshot_keep(struct vt_snapshot *s,
		      bool (*keep)(const struct vt_row *r, const void *data),
		      const void *data)
{
	struct keep k = { keep, data };

	return vt_snapshot_set(s, vi_sample_select(s->sample, is_kept, &k));
}

/* --- Values --- */

const char *vt_error(const struct vt_snapshot *s)
{
	return vt_sum_text(s, "error");
}

bool vt_has_queues(const struct vt_snapshot *s)
{
	return s->count || s->hidden || !vt_error(s);
}

/*
 * All names are literals, so the address of one stands for it: searching the
 * schema each time would cost as much as taking the sample. A field that the
 * library does not have is a bug, which must not pass for an unknown value.
 */
static const struct vi_field *find(const struct vi_schema *schema,
				   const char *name)
{
	static struct {
		const struct vi_schema *schema;
		const char *name;
		const struct vi_field *field;
	} known[512], *k;

	k = &known[(uintptr_t)name % ARRAY_SIZE(known)];
	if (k->name != name || k->schema != schema) {
		k->schema = schema;
		k->name = name;
		k->field = vi_schema_find(schema, name);
		if (!k->field)
			tool_incomplete();
	}
	return k->field;
}

static bool get(const struct vi_schema *schema, const void *object,
		const char *name, struct vi_value *v)
{
	const struct vi_field *field = find(schema, name);

	return field && !vi_get(field, object, v);
}

bool vt_get(const struct vt_row *r, const char *name, struct vi_value *v)
{
	size_t i;

	if (r->queue)
		return get(vi_rate_schema(), r->queue, name, v);
	for (i = 0; i < r->own->count; i++)
		if (!strcmp(r->own->value[i].name, name)) {
			*v = r->own->value[i].v;
			return true;
		}
	return false;
}

bool vt_get_sum(const struct vt_snapshot *s, const char *name,
		struct vi_value *v)
{
	return s->sample && get(vi_summary_schema(),
				vi_sample_summary(s->sample), name, v);
}

bool vt_value_number(const struct vi_value *v, double *n)
{
	if (v->type == VI_UINT)
		*n = v->number;
	else if (v->type == VI_REAL)
		*n = v->real;
	return v->type == VI_UINT || v->type == VI_REAL;
}

bool vt_number(const struct vt_row *r, const char *name, double *n)
{
	struct vi_value v;

	return vt_get(r, name, &v) && vt_value_number(&v, n);
}

bool vt_sum_number(const struct vt_snapshot *s, const char *name, double *n)
{
	struct vi_value v;

	return vt_get_sum(s, name, &v) && vt_value_number(&v, n);
}

const char *vt_text(const struct vt_row *r, const char *name)
{
	struct vi_value v;

	return vt_get(r, name, &v) && v.type == VI_STRING ? v.string : NULL;
}

const char *vt_sum_text(const struct vt_snapshot *s, const char *name)
{
	struct vi_value v;

	return vt_get_sum(s, name, &v) && v.type == VI_STRING ? v.string : NULL;
}

bool vt_is(const struct vt_row *r, const char *name)
{
	struct vi_value v;

	return vt_get(r, name, &v) && v.type == VI_BOOL && v.boolean;
}

const char *vt_device(const struct vt_row *r)
{
	const char *s = vt_text(r, "device");

	return s ? s : "-";
}

uint64_t vt_index(const struct vt_row *r)
{
	const char *s = vt_text(r, "name");
	uint32_t hash = 2166136261u;
	struct vi_value v;

	if (vt_get(r, "index", &v))
		return v.number;
	/* FNV-1a, beyond all indices */
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
	static const char *const names[] = { "device", "address", "kname" };
	const char *address = vt_text(r, "address");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const char *is = vt_text(r, names[i]);

		if (is && !strcmp(is, s))
			return true;
	}
	/* Users may omit domain 0, and write "mmio:" before an address. */
	if (address && !strncmp(address, "0000:", 5) && !strcmp(address + 5, s))
		return true;
	return address && !strncmp(s, "mmio:", 5) && !strcmp(address, s + 5);
}

