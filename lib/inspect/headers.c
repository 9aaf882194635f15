// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Request headers: up to 64 bytes from the start of the readable part of each
 * buffer, as many as the request type needs; and the status byte of buffers
 * that the device completed and the driver has not seen yet.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "devtype/request.h"
#include "inspect/snapshot.h"
#include "view/walk.h"

/*
 * @steps: how many descriptors of a queue may still be walked to reach status
 * bytes, because buffers may share long tables.
 */
struct reading {
	struct vi_snapshot *snap;
	const struct vi_access *access;
	void *state;
	bool failed;		/* some reads failed */
	size_t steps;
};

/* A header has at most one piece per byte; pieces may also be empty. */
#define MAX_PIECES	(2 * VI_HEADER_MAX)

/* Read the start of the device-readable part, however it is split up. */
static size_t read_start(struct reading *r, const struct vi_chain *c,
			 uint8_t *to, size_t want)
{
	size_t len = 0, i;

	for (i = 0; i < c->num && i < MAX_PIECES && len < want; i++) {
		const struct vi_desc *d = &c->desc[i];
		size_t n = d->len < want - len ? d->len : want - len;

		if (d->flags & VRING_DESC_F_WRITE || !n)
			continue;
		if (r->access->memory(r->state, r->snap->dev, d->addr, to + len,
				   n)) {
			r->failed = true;
			break;
		}
		len += n;
	}
	return len;
}

/* Read one byte of the device-writable part. */
static bool read_answer(struct reading *r, const struct vi_chain *c,
			uint64_t at, uint8_t *answer)
{
	size_t i;

	if (c->num > r->steps)
		return false;
	r->steps -= c->num;
	for (i = 0; i < c->num; i++) {
		const struct vi_desc *d = &c->desc[i];

		if (!(d->flags & VRING_DESC_F_WRITE))
			continue;
		if (at < d->len)
			return !r->access->memory(r->state, r->snap->dev,
					       d->addr + at, answer, 1);
		at -= d->len;
	}
	return false;
}

static void read_header(struct reading *r, const struct vi_queue *view,
			const struct vi_chain *c, struct vi_header *h,
			bool completed)
{
	size_t want = vi_request_header_len(view->kind);
	struct vi_request req;
	uint64_t at;

	if (want > sizeof(h->bytes))
		want = sizeof(h->bytes);
	h->len = read_start(r, c, h->bytes, want);
	req = vi_request_in(view->q, h->bytes, h->len, c->out_len, c->in_len);
	if (completed && vi_request_status_at(view->kind, &req, &at))
		h->has_status = read_answer(r, c, at, &h->status);
}

/*
 * A split ring keeps a completed buffer's chain in its table until the driver
 * sees the completion. A packed ring overwrites it with the completion.
 */
static bool completed_chain(struct vi_walker *w, uint32_t id,
			    struct vi_chain *c)
{
	const struct vi_raw_queue *q = w->q;

	memset(c, 0, sizeof(*c));
	if (q->packed || id >= q->size ||
	    (q->have & VI_Q_TOKENS && !q->tokens[id].present))
		return true;
	return vi_walk_split(w, id, c);
}

static int read_queue(struct reading *r, struct vi_queue *view)
{
	struct vi_decoded *ring = view->ring;
	struct vi_raw_queue *q = view->q;
	bool can = r->access->memory && r->snap->physical;
	struct vi_walker w;
	size_t i;
	int err = 0;

	if (!ring->num_in_flight && !ring->num_unreaped)
		return 0;
	q->headers = calloc(ring->num_in_flight + ring->num_unreaped,
			    sizeof(*q->headers));
	if (!q->headers)
		return -ENOMEM;
	if (!vi_walker_init(&w, q)) {
		vi_walker_fini(&w);
		return -ENOMEM;
	}
	r->steps = vi_walk_steps(q);
	for (i = 0; i < ring->num_in_flight; i++) {
		struct vi_header *h = &q->headers[q->num_headers++];

		h->id = ring->in_flight[i].id;
		if (can)
			read_header(r, view, &ring->in_flight[i], h, false);
	}
	for (i = 0; i < ring->num_unreaped && !err; i++) {
		struct vi_header *h = &q->headers[q->num_headers++];
		struct vi_chain c;

		h->id = ring->unreaped[i].id;
		if (!completed_chain(&w, h->id, &c))
			err = -ENOMEM;
		else if (can)
			read_header(r, view, &c, h, true);
	}
	vi_walker_fini(&w);
	return err;
}

static void explain(const struct reading *r)
{
	struct vi_device *dev = r->snap->dev;

	if (!r->access->memory)
		vi_access_note(dev, "this method cannot read the contents of requests");
	else if (r->snap->translated)
		vi_access_note(dev, "cannot read the contents of requests: an IOMMU translates their addresses");
	else if (r->snap->mapped)
		vi_access_note(dev, "cannot read the contents of requests: the transport maps their addresses itself, as VDUSE does");
	else if (!r->snap->physical)
		vi_access_note(dev, "contents of requests not read: it is unknown whether an IOMMU translates their addresses");
	else if (r->failed)
		vi_access_note(dev, "cannot read the contents of some requests: their addresses are not in RAM");
}

int vi_read_headers(struct vi_snapshot *snap, const struct vi_access *access,
		    void *state)
{
	struct reading r = { .snap = snap, .access = access, .state = state };
	size_t i;
	int err = 0;

	for (i = 0; i < snap->count && !err; i++)
		err = read_queue(&r, &snap->views[i]);
	if (!err && snap->count)
		explain(&r);
	return err;
}

/* q->headers is in the order of flights, then unreaped; skip mismatches. */
int vi_join_headers(struct vi_queue *view)
{
	const struct vi_raw_queue *q = view->q;
	struct vi_walker w;
	size_t i, at = 0;
	int err = 0;

	for (i = 0; i < view->ring->num_in_flight; i++) {
		struct vi_flight *f = &view->flights[i];

		if (at < q->num_headers && q->headers[at].id == f->chain->id)
			f->header = &q->headers[at++];
		if (f->header && f->header->has_age)
			f->since_ns -= f->header->age_ns;
	}
	if (!view->ring->num_unreaped)
		return 0;
	if (!vi_walker_init(&w, q))
		err = -ENOMEM;
	for (i = 0; i < view->ring->num_unreaped && !err; i++) {
		struct vi_unreaped *u = &view->unreaped[i];
		struct vi_chain c;

		if (at < q->num_headers && q->headers[at].id == u->used->id)
			u->header = &q->headers[at++];
		if (!completed_chain(&w, u->used->id, &c))
			err = -ENOMEM;
		u->out_len = c.out_len;
		u->in_len = c.in_len;
	}
	vi_walker_fini(&w);
	return err;
}
