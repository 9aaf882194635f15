// SPDX-License-Identifier: GPL-2.0-or-later
/* Results for programs. */
#include <inttypes.h>
#include <stdio.h>

#include "vqinject/output/result.h"

static void add_hex(struct text *t, const uint8_t *bytes, uint64_t len)
{
	static const char digits[] = "0123456789abcdef";
	char part[65];
	uint64_t i;
	unsigned int n = 0;

	for (i = 0; i < len; i++) {
		part[n++] = digits[bytes[i] >> 4];
		part[n++] = digits[bytes[i] & 15];
		if (n < sizeof(part) - 1 && i + 1 < len)
			continue;
		part[n] = '\0';
		text_add(t, part);
		n = 0;
	}
}

static void add_hex_number(struct text *t, const char *key,
			   const struct vi_features *f)
{
	text_addf(t, ",\"%s\":\"0x", key);
	if (f->w[1])
		text_addf(t, "%" PRIx64 "%016" PRIx64, f->w[1], f->w[0]);
	else
		text_addf(t, "%" PRIx64, f->w[0]);
	text_add(t, "\"");
}

void result_json_begin(struct result *r)
{
	const struct engine *e = r->e;
	const char *type = vi_type_name(e->vdev->id.device);
	struct text t = { 0 };

	text_add(&t, "{\"device\":");
	add_json_string(&t, e->o->device);
	if (type)
		text_addf(&t, ",\"type\":\"%s\"", type);
	if (r->recipe)
		text_addf(&t, ",\"recipe\":\"%s %s\"",
			  r->recipe->recipe->type->name,
			  r->recipe->recipe->verb->verb);
	add_hex_number(&t, "offered", &e->offered);
	add_hex_number(&t, "features", &e->vdev->features);
	text_addf(&t, ",\"layout\":\"%s\"",
		  virtio_has_feature(e->vdev, VIRTIO_F_RING_PACKED) ?
		  "packed" : "split");
	text_add(&t, ",\n\"buffers\":[");
	result_put(r->out, &t);
}

void result_json_buffer(struct result *r, const struct result_buffer *b)
{
	const struct slot *slot = b->slot;
	struct text t = { 0 };

	text_addf(&t, "%s\n  {\"number\":%" PRIu64 ",\"queue\":%u,\"out_len\":%" PRIu64 ",\"in_len\":%" PRIu64 ",\"used_len\":%u,\"latency_us\":%.3f",
		  r->printed++ ? "," : "", slot->number, slot->queue->index,
		  chain_out_len(b->chain), b->in_len, slot->used,
		  (slot->done_ns - slot->added_ns) / 1e3);
	if (slot->chain->line)
		text_addf(&t, ",\"line\":%u", slot->chain->line);
	text_add(&t, ",\"data\":\"");
	add_hex(&t, b->data, b->len);
	text_add(&t, "\"}");
	result_put(r->out, &t);
}

static const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = {
		[OUTCOME_TIMEOUT] = "timeout",
		[OUTCOME_NEEDS_RESET] = "needs-reset",
		[OUTCOME_GONE] = "gone",
		[OUTCOME_WANTED_BACK] = "wanted-back",
		[OUTCOME_LOST_IRQ] = "lost-interrupt",
		[OUTCOME_BROKEN] = "broken",
		[OUTCOME_STOPPED] = "stopped",
		[OUTCOME_ERROR] = "error",
	};

	return outcome < ARRAY_SIZE(names) && names[outcome] ?
	       names[outcome] : "done";
}

static void add_latency(struct text *t, const struct latency *l)
{
	if (!l->count)
		return;
	text_addf(t, ",\"latency\":{\"min_us\":%.3f,\"p50_us\":%.3f,\"p99_us\":%.3f,\"max_us\":%.3f}",
		  l->min / 1e3, latency_percentile(l, 50) / 1e3,
		  latency_percentile(l, 99) / 1e3, l->max / 1e3);
}

void result_json_end(struct result *r, int status)
{
	const struct engine *e = r->e;
	struct text t = { 0 };
	double rate = result_rate(e);
	uint64_t device_status;

	text_addf(&t, "%s],\n\"completed\":%" PRIu64 ",\"in_flight\":%u,\"outcome\":\"%s\"",
		  r->printed ? "\n" : "", e->completed, e->in_flight,
		  status && e->outcome == OUTCOME_DONE ? "error" :
		  outcome_name(e->outcome));
	if (rate > 0)
		text_addf(&t, ",\"buffers_per_s\":%.1f", rate);
	add_latency(&t, &e->latency);
	if (r->recipe && r->recipe->answer.count) {
		text_add(&t, ",\"answer\":");
		answer_json(&r->recipe->answer, &t);
	}
	if (e->outcome != OUTCOME_GONE &&
	    !vi_register_read(e->vdev, "device_status", &device_status))
		text_addf(&t, ",\"status\":\"0x%" PRIx64 "\"", device_status);
	text_add(&t, "}\n");
	result_put(r->out, &t);
}
