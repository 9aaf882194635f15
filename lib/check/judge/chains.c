// SPDX-License-Identifier: LGPL-2.1-or-later
/* Whether chains can be judged. */
#include "check/judge/judge.h"

#define W(what)	(UINT32_C(1) << VI_WALK_##what)

/* Anomalies that end a walk before the end of the chain. */
#define CUT_SHORT	(W(HEAD) | W(NEXT) | W(LOOP) | W(IND_LEN) |	\
			 W(IND_HUGE) | W(IND_RANGE) | W(IND_UNREAD) |	\
			 W(NESTED) | W(TORN) | W(HEAD_GONE) | W(CUT))

bool vi_chain_is_whole(const struct vi_chain *c)
{
	return !(c->met & CUT_SHORT);
}

bool vi_has_chains(struct vi_judge *j)
{
	if (j->ring->known && (!j->q->packed || j->ring->exact))
		return true;
	vi_skip(j, j->q->packed ?
		"needs the driver's private state to know which lists are in flight" :
		"needs the list of buffers in flight, which is unknown");
	return false;
}

bool vi_has_any(struct vi_judge *j)
{
	if (!j->ring->known)
		vi_skip(j, "needs the list of buffers in flight, which is unknown");
	return j->ring->known;
}

void vi_skip_cut(struct vi_judge *j)
{
	if (j->ring->num_cut)
		vi_skip(j, "chains share so many descriptors that some were not followed");
}
