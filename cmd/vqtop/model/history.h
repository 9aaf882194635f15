/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last minutes of each queue, by device and index. */
#ifndef CMD_VQTOP_MODEL_HISTORY_H
#define CMD_VQTOP_MODEL_HISTORY_H

#include "vqtop/model/snapshot.h"

#define VT_HISTORY	240

struct vt_past {
	char *device;
	uint64_t index, generation;
	unsigned int count;		/* samples that are kept */
	unsigned int at;		/* where the next one goes */
	unsigned int seen;		/* generation */
	/* completed/s and microseconds; below 0: not known */
	float rate[VT_HISTORY], latency[VT_HISTORY];
};

/* Begins as zeros. */
struct vt_history {
	struct vt_past *past;
	size_t count, size;
	unsigned int generation;
};

/* Add a sample. Queues that have gone are forgotten, so that one that comes
 * under the same name begins anew. False when out of memory. */
bool vt_history_add(struct vt_history *h, const struct vt_snapshot *s);
/* NULL: there is none. @hint: where it may be. */
const struct vt_past *vt_history_find(const struct vt_history *h,
				      const struct vt_row *r, size_t hint);
void vt_history_free(struct vt_history *h);

#endif
