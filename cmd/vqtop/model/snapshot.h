/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sample as vqtop shows it, whether a sampler took it or a recording has it. */
#ifndef CMD_VQTOP_MODEL_SNAPSHOT_H
#define CMD_VQTOP_MODEL_SNAPSHOT_H

#include <virtio-inspect/sampler.h>

/* Values that vqtop computes itself, such as those of a device's line. */
struct vt_own {
	size_t count;
	struct vt_own_value {
		const char *name;
		struct vi_value v;
	} value[16];
};

/* @queue: an object of vi_rate_schema(); NULL: @own has the values. */
struct vt_row {
	const void *queue;
	const struct vt_own *own;
};

/* Initialize to zeros. */
struct vt_snapshot {
	struct vi_sample *sample;	/* with a reference */
	struct vt_row *row;
	size_t count;
	size_t hidden;			/* by the user's filter */
};

/* Replace what @s has by @sample, and take over its reference. False, with @s
 * unchanged, if @sample is NULL or when out of memory. */
bool vt_snapshot_set(struct vt_snapshot *s, struct vi_sample *sample);
/* Replace it by a sample that could not be taken at that time. */
bool vt_snapshot_fail(struct vt_snapshot *s, const char *why);
void vt_snapshot_free(struct vt_snapshot *s);

/* Keep the rows that @keep wants. False when out of memory. */
bool vt_snapshot_keep(struct vt_snapshot *s,
		      bool (*keep)(const struct vt_row *r, const void *data),
		      const void *data);

/* Why the sample is incomplete; NULL: it is not. Queues may be missing then; a
 * sample without any does not mean that there are none. */
const char *vt_error(const struct vt_snapshot *s);
bool vt_has_queues(const struct vt_snapshot *s);

/* A field of a queue (vi_rate_schema()) or of the sample (vi_summary_schema());
 * @name is a literal. False, NULL: unknown. */
bool vt_get(const struct vt_row *r, const char *name, struct vi_value *v);
bool vt_number(const struct vt_row *r, const char *name, double *n);
const char *vt_text(const struct vt_row *r, const char *name);
bool vt_get_sum(const struct vt_snapshot *s, const char *name,
		struct vi_value *v);
bool vt_sum_number(const struct vt_snapshot *s, const char *name, double *n);
const char *vt_sum_text(const struct vt_snapshot *s, const char *name);
/* Is it known to be true? */
bool vt_is(const struct vt_row *r, const char *name);

/* VI_UINT and VI_REAL as a number; false for other values. */
bool vt_value_number(const struct vi_value *v, double *n);

/* What identifies a row, whatever else changes. */
bool vt_same_queue(const struct vt_row *r, const char *device, uint64_t index);
const char *vt_device(const struct vt_row *r);

/* The queue's index. If it is unknown, a number from VT_NO_INDEX on, made of
 * the queue's name. */
#define VT_NO_INDEX	(UINT64_C(1) << 32)
uint64_t vt_index(const struct vt_row *r);

/* Is @s a name that a user may know the queue's device by? */
bool vt_is_device(const struct vt_row *r, const char *s);

#endif
