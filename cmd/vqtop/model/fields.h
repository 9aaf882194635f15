/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of a queue and of a sample that vqtop uses by name.
 * vi_rate_schema() and vi_summary_schema() define their names and meaning.
 */
#ifndef CMD_VQTOP_MODEL_FIELDS_H
#define CMD_VQTOP_MODEL_FIELDS_H

#include <virtio-inspect/sampler.h>

enum vt_field {
	F_DEVICE, F_ADDRESS, F_TYPE, F_KNAME, F_INDEX, F_NAME, F_SPEC_NAME,
	F_ROLE, F_SIZE, F_LAYOUT, F_SUBMITTED, F_COMPLETED, F_LOWER_BOUND,
	F_SUBMITTED_PER_S, F_COMPLETED_PER_S, F_IN_FLIGHT, F_IN_FLIGHT_MEAN,
	F_IN_FLIGHT_PEAK, F_OCCUPANCY, F_FULL_PERCENT, F_WANTS_KICK,
	F_WANTS_INTERRUPT, F_VECTOR, F_IRQ, F_INTERRUPTS_PER_S, F_INTERRUPTS,
	F_COMPLETIONS_PER_INTERRUPT, F_LATENCY_US, F_AGE_P50_MS,
	F_AGE_P99_MS, F_OLDEST_MS, F_STALLED, F_CODE, F_REASON,
	F_GENERATION, F_RATE_LOWER_BOUND, F_UNSEEN, F_UNIT,
	F_REQUEST_BYTES, F_BYTES_PER_S, F_AGE_LOWER_BOUND,
	F_COUNT
};

enum vt_sum {
	S_TIME, S_INTERVAL, S_DEVICES, S_QUEUES, S_STALLED, S_SUBMITTED_PER_S,
	S_COMPLETED_PER_S, S_CPU_PERCENT, S_ATTACH, S_NOTES, S_ERROR,
	S_COUNT
};

/* Further fields of an object are dropped. */
#define VT_MAX_FIELDS	64
/* Longer than any name. */
#define VT_KEY		48

/* The fields of a schema, and the indices of those that vqtop uses by name. */
struct vt_fields {
	const struct vi_schema *schema;
	size_t count;
	const struct vi_field *field[VT_MAX_FIELDS];
	char key[VT_MAX_FIELDS][VT_KEY];	/* ,"name": */
	size_t key_len[VT_MAX_FIELDS];
	int at[F_COUNT];	/* by enum vt_field or vt_sum; -1: none */
};

/* For queues, and for samples. */
const struct vt_fields *vt_queue_fields(void);
const struct vt_fields *vt_sum_fields(void);

/* The index of the field with this name, of @len bytes; -1: none. */
int vt_field_number(const struct vt_fields *f, const char *name, size_t len);

const char *vt_field_name(enum vt_field field);

#endif
