/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recordings: a header and a sample a line. */
#ifndef CMD_VQTOP_MODEL_RECORDING_H
#define CMD_VQTOP_MODEL_RECORDING_H

#include "vqtop/model/json.h"

struct vt_replay;

/* NULL after a message. */
struct vt_replay *vt_replay_open(const char *path);
void vt_replay_close(struct vt_replay *r);
/* Samples in it; the one that is read next, from 0. */
size_t vt_replay_count(const struct vt_replay *r);
size_t vt_replay_at(const struct vt_replay *r);
void vt_replay_seek(struct vt_replay *r, size_t at);
/* 1; 0: that was all; below 0 when what is wrong is in @why, with the line. */
int vt_replay_next(struct vt_replay *r, struct vt_snapshot *s, char *why,
		   size_t size);

struct vt_record;

/* A new file for a recording, with its header; NULL after a message. */
struct vt_record *vt_record_open(const char *path);
/* Add a sample; false with errno when it was not taken: then nothing of it is
 * in the file, if that can be helped. */
bool vt_record_add(struct vt_record *r, const struct vt_snapshot *s);
/* False with errno: what was added may be lost. */
bool vt_record_close(struct vt_record *r);

#endif
