/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last minutes of each queue, by device and index. */
#ifndef CMD_VQTOP_MODEL_HISTORY_H
#define CMD_VQTOP_MODEL_HISTORY_H

#include "vqtop/model/snapshot.h"

#define VT_HISTORY	240

struct vt_past {
	char *device;
	uint64_t index, generation;
	unsigned int count;		/* how many samples are kept */
	unsigned int at;		/* the next position to fill */
	unsigned int seen;		/* the generation that has it */
	/* completions/s and microseconds; negative: unknown */
	float rate[VT_HISTORY], latency[VT_HISTORY];
};

/* Zero it before use. */
struct vt_history {
	struct vt_past *past;
	size_t count;
	unsigned int generation;
};

/* Add a sample; forget queues that it lacks. False: out of memory. */
bool vt_history_add(struct vt_history *h, const struct vt_snapshot *s);
/* NULL: no history. @hint: its likely position. */
const struct vt_past *vt_history_find(const struct vt_history *h,
				      const struct vt_row *r, size_t hint);
void vt_history_free(struct vt_history *h);

#endif
