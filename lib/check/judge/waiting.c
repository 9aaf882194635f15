// SPDX-License-Identifier: LGPL-2.1-or-later
/* Do the requests in a queue wait by their nature? */
#include <string.h>

#include "check/judge/judge.h"

/* Headers are in the order of buffers in flight; some may be missing. */
static const struct vi_header *header_of(const struct vi_raw_queue *q,
					 const struct vi_chain *c, size_t *at)
{
	if (*at >= q->num_headers || q->headers[*at].id != c->id)
		return NULL;
	return &q->headers[(*at)++];
}

/* The first that does not wait decides, or else one that is not known. */
static void look_at(const struct vi_check_queue *queue,
		    const struct vi_raw_queue *q, const struct vi_decoded *ring,
		    struct vi_waiting *out)
{
	size_t i, at = 0;

	for (i = 0; i < ring->num_in_flight; i++) {
		const struct vi_chain *c = &ring->in_flight[i];
		const struct vi_header *h = header_of(q, c, &at);
		struct vi_request req = vi_request_in(q, h ? h->bytes : NULL,
						      h ? h->len : 0,
						      c->out_len, c->in_len);
		enum vi_waits waits = vi_request_waits(queue->kind, &req);

		if (!i || waits == VI_WAITS_NOT)
			vi_request_describe(queue->kind, &req, out->request,
					    sizeof(out->request));
		if (waits != VI_WAITS_MAYBE)
			out->waits = waits;
		if (waits == VI_WAITS_NOT)
			return;
	}
}

void vi_waiting(const struct vi_check_queue *queue,
		const struct vi_check_sample *s, struct vi_waiting *out)
{
	const struct vi_queue_kind *kind = queue->kind;
	/* Of which only the queue is known. */
	struct vi_request any = vi_request_in(s->q, NULL, 0, 0, 0);

	memset(out, 0, sizeof(*out));
	if (queue->role == VI_QUEUE_REQUEST)
		return;
	if (kind && kind->request)
		out->limit_ns = kind->request->limit_s * UINT64_C(1000000000);
	out->waits = vi_request_waits(kind, &any);
	if (!s->ring->exact || !s->ring->num_in_flight)
		return;
	out->waits = VI_WAITS_MAYBE;
	look_at(queue, s->q, s->ring, out);
}
