// SPDX-License-Identifier: LGPL-2.1-or-later
/* A sample as JSON, and back. */
#include <errno.h>
#include <string.h>

#include "capture/sample.h"
#include "record/select.h"
#include "record/stream.h"

/* The schema of recordings. */
#define SCHEMA	1
/* Far more queues than any machine has. */
#define MAX_QUEUES	((size_t)1 << 20)

/* --- Writing --- */

VI_EXPORT void vi_json_recording(struct vi_json *json)
{
	vi_json_begin_object(json);
	vi_json_key(json, "vqtop");
	vi_json_begin_object(json);
	vi_json_key(json, "version");
	vi_json_string(json, vi_version());
	vi_json_key(json, "schema");
	vi_json_number(json, SCHEMA);
	vi_json_close(json);
	vi_json_close(json);
	vi_json_newline(json, 0);
}

static bool is_selected(const struct vi_selection *s, const struct vi_field *f)
{
	size_t i;

	for (i = 0; i < s->num_fields; i++)
		if (s->fields[i] == f)
			return true;
	return !s->fields;
}

/*
 * What is written of queues. They are known by their device and index or, where
 * only interrupts are counted, by their device and name.
 */
struct queue_fields {
	const struct vi_field *field[VI_RATES];
	struct vi_selection s;
};

static void choose_fields(const struct vi_selection *asked, bool has_index,
			  struct queue_fields *chosen)
{
	const struct vi_field *f = vi_rate_schema()->fields;
	size_t i;

	chosen->s = (struct vi_selection) { .fields = chosen->field };
	for (i = 0; i < VI_RATES; i++)
		if (is_selected(asked, &f[i]) || i == VI_RATE_device ||
		    i == (has_index ? VI_RATE_index : VI_RATE_name))
			chosen->field[chosen->s.num_fields++] = &f[i];
}

static void write_queues(struct vi_writer *w, const struct vi_sample *sample,
			 const struct vi_selection *asked)
{
	struct queue_fields by_index, by_name;
	size_t i;

	choose_fields(asked, true, &by_index);
	choose_fields(asked, false, &by_name);
	vi_writer_key(w, "queues");
	vi_writer_begin_array(w);
	for (i = 0; i < sample->count; i++) {
		const struct vi_rate *rate = &sample->rates[i];
		bool has_index = VI_RATE_IS_KNOWN(rate, index);

		vi_write_record(NULL, w, vi_rate_schema(), rate,
				has_index ? &by_index.s : &by_name.s);
	}
	vi_writer_close(w);
}

static void write_sample(struct vi_writer *w, const struct vi_sample *sample,
			 const struct vi_selection *asked)
{
	const struct vi_field *f = vi_summary_schema()->fields;
	size_t i;

	vi_writer_begin_object(w);
	/* How many queues there are is seen from the list of them. */
	for (i = 0; i < VI_SUMMARIES; i++)
		if (i != VI_SUMMARY_queues)
			vi_write_field(w, &f[i], &sample->summary);
	if (sample->count || !sample->summary.error)
		write_queues(w, sample, asked);
	vi_writer_close(w);
}

VI_EXPORT int vi_json_sample(struct vi_json *json,
			     const struct vi_sample *sample,
			     const char *const *names)
{
	struct vi_selection s = { 0 };
	int err;

	if (!json)
		return -ENOMEM;
	err = vi_select_names(json->ctx, &s, vi_rate_schema(), names);
	if (err)
		vi_json_fail(json, err);
	json->w.millionths = true;
	write_sample(&json->w, sample, &s);
	json->w.millionths = false;
	vi_select_free(&s);
	return err;
}

/* --- Reading --- */

/* Like all that is captured, a queue must be told from others. */
static void check_queue(struct vi_cap *c, const struct vi_cap_at *at,
			const struct vi_rate *rate)
{
	if (!rate->device)
		vi_cap_bad(c, at, "device", "missing");
	else if (!VI_RATE_IS_KNOWN(rate, index) && !rate->name)
		vi_cap_bad(c, at, "index", "missing, as is \"name\"");
	else if (rate->index > UINT32_MAX)
		vi_cap_bad(c, at, "index", "no queue has this number");
}

static void read_queue(struct vi_cap *c, const struct vi_cap_at *at,
		       struct vi_rate *rate)
{
	vi_rate_init(rate);
	vi_cap_fields(c, at, vi_rate_schema(), rate);
	/* Its name in the first recordings. */
	if (!VI_RATE_IS_KNOWN(rate, unreaped) &&
	    vi_cap_number(c, at, "unseen", INT64_MAX, &rate->unreaped))
		rate->known |= VI_RATE_BIT(unreaped);
	check_queue(c, at, rate);
}

/* "queues" is the list of them, as in what was written. */
static void read_summary(struct vi_cap *c, const struct vi_cap_at *at,
			 struct vi_summary *sum)
{
	const struct vi_field *f = vi_summary_schema()->fields;
	size_t i;

	for (i = 0; i < VI_SUMMARIES; i++)
		if (i != VI_SUMMARY_queues)
			vi_cap_field(c, at, &f[i], sum);
	/* Its name in the first recordings. */
	if (!sum->attach)
		vi_cap_string(c, at, "way", &sum->attach);
}

static struct vi_sample *read_sample(struct vi_cap *c,
				     const struct vi_cap_at *at)
{
	struct vi_cap_at array, entry;
	struct vi_sample *sample;
	size_t i, count;
	bool has_queues = vi_cap_array(c, at, "queues", &array, &count);

	if (count > MAX_QUEUES)
		vi_cap_bad(c, at, "queues", "%zu are too many", count);
	if (c->err || !vi_cap_take(c, at, "queues", count,
				   sizeof(*sample->rates)))
		return NULL;
	sample = vi_sample_new(count);
	if (!sample) {
		vi_cap_no_memory(c);
		return NULL;
	}
	c->pool = &sample->pool;
	read_summary(c, at, &sample->summary);
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++)
		read_queue(c, &entry, &sample->rates[sample->count++]);
	/* No queues beside an error: there may have been some. */
	if (count || (has_queues && !sample->summary.error))
		VI_SET_SUMMARY(&sample->summary, queues, count);
	return sample;
}

static bool is_header(struct vi_cap *c, const struct vi_cap_at *at)
{
	struct vi_cap_at head;
	uint64_t schema;

	if (!vi_cap_object(c, at, "vqtop", &head))
		return false;
	if (!vi_cap_number(c, &head, "schema", INT64_MAX, &schema) ||
	    schema != SCHEMA)
		vi_cap_bad(c, &head, "schema",
			   "this version reads schema %d only; use a newer virtio-inspect",
			   SCHEMA);
	return true;
}

int vi_cap_sample(struct vi_cap *c, const json_t *line,
		  struct vi_sample **out)
{
	const struct vi_cap_at at = { NULL, NULL, 0, line };
	bool is_head = is_header(c, &at), is_sample = false;
	struct vi_sample *sample = c->err ? NULL : read_sample(c, &at);

	/* One that could not be taken has an error, and no queues. */
	if (!c->err)
		is_sample = sample->summary.error ||
			    VI_SUMMARY_IS_KNOWN(&sample->summary, queues);
	if (!is_sample && !is_head)
		vi_cap_bad(c, &at, "queues", "missing");
	if (is_sample)
		*out = sample;
	else
		vi_sample_unref(sample);
	return c->err ? c->err : is_sample;
}
