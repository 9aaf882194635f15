// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Queues, decoded and judged: ring, driver's state and surroundings come from
 * the input. Missing bytes are 0.
 */
#include "check/check.h"
#include "fuzz.h"
#include "view/decode.h"

const char *const fuzz_words[] = { NULL };

#define MAX_SIZE	64
#define SAMPLES		3

struct input {
	const uint8_t *at;
	size_t left;
};

static uint64_t take(struct input *in, unsigned int bytes)
{
	return fuzz_take(&in->at, &in->left, bytes);
}

static uint8_t *take_bytes(struct input *in, size_t n)
{
	uint8_t *bytes = calloc(1, n ? n : 1);
	size_t have = n < in->left ? n : in->left;

	if (!bytes)
		abort();
	memcpy(bytes, in->at, have);
	in->at += have;
	in->left -= have;
	return bytes;
}

static void take_state(struct input *in, struct vi_raw_queue *q)
{
	unsigned int i;

	q->have = take(in, 4);
	q->last_used = take(in, 2);
	q->avail_shadow = take(in, 2);
	q->flags_shadow = take(in, 2);
	q->num_free = take(in, 2);
	q->free_head = take(in, 2);
	q->num_added = take(in, 2);
	q->avail_again = take(in, 2);
	q->host_avail = take(in, 2);
	q->host_inuse = take(in, 2);
	i = take(in, 1);
	q->ready = i & 1;
	q->broken = i & 2;
	q->reset = i & 4;
	q->event_triggered = i & 8;
	q->callback = i & 16;
	q->torn = i & 32;
	q->gone = i & 64;
	q->swap = i & 128;
}

static void take_tokens(struct input *in, struct vi_raw_queue *q)
{
	uint32_t i;

	q->tokens = calloc(q->size, sizeof(*q->tokens));
	q->extra = calloc(q->size, sizeof(*q->extra));
	if (!q->tokens || !q->extra)
		abort();
	for (i = 0; i < q->size; i++) {
		unsigned int v = take(in, 2);

		q->tokens[i].present = v & 1;
		q->tokens[i].num = v >> 1;
		q->tokens[i].last = v >> 8;
		q->tokens[i].indirect = v & 0x80;
		q->extra[i].next = v;
	}
}

static void take_tables(struct input *in, struct vi_raw_queue *q)
{
	size_t i;

	q->num_tables = take(in, 1) % 4;
	q->tables = calloc(q->num_tables + 1, sizeof(*q->tables));
	if (!q->tables)
		abort();
	for (i = 0; i < q->num_tables; i++) {
		struct vi_table *t = &q->tables[i];

		t->addr = take(in, 2);
		t->len = take(in, 2);
		t->have = take(in, 1) * 8;
		/* No access method claims to have more than it read. */
		if (t->have > t->len)
			t->have = t->len;
		t->bytes = take_bytes(in, t->have);
	}
}

static enum vi_mem_kind any_memory(void *data, uint64_t addr,
				   uint64_t *extent)
{
	(void)data;
	*extent = 1 + (addr * 7919 & 0xffff);
	return addr >> 12 & 3;
}

static void judge(struct input *in, const struct vi_raw_queue *q,
		  const struct vi_decoded *ring)
{
	struct vi_check_sample samples[SAMPLES];
	struct vi_check_queue queue = {
		.have = take(in, 1), .role = take(in, 1) % 3,
		.samples = samples, .num_samples = SAMPLES,
		.reg_size = take(in, 2),
	};
	struct vi_check check = {
		.have = take(in, 2), .type = take(in, 1),
		.status = take(in, 1), .live = take(in, 1) & 1,
		.bound = true, .features = q->features, .queues = &queue,
		.num_queues = 1, .queue_align = take(in, 2),
		.memory = { true, any_memory, NULL },
	};
	struct vi_pool pool = { NULL };
	struct vi_report report;
	size_t i;

	for (i = 0; i < SAMPLES; i++)
		samples[i] = (struct vi_check_sample) {
			.q = q, .ring = ring,
			.time_ns = i * UINT64_C(1000000000),
		};
	if (!vi_check_run(&check, &pool, &report))
		for (i = 0; i < report.num_findings; i++)
			if (!*report.findings[i].message)
				abort();
	vi_pool_free(&pool);
	vi_check_wants_more(&check);
}

/* Chains stay within their bounds. */
static void snap(const struct vi_decoded *ring)
{
	size_t i, k;

	for (i = 0; i < ring->num_in_flight; i++) {
		const struct vi_chain *c = &ring->in_flight[i];

		if (c->slots > 65536)
			abort();
		for (k = 0; k < c->num; k++)
			if (!c->desc[k].in_table &&
			    c->desc[k].at >= ring->q->size)
				abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct vi_raw_queue q = { 0 };
	struct vi_ring_parts parts;
	struct vi_decoded ring;
	uint8_t how = take(&in, 1);

	q.packed = how & 1;
	q.size = 1 + (how >> 1) % MAX_SIZE;
	if (!q.packed && how & 2)
		q.size = 1u << q.size % 7;
	q.features.w[0] = take(&in, 8);
	take_state(&in, &q);
	parts = vi_ring_parts(q.packed, q.size);
	q.device_bytes = take_bytes(&in, parts.device);
	q.driver_bytes = take_bytes(&in, parts.driver);
	q.desc_bytes = take_bytes(&in, parts.desc);
	take_tokens(&in, &q);
	take_tables(&in, &q);
	q.have |= VI_Q_SIZE;
	if (vi_decode(&q, &ring))
		abort();
	snap(&ring);
	judge(&in, &q, &ring);
	vi_decoded_free(&ring);
	vi_raw_queue_free(&q);
	return 0;
}

/* A few chains, with and without the driver's state and in-order use. */
size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	bool packed = i & 1, state = i & 2, in_order = i & 4;
	struct vi_ring_parts parts = vi_ring_parts(packed, 8);
	uint64_t features = UINT64_C(0x110000000);
	uint8_t *at = buf, *desc;
	unsigned int k;

	if (i >= 8)
		return 0;
	memset(buf, 0, 4096);
	features |= packed ? UINT64_C(1) << 34 : 0;
	features |= in_order ? UINT64_C(1) << 35 : 0;
	*at++ = packed ? 7 << 1 | 1 : 1 << 1 | 9 << 2;	/* 8 entries */
	at = fuzz_le(at, features, 8);
	at = fuzz_le(at, state ? 0x1d0343 : 0x40, 4);
	at = fuzz_le(at, packed ? 0x8000 : 0, 2);
	at = fuzz_le(at, packed ? 0x8003 : 2, 2);
	at += 14;
	*at++ = 1 | 16;
	at += parts.device;
	fuzz_le(at + 2, packed ? 0 : 2, 2);
	fuzz_le(at + 6, packed ? 0 : 2, 2);
	at += parts.driver;
	desc = at;
	for (k = 0; k < 3; k++, desc += 16) {
		fuzz_le(desc, 0x1000 * (k + 1), 8);
		fuzz_le(desc + 8, 512, 4);
		fuzz_le(desc + 12, packed ? k / 2 : !k, 2);
		fuzz_le(desc + 14, packed ? 0x80 | !k : k + 1, 2);
	}
	at += parts.desc;
	fuzz_le(at, packed ? 5 : 1, 2);
	fuzz_le(at + (packed ? 2 : 4), packed ? 3 : 1, 2);
	return at + 64 - buf;
}
