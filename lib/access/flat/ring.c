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

/* Keys with a number as their value. */
enum key {
	NUM, DESC, DRIVER, DEVICE, QUEUE, ALIGN,
	NEXT_AVAIL, AVAIL_WRAP, LAST_USED, LAST_USED_WRAP,
	KEYS,
};

/* A ring's parameters, and the memory that contains it. */
struct raw_ring {
	char *asked;			/* parameters as given */
	struct vi_raw_queue q; /* template for snapshots, without copies */
	bool has_type, has_features, has_order, big_endian;
	uint32_t type;
	uint64_t number[KEYS];
	unsigned int given;		/* bit i: number[i] */
	struct vi_mem *memory;		/* flat, kcore, or the program's */
	struct vi_flat flat;
	struct vi_kcore kcore;
};

/* --- Parsing --- */

/*
 * The names of the keys are those that captures use; @alias is accepted, too.
 * @layout: only for this kind of ring.
 */
static const struct {
	const char *name, *alias, *older;
	uint64_t max;
	enum { ANY, SPLIT, PACKED } layout;
} keys[] = {
	/* An invalid size is for the rules to find. */
	[NUM]		= { "num", "size", NULL, UINT16_MAX, ANY },
	[DESC]		= { "desc", NULL, NULL, UINT64_MAX, ANY },
	[DRIVER]	= { "driver", NULL, NULL, UINT64_MAX, ANY },
	[DEVICE]	= { "device", NULL, NULL, UINT64_MAX, ANY },
	[QUEUE]		= { "queue", NULL, NULL, UINT16_MAX, ANY },
	[ALIGN]		= { "align", "queue_align", NULL, 1u << 31, SPLIT },
	[NEXT_AVAIL]	= { "next_avail", NULL, NULL,
			    VIRTQUEUE_MAX_SIZE - 1, PACKED },
	[AVAIL_WRAP]	= { "avail_wrap", NULL, NULL, 1, PACKED },
	[LAST_USED]	= { "last_used_idx", "last_used", "next_used",
			    UINT16_MAX, ANY },
	[LAST_USED_WRAP] = { "last_used_wrap", "used_wrap", NULL, 1, PACKED },
};

#define MANDATORY	(1u << NUM | 1u << DESC | 1u << DRIVER | 1u << DEVICE)

static bool is_given(const struct raw_ring *r, enum key key)
{
	return r->given >> key & 1;
}

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
	if (vi_features_parse_hex(value, &r->q.features) &&
	    strcmp(value, "0"))
		return bad(ctx, value, "features must be a number, 0x…");
	r->has_features = true;
	return 0;
}

static int parse_order(struct vi_ctx *ctx, const char *value,
		       struct raw_ring *r)
{
	r->big_endian = !strcmp(value, "big");
	if (!r->big_endian && strcmp(value, "little"))
		return bad(ctx, value, "byte_order must be little or big");
	if (r->big_endian && r->q.packed)
		return bad(ctx, value, "packed rings are little-endian");
	r->has_order = true;
	return 0;
}

static bool is_key(enum key key, const char *word)
{
	return !strcmp(word, keys[key].name) ||
	       (keys[key].alias && !strcmp(word, keys[key].alias)) ||
	       (keys[key].older && !strcmp(word, keys[key].older));
}

static int parse_number(struct vi_ctx *ctx, const char *word,
			const char *value, struct raw_ring *r)
{
	enum key key = 0;

	while (key < KEYS && !is_key(key, word))
		key++;
	if (key == KEYS)
		return bad(ctx, word, "unknown key");
	if (keys[key].layout == PACKED && !r->q.packed)
		return bad(ctx, word, "only packed rings have this");
	if (keys[key].layout == SPLIT && r->q.packed)
		return bad(ctx, word, "only split rings have this");
	if (vi_parse_u64(value, &r->number[key]))
		return bad(ctx, value, "not a number");
	if (r->number[key] > keys[key].max)
		return bad(ctx, value, "value out of range");
	r->given |= 1u << key;
	return 0;
}

static int parse_word(struct vi_ctx *ctx, char *word, struct raw_ring *r)
{
	char *value = strchr(word, '=');

	if (!value)
		return bad(ctx, word, "unknown key");
	*value++ = '\0';
	if (!strcmp(word, "type"))
		return parse_type(ctx, value, r);
	if (!strcmp(word, "features"))
		return parse_features(ctx, value, r);
	if (!strcmp(word, "byte_order"))
		return parse_order(ctx, value, r);
	return parse_number(ctx, word, value, r);
}

static int parse_words(struct vi_ctx *ctx, char *spec, struct raw_ring *r)
{
	char *word = strsep(&spec, ",");
	int err = 0;

	r->q.packed = !strcmp(word, "packed");
	if (!r->q.packed && strcmp(word, "split"))
		return bad(ctx, word, "the layout must be split or packed");
	while (spec && !err)
		err = parse_word(ctx, strsep(&spec, ","), r);
	if (!err && (r->given & MANDATORY) != MANDATORY)
		return bad(ctx, r->q.packed ? "packed" : "split",
			   "num, desc, driver and device are all required");
	return err;
}

/* A position has a wrap counter (spec 1.4, 2.8.1), and lies in the ring. */
static int check_position(struct vi_ctx *ctx, const struct raw_ring *r,
			  enum key pos, enum key wrap)
{
	if (is_given(r, wrap) && !is_given(r, pos))
		return bad(ctx, keys[wrap].name,
			   "the position that it belongs to is missing");
	if (r->q.packed && is_given(r, pos) &&
	    r->number[pos] >= r->number[NUM])
		return bad(ctx, keys[pos].name, "positions must be below num");
	if (r->q.packed && is_given(r, pos) && !is_given(r, wrap))
		return bad(ctx, keys[pos].name, wrap == AVAIL_WRAP ?
			   "give avail_wrap=0 or avail_wrap=1 with it" :
			   "give last_used_wrap=0 or last_used_wrap=1 with it");
	return 0;
}

/* The byte order of rings is that of the machine only for legacy devices. */
static int check_legacy(struct vi_ctx *ctx, struct raw_ring *r)
{
	uint64_t align = r->number[ALIGN];

	if (is_given(r, ALIGN) && (!align || align & (align - 1)))
		return bad(ctx, "align", "must be a power of two");
	if (!r->has_features ||
	    !vi_features_test(r->q.features, VIRTIO_F_VERSION_1))
		return 0;
	if (is_given(r, ALIGN))
		return bad(ctx, "align",
			   "only legacy devices have this, but features include VERSION_1");
	if (r->big_endian)
		return bad(ctx, "byte_order",
			   "with VERSION_1, rings are little-endian");
	return 0;
}

static int check(struct vi_ctx *ctx, struct raw_ring *r)
{
	int err = check_position(ctx, r, NEXT_AVAIL, AVAIL_WRAP);

	if (!err)
		err = check_position(ctx, r, LAST_USED, LAST_USED_WRAP);
	return err ? err : check_legacy(ctx, r);
}

static uint16_t position(const struct raw_ring *r, enum key pos, enum key wrap)
{
	return r->number[pos] |
	       (r->q.packed && r->number[wrap] ? VI_WRAP : 0);
}

static void set_queue(struct raw_ring *r)
{
	struct vi_raw_queue *q = &r->q;

	q->size = r->number[NUM];
	q->desc = r->number[DESC];
	q->driver = r->number[DRIVER];
	q->device = r->number[DEVICE];
	q->have = VI_Q_INDEX | VI_Q_SIZE | VI_Q_ADDRESSES;
	q->index = r->number[QUEUE];
	q->index_assumed = !is_given(r, QUEUE);
	if (is_given(r, NEXT_AVAIL)) {
		q->avail_shadow = position(r, NEXT_AVAIL, AVAIL_WRAP);
		q->have |= VI_Q_AVAIL_SHADOW;
	}
	if (is_given(r, LAST_USED)) {
		q->last_used = position(r, LAST_USED, LAST_USED_WRAP);
		q->have |= VI_Q_LAST_USED;
	}
	if (!r->has_features)
		return;
	q->have |= VI_Q_FEATURES;
	if (q->packed)
		vi_features_set(&q->features, VIRTIO_F_RING_PACKED);
}

/*
 * Only split rings of legacy devices have the guest's byte order (spec 1.4,
 * 2.7.3). What is in this machine's memory is of this machine, whose order is
 * little-endian either way on most.
 */
static void set_order(struct raw_ring *r)
{
	bool is_modern = r->q.packed ||
			 vi_features_test(r->q.features, VIRTIO_F_VERSION_1);
	bool is_native = r->memory == &r->kcore.phys &&
			 (r->has_features || !VI_BIG_ENDIAN);

	r->q.order_unknown = !r->has_order && !is_modern && !is_native;
	if (is_native && !is_modern && !r->has_order)
		r->big_endian = VI_BIG_ENDIAN;
	r->q.swap = !r->q.packed && r->big_endian != VI_BIG_ENDIAN;
}

static int parse(struct vi_ctx *ctx, const char *spec, struct raw_ring *r)
{
	char *copy = strdup(spec);
	int err = copy ? parse_words(ctx, copy, r) :
			 vi_fail(ctx, -ENOMEM, "out of memory");

	free(copy);
	if (!err)
		err = check(ctx, r);
	if (!err)
		set_queue(r);
	return err;
}

/* --- Taking snapshots --- */

static uint16_t bytes16(const uint8_t *b, bool big)
{
	return big ? b[0] << 8 | b[1] : b[1] << 8 | b[0];
}

/* What was not given, and what that means. The indices in both byte orders let
 * people see which one it is. */
static void add_notes(const struct raw_ring *r, struct vi_device *dev,
		      const struct vi_raw_queue *q)
{
	const uint8_t *avail = q->driver_bytes, *used = q->device_bytes;

	if (!r->has_features)
		vi_access_note(dev, "no features given, so what depends on them is not judged");
	if (!q->order_unknown)
		return;
	if (!avail || !used)
		vi_access_note(dev, "the byte order of the ring is unknown: give byte_order=, or features= with VERSION_1");
	else
		vi_access_note(dev, "the byte order of the ring is unknown: give byte_order=little (the available index is then %u, the used index %u), byte_order=big (%u, %u), or features= with VERSION_1",
			       bytes16(avail + 2, false),
			       bytes16(used + 2, false),
			       bytes16(avail + 2, true),
			       bytes16(used + 2, true));
}

static int ring_snapshot(void *state, struct vi_device *dev,
			 struct vi_snapshot *snap)
{
	struct raw_ring *r = state;
	struct vi_raw_queue *q = vi_snapshot_add(snap);
	int err;

	if (!q)
		return -ENOMEM;
	*q = r->q;
	q->time_ns = vi_real_ns();
	snap->physical = true;
	err = vi_raw_queue_read(q, r->memory);
	if (!err)
		add_notes(r, dev, q);
	return err;
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
	if (r->has_features) {
		dev->vdev.features = r->q.features;
		dev->features_width = VIRTIO_FEATURES_BITS;
		vi_set_fact(dev, VI_FACT_FEATURES, 0);
	}
	if (is_given(r, ALIGN)) {
		dev->queue_align = r->number[ALIGN];
		vi_set_fact(dev, VI_FACT_QUEUE_ALIGN, 0);
	}
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

	if (!err)
		err = open_memory(ctx, memory, r);
	if (!err)
		set_order(r);
	return err;
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
