// SPDX-License-Identifier: LGPL-2.1-or-later
/* The contents of buffers that are in flight, read on request. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/sorted.h"
#include "inspect/snapshot.h"
#include "mem/span.h"

/* For all buffers of a queue. */
#define MAX_TOTAL	((size_t)64 << 20)

/* By address, then by descending length. */
static int by_addr(const void *p, const void *q)
{
	const struct vi_content *a = p, *b = q;

	if (a->addr != b->addr)
		return a->addr < b->addr ? -1 : 1;
	return a->len > b->len ? -1 : a->len < b->len;
}

static void sort(struct vi_raw_queue *q)
{
	size_t i;

	for (i = 1; i < q->num_contents; i++)
		if (by_addr(&q->contents[i - 1], &q->contents[i]) > 0)
			break;
	if (i < q->num_contents)
		vi_sort(q->contents, q->num_contents, by_addr);
}

/* Descriptors with the same address share one entry, the longest. */
static void drop_doubles(struct vi_raw_queue *q)
{
	size_t i, kept = 0;

	sort(q);
	for (i = 0; i < q->num_contents; i++)
		if (!kept || q->contents[kept - 1].addr != q->contents[i].addr)
			q->contents[kept++] = q->contents[i];
	q->num_contents = kept;
}

/* List what to read. */
static int list(struct vi_raw_queue *q, const struct vi_decoded *ring,
		size_t most)
{
	size_t i, k, n = 0;

	for (i = 0; i < ring->num_in_flight; i++)
		n += vi_chain_own(&ring->in_flight[i]);
	q->contents = calloc(n + 1, sizeof(*q->contents));
	if (!q->contents)
		return -ENOMEM;
	for (i = 0; i < ring->num_in_flight; i++) {
		const struct vi_chain *c = &ring->in_flight[i];

		for (k = 0; k < vi_chain_own(c); k++) {
			const struct vi_desc *d = &c->desc[k];

			if (d->len && most)
				q->contents[q->num_contents++] =
					(struct vi_content) {
						.addr = d->addr,
						.len = d->len < most ?
						       d->len : most };
		}
	}
	drop_doubles(q);
	return 0;
}

/*
 * A sound driver's buffers do not overlap. If they do, read no more bytes than
 * the memory that they cover, plus the size of the descriptor table.
 */
static int allowed(const struct vi_raw_queue *q, size_t *most)
{
	struct vi_span *spans = calloc(q->num_contents + 1, sizeof(*spans));
	uint64_t cover;
	size_t i;

	if (!spans)
		return -ENOMEM;
	for (i = 0; i < q->num_contents; i++)
		spans[i] = (struct vi_span) {
			q->contents[i].addr, q->contents[i].len };
	cover = vi_span_cover(spans, q->num_contents) +
		vi_ring_parts(q->packed, q->size).desc;
	*most = cover < MAX_TOTAL ? cover : MAX_TOTAL;
	free(spans);
	return 0;
}

/* False: out of memory. Unreadable contents stay NULL. */
static bool read_one(struct vi_snapshot *snap, const struct vi_access *access,
		     void *state, struct vi_content *content)
{
	content->bytes = malloc(content->len);
	if (!content->bytes)
		return false;
	if (access->memory(state, snap->dev, content->addr, content->bytes,
			content->len)) {
		free(content->bytes);
		content->bytes = NULL;
	}
	return true;
}

static int read_queue(struct vi_snapshot *snap, const struct vi_access *access,
		      void *state, size_t at, size_t most)
{
	struct vi_raw_queue *q = &snap->queues[at];
	size_t i, left = 0, kept = 0, out = 0;
	int err = list(q, &snap->rings[at], most);

	if (!err)
		err = allowed(q, &left);
	for (i = 0; i < q->num_contents && !err; i++) {
		struct vi_content *content = &q->contents[i];

		if (content->len > left) {
			out++;
			continue;
		}
		left -= content->len;
		if (!read_one(snap, access, state, content))
			err = -ENOMEM;
		else if (content->bytes)
			q->contents[kept++] = *content;
	}
	q->num_contents = kept;
	if (out && !err)
		err = vi_access_note(snap->dev, "queue %u: the contents of %zu buffers are missing, because they overlap too much or are too many",
				   q->index, out);
	return err;
}

const struct vi_content *vi_find_content(const struct vi_raw_queue *q,
					 uint64_t addr)
{
	size_t i;

	vi_bisect(i, q->num_contents, q->contents[i].addr < addr);
	return i < q->num_contents && q->contents[i].addr == addr ?
	       &q->contents[i] : NULL;
}

void vi_join_contents(struct vi_queue *view)
{
	struct vi_raw_queue *q = view->q;
	size_t i, k;

	sort(q);
	for (i = 0; q->num_contents && i < view->ring->num_in_flight; i++) {
		const struct vi_chain *c = &view->ring->in_flight[i];

		for (k = 0; k < vi_chain_own(c); k++) {
			struct vi_content *content = (struct vi_content *)
				vi_find_content(q, c->desc[k].addr);

			if (content && !content->desc)
				content->desc = &c->desc[k];
		}
	}
}

int vi_read_contents(struct vi_snapshot *snap, const struct vi_access *access,
		     void *state, size_t most)
{
	size_t i;
	int err = 0;

	for (i = 0; i < snap->count && !err; i++) {
		vi_raw_queue_forget_contents(&snap->queues[i]);
		err = read_queue(snap, access, state, i, most);
		vi_join_contents(&snap->views[i]);
	}
	return err;
}
