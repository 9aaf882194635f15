// SPDX-License-Identifier: LGPL-2.1-or-later
/* How trustworthy a snapshot is. */
#include "check/rules/rules.h"

void vi_judge_torn(struct vi_judge *j)
{
	if (j->q->absent & 1u << VI_QX_TORN) {
		vi_skip(j, "whether the queue changed while it was read is unknown");
		return;
	}
	if (!j->q->torn || j->q->gone || vi_consistent_count(j->queue))
		return;
	vi_found(j, "the queue changed during each of %u reads: the values shown may be inconsistent",
		 j->q->passes);
	vi_evidence(j, "passes", j->q->passes);
}

void vi_judge_gone(struct vi_judge *j)
{
	if (j->q->absent & 1u << VI_QX_GONE)
		vi_skip(j, "whether the queue was freed while it was read is unknown");
	else if (j->q->gone)
		vi_found(j, "the queue was freed, moved or resized while it was read");
}

void vi_judge_zero_page(struct vi_judge *j)
{
	if (j->q->torn || j->q->gone || !vi_has_zero_page(j->sample))
		return;
	vi_found(j, "a page of the ring was read as zeros, although other parts show that the ring was used");
	vi_evidence_place(j, "avail", j->ring->avail);
	vi_evidence_place(j, "used", j->ring->used);
}
