// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The access methods that a context has open, lists of queues to watch, and
 * notes on what could not be read.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/access.h"
#include "inspect/held.h"

/* --- Open access methods --- */

struct vi_kept_access {
	struct vi_kept_access *next;
	const struct vi_access *access;
	void *kept;
};

static struct vi_kept_access **find(const struct vi_ctx *ctx,
				    const struct vi_access *access)
{
	struct vi_kept_access **k = (struct vi_kept_access **)&ctx->accesses;

	while (*k && (*k)->access != access)
		k = &(*k)->next;
	return k;
}

static void forget(struct vi_kept_access **k)
{
	struct vi_kept_access *old = *k;

	if (!old)
		return;
	*k = old->next;
	if (old->access->close)
		old->access->close(old->kept);
	free(old);
}

static void forget_all(struct vi_ctx *ctx)
{
	while (ctx->accesses)
		forget((struct vi_kept_access **)&ctx->accesses);
}

void *vi_access_kept(const struct vi_ctx *ctx, const struct vi_access *access)
{
	const struct vi_kept_access *k = *find(ctx, access);

	return k ? k->kept : NULL;
}

int vi_access_open(struct vi_ctx *ctx, const struct vi_access *access,
		   void **kept)
{
	struct vi_kept_access *k = *find(ctx, access);
	int err;

	*kept = k ? k->kept : NULL;
	if (k || !access->open)
		return 0;
	k = calloc(1, sizeof(*k));
	if (!k)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	err = access->open(ctx, &k->kept);
	if (err) {
		free(k);
		return err;
	}
	k->access = access;
	k->next = ctx->accesses;
	ctx->accesses = k;
	ctx->free_accesses = forget_all;
	*kept = k->kept;
	return 0;
}

int vi_access_begin(struct vi_ctx *ctx, const struct vi_access *access,
		    void **state)
{
	void *kept;
	int err = vi_access_open(ctx, access, &kept);

	*state = kept;
	if (err || !access->begin)
		return err;
	*state = NULL;
	err = access->begin(ctx, kept, state);
	if (err)
		forget(find(ctx, access));
	return err;
}

void vi_access_end(const struct vi_access *access, void *state)
{
	if (access->end)
		access->end(state);
}

/* --- Queues to watch --- */

struct vi_watch *vi_watches_add(struct vi_watches *watches)
{
	struct vi_watch *watch;

	if (!vi_grow(&watches->watch, watches->count, sizeof(*watch)))
		return NULL;
	watch = &watches->watch[watches->count++];
	memset(watch, 0, sizeof(*watch));
	return watch;
}

void vi_watches_free(struct vi_watches *watches)
{
	free(watches->watch);
	*watches = (struct vi_watches) { 0 };
}

/* --- Notes on what could not be read --- */

void vi_access_drop_notes(struct vi_device *dev)
{
	vi_retire(dev, dev->notes_in);
	dev->notes_in = NULL;
	dev->access_notes = (struct vi_strings) { NULL, 0 };
}

int vi_access_note(struct vi_device *dev, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!dev->notes_in)
		dev->notes_in = vi_batch_new(dev->ctx);
	if (!dev->notes_in)
		return -ENOMEM;
	return vi_strings_intern(&dev->notes_in->pool, &dev->access_notes,
				 text) ? 0 : -ENOMEM;
}
