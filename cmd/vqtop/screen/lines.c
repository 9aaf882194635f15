// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of the list: devices, their queues, and reasons. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "vqtop/screen/view.h"

bool vt_is_folded(const struct vt_view *v, const char *device)
{
	size_t i;

	for (i = 0; i < v->num_folded; i++)
		if (!strcmp(v->folded[i], device))
			return true;
	return false;
}

static bool add_line(struct vt_lines *l, struct vt_line line)
{
	if (!tool_grow(&l->line, l->count, sizeof(*l->line)))
		return false;
	l->line[l->count++] = line;
	return true;
}

static bool add_row(struct vt_lines *l, size_t row)
{
	if (!tool_grow(&l->order, l->num_order, sizeof(*l->order)))
		return false;
	l->order[l->num_order++] = row;
	return true;
}

struct sorting {
	const struct vt_model *m;
	const struct vt_view *v;
	const size_t *order;
};

/* Equal rows keep their order. */
static int compare(size_t a, size_t b, const struct sorting *s)
{
	const struct vt_row *row = s->m->now.row;
	int n = 0;

	if (s->v->sort) {
		n = vt_column_compare(s->v->sort, &row[a], &row[b]);
		if (vt_column_descends(s->v->sort) != s->v->invert)
			n = -n;
	} else if (s->v->invert) {
		n = (a < b) - (a > b);
	}
	return n ? n : (a > b) - (a < b);
}

static int compare_rows(const void *a, const void *b, void *data)
{
	return compare(*(const size_t *)a, *(const size_t *)b, data);
}

/* The first queue of each device decides. */
static int compare_devices(const void *a, const void *b, void *data)
{
	const struct vt_line *x = a, *y = b;
	const struct sorting *s = data;

	return compare(s->order[x->first], s->order[y->first], s);
}

/* A sample lists the queues of a device consecutively. */
static bool find_devices(struct vt_lines *l, const struct vt_model *m,
			 const struct vt_view *v)
{
	struct vt_line *last = NULL;
	size_t i;

	for (i = 0; i < m->now.count; i++) {
		const struct vt_row *r = &m->now.row[i];

		if (!vt_row_has(r, v->filter))
			continue;
		if (!last || strcmp(vt_device(r),
				    vt_device(&m->now.row[last->row]))) {
			if (!add_line(l, (struct vt_line){
					.kind = VT_DEVICE_LINE, .row = i,
					.first = l->num_order }))
				return false;
			last = &l->line[l->count - 1];
		}
		last->count++;
		if (!add_row(l, i))
			return false;
	}
	return true;
}

static bool add_queue(struct vt_lines *l, const struct vt_model *m, size_t row)
{
	const struct vt_row *r = &m->now.row[row];

	if (!add_line(l, (struct vt_line){ .kind = VT_QUEUE_LINE, .row = row }))
		return false;
	if (!vt_text(r, "code") &&
	    !(vt_is(r, "stalled") && vt_text(r, "reason")))
		return true;
	return add_line(l, (struct vt_line){ .kind = VT_REASON_LINE,
					     .row = row });
}

bool vt_lines_build(struct vt_lines *l, const struct vt_model *m,
		    const struct vt_view *v)
{
	struct vt_lines devices = { 0 };
	struct sorting s = { .m = m, .v = v };
	bool ok;
	size_t i, j;

	ok = find_devices(&devices, m, v);
	s.order = devices.order;
	for (i = 0; ok && i < devices.count; i++)
		qsort_r(devices.order + devices.line[i].first,
			devices.line[i].count, sizeof(*devices.order),
			compare_rows, &s);
	if (ok && devices.count)
		qsort_r(devices.line, devices.count, sizeof(*devices.line),
			compare_devices, &s);
	l->count = 0;
	for (i = 0; ok && i < devices.count; i++) {
		const struct vt_line *d = &devices.line[i];

		ok = add_line(l, *d);
		if (vt_is_folded(v, vt_device(&m->now.row[d->row])))
			continue;
		for (j = 0; ok && j < d->count; j++)
			ok = add_queue(l, m, devices.order[d->first + j]);
	}
	free(l->order);
	free(devices.line);
	l->order = devices.order;
	l->num_order = devices.num_order;
	return ok;
}
