// SPDX-License-Identifier: LGPL-2.1-or-later
/* Samples that programs keep. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/ctx.h"
#include "sample/kept.h"
#include "sample/sample.h"

struct vi_sample *vi_sample_new(size_t room)
{
	struct vi_sample *sample;
	size_t size;

	if (__builtin_mul_overflow(room, sizeof(*sample->rates), &size) ||
	    __builtin_add_overflow(size, sizeof(*sample), &size))
		return NULL;
	sample = malloc(size);
	if (!sample)
		return NULL;
	memset(sample, 0, sizeof(*sample));
	sample->refs = 1;
	vi_summary_init(&sample->summary);
	return sample;
}

VI_EXPORT struct vi_sample *vi_sample_ref(struct vi_sample *sample)
{
	sample->refs++;
	return sample;
}

VI_EXPORT void vi_sample_unref(struct vi_sample *sample)
{
	if (!sample || --sample->refs)
		return;
	vi_sample_unref(sample->whole);
	vi_arena_free(&sample->texts);
	vi_pool_free(&sample->pool);
	free(sample);
}

VI_EXPORT void vi_sample_queues(const struct vi_sample *sample,
				struct vi_value *queues)
{
	*queues = (struct vi_value) {
		.type = VI_RECORDS, .records = sample->rates,
		.count = sample->count, .stride = sizeof(*sample->rates),
		.schema = vi_rate_schema(),
	};
}

VI_EXPORT const void *vi_sample_summary(const struct vi_sample *sample)
{
	return &sample->summary;
}

/* --- The last one of a sampler --- */

/* Queues that follow each other share texts: what their device is called, and
 * the words of fields that have few. */
static const char *keep_text(struct vi_arena *texts, const char *s,
			     const char *was, const char *copy, bool *failed)
{
	size_t size;
	char *to;

	if (!s || (s == was && copy))
		return s ? copy : NULL;
	size = strlen(s) + 1;
	to = vi_arena_more(texts, NULL, 0, size);
	if (!to) {
		*failed = true;
		return NULL;
	}
	vi_arena_keep(texts, 1, size);
	return memcpy(to, s, size);
}

/* @was: the row before @from, and @copy what became of it. */
static bool keep_rate(struct vi_arena *texts, const struct vi_rate *from,
		      struct vi_rate *to, const struct vi_rate *was,
		      const struct vi_rate *copy)
{
	bool failed = false;

	*to = *from;
#define TEXT(name, help)						\
	to->name = keep_text(texts, from->name, was->name, copy->name, &failed);
#define UINT(name, help)
#define REAL(name, help)
#define BOOL(name, help)
#include "sample/rate.def"
	return !failed;
}

static bool keep_list(struct vi_sample *sample, struct vi_strings *list)
{
	const struct vi_strings from = *list;
	bool failed = false;
	size_t i;

	*list = (struct vi_strings) { NULL, 0 };
	for (i = 0; i < from.count && !failed; i++)
		failed = vi_strings_add(&sample->pool, list,
					keep_text(&sample->texts, from.v[i],
						  NULL, NULL, &failed));
	return !failed;
}

static bool keep_summary(struct vi_sample *sample,
			 const struct vi_summary *from)
{
	struct vi_summary *to = &sample->summary;
	struct vi_arena *texts = &sample->texts;
	bool failed = false;

	*to = *from;
#define TEXT(name, help)						\
	to->name = keep_text(texts, from->name, NULL, NULL, &failed);
#define UINT(name, help)
#define REAL(name, help)
#define BOOL(name, help)
#define LIST(name, help)	failed |= !keep_list(sample, &to->name);
#include "sample/summary.def"
	return !failed;
}

static bool keep_all(struct vi_sample *sample, const struct vi_sampler *s)
{
	static const struct vi_rate none;
	const struct vi_rate *was = &none, *copy = &none;

	if (!keep_summary(sample, &s->summary))
		return false;
	while (sample->count < s->num_rows) {
		const struct vi_rate *from = &s->rates[sample->count];
		struct vi_rate *to = &sample->rates[sample->count++];

		if (!keep_rate(&sample->texts, from, to, was, copy))
			return false;
		was = from;
		copy = to;
	}
	return true;
}

VI_EXPORT struct vi_sample *vi_sampler_keep(struct vi_sampler *s)
{
	struct vi_sample *sample = vi_sample_new(s->num_rows);

	if (sample && keep_all(sample, s))
		return sample;
	vi_sample_unref(sample);
	vi_fail(s->ctx, -ENOMEM, "out of memory");
	return NULL;
}

/* --- Made of another one, or of none --- */

static size_t count_devices(const struct vi_sample *sample)
{
	size_t i, n = 0;

	for (i = 0; i < sample->count; i++)
		n += !i || strcmp(sample->rates[i - 1].device,
				  sample->rates[i].device);
	return n;
}

VI_EXPORT struct vi_sample *
vi_sample_select(struct vi_sample *sample,
		 bool (*keep)(void *data, const void *queue), void *data)
{
	struct vi_sample *some;
	size_t i = 0;

	while (i < sample->count && keep(data, &sample->rates[i]))
		i++;
	if (i == sample->count)
		return vi_sample_ref(sample);
	some = vi_sample_new(sample->count);
	if (!some) {
		vi_fail(NULL, -ENOMEM, "out of memory");
		return NULL;
	}
	some->count = i;
	memcpy(some->rates, sample->rates, i * sizeof(*some->rates));
	while (++i < sample->count)
		if (keep(data, &sample->rates[i]))
			some->rates[some->count++] = sample->rates[i];
	some->whole = vi_sample_ref(sample);
	some->summary = sample->summary;
	vi_summary_add_up(&some->summary, count_devices(some), some->rates,
			  some->count);
	return some;
}

VI_EXPORT struct vi_sample *vi_sample_lost(const char *time, const char *error)
{
	struct vi_sample *sample = vi_sample_new(0);
	struct vi_summary said;

	vi_summary_init(&said);
	said.time = time;
	said.error = error;
	if (sample && keep_summary(sample, &said))
		return sample;
	vi_sample_unref(sample);
	vi_fail(NULL, -ENOMEM, "out of memory");
	return NULL;
}
