// SPDX-License-Identifier: GPL-2.0-or-later
/* The selection, and how it survives new samples. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vqtop/screen/view.h"

static bool is_selected(const struct vt_view *v, const struct vt_model *m,
			const struct vt_line *line)
{
	const struct vt_row *r = &m->now.row[line->row];

	if (!v->device || line->kind == VT_REASON_LINE ||
	    (line->kind == VT_DEVICE_LINE) != (v->index < 0))
		return false;
	if (v->index < 0)
		return !strcmp(vt_device(r), v->device);
	return vt_same_queue(r, v->device, v->index);
}

void vt_view_select(struct vt_view *v, const struct vt_model *m, size_t i,
		    int direction)
{
	const struct vt_line *line;
	char *device;

	if (!v->lines.count)
		return;
	if (i >= v->lines.count)
		i = v->lines.count - 1;
	/* A reason belongs to the queue above. */
	if (v->lines.line[i].kind == VT_REASON_LINE)
		i += direction > 0 && i + 1 < v->lines.count ? 1 : -1;
	line = &v->lines.line[i];
	device = strdup(vt_device(&m->now.row[line->row]));
	if (!device)
		return;
	free(v->device);
	free(v->gone);
	v->gone = NULL;
	v->device = device;
	v->index = line->kind == VT_DEVICE_LINE ? -1 :
		   (int64_t)vt_index(&m->now.row[line->row]);
	v->cursor = i;
	v->pane_top = 0;
}

/* A queue that the filter hides still exists. */
static bool is_there(const struct vt_model *m, const char *device,
		     int64_t index)
{
	size_t i;

	for (i = 0; i < m->now.count; i++)
		if (index < 0 ? !strcmp(vt_device(&m->now.row[i]), device) :
		    vt_same_queue(&m->now.row[i], device, index))
			return true;
	return false;
}

/* Reselect what came back, unless the user selected something else. */
static void come_back(struct vt_view *v, const struct vt_model *m)
{
	if (!v->gone || !is_there(m, v->gone, v->gone_index))
		return;
	vt_view_say(v, false, "%s is back", v->gone);
	free(v->device);
	v->device = v->gone;
	v->index = v->gone_index;
	v->gone = NULL;
	v->pane_top = 0;
}

/* Select what took the place of the selection, and remember the latter. */
static void leave(struct vt_view *v, const struct vt_model *m)
{
	bool gone = !is_there(m, v->device, v->index);
	char *device = gone ? strdup(v->device) : NULL;
	int64_t index = v->index;

	if (gone && is_there(m, v->device, -1))
		vt_view_say(v, false, "a queue of %s disappeared", v->device);
	else if (gone)
		vt_view_say(v, false, "%s disappeared or lost its driver",
			    v->device);
	vt_view_select(v, m, v->cursor, -1);
	if (!device)
		return;
	free(v->gone);
	v->gone = device;
	v->gone_index = index;
}

/* Find the selection on its new line; if it is gone, select its neighbour. */
static void follow(struct vt_view *v, const struct vt_model *m)
{
	size_t i;

	come_back(v, m);
	for (i = 0; i < v->lines.count; i++)
		if (is_selected(v, m, &v->lines.line[i])) {
			v->cursor = i;
			return;
		}
	/* The device is folded: select the device. */
	for (i = 0; v->device && i < v->lines.count; i++)
		if (v->lines.line[i].kind == VT_DEVICE_LINE &&
		    vt_is_folded(v, v->device) &&
		    !strcmp(vt_device(&m->now.row[v->lines.line[i].row]),
			    v->device)) {
			vt_view_select(v, m, i, -1);
			return;
		}
	if (v->device)
		leave(v, m);
	else
		vt_view_select(v, m, 1, -1);
}

bool vt_view_settle(struct vt_view *v, const struct vt_model *m,
		    unsigned int height)
{
	struct vt_regions r;
	size_t last;

	if (!vt_lines_build(&v->lines, m, v))
		return false;
	follow(v, m);
	vt_regions(m, v, height, &r);
	last = v->cursor;
	/* Include the line of the reason. */
	if (last + 1 < v->lines.count &&
	    v->lines.line[last + 1].kind == VT_REASON_LINE && r.list_height > 1)
		last++;
	if (last >= v->top + r.list_height)
		v->top = last + 1 - r.list_height;
	if (v->cursor < v->top)
		v->top = v->cursor;
	/* Show the device's line, too, if nothing needs its place. */
	if (v->cursor == 1 && v->top == 1 && r.list_height > 2)
		v->top = 0;
	if (v->lines.count <= r.list_height)
		v->top = 0;
	else if (v->top > v->lines.count - r.list_height)
		v->top = v->lines.count - r.list_height;
	return true;
}

const struct vt_row *vt_view_row(const struct vt_view *v,
				 const struct vt_model *m)
{
	size_t i;

	for (i = 0; v->device && v->index >= 0 && i < m->now.count; i++)
		if (vt_same_queue(&m->now.row[i], v->device, v->index))
			return &m->now.row[i];
	return NULL;
}

static void unfold(struct vt_view *v, size_t i)
{
	free(v->folded[i]);
	v->folded[i] = v->folded[--v->num_folded];
}

void vt_view_fold(struct vt_view *v)
{
	size_t i;

	if (!v->device)
		return;
	for (i = 0; i < v->num_folded; i++)
		if (!strcmp(v->folded[i], v->device)) {
			unfold(v, i);
			return;
		}
	if (!tool_grow(&v->folded, v->num_folded, sizeof(*v->folded)))
		return;
	v->folded[v->num_folded] = strdup(v->device);
	v->num_folded += !!v->folded[v->num_folded];
	v->index = -1;
}

void vt_view_say(struct vt_view *v, bool bad, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(v->message, sizeof(v->message), fmt, ap);
	va_end(ap);
	v->bad_message = bad;
}

static bool line_has(const struct vt_view *v, const struct vt_model *m,
		     size_t i)
{
	const struct vt_line *line = &v->lines.line[i];
	const struct vt_row *r = &m->now.row[line->row];

	if (line->kind == VT_QUEUE_LINE)
		return vt_row_has(r, v->search);
	return line->kind == VT_DEVICE_LINE &&
	       vt_is_folded(v, vt_device(r)) && vt_row_has(r, v->search);
}

void vt_view_search(struct vt_view *v, const struct vt_model *m, bool next)
{
	size_t i, n = v->lines.count;

	if (!v->search[0])
		return;
	for (i = next; i < n + next; i++)
		if (line_has(v, m, (v->cursor + i) % n)) {
			vt_view_select(v, m, (v->cursor + i) % n, 1);
			return;
		}
	vt_view_say(v, true, "not found: %s", v->search);
}

void vt_view_free(struct vt_view *v)
{
	while (v->num_folded)
		unfold(v, v->num_folded - 1);
	free(v->folded);
	free(v->device);
	free(v->gone);
	free(v->lines.line);
	free(v->lines.order);
	memset(v, 0, sizeof(*v));
}
