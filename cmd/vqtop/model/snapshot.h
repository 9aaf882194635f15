/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sample as vqtop keeps it: copies of all values, whether they came from the
 * sampler or from a recording. A value that is not known stays unknown.
 */
#ifndef CMD_VQTOP_MODEL_SNAPSHOT_H
#define CMD_VQTOP_MODEL_SNAPSHOT_H

#include "vqtop/model/arena.h"
#include "vqtop/model/fields.h"

enum vt_kind {
	VT_NONE,	/* not known */
	VT_BOOL,
	VT_COUNT,
	VT_REAL,
	VT_TEXT,
	VT_LIST,
};

struct vt_value {
	enum vt_kind kind;
	union {
		bool yes;
		uint64_t count;
		double real;
		const char *text;		/* may hold anything */
		const char *const *list;	/* ended by NULL */
	};
};

struct vt_row {
	struct vt_value v[VT_MAX_FIELDS];
};

struct vt_snapshot {
	struct vt_row sum;
	struct vt_row *row;
	size_t count, size;
	size_t hidden;		/* by a filter of the user */
	struct vt_arena arena;
};

/* Copy the sampler's last sample. False when out of memory. */
bool vt_snapshot_take(struct vt_snapshot *s, struct vi_sampler *sampler);

/* A sample that could not be taken, at @time (NULL: not known), in the memory
 * that there is. @why stays. */
void vt_snapshot_fail(struct vt_snapshot *s, const char *time,
		      const char *why);

/* Why it is not whole; NULL: it is. Then queues may be missing, and if there is
 * none, it is not known whether there are any. */
const char *vt_error(const struct vt_snapshot *s);
bool vt_has_queues(const struct vt_snapshot *s);

void vt_snapshot_reset(struct vt_snapshot *s);
struct vt_row *vt_snapshot_add(struct vt_snapshot *s);
void vt_snapshot_free(struct vt_snapshot *s);

/* A value; its kind is VT_NONE where it is not known. */
const struct vt_value *vt_get(const struct vt_row *r, enum vt_field f);
const struct vt_value *vt_get_sum(const struct vt_snapshot *s, enum vt_sum f);

/* False, NULL: it is not known. */
bool vt_number(const struct vt_value *v, double *n);
const char *vt_sum_text(const struct vt_snapshot *s, enum vt_sum f);
const char *vt_text(const struct vt_row *r, enum vt_field f);
bool vt_is(const struct vt_row *r, enum vt_field f);

/* What a row is known by, whatever else changes. */
bool vt_same_queue(const struct vt_row *r, const char *device, uint64_t index);
const char *vt_device(const struct vt_row *r);

/* Its index; from VT_NO_INDEX on: it is not known, and this is made of the
 * queue's name, by which it is told from others. */
#define VT_NO_INDEX	(UINT64_C(1) << 32)
uint64_t vt_index(const struct vt_row *r);

/* The names that a user may know a queue's device by: is @s one of them? */
bool vt_is_device(const struct vt_row *r, const char *s);

/* Keep rows that @keep wants, and count what is left in the summary. */
void vt_snapshot_keep(struct vt_snapshot *s,
		      bool (*keep)(const struct vt_row *r, const void *data),
		      const void *data);

#endif
