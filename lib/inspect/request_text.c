// SPDX-License-Identifier: LGPL-2.1-or-later
/* Descriptions of buffers: the request, and anomalies of its chain. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "devtype/request.h"
#include "inspect/snapshot.h"

static struct vi_request as_request(const struct vi_queue *view,
				    const struct vi_header *h,
				    uint64_t out_len, uint64_t in_len)
{
	return vi_request_in(view->q, h ? h->bytes : NULL, h ? h->len : 0,
			     out_len, in_len);
}

static const char *describe(const struct vi_queue *view,
			    const struct vi_header *h, uint64_t out_len,
			    uint64_t in_len, bool completed)
{
	struct vi_request req = as_request(view, h, out_len, in_len);
	char text[256];

	if (h && completed) {
		req.has_status = h->has_status;
		req.status = h->status;
	}
	vi_request_describe(view->kind, &req, text, sizeof(text));
	return vi_pool_strdup(view->snap->pool, text);
}

const char *vi_flight_text(struct vi_flight *f)
{
	if (!f->request)
		f->request = describe(f->view, f->header, f->chain->out_len,
				      f->chain->in_len, false);
	return f->request;
}

enum vi_waits vi_flight_waits(const struct vi_flight *f)
{
	struct vi_request req = as_request(f->view, f->header,
					   f->chain->out_len, f->chain->in_len);

	return vi_request_waits(f->view->kind, &req);
}

const char *vi_unreaped_text(struct vi_unreaped *u)
{
	if (!u->request)
		u->request = describe(u->view, u->header, u->out_len,
				      u->in_len, true);
	return u->request;
}

void vi_anomaly_text(const struct vi_anomaly *a, char *buf, size_t size)
{
	static const char *const texts[] = {
		[VI_WALK_HEAD] = "its head is outside the ring",
		[VI_WALK_NEXT] = "the next descriptor is outside the ring",
		[VI_WALK_LOOP] = "the chain contains a loop",
		[VI_WALK_ORDER] = "a readable buffer follows a writable one",
		[VI_WALK_IND_FEATURE] = "an indirect table although the feature was not negotiated",
		[VI_WALK_IND_NEXT] = "an indirect table together with a next descriptor",
		[VI_WALK_IND_MIX] = "an indirect table inside a list",
		[VI_WALK_IND_LATE] = "an indirect table after other descriptors",
		[VI_WALK_IND_LEN] = "an indirect table with an invalid length",
		[VI_WALK_IND_HUGE] = "an indirect table with too many entries",
		[VI_WALK_IND_RANGE] = "the next entry is outside the table",
		[VI_WALK_IND_DIVERGE] = "the entries are out of order",
		[VI_WALK_IND_LONG] = "more entries than the ring has",
		[VI_WALK_IND_UNREAD] = "cannot read the indirect table",
		[VI_WALK_NESTED] = "an indirect table inside another one",
		[VI_WALK_TORN] = "the list ends before its last descriptor",
		[VI_WALK_HEAD_GONE] = "completions overwrote its beginning",
		[VI_WALK_CUT] = "not followed to the end because too many chains share descriptors",
	};
	const char *text = (size_t)a->what < ARRAY_SIZE(texts) ?
			   texts[a->what] : NULL;
	int n;

	n = snprintf(buf, size, "%s %" PRIu32 ": %s", a->in_table ?
		     "entry" : "descriptor", a->at, text ? text : "odd");
	/* Append the number that explains it. */
	if (n < 0 || (size_t)n >= size)
		return;
	switch (a->what) {
	case VI_WALK_HEAD:
	case VI_WALK_NEXT:
	case VI_WALK_IND_LEN:
	case VI_WALK_IND_HUGE:
	case VI_WALK_IND_RANGE:
	case VI_WALK_IND_DIVERGE:
	case VI_WALK_IND_LONG:
		snprintf(buf + n, size - n, " (%" PRIu64 ")", a->value);
		break;
	case VI_WALK_IND_UNREAD:
		if (a->value)
			snprintf(buf + n, size - n, " (%s)",
				 strerror((int)a->value));
		break;
	default:
		break;
	}
}
