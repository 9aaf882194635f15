// SPDX-License-Identifier: GPL-2.0-or-later
/* -q: select queues by index, "0,2-5". */
#include <stdlib.h>
#include <string.h>

#include "vqdump/vqdump.h"

/* A device has at most 65,536 queues (virtio spec 1.4, 4.1.4.3). */
#define MAX_INDEX	0xffff

static bool parse_index(const char **s, uint32_t *n)
{
	unsigned long value;
	char *end;

	if (**s < '0' || **s > '9')
		return false;
	value = strtoul(*s, &end, 10);
	*s = end;
	*n = value;
	return value <= MAX_INDEX;
}

static bool parse_range(const char **s, uint32_t *first, uint32_t *last)
{
	if (!parse_index(s, first))
		return false;
	*last = *first;
	if (**s != '-')
		return true;
	++*s;
	return parse_index(s, last) && *first <= *last;
}

int vq_ranges_parse(struct vq_ranges *r, const char *s)
{
	const char *at = s;

	for (;; at++) {
		if (r->count == VQ_MAX_RANGES)
			return tool_usage("--queue: more than %d ranges",
					  VQ_MAX_RANGES);
		if (!parse_range(&at, &r->range[r->count].first,
				 &r->range[r->count].last) ||
		    (*at && *at != ','))
			return tool_usage("--queue %s: not a list of indices such as 0,2-5",
					  s);
		r->count++;
		if (!*at)
			return 0;
	}
}

bool vq_is_chosen(const struct vq_options *o, uint64_t index)
{
	size_t i;

	for (i = 0; i < o->queues.count; i++)
		if (index >= o->queues.range[i].first &&
		    index <= o->queues.range[i].last)
			return true;
	return !o->queues.count;
}

bool vq_wanted(const struct vq_options *o, struct rec queue)
{
	uint64_t index;

	if (!o->queues.count)
		return true;
	return rec_number(queue, "index", &index) && vq_is_chosen(o, index);
}
