// SPDX-License-Identifier: GPL-2.0-or-later
/* What a queue did between two snapshots. */
#include <string.h>

#include "vqdump/vqdump.h"

bool vq_same_number(struct rec a, struct rec b, const char *field)
{
	uint64_t n, m;
	bool has_n = rec_number(a, field, &n), has_m = rec_number(b, field, &m);

	return has_n == has_m && (!has_n || n == m);
}

static bool same_ring(struct rec a, struct rec b)
{
	const char *layout = rec_string(a, "layout");

	return vq_same_number(a, b, "size") && vq_same_number(a, b, "desc") &&
	       vq_same_number(a, b, "driver") &&
	       vq_same_number(a, b, "device") &&
	       layout && rec_says(b, "layout", layout);
}

/* Indices are free-running and wrap at 16 bits (virtio spec 1.4, 2.7.6). */
static bool moved_split(struct rec a, struct rec b, const char *field,
			uint64_t *n)
{
	uint64_t before, after;

	if (!rec_number(a, field, &before) || !rec_number(b, field, &after))
		return false;
	*n = (after - before) & 0xffff;
	return true;
}

/* The wrap counter distinguishes odd and even laps (2.8.1). */
static bool moved_packed(struct rec a, struct rec b, const char *field,
			 const char *wrap, uint64_t *n)
{
	uint64_t before, after, size;
	struct vi_value v, w;

	if (!rec_number(a, field, &before) || !rec_number(b, field, &after) ||
	    !rec_number(a, "size", &size) || !size || before >= size ||
	    after >= size || !rec_get(a, wrap, &v) || !rec_get(b, wrap, &w))
		return false;
	after += v.boolean != w.boolean ? size : 0;
	*n = (after + 2 * size - before) % (2 * size);
	return true;
}

void vq_compare(struct rec before, struct rec after, struct vq_moved *m)
{
	uint64_t from, to;

	memset(m, 0, sizeof(*m));
	if (!same_ring(before, after)) {
		m->why = "the ring was replaced";
		return;
	}
	m->slots = rec_says(after, "layout", "packed");
	if (m->slots) {
		m->has_submitted = moved_packed(before, after, "next_avail",
						"avail_wrap", &m->submitted);
		m->has_completed = moved_packed(before, after, "next_used",
						"used_wrap", &m->completed);
	} else {
		m->has_submitted = moved_split(before, after, "avail.idx",
					       &m->submitted);
		m->has_completed = moved_split(before, after, "used.idx",
					       &m->completed);
	}
	m->known = m->has_submitted || m->has_completed;
	if (!m->known)
		m->why = "the indices are unknown";
	m->has_interrupts = vq_same_number(before, after, "irq") &&
			    rec_number(before, "irq_count", &from) &&
			    rec_number(after, "irq_count", &to) && to >= from;
	if (m->has_interrupts)
		m->interrupts = to - from;
	if (rec_number(before, "time_ns", &from) &&
	    rec_number(after, "time_ns", &to) && to > from)
		m->seconds = (double)(to - from) / 1e9;
}
