// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * No false alarms: of rings that a sound driver and a sound device made,
 * looked at at any moment, with the driver's state and without, nothing is
 * said that is worse than information.
 *
 * HEALTHY_RINGS says how many rings; HEALTHY_SEED where to begin.
 */
#include "ring_sim.h"

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value ? strtoull(value, NULL, 0) : otherwise;
}

/* A snapshot, judged. */
static bool is_healthy(struct sim *s, bool state, uint64_t seed)
{
	struct vi_check_queue queue = {
		.have = VI_CQ_ROLE, .num_samples = 1,
	};
	struct vi_check check = {
		.have = VI_C_FEATURES | VI_C_STATUS | VI_C_LEGACY,
		.status = 0xf, .features = s->q.features,
		.queues = &queue, .num_queues = 1,
	};
	struct vi_sample sample = { .q = &s->q };
	struct vi_report report;
	struct vi_ring ring;
	bool healthy = true;
	size_t i;

	sim_show(s, state);
	assert_int_equal(vi_ring_decode(&s->q, &ring), 0);
	sample.ring = &ring;
	queue.samples = &sample;
	assert_int_equal(vi_check_run(&check, &report), 0);
	for (i = 0; i < report.num_findings; i++) {
		const struct vi_finding *f = &report.findings[i];

		if (f->severity == VI_INFO)
			continue;
		healthy = false;
		print_message("# ring %llu (%s, size %u, features %llx, %s the driver's state): %s: %s\n",
			      (unsigned long long)seed,
			      s->q.packed ? "packed" : "split", s->q.size,
			      (unsigned long long)s->q.features.w[0],
			      state ? "with" : "without", f->rule->code,
			      f->message);
	}
	/* What is said to be known is known. */
	if (ring.exact &&
	    ring.num_in_flight != s->num_given + s->num_held) {
		healthy = false;
		print_message("# ring %llu (%s, size %u, features %llx, %s the driver's state): %zu in flight, not %u\n",
			      (unsigned long long)seed,
			      s->q.packed ? "packed" : "split", s->q.size,
			      (unsigned long long)s->q.features.w[0],
			      state ? "with" : "without", ring.num_in_flight,
			      s->num_given + s->num_held);
	}
	vi_report_free(&report);
	vi_ring_free(&ring);
	return healthy;
}

static unsigned int walk(uint64_t seed)
{
	unsigned int bad = 0, steps, looks;
	struct sim s;

	sim_init(&s, seed);
	for (looks = 0; looks < 3; looks++) {
		/* Short walks show first laps, long ones wrapped indices. */
		steps = sim_random(&s, sim_chance(&s, 10) ? 20000 : 200);
		while (steps--)
			sim_step(&s);
		bad += !is_healthy(&s, true, seed);
		bad += !is_healthy(&s, false, seed);
	}
	sim_free(&s);
	return bad;
}

static void sound_rings_have_no_findings(void **state)
{
	uint64_t n = from_environment("HEALTHY_RINGS", 20000);
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
