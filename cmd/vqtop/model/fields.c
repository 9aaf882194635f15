// SPDX-License-Identifier: GPL-2.0-or-later
/* Find fields by name, once. */
#include <stdio.h>
#include <string.h>

#include "vqtop/model/fields.h"

static const char *const queue_names[F_COUNT] = {
	[F_DEVICE] = "device", [F_ADDRESS] = "address", [F_TYPE] = "type",
	[F_KNAME] = "kname", [F_INDEX] = "index", [F_NAME] = "name",
	[F_SPEC_NAME] = "spec_name", [F_ROLE] = "role", [F_SIZE] = "size",
	[F_LAYOUT] = "layout", [F_SUBMITTED] = "submitted",
	[F_COMPLETED] = "completed", [F_LOWER_BOUND] = "lower_bound",
	[F_SUBMITTED_PER_S] = "submitted_per_s",
	[F_COMPLETED_PER_S] = "completed_per_s",
	[F_IN_FLIGHT] = "in_flight", [F_IN_FLIGHT_MEAN] = "in_flight_mean",
	[F_IN_FLIGHT_PEAK] = "in_flight_peak", [F_OCCUPANCY] = "occupancy",
	[F_FULL_PERCENT] = "full_percent", [F_WANTS_KICK] = "wants_kick",
	[F_WANTS_INTERRUPT] = "wants_interrupt", [F_VECTOR] = "vector",
	[F_IRQ] = "irq", [F_INTERRUPTS_PER_S] = "interrupts_per_s",
	[F_INTERRUPTS] = "interrupts",
	[F_COMPLETIONS_PER_INTERRUPT] = "completions_per_interrupt",
	[F_LATENCY_US] = "latency_us",
	[F_AGE_P50_MS] = "age_p50_ms", [F_AGE_P99_MS] = "age_p99_ms",
	[F_OLDEST_MS] = "oldest_ms", [F_STALLED] = "stalled",
	[F_CODE] = "code", [F_REASON] = "reason",
	[F_GENERATION] = "generation",
	[F_RATE_LOWER_BOUND] = "rate_lower_bound",
	[F_UNSEEN] = "unseen", [F_UNIT] = "unit",
	[F_REQUEST_BYTES] = "request_bytes",
	[F_BYTES_PER_S] = "bytes_per_s",
	[F_AGE_LOWER_BOUND] = "age_lower_bound",
};

static const char *const sum_names[S_COUNT] = {
	[S_TIME] = "time", [S_INTERVAL] = "interval", [S_DEVICES] = "devices",
	[S_QUEUES] = "queues", [S_STALLED] = "stalled",
	[S_SUBMITTED_PER_S] = "submitted_per_s",
	[S_COMPLETED_PER_S] = "completed_per_s",
	[S_CPU_PERCENT] = "cpu_percent", [S_ATTACH] = "attach", [S_NOTES] = "notes",
	[S_ERROR] = "error",
};

int vt_field_number(const struct vt_fields *f, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < f->count; i++) {
		const char *is = vi_field_name(f->field[i]);

		if (!strncmp(is, name, len) && !is[len])
			return i;
	}
	return -1;
}

static void fill(struct vt_fields *f, const struct vi_schema *schema,
		 const char *const *names, size_t count)
{
	const struct vi_field *field;
	size_t i;

	f->schema = schema;
	for (i = 0; i < VT_MAX_FIELDS &&
	     (field = vi_schema_field(schema, i)); i++) {
		f->field[f->count] = field;
		snprintf(f->key[f->count], VT_KEY, ",\"%s\":",
			 vi_field_name(field));
		f->key_len[f->count] = strlen(f->key[f->count]);
		f->count++;
	}
	for (i = 0; i < count; i++)
		f->at[i] = vt_field_number(f, names[i], strlen(names[i]));
}

const struct vt_fields *vt_queue_fields(void)
{
	static struct vt_fields f;

	if (!f.schema)
		fill(&f, vi_rate_schema(), queue_names, F_COUNT);
	return &f;
}

const struct vt_fields *vt_sum_fields(void)
{
	static struct vt_fields f;

	if (!f.schema)
		fill(&f, vi_summary_schema(), sum_names, S_COUNT);
	return &f;
}

const char *vt_field_name(enum vt_field field)
{
	return queue_names[field];
}
