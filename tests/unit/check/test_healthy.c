// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * No false alarms: at any moment, whatever is known of the driver's state, rings
 * of a sound driver and a sound device cause no finding worse than
 * information.
 *
 * HEALTHY (or HEALTHY_RINGS) sets how many rings; HEALTHY_SEED the first seed.
 */
#include "ring_sim.h"

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value && *value ? strtoull(value, NULL, 0) : otherwise;
}

static const char *const knowledge[] = {
	[SIM_NOTHING] = "nothing", [SIM_ALL] = "all",
	[SIM_POSITIONS] = "its positions", [SIM_LAST_USED] = "last_used",
	[SIM_NEXT_AVAIL] = "next_avail",
};

static void say(const struct sim *s, enum sim_known known, uint64_t seed)
{
	print_message("# ring %llu (%s, size %u, features %llx, known of the driver: %s): ",
		      (unsigned long long)seed,
		      s->q.packed ? "packed" : "split", s->q.size,
		      (unsigned long long)s->q.features.w[0],
		      knowledge[known]);
}

/* No finding worse than information. */
static bool is_clean(const struct sim *s, const struct vi_check *check,
		     enum sim_known known, uint64_t seed)
{
	struct vi_pool pool = { NULL };
	struct vi_report report;
	bool healthy = true;
	size_t i;

	assert_int_equal(vi_check_run(check, &pool, &report), 0);
	for (i = 0; i < report.num_findings; i++) {
		const struct vi_finding *f = &report.findings[i];

		if (f->severity == VI_INFO && f->rule->scope != VI_SCOPE_READ)
			continue;
		healthy = false;
		say(s, known, seed);
		print_message("%s: %s\n", f->code, f->message);
	}
	vi_pool_free(&pool);
	return healthy;
}

/* Every address in a simulated ring is memory. */
static enum vi_mem_kind all_memory(void *data, uint64_t addr,
				   uint64_t *extent)
{
	(void)data;
	*extent = UINT64_MAX - addr;
	return addr < UINT64_C(0x200000000) ? VI_MEM_RAM : VI_MEM_NOTHING;
}

static struct vi_check check_of(const struct sim *s,
				const struct vi_check_queue *queue)
{
	return (struct vi_check) {
		.have = VI_C_STATUS | VI_C_LEGACY | VI_C_BOUND |
			(s->q.have & VI_Q_FEATURES ? VI_C_FEATURES : 0),
		.status = 0xf, .bound = true, .features = s->q.features,
		.memory = { .physical = true, .lookup = all_memory },
		.queues = queue, .num_queues = 1,
	};
}

/* Judge one snapshot. */
static bool is_healthy(struct sim *s, enum sim_known known, uint64_t seed)
{
	struct vi_check_queue queue = {
		.have = VI_CQ_ROLE, .num_samples = 1,
	};
	struct vi_check check = check_of(s, &queue);
	struct vi_check_sample sample = { .q = &s->q };
	struct vi_decoded ring;
	bool healthy;

	sim_show(s, known);
	assert_int_equal(vi_decode(&s->q, &ring), 0);
	sample.ring = &ring;
	queue.samples = &sample;
	healthy = is_clean(s, &check, known, seed);
	/* What the decoder claims to know is true. */
	if (ring.exact &&
	    ring.num_in_flight != s->num_given + s->num_held) {
		healthy = false;
		say(s, known, seed);
		print_message("%zu in flight, not %u\n", ring.num_in_flight,
			      s->num_given + s->num_held);
	}
	vi_decoded_free(&ring);
	return healthy;
}

/* The same, if nobody knows what was negotiated. */
static bool is_healthy_unknown(struct sim *s, enum sim_known known,
			       uint64_t seed)
{
	struct vi_features features = s->q.features;
	bool healthy;

	s->q.have &= ~VI_Q_FEATURES;
	memset(&s->q.features, 0, sizeof(s->q.features));
	healthy = is_healthy(s, known, seed);
	s->q.have |= VI_Q_FEATURES;
	s->q.features = features;
	if (!healthy)
		print_message("# the features were unknown\n");
	return healthy;
}

/* --- A ring in use, in several samples --- */

#define LOOKS	5

static void *copy(const void *from, size_t len)
{
	void *to = malloc(len);

	assert_non_null(to);
	return memcpy(to, from, len);
}

/* Tables stay in place: nobody writes to those in use. */
static void look_at(const struct sim *s, struct vi_raw_queue *q)
{
	struct vi_ring_parts parts = vi_ring_parts(s->q.packed, s->q.size);
	size_t i;

	*q = s->q;
	q->desc_bytes = copy(q->desc_bytes, parts.desc);
	q->driver_bytes = copy(q->driver_bytes, parts.driver);
	q->device_bytes = copy(q->device_bytes, parts.device);
	q->tokens = copy(q->tokens, q->size * sizeof(*q->tokens));
	q->extra = copy(q->extra, q->size * sizeof(*q->extra));
	if (!q->num_tables)
		return;
	q->tables = copy(q->tables, q->num_tables * sizeof(*q->tables));
	for (i = 0; i < q->num_tables; i++)
		q->tables[i].bytes = copy(q->tables[i].bytes, SIM_MAX * 16);
}

/*
 * Run until an index in the ring moves, which anybody can see; false: none did
 * for long.
 */
static bool move(struct sim *s)
{
	uint16_t avail = s->avail, used = s->used;
	unsigned int i;

	for (i = 0; i < 500; i++) {
		sim_step(s);
		if (s->avail != avail || s->used != used)
			return true;
	}
	return false;
}

/* Nothing in flight, nothing unseen. */
static void come_to_rest(struct sim *s)
{
	while (s->num_given || s->num_held) {
		sim_take_some(s);
		sim_complete(s);
	}
	while (s->num_done)
		sim_reap(s);
}

static bool is_healthy_in_use(struct sim *s, enum sim_known known, uint64_t seed)
{
	bool idle = sim_chance(s, 50), moved = true, healthy = true;
	struct vi_check_queue queue = {
		.have = VI_CQ_ROLE | VI_CQ_VECTOR_OWN, .vector_own = true,
		.num_samples = LOOKS,
	};
	struct vi_check check = check_of(s, &queue);
	struct vi_check_sample samples[LOOKS];
	struct vi_raw_queue q[LOOKS];
	struct vi_decoded ring[LOOKS];
	size_t i;

	if (idle)
		come_to_rest(s);
	sim_show(s, known);
	for (i = 0; i < LOOKS; i++) {
		moved &= idle || move(s);
		sim_show(s, known);
		look_at(s, &q[i]);
		assert_int_equal(vi_decode(&q[i], &ring[i]), 0);
		samples[i] = (struct vi_check_sample) {
			.q = &q[i], .ring = &ring[i],
			.time_ns = 1 + i * UINT64_C(1000000000),
			.has_interrupts = true, .interrupts = 7,
		};
	}
	check.live = true;
	queue.samples = samples;
	if (moved)
		healthy = is_clean(s, &check, known, seed);
	for (i = 0; i < LOOKS; i++) {
		vi_decoded_free(&ring[i]);
		vi_raw_queue_free(&q[i]);
	}
	return healthy;
}

static unsigned int walk(uint64_t seed)
{
	unsigned int bad = 0, steps, snaps;
	enum sim_known known;
	struct sim s;

	sim_init(&s, seed);
	for (snaps = 0; snaps < 3; snaps++) {
		/* Short walks cover first laps, long ones wrapped indices. */
		steps = sim_random(&s, sim_chance(&s, 10) ? 20000 : 200);
		while (steps--)
			sim_step(&s);
		for (known = 0; known < SIM_KNOWN; known++)
			bad += !is_healthy(&s, known, seed) ||
			       !is_healthy_unknown(&s, known, seed);
	}
	if (sim_chance(&s, 20)) {
		for (known = 0; known < SIM_KNOWN; known++)
			bad += !is_healthy_in_use(&s, known, seed);
	}
	sim_free(&s);
	return bad;
}

static void sound_rings_have_no_findings(void **state)
{
	uint64_t n = from_environment("HEALTHY",
				      from_environment("HEALTHY_RINGS", 20000));
	uint64_t seed = from_environment("HEALTHY_SEED", 1), i;
	unsigned int bad = 0;

	(void)state;
	for (i = 0; i < n && bad < 5; i++)
		bad += walk(seed + i);
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_rings_have_no_findings),
	};

	return cmocka_run_group_tests_name("healthy", tests, NULL, NULL);
}
