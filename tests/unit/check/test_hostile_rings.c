// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Nothing in a queue is trusted: whatever it holds, decoding and checking end,
 * and stay within their memory (sanitizers watch).
 *
 * HOSTILE_RINGS sets how many.
 */
#include "ring_sim.h"

/* Mostly small numbers and edges, as noise is rejected too early. */
static uint64_t odd_number(struct sim *s)
{
	static const uint64_t edges[] = {
		0, 1, 0x7fff, 0x8000, 0xffff, 0x10000, 0xffffffff,
		0x7fffffffffffffff, 0x8000000000000000, UINT64_MAX,
	};

	switch (sim_random(s, 4)) {
	case 0:
		return edges[sim_random(s, sizeof(edges) / sizeof(edges[0]))];
	case 1:
		return sim_random(s, 70);
	case 2:
		return sim_random(s, 0x20000);
	default:
		return (uint64_t)sim_random(s, 0) << 32 | s->seed >> 32;
	}
}

static void spoil(struct sim *s, uint8_t *bytes, size_t len)
{
	unsigned int n = sim_random(s, 24);

	while (bytes && len && n--) {
		size_t at = sim_random(s, len);

		if (sim_chance(s, 50))
			bytes[at] = sim_random(s, 256);
		else if (at + 2 <= len)
			put(bytes + at, odd_number(s), 2);
	}
}

static void spoil_state(struct sim *s)
{
	struct vi_raw_queue *q = &s->q;
	unsigned int i;

	for (i = 0; i < 6; i++) {
		uint32_t at = sim_random(s, q->size);

		q->tokens[at].present = sim_chance(s, 50);
		q->tokens[at].num = odd_number(s);
		q->extra[at].next = odd_number(s);
		q->extra[at].len = odd_number(s);
		q->extra[at].flags = odd_number(s);
		if (!q->num_tables)
			continue;
		q->tables[at].addr = odd_number(s);
		q->tables[at].len = odd_number(s);
		q->tables[at].have = sim_random(s, SIM_MAX * 16 + 1);
	}
	q->have = odd_number(s) | VI_Q_SIZE;
	q->last_used = odd_number(s);
	q->avail_shadow = odd_number(s);
	q->flags_shadow = odd_number(s);
	q->num_free = odd_number(s);
	q->free_head = odd_number(s);
	q->host_avail = odd_number(s);
	q->swap = sim_chance(s, 10);
	q->features.w[0] ^= sim_chance(s, 30) ? odd_number(s) : 0;
	q->desc = odd_number(s);
	q->device = odd_number(s);
}

/* The layout of the copies need not be the claimed one. */
static void spoil_parts(struct sim *s)
{
	struct vi_ring_parts parts = vi_ring_parts(s->q.packed, s->q.size);
	struct vi_raw_queue *q = &s->q;

	spoil(s, q->desc_bytes, parts.desc);
	spoil(s, q->driver_bytes, parts.driver);
	spoil(s, q->device_bytes, parts.device);
	if (q->num_tables)
		spoil(s, q->tables[sim_random(s, q->size)].bytes, SIM_MAX * 16);
	if (sim_chance(s, 5)) {
		free(q->device_bytes);
		q->device_bytes = NULL;
	}
}

static enum vi_mem_kind any_memory(void *data, uint64_t addr,
				   uint64_t *extent)
{
	struct sim *s = data;

	*extent = odd_number(s);
	return (addr ^ *extent) % 4;
}

static void judge(struct sim *s)
{
	static const struct vi_queue_kind kind = {
		.name = "requestq%u", .least_out = 16, .least_in = 1,
	};
	struct vi_check_sample samples[6];
	struct vi_check_queue queue = {
		.have = odd_number(s), .role = sim_random(s, 3),
		.kind = &kind, .samples = samples, .num_samples = 6,
	};
	struct vi_check check = {
		.live = sim_chance(s, 30), .have = odd_number(s),
		.type = sim_random(s, 4), .status = odd_number(s),
		.bound = true, .features = s->q.features, .queues = &queue,
		.num_queues = 1, .queue_align = odd_number(s),
		.memory = { true, any_memory, s },
	};
	struct vi_pool pool = { NULL };
	struct vi_report report;
	struct vi_decoded ring;
	size_t i;

	assert_int_equal(vi_decode(&s->q, &ring), 0);
	for (i = 0; i < 6; i++)
		samples[i] = (struct vi_check_sample) {
			.q = &s->q, .ring = &ring,
			.time_ns = i * 1000000000,
		};
	assert_int_equal(vi_check_run(&check, &pool, &report), 0);
	vi_check_wants_more(&check);
	for (i = 0; i < report.num_findings; i++)
		assert_true(*report.findings[i].message);
	vi_pool_free(&pool);
	vi_decoded_free(&ring);
}

static void anything_can_be_judged(void **state)
{
	const char *value = getenv("HOSTILE_RINGS");
	uint64_t n = value ? strtoull(value, NULL, 0) : 20000, i;

	(void)state;
	for (i = 0; i < n; i++) {
		unsigned int steps;
		struct sim s;

		sim_init(&s, i + 1);
		steps = sim_random(&s, 100);
		while (steps--)
			sim_step(&s);
		sim_show(&s, SIM_ALL);
		spoil_parts(&s);
		if (sim_chance(&s, 70))
			spoil_state(&s);
		judge(&s);
		sim_free(&s);
	}
}

/* --- The largest queue, as expensive as possible --- */

static void fill_split(struct vi_raw_queue *q, bool loops)
{
	uint32_t i;

	for (i = 0; i < q->size; i++) {
		put(q->driver_bytes + 4 + 2 * i, i, 2);
		put_desc(q->desc_bytes + 16 * i, 0x1000, 16, VRING_DESC_F_NEXT,
			 loops ? i : (i + 1) % q->size);
	}
	put(q->driver_bytes + 2, q->size, 2);
}

/* Each head leads into one loop of all, or into a loop of its own. */
static void loops_cost_little(void **state)
{
	struct vi_ring_parts parts = vi_ring_parts(false, VIRTQUEUE_MAX_SIZE);
	struct sim s = { 0 };
	int loops;

	(void)state;
	for (loops = 0; loops < 2; loops++) {
		struct vi_raw_queue *q = &s.q;

		memset(&s, 0, sizeof(s));
		s.seed = 1;
		q->size = VIRTQUEUE_MAX_SIZE;
		q->have = VI_Q_SIZE;
		sim_feature(&s, VIRTIO_F_IN_ORDER);
		q->desc_bytes = calloc(1, parts.desc);
		q->driver_bytes = calloc(1, parts.driver);
		q->device_bytes = calloc(1, parts.device);
		fill_split(q, loops);
		judge(&s);
		vi_raw_queue_free(q);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anything_can_be_judged),
		cmocka_unit_test(loops_cost_little),
	};

	return cmocka_run_group_tests_name("hostile rings", tests, NULL, NULL);
}
