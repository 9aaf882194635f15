// SPDX-License-Identifier: LGPL-2.1-or-later
/* A ring given by its addresses: a device of which nothing else is known. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <virtio-inspect/memory.h>

#include "core/clock.h"
#include "core/file.h"
#include "inspect/snapshot.h"
#include "mem/flat.h"
#include "mem/given.h"
#include "mem/kcore.h"
#include "spec/features.h"
#include "view/raw_mem.h"

/* A ring's parameters, and the memory that contains it. */
struct raw_ring {
	char *asked;			/* parameters as given */
	struct vi_raw_queue q; /* template for snapshots, without copies */
	bool has_type, has_features;
	uint32_t type;
	bool avail_wrap, used_wrap;
	bool has_next_avail, has_next_used;
	struct vi_mem *memory;		/* flat, kcore, or the program's */
	struct vi_flat flat;
	struct vi_kcore kcore;
};

/* --- Parsing --- */

static int bad(struct vi_ctx *ctx, const char *word, const char *why)
{
	return vi_fail(ctx, -EINVAL,
		       "%s: %s; use split|packed,num=N,desc=0xADDRESS,driver=0xADDRESS,device=0xADDRESS",
		       word, why);
}

static int parse_type(struct vi_ctx *ctx, const char *value,
		      struct raw_ring *r)
{
	uint32_t type = vi_type_id(value);

	if (!type)
		return vi_fail(ctx, -EINVAL,
			       "type=%s: unknown device type", value);
	r->type = type;
	r->has_type = true;
	return 0;
}

static int parse_features(struct vi_ctx *ctx, const char *value,
			  struct raw_ring *r)
{
	if (vi_features_parse_hex(value, &r->q.features))
		return bad(ctx, value, "features must be a number, 0x…");
	r->has_features = true;
	return 0;
}

/* Store a number by its key; false: unknown key. */
static bool set_number(struct raw_ring *r, const char *key, uint64_t n,
		       uint64_t *max)
{
	*max = UINT64_MAX;
	if (!strcmp(key, "desc")) {
		r->q.desc = n;
	} else if (!strcmp(key, "driver")) {
		r->q.driver = n;
	} else if (!strcmp(key, "device")) {
		r->q.device = n;
	} else if (!strcmp(key, "num")) {
		*max = VIRTQUEUE_MAX_SIZE;
		r->q.size = n;
	} else if (!strcmp(key, "next_avail")) {
		*max = VIRTQUEUE_MAX_SIZE - 1;
		r->q.avail_shadow = n;
		r->has_next_avail = true;
	} else if (!strcmp(key, "next_used")) {
		*max = VIRTQUEUE_MAX_SIZE - 1;
		r->q.last_used = n;
		r->has_next_used = true;
	} else if (!strcmp(key, "avail_wrap")) {
		*max = 1;
		r->avail_wrap = n;
	} else if (!strcmp(key, "used_wrap")) {
		*max = 1;
		r->used_wrap = n;
	} else {
		return false;
	}
	return true;
}

/* Bit for each mandatory key. */
static unsigned int address_bit(const char *key)
{
	static const char *const keys[] = { "num", "desc", "driver", "device" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(key, keys[i]))
			return 1 << i;
	return 0;
}

static int parse_word(struct vi_ctx *ctx, char *word, struct raw_ring *r,
		      unsigned int *seen)
{
	char *value = strchr(word, '=');
	uint64_t n, max;

	if (!value)
		return bad(ctx, word, "unknown key");
	*value++ = '\0';
	if (!strcmp(word, "type"))
		return parse_type(ctx, value, r);
	if (!strcmp(word, "features"))
		return parse_features(ctx, value, r);
	if (vi_parse_u64(value, &n))
		n = UINT64_MAX;
	if (!set_number(r, word, n, &max))
		return bad(ctx, word, "unknown key");
	if (vi_parse_u64(value, &n))
		return bad(ctx, value, "not a number");
	if (n > max || (!strcmp(word, "num") && !n))
		return bad(ctx, value, "value out of range");
	*seen |= address_bit(word);
	return 0;
}

static int parse_words(struct vi_ctx *ctx, char *spec, struct raw_ring *r)
{
	char *word = strsep(&spec, ",");
	unsigned int seen = 0;
	int err = 0;

	r->q.packed = !strcmp(word, "packed");
	if (!r->q.packed && strcmp(word, "split"))
		return bad(ctx, word, "the layout must be split or packed");
	r->avail_wrap = r->used_wrap = true;
	while (spec && !err)
		err = parse_word(ctx, strsep(&spec, ","), r, &seen);
	if (!err && seen != 15)
		return bad(ctx, r->q.packed ? "packed" : "split",
			   "num, desc, driver and device are all required");
	if (!err && !r->q.packed && (r->has_next_avail || r->has_next_used))
		return bad(ctx, "split",
			   "positions are for packed rings only");
	return err;
}

static int check(struct vi_ctx *ctx, struct raw_ring *r)
{
	struct vi_raw_queue *q = &r->q;

	if (!q->packed && q->size & (q->size - 1))
		return bad(ctx, "num",
			   "the size of a split ring must be a power of two");
	if ((r->has_next_avail && q->avail_shadow >= q->size) ||
	    (r->has_next_used && q->last_used >= q->size))
		return bad(ctx, "next_avail, next_used",
			   "positions must be below num");
	if (r->has_next_avail) {
		q->avail_shadow |= r->avail_wrap ? VI_WRAP : 0;
		q->have |= VI_Q_AVAIL_SHADOW;
	}
	if (r->has_next_used) {
		q->last_used |= r->used_wrap ? VI_WRAP : 0;
		q->have |= VI_Q_LAST_USED;
	}
	q->have |= VI_Q_INDEX | VI_Q_SIZE | VI_Q_ADDRESSES;
	/* Defaults. */
	if (!r->has_features) {
		vi_features_set(&q->features, VIRTIO_F_VERSION_1);
		vi_features_set(&q->features, VIRTIO_RING_F_INDIRECT_DESC);
		vi_features_set(&q->features, VIRTIO_RING_F_EVENT_IDX);
	}
	if (q->packed)
		vi_features_set(&q->features, VIRTIO_F_RING_PACKED);
	return 0;
}

static int parse(struct vi_ctx *ctx, const char *spec, struct raw_ring *r)
{
	char *copy = strdup(spec);
	int err = copy ? parse_words(ctx, copy, r) :
			 vi_fail(ctx, -ENOMEM, "out of memory");

	free(copy);
	return err ? err : check(ctx, r);
}

/* --- Taking snapshots --- */

static int ring_snapshot(void *state, struct vi_device *dev,
			 struct vi_snapshot *snap)
{
	struct raw_ring *r = state;
	struct vi_raw_queue *q = vi_snapshot_add(snap);

	if (!q)
		return -ENOMEM;
	if (!r->has_features)
		vi_access_note(dev, "no features given: assuming VERSION_1, INDIRECT_DESC and EVENT_IDX");
	*q = r->q;
	q->time_ns = vi_real_ns();
	snap->physical = true;
	return vi_raw_queue_read(q, r->memory);
}

static int ring_memory(void *state, struct vi_device *dev, uint64_t addr,
		       void *buf, size_t len)
{
	struct raw_ring *r = state;

	(void)dev;
	return vi_mem_read(r->memory, addr, buf, len, NULL);
}

/*
 * A file or the program's memory is all there is; this machine may have more
 * than kcore shows.
 */
static const struct vi_mem *ring_memory_map(const void *state)
{
	const struct raw_ring *r = state;

	return r->memory == &r->kcore.phys ? NULL : r->memory;
}

const struct vi_access vi_flat_access = {
	.name = "ring",
	.flags = VI_ACCESS_PRIVATE,
	.snapshot = ring_snapshot,
	.memory = ring_memory,
	.memory_map = ring_memory_map,
};

static void free_ring(struct raw_ring *r)
{
	vi_flat_close(&r->flat);
	vi_kcore_close(&r->kcore);
	free(r->asked);
	free(r);
}

static void end_ring(void *data)
{
	free_ring(data);
}

static int open_memory(struct vi_ctx *ctx, const char *memory,
		       struct raw_ring *r)
{
	r->memory = vi_given_memory(ctx);
	if (memory) {
		r->memory = &r->flat.phys;
		return vi_flat_open(ctx, memory, &r->flat);
	}
	if (r->memory)
		return 0;
	r->memory = &r->kcore.phys;
	return vi_kcore_open(ctx, &r->kcore);
}

static int set_facts(struct vi_device *dev, struct raw_ring *r)
{
	dev->name = "ring";
	dev->own_access = &vi_flat_access;
	dev->own_state = r;
	dev->vdev.features = r->q.features;
	dev->features_width = VIRTIO_FEATURES_BITS;
	vi_set_fact(dev, VI_FACT_FEATURES, 0);
	dev->vdev.id.device = r->type;
	if (!r->has_type)
		return 0;
	vi_set_fact(dev, VI_FACT_ID, 0);
	return vi_device_on_bus(dev);
}

static int add_device(struct vi_ctx *ctx, struct raw_ring *r,
		      struct vi_device **out)
{
	struct vi_device *dev = vi_inventory_add(ctx);

	if (!dev)
		return -ENOMEM;
	if (set_facts(dev, r)) {
		vi_inventory_undo(ctx);
		return -ENOMEM;
	}
	*out = dev;
	return 0;
}

/* Join into "SPEC MEMORY". */
static char *join_words(const char *spec, const char *memory)
{
	char *text;

	return asprintf(&text, "%s %s", spec, memory ? memory : "") < 0 ?
	       NULL : text;
}

/* The existing device for @asked, or NULL. */
static struct vi_device *find_ring(struct vi_ctx *ctx, const char *asked)
{
	struct vi_device *dev = NULL;

	while ((dev = vi_device_next(ctx, dev))) {
		const struct raw_ring *r = dev->own_state;

		if (dev->own_access == &vi_flat_access &&
		    !strcmp(r->asked, asked))
			break;
	}
	return dev;
}

static int open_ring(struct vi_ctx *ctx, const char *spec, const char *memory,
		     struct raw_ring *r)
{
	int err = parse(ctx, spec, r);

	return err ? err : open_memory(ctx, memory, r);
}

/* Takes ownership of @asked. */
static int new_ring(struct vi_ctx *ctx, const char *spec, const char *memory,
		    char *asked, struct vi_device **dev)
{
	struct vi_inventory *inv = vi_inventory(ctx);
	struct raw_ring *r = inv ? calloc(1, sizeof(*r)) : NULL;
	int err;

	if (!r) {
		free(asked);
		return vi_fail(ctx, -ENOMEM, "out of memory");
	}
	r->asked = asked;
	r->flat.fd = r->kcore.fd = -1;
	err = open_ring(ctx, spec, memory, r);
	if (err) {
		free_ring(r);
		return err;
	}
	if (vi_pool_defer(&inv->pool, end_ring, r) || add_device(ctx, r, dev))
		return vi_fail(ctx, -ENOMEM, "out of memory");
	return 0;
}

VI_EXPORT int vi_ring_by_address(struct vi_ctx *ctx, const char *spec,
				 const char *memory, struct vi_device **dev)
{
	char *asked = join_words(spec, memory);

	if (!asked)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	*dev = find_ring(ctx, asked);
	if (!*dev)
		return new_ring(ctx, spec, memory, asked, dev);
	free(asked);
	return 0;
}
