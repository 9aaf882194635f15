// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a sample says about queues. */

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
	if (q->watch.q.have & VI_Q_NAME)
		out->name = q->watch.q.name;
	if (*q->spec_name)
		out->spec_name = q->spec_name;
	/* Nothing says that a queue of an unknown kind may not wait. */
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

double vi_thousandths(double n)
{
	/* Beyond that a double has no digits behind the point. */
	if (!(n > -1e12 && n < 1e12))
		return n;
	return (double)(int64_t)(n * 1000 + (n < 0 ? -0.5 : 0.5)) / 1000;
}

void vi_row_show(const struct vi_row *row, uint64_t now, struct vi_rate *out)
{
	struct vi_sampled_queue *q = (struct vi_sampled_queue *)row->queue;

	vi_rate_init(out);
	show_names(row->dev, q, out);
	show_shape(q, out);
	show_irq(&q->irq, out);
	vi_track_show(q, now, out);
#define TEXT(name, help)
#define UINT(name, help)
#define REAL(name, help)	out->name = vi_thousandths(out->name);
#define BOOL(name, help)
#include "sample/rate.def"
}
