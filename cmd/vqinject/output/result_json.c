// SPDX-License-Identifier: GPL-2.0-or-later
/* Results as JSON. */
#include <stdio.h>

#include "common/json.h"
#include "vqinject/output/outcome.h"
#include "vqinject/output/result.h"

static void add_string(struct vi_json *json, const char *key, const char *s)
{
	vi_json_key(json, key);
	vi_json_string(json, s);
}

static void add_number(struct vi_json *json, const char *key, uint64_t n)
{
	vi_json_key(json, key);
	vi_json_number(json, n);
}

static void add_hex(struct vi_json *json, const char *key,
		    const struct vi_features *n)
{
	vi_json_key(json, key);
	vi_json_hex(json, n);
}

static void add_fixed(struct vi_json *json, const char *key, double n,
		      unsigned int digits)
{
	vi_json_key(json, key);
	vi_json_fixed(json, n, digits);
}

static void add_recipe(struct vi_json *json, const struct recipe *recipe)
{
	char name[64];

	snprintf(name, sizeof(name), "%s %s", recipe->type->name,
		 recipe->verb->verb);
	add_string(json, "recipe", name);
}

/* Flush, so that a reader sees each buffer at once. */
void result_json_begin(struct result *r)
{
	const struct engine *e = r->e;
	const char *type = vi_type_name(e->vdev->id.device);
	struct vi_json *json = r->json = tool_json_new(NULL);

	vi_json_begin_object(json);
	add_string(json, "device", e->o->device);
	if (type)
		add_string(json, "type", type);
	if (r->recipe)
		add_recipe(json, r->recipe->recipe);
	add_hex(json, "offered", &e->offered);
	add_hex(json, "features", &e->vdev->features);
	add_string(json, "layout",
		   virtio_has_feature(e->vdev, VIRTIO_F_RING_PACKED) ?
		   "packed" : "split");
	vi_json_newline(json, 0);
	vi_json_key(json, "buffers");
	vi_json_begin_array(json);
	vi_json_flush(json);
}

void result_json_buffer(struct result *r, const struct result_buffer *b)
{
	const struct slot *slot = b->slot;
	struct vi_json *json = r->json;

	r->printed++;
	vi_json_newline(json, 2);
	vi_json_begin_object(json);
	add_number(json, "number", slot->number);
	add_number(json, "queue", slot->queue->index);
	add_number(json, "out_len", chain_out_len(b->chain));
	add_number(json, "in_len", b->in_len);
	add_number(json, "used_len", slot->used);
	add_fixed(json, "latency_us", (slot->done_ns - slot->added_ns) / 1e3,
		  3);
	if (slot->chain->line)
		add_number(json, "line", slot->chain->line);
	vi_json_key(json, "data");
	vi_json_bytes(json, b->data, b->len);
	vi_json_close(json);
	vi_json_flush(json);
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

static void add_latency(struct vi_json *json, const struct latency *l)
{
	if (!l->count)
		return;
	vi_json_key(json, "latency");
	vi_json_begin_object(json);
	add_fixed(json, "min_us", l->min / 1e3, 3);
	add_fixed(json, "p50_us", latency_percentile(l, 50) / 1e3, 3);
	add_fixed(json, "p99_us", latency_percentile(l, 99) / 1e3, 3);
	add_fixed(json, "max_us", l->max / 1e3, 3);
	vi_json_close(json);
}

static void add_status(struct vi_json *json, const struct engine *e)
{
	struct vi_features status = { { 0, 0 } };

	if (e->outcome != OUTCOME_GONE &&
	    !vi_register_read(e->vdev, "device_status", &status.w[0]))
		add_hex(json, "status", &status);
}

void result_json_end(struct result *r, int status)
{
	const struct engine *e = r->e;
	struct vi_json *json = r->json;
	double rate = outcome_rate(e);

	if (r->printed)
		vi_json_newline(json, 0);
	vi_json_close(json);
	vi_json_newline(json, 0);
	add_number(json, "completed", e->completed);
	add_number(json, "in_flight", e->in_flight);
	add_string(json, "outcome", status && e->outcome == OUTCOME_DONE ?
		   "error" : outcome_name(e->outcome));
	if (rate > 0)
		add_fixed(json, "buffers_per_s", rate, 1);
	add_latency(json, &e->latency);
	if (r->recipe && r->recipe->answer.count) {
		vi_json_key(json, "answer");
		answer_json(&r->recipe->answer, json);
	}
	add_status(json, e);
	vi_json_close(json);
	vi_json_newline(json, 0);
	tool_json_end(NULL, json);
	r->json = NULL;
}

void result_json_kicks(const struct engine *e, uint64_t n)
{
	struct vi_json *json = tool_json_new(NULL);

	vi_json_begin_object(json);
	add_string(json, "device", e->o->device);
	add_number(json, "queue", e->queue[0].index);
	add_number(json, "notified", n);
	add_status(json, e);
	vi_json_close(json);
	vi_json_newline(json, 0);
	tool_json_end(NULL, json);
}
