/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where samples come from: a machine or a recording. */
#ifndef CMD_VQTOP_MODEL_SOURCE_H
#define CMD_VQTOP_MODEL_SOURCE_H

#include <virtio-inspect/recording.h>

#include "vqtop/model/columns.h"
#include "vqtop/vqtop.h"

struct vt_record;

struct vt_source {
	const struct vt_options *o;
	struct vi_ctx *ctx;
	struct vi_sampler *sampler;
	struct vi_recording *replay;
	struct vt_record *record;
	uint64_t taken, failed;		/* samples; incomplete ones */
	uint64_t lost;			/* samples that no memory was left for */
	bool record_lost;		/* writing the recording failed */
	const char **names;		/* of the devices to show; none: all */
	size_t num_names;
	char why[512];
};

/* Returns an exit status; EXIT_ERROR, EXIT_NONE_FOUND: after a message. */
int vt_source_open(struct vt_source *s, const struct vt_options *o);
/* Begin the recording, if one is wanted. False after a message. */
bool vt_source_record(struct vt_source *s);
/* False, after a message: the recording is incomplete. */
bool vt_source_close(struct vt_source *s);
/* Is something missing that was asked for? If so, after a message. */
bool vt_source_failed(const struct vt_source *s);
/* The sample cannot be shown: say so in its place. False when out of memory. */
bool vt_source_lost(struct vt_source *s, struct vt_snapshot *snapshot,
		    const char *why);
/*
 * Take or read the next sample: 1; 0: there are no more; negative: @why says
 * what is wrong. A sample that could not be taken as a whole says so: see
 * vt_error().
 */
int vt_source_next(struct vt_source *s, struct vt_snapshot *snapshot);
/* Take a first sample that is not shown, as rates need two. */
void vt_source_begin(struct vt_source *s);
/* Take interim samples of queues that need them. Returns in how many seconds
 * to call it again. */
double vt_source_between(struct vt_source *s);

/* record.c: a new file for a recording, with its header; NULL after a
 * message. */
struct vt_record *vt_record_open(const char *path);
/* Add a sample. False with errno if it cannot be written: nothing of it is in
 * the file then, if that can be helped. */
bool vt_record_add(struct vt_record *r, const struct vi_sample *sample);
/* False with errno: what was added may be lost. */
bool vt_record_close(struct vt_record *r);

/* warn_seldom.c: warn, but do not repeat the same warning each time. */
void vt_warn_seldom(const char *what);

#endif
