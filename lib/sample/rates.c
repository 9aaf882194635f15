// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a sample says of queues, and samples that programs keep. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/fields/queue.h"
#include "sample/sample.h"

static void show_names(const struct vi_sampled *d,
		       const struct vi_sampled_queue *q, struct vi_rate *out)
{
	out->device = d->name;
	out->address = d->address;
	out->type = d->type;
	out->kname = d->kname;
	VI_SET_RATE(out, generation, d->generation);
	if (q->has_index)
		VI_SET_RATE(out, index, q->watch.q.index);
	if (q->watch.q.have & VI_Q_NAME) {
		memcpy(out->texts.name, q->watch.q.name,
		       sizeof(out->texts.name));
		out->name = out->texts.name;
	}
	if (*q->spec_name) {
		memcpy(out->texts.spec_name, q->spec_name,
		       sizeof(out->texts.spec_name));
		out->spec_name = out->texts.spec_name;
	}
	/* Of a queue that is not known, nothing says that it may not wait. */
	out->role = vi_role_name(q->kind ? q->kind->role : VI_QUEUE_MAY_WAIT);
}

static void show_shape(const struct vi_sampled_queue *q, struct vi_rate *out)
{
	const struct vi_raw_queue *raw = &q->watch.q;

	if (raw->have & VI_Q_SIZE)
		VI_SET_RATE(out, size, raw->size);
	if (q->watched) {
		out->layout = raw->packed ? "packed" : "split";
		out->unit = raw->packed ? "descriptors" : "buffers";
	}
	if (raw->have & VI_Q_VECTOR && raw->vector != 0xffff)
		VI_SET_RATE(out, vector, raw->vector);
}

static void show_irq(const struct vi_sampled_irq *irq, struct vi_rate *out)
{
	if (irq->has_irq)
		VI_SET_RATE(out, irq, irq->irq);
	if (!irq->known || irq->missed)
		return;
	VI_SET_RATE(out, irq_shared, !irq->own);
	VI_SET_RATE(out, interrupts, irq->since);
}

void vi_row_show(const struct vi_row *row, uint64_t now, struct vi_rate *out)
{
	struct vi_sampled_queue *q = (struct vi_sampled_queue *)row->queue;

	vi_rate_init(out);
	show_names(row->dev, q, out);
	show_shape(q, out);
	show_irq(&q->irq, out);
	vi_track_show(q, now, out);
}

/* --- A sample that a program keeps --- */

struct vi_sample {
	size_t refs;
	struct vi_pool pool;
	struct vi_summary summary;
	size_t count;
	struct vi_rate rates[];
};

/* The queues of a device come one after the other, and share its names. */
static const char *keep(struct vi_pool *pool, const char *s, const char *was,
			const char *copy, int *err)
{
	char *text;

	if (!s)
		return NULL;
	if (s == was && copy)
		return copy;
	text = vi_pool_strdup(pool, s);
	if (!text)
		*err = -ENOMEM;
	return text;
}

/* Have row @i of @from, and all that it points to. */
static int keep_rate(struct vi_sample *sample, const struct vi_rate *from,
		     size_t i)
{
	static const struct vi_rate none;
	const struct vi_rate *was = i ? &from[i - 1] : &none;
	struct vi_rate *to = &sample->rates[i];
	const struct vi_rate *copy = i ? to - 1 : &none;
	struct vi_pool *pool = &sample->pool;
	int err = 0;

	*to = from[i];
	to->device = keep(pool, to->device, was->device, copy->device, &err);
	to->address = keep(pool, to->address, was->address, copy->address,
			   &err);
	to->type = keep(pool, to->type, was->type, copy->type, &err);
	to->kname = keep(pool, to->kname, was->kname, copy->kname, &err);
	to->name = to->name ? to->texts.name : NULL;
	to->spec_name = to->spec_name ? to->texts.spec_name : NULL;
	to->code = to->code ? to->texts.code : NULL;
	to->reason = to->reason ? to->texts.reason : NULL;
	return err;
}

static int keep_summary(struct vi_sample *sample, const struct vi_summary *from)
{
	struct vi_summary *to = &sample->summary;
	size_t i;

	*to = *from;
	for (i = 0; i < to->num_notes; i++) {
		to->notes[i] = vi_pool_strdup(&sample->pool, from->notes[i]);
		if (!to->notes[i])
			return -ENOMEM;
	}
	return 0;
}

VI_EXPORT struct vi_sample *vi_sampler_keep(struct vi_sampler *s)
{
	struct vi_sample *sample = calloc(1, sizeof(*sample) + s->num_rows *
					     sizeof(*sample->rates));
	int err;

	if (!sample) {
		vi_fail(s->ctx, -ENOMEM, "out of memory");
		return NULL;
	}
	sample->refs = 1;
	err = keep_summary(sample, &s->summary);
	while (!err && sample->count < s->num_rows)
		err = keep_rate(sample, s->rates, sample->count++);
	if (!err)
		return sample;
	vi_sample_unref(sample);
	vi_fail(s->ctx, err, "out of memory");
	return NULL;
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
	vi_pool_free(&sample->pool);
	free(sample);
}

VI_EXPORT void vi_sample_queues(const struct vi_sample *sample,
				struct vi_value *queues)
{
	memset(queues, 0, sizeof(*queues));
	queues->type = VI_RECORDS;
	queues->records = sample->rates;
	queues->count = sample->count;
	queues->stride = sizeof(*sample->rates);
}

VI_EXPORT const void *vi_sample_summary(const struct vi_sample *sample)
{
	return &sample->summary;
}
