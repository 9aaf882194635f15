/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of a queue and of a sample that vqtop uses by name.
 * vi_rate_schema() and vi_summary_schema() define their meaning.
 */
#ifndef CMD_VQTOP_MODEL_FIELDS_H
#define CMD_VQTOP_MODEL_FIELDS_H

#include <virtio-inspect/sampler.h>

#define VT_FIELDS(ROW)							\
	ROW(DEVICE, device) ROW(ADDRESS, address) ROW(TYPE, type)	\
	ROW(KNAME, kname) ROW(INDEX, index) ROW(NAME, name)		\
	ROW(SPEC_NAME, spec_name) ROW(ROLE, role) ROW(SIZE, size)	\
	ROW(LAYOUT, layout) ROW(SUBMITTED, submitted)			\
	ROW(COMPLETED, completed) ROW(LOWER_BOUND, lower_bound)		\
	ROW(SUBMITTED_PER_S, submitted_per_s)				\
	ROW(COMPLETED_PER_S, completed_per_s)				\
	ROW(IN_FLIGHT, in_flight) ROW(IN_FLIGHT_MEAN, in_flight_mean)	\
	ROW(IN_FLIGHT_PEAK, in_flight_peak) ROW(OCCUPANCY, occupancy)	\
	ROW(FULL_PERCENT, full_percent) ROW(WANTS_KICK, wants_kick)	\
	ROW(WANTS_INTERRUPT, wants_interrupt) ROW(VECTOR, vector)	\
	ROW(IRQ, irq) ROW(INTERRUPTS_PER_S, interrupts_per_s)		\
	ROW(INTERRUPTS, interrupts)					\
	ROW(COMPLETIONS_PER_INTERRUPT, completions_per_interrupt)	\
	ROW(LATENCY_US, latency_us) ROW(AGE_P50_MS, age_p50_ms)		\
	ROW(AGE_P99_MS, age_p99_ms) ROW(OLDEST_MS, oldest_ms)		\
	ROW(STALLED, stalled) ROW(CODE, code) ROW(REASON, reason)	\
	ROW(GENERATION, generation)					\
	ROW(RATE_LOWER_BOUND, rate_lower_bound) ROW(UNREAPED, unreaped)	\
	ROW(UNIT, unit) ROW(REQUEST_BYTES, request_bytes)		\
	ROW(BYTES_PER_S, bytes_per_s)					\
	ROW(AGE_LOWER_BOUND, age_lower_bound)

#define VT_SUMS(ROW)							\
	ROW(TIME, time) ROW(INTERVAL, interval) ROW(DEVICES, devices)	\
	ROW(QUEUES, queues) ROW(STALLED, stalled)			\
	ROW(SUBMITTED_PER_S, submitted_per_s)				\
	ROW(COMPLETED_PER_S, completed_per_s)				\
	ROW(CPU_PERCENT, cpu_percent) ROW(ATTACH, attach)		\
	ROW(NOTES, notes) ROW(ERROR, error)

enum vt_field {
#define ROW(id, name)	F_##id,
	VT_FIELDS(ROW)
#undef ROW
	F_COUNT
};

enum vt_sum {
#define ROW(id, name)	S_##id,
	VT_SUMS(ROW)
#undef ROW
	S_COUNT
};

/* NULL: the library does not have it. */
const struct vi_field *vt_field(enum vt_field f);
const struct vi_field *vt_sum(enum vt_sum f);

const char *vt_field_name(enum vt_field f);
/* F_COUNT: there is none with this name. */
enum vt_field vt_field_named(const char *name);

#endif
