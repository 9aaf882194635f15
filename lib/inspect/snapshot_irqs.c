// SPDX-License-Identifier: LGPL-2.1-or-later
/* The interrupts of queues and their counts, at the time of a snapshot. */
#include <errno.h>
#include <stdlib.h>

#include "core/file.h"
#include "inspect/interrupts.h"
#include "inspect/snapshot.h"

#define MAX_TEXT	(256 << 20)

struct vi_snapshot_irqs {
	struct vi_pool pool;
	char *text;
	struct vi_irqs irqs;
};

struct vi_snapshot_irqs *vi_snapshot_irqs_read(struct vi_ctx *ctx)
{
	struct vi_snapshot_irqs *l = calloc(1, sizeof(*l));
	size_t len;

	if (!l) {
		vi_fault(ctx, NULL, -ENOMEM);
		return NULL;
	}
	l->pool.ctx = ctx;
	l->text = vi_read_all(ctx, "/proc/interrupts", MAX_TEXT, &len);
	if (!l->text || vi_irqs_parse(&l->pool, l->text, &l->irqs)) {
		vi_snapshot_irqs_free(l);
		return NULL;
	}
	return l;
}

void vi_snapshot_irqs_free(struct vi_snapshot_irqs *l)
{
	if (!l)
		return;
	vi_pool_free(&l->pool);
	free(l->text);
	free(l);
}

static int set(const struct vi_irqs *irqs, const struct vi_irq *irq,
	       struct vi_queue *view)
{
	struct vi_interrupt decoded = { 0 };
	int err = vi_irq_decode(view->snap->pool, irqs, irq, &decoded);

	if (err)
		return err == -ENOMEM ? err : 0;
	view->irq.known = true;
	view->irq.has_irq = true;
	view->irq.irq = decoded.irq;
	view->irq.count = decoded.count;
	view->irq.name = decoded.name;
	return 0;
}

int vi_snapshot_irqs_set(const struct vi_snapshot_irqs *l,
			 struct vi_snapshot *snap)
{
	const struct vi_irq *first, *irq;
	size_t i;
	int err = 0;

	if (!l)
		return 0;
	first = vi_irqs_first(&l->irqs, snap->dev->index);
	for (i = 0; i < snap->count && first && !err; i++) {
		struct vi_queue *view = &snap->views[i];

		irq = vi_irqs_of_queue(&l->irqs, first,
				       view->q->have & VI_Q_NAME ?
				       view->q->name : "", &view->irq.own);
		if (irq)
			err = set(&l->irqs, irq, view);
	}
	return err;
}
