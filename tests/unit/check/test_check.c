// SPDX-License-Identifier: GPL-2.0-or-later
/* A check's results besides findings: the three answers, what could not be
 * judged, and whether to take more samples. */
#include "inspect/snapshot.h"
#include "ring_text.h"

#define RINGS	SRCDIR "/tests/fixtures/rings/"

static struct ring_text *text;
static struct vi_pool pool;
static struct vi_report report;

static void check(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), RINGS "%s.ring", name);
	text = ring_text_read(path);
	assert_int_equal(vi_check_run(&text->check, &pool, &report), 0);
}

static int end(void **state)
{
	(void)state;
	vi_pool_free(&pool);
	ring_text_free(text);
	return 0;
}

/* Does a line begin with @start? */
static bool says(const struct vi_strings *lines, const char *start)
{
	size_t i;

	for (i = 0; i < lines->count; i++)
		if (!strncmp(lines->v[i], start, strlen(start)))
			return true;
	return false;
}

static void assert_answers(enum vi_answer seen, enum vi_answer completed,
			   enum vi_answer reaped)
{
	const struct vi_answers *a = report.answers;

	assert_int_equal(report.num_answers, 1);
	assert_int_equal(a->to[VI_ASK_SEEN], seen);
	assert_int_equal(a->to[VI_ASK_COMPLETED], completed);
	assert_int_equal(a->to[VI_ASK_REAPED], reaped);
	assert_true(a->text.count > VI_QUESTIONS);
	assert_true(says(&a->text, "try: "));
}

static void stuck_device_answers(void **state)
{
	(void)state;
	check("d1-stuck");
	assert_answers(VI_ANSWER_UNKNOWN, VI_ANSWER_NO, VI_ANSWER_YES);
	assert_true(says(&report.answers[0].text, "unknown: "));
}

/* There is no "yes" to what cannot be asked. */
static void what_never_was_is_no_yes(void **state)
{
	(void)state;
	check("d1-stuck-first");
	assert_answers(VI_ANSWER_UNKNOWN, VI_ANSWER_NO, VI_ANSWER_NONE);
	end(NULL);
	check("d1-stuck-first-packed");
	assert_answers(VI_ANSWER_UNKNOWN, VI_ANSWER_NO, VI_ANSWER_NONE);
	end(NULL);
	check("d1-stuck-wrapped");
	assert_answers(VI_ANSWER_UNKNOWN, VI_ANSWER_NO, VI_ANSWER_YES);
	end(NULL);
	check("dd-starved-first");
	assert_answers(VI_ANSWER_NONE, VI_ANSWER_NONE, VI_ANSWER_NONE);
}

static void assert_inferred(const char *file, const char *fields)
{
	const struct vi_strings *inferred;

	check(file);
	inferred = &report.answers[0].inferred;
	assert_int_equal(inferred->count, !!*fields);
	if (*fields)
		assert_string_equal(inferred->v[0], fields);
}

static void inferred_answers_are_marked(void **state)
{
	(void)state;
	assert_inferred("d2-lost-kick", "seen");
	end(NULL);
	/* That is not known at all. */
	assert_inferred("d1-stuck", "");
	end(NULL);
	assert_inferred("d3-lost-irq", "");
}

static void lost_kick_answers(void **state)
{
	(void)state;
	check("d2-lost-kick");
	assert_answers(VI_ANSWER_NO, VI_ANSWER_NO, VI_ANSWER_YES);
}

static void lost_interrupt_answers(void **state)
{
	(void)state;
	check("d3-lost-irq");
	assert_answers(VI_ANSWER_YES, VI_ANSWER_YES, VI_ANSWER_NO);
}

static void healthy_queue_has_no_answers(void **state)
{
	(void)state;
	check("24-whole-ring");
	assert_int_equal(report.num_answers, 0);
}

static const char *unjudged(const char *code)
{
	size_t i, len = strlen(code);

	for (i = 0; i < report.unjudged.count; i++)
		if (!strncmp(report.unjudged.v[i], code, len) &&
		    !strncmp(report.unjudged.v[i] + len, ": ", 2))
			return report.unjudged.v[i] + len + 2;
	return "";
}

static void unknown_memory_is_said(void **state)
{
	(void)state;
	check("30-buf-not-physical");
	assert_string_equal(unjudged("E_BUF_UNMAPPED"),
			    "the memory map is unknown");
}

static void shared_vector_is_said(void **state)
{
	(void)state;
	check("d3-irq-shared");
	assert_non_null(strstr(unjudged("D_LOST_IRQ"),
			       "cannot be attributed"));
}

static void one_look_at_a_live_ring_is_said(void **state)
{
	(void)state;
	check("b1-live-once");
	assert_non_null(strstr(unjudged("E_NEXT"), "single snapshot"));
}

static bool has_finding(const char *code)
{
	size_t i;

	for (i = 0; i < report.num_findings; i++)
		if (!strcmp(report.findings[i].code, code))
			return true;
	return false;
}

/* The first in the message, the others in a list of their own. */
static void all_occurrences_are_kept(void **state)
{
	const struct vi_finding *f;

	(void)state;
	check("16-head-four");
	f = report.findings;
	assert_int_equal(f->times, 4);
	assert_string_equal(f->message, "available entry 1 refers to descriptor 128 in a table of 128 (and 3 more)");
	assert_int_equal(f->others.count, 3);
	assert_string_equal(f->others.v[0], "available entry 2 refers to descriptor 129 in a table of 128");
	assert_string_equal(f->others.v[2], "available entry 4 refers to descriptor 131 in a table of 128");
}

static void not_without_end(void **state)
{
	const struct vi_finding *f;
	unsigned int i;

	(void)state;
	check("16-head-four");
	vi_pool_free(&pool);
	put(text->q.driver_bytes + 2, 128, 2);
	for (i = 0; i < 128; i++)
		put(text->q.driver_bytes + 4 + 2 * i, 128, 2);
	text->copies[0] = text->q;
	vi_decoded_free(&text->rings[0]);
	assert_int_equal(vi_decode(&text->copies[0], &text->rings[0]), 0);
	assert_int_equal(vi_check_run(&text->check, &pool, &report), 0);
	f = report.findings;
	assert_int_equal(f->times, 128);
	assert_int_equal(f->others.count, 65);
	assert_string_equal(f->others.v[64], "63 further ones are not listed");
}

/* In the second of five samples, the chain is sound. */
static void what_is_wrong_once_on_a_live_ring_is_not_reported(void **state)
{
	static uint8_t desc[8 * 16];

	(void)state;
	check("b1-live-five");
	assert_true(has_finding("E_NEXT"));
	assert_int_equal(report.findings[0].samples, 5);
	vi_pool_free(&pool);

	put_desc(desc, 0x1000, 16, 0, 0);
	text->copies[1].desc_bytes = desc;
	vi_decoded_free(&text->rings[1]);
	assert_int_equal(vi_decode(&text->copies[1], &text->rings[1]), 0);
	assert_int_equal(vi_check_run(&text->check, &pool, &report), 0);
	assert_false(has_finding("E_NEXT"));
}

/* Torn samples prove nothing either way. */
static void torn_looks_do_not_count(void **state)
{
	size_t i;

	(void)state;
	check("b1-live-five");
	vi_pool_free(&pool);
	for (i = 0; i < 3; i++)
		text->copies[i].torn = true;
	assert_int_equal(vi_check_run(&text->check, &pool, &report), 0);
	assert_true(has_finding("E_NEXT"));
	assert_int_equal(report.findings[0].samples, 2);
	assert_false(has_finding("I_TORN"));
	vi_pool_free(&pool);

	text->copies[3].torn = true;
	assert_int_equal(vi_check_run(&text->check, &pool, &report), 0);
	assert_false(has_finding("E_NEXT"));
}

static void an_inferred_list_is_said(void **state)
{
	static const char *const codes[] = {
		"E_DUP_HEAD", "E_SHARED_DESC", "E_ORDER",
	};
	size_t i;

	(void)state;
	check("18-inferred-ok");
	for (i = 0; i < 3; i++)
		assert_non_null(strstr(unjudged(codes[i]), "inferred"));
	assert_non_null(strstr(unjudged("E_USED_NOT_HEAD"), "unknown"));
	assert_non_null(strstr(unjudged("E_DUP_USED"), "unknown"));
}

static void addresses_of_an_iommu_are_said(void **state)
{
	(void)state;
	check("30-buf-translated-ok");
	assert_non_null(strstr(unjudged("E_BUF_UNMAPPED"), "does not use physical"));
}

/* Nothing that stands still afterwards is diagnosed; the answers remain. */
static void a_device_that_gave_up_is_not_diagnosed_further(void **state)
{
	(void)state;
	check("d8-needs-reset-still");
	assert_int_equal(report.num_findings, 1);
	assert_non_null(strstr(unjudged("D_LOST_KICK"), "needs a reset"));
	assert_int_equal(report.num_answers, 1);
	assert_int_equal(report.answers[0].to[VI_ASK_SEEN],
			 VI_ANSWER_NO);
	assert_int_equal(report.answers[0].to[VI_ASK_COMPLETED],
			 VI_ANSWER_NO);
}

static void answers_need_no_finding_of_the_queue(void **state)
{
	(void)state;
	check("d8-failed-maybe-bound");
	assert_int_equal(report.num_findings, 1);
	assert_int_equal(report.findings[0].queue, -1);
	assert_int_equal(report.num_answers, 1);
}

static void the_age_of_a_request_is_said(void **state)
{
	const struct vi_finding *f;

	(void)state;
	check("d1-may-wait");
	f = &report.findings[0];
	assert_string_equal(f->code, "D_DEVICE_STUCK");
	assert_int_equal(f->severity, VI_INFO);
	assert_string_equal(f->evidence[0].name, "age_ms");
	assert_int_equal(f->evidence[0].value.number, 4000);
}

/* Each diagnosis of a queue has evidence and advice. */
static void diagnoses_are_complete(void **state)
{
	static const char *const names[] = {
		"d1-stuck", "d2-lost-kick", "d2-no-kick", "d3-lost-irq",
		"d4-callbacks-off", "d5-event-stuck", "d6-index-lost",
		"d7-broken", "d8-failed", "d8-needs-reset", "d9-half",
		"da-no-vector", "db-size", "dc-full", "dd-starved", "de-inuse",
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		check(names[i]);
		assert_true(report.num_findings);
		for (k = 0; k < report.num_findings; k++) {
			const struct vi_finding *f = &report.findings[k];

			if (f->code[0] != 'D')
				continue;
			assert_true(f->num_evidence);
			assert_non_null(f->advice);
			if (f->queue >= 0)
				assert_int_equal(report.num_answers, 1);
		}
		end(NULL);
	}
	check("d1-stuck");
}

static void torn_ring_is_not_judged(void **state)
{
	(void)state;
	check("91-torn");
	assert_true(*unjudged("contents of rings"));
}

static void findings_have_evidence(void **state)
{
	const struct vi_finding *f;

	(void)state;
	check("20-next");
	f = &report.findings[0];
	assert_string_equal(f->code, "E_NEXT");
	assert_int_equal(f->severity, VI_ERROR);
	assert_int_equal(f->queue, 0);
	assert_string_equal(f->evidence[0].name, "head");
	assert_int_equal(f->evidence[0].value.number, 0);
	assert_string_equal(f->evidence[2].name, "value");
	assert_int_equal(f->evidence[2].value.number, 8);
}

/* --- More samples --- */

static bool wants_more(const char *name)
{
	check(name);
	text->check.live = true;
	return vi_check_wants_more(&text->check);
}

static void a_request_is_watched_until_it_is_old(void **state)
{
	(void)state;
	assert_true(wants_more("d1-stuck-1s"));
	end(NULL);
	assert_false(wants_more("d1-stuck"));
}

static void a_queue_that_moves_is_not_watched(void **state)
{
	(void)state;
	assert_false(wants_more("d1-moving"));
}

/* A request that stays is followed, until it is old or completes. */
static void a_request_that_stays_is_followed(void **state)
{
	(void)state;
	check("de-young-ok");
	text->check.live = true;
	text->follow.of[1].seen_ns = text->follow.first_ns;
	text->follow.of[1].since_ns = text->follow.first_ns + 600000000;
	assert_true(vi_check_may_be_losing(&text->check));
	text->follow.of[1].since_ns = text->follow.first_ns;
	assert_false(vi_check_may_be_losing(&text->check));
	text->follow.of[1].since_ns = text->follow.ns;
	assert_false(vi_check_may_be_losing(&text->check));
	text->follow.of[1].seen_ns = text->follow.ns;
	assert_false(vi_check_may_be_losing(&text->check));
}

static const struct vi_queue_kind *fs_queue(void)
{
	const struct vi_device_type *type;
	unsigned int number;
	size_t i;

	for (i = 0; (type = vi_device_type_at(i)); i++)
		if (type->driver.id_table->device == VIRTIO_ID_FS)
			return vi_queue_named(type, "requests.0", NULL,
					      &number);
	return NULL;
}

/* A lock may wait in a queue of a file system, its attributes do not. */
static void requests_that_do_not_wait_must_end(void **state)
{
	struct vi_header header = { .len = 40 };
	struct vi_snapshot snap = { .pool = &pool };
	struct vi_queue view = { .snap = &snap };
	struct vi_flight flight = { .view = &view, .header = &header };
	static const struct { uint8_t opcode; bool lost; } row[] = {
		{ 3, true },	/* FUSE_GETATTR */
		{ 33, false },	/* FUSE_SETLKW */
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		check("de-may-wait-ok");
		vi_pool_free(&pool);
		view.q = &text->q;
		view.kind = fs_queue();
		header.bytes[4] = row[i].opcode;
		flight.chain = &text->rings[1].in_flight[0];
		flight.request = NULL;
		text->samples[1].flights = &flight;
		assert_int_equal(vi_check_run(&text->check, &pool, &report), 0);
		assert_int_equal(has_finding("D_REQUEST_LOST"), row[i].lost);
		if (!i)
			end(NULL);
	}
}

static void completions_in_the_way_of_nobody(void **state)
{
	(void)state;
	check("d3-lazy-ok");
	assert_int_equal(report.undecided.count, 0);
	end(NULL);
	check("d3-lazy-full-ok");
	assert_true(says(&report.undecided, "queue 0: 2 completions"));
	end(NULL);
	check("d3-lazy-input-ok");
	assert_true(says(&report.undecided, "queue 0: 1 completion"));
}

static void what_cannot_be_told_of_requests_is_said(void **state)
{
	(void)state;
	check("de-laps-ok");
	assert_non_null(strstr(unjudged("D_REQUEST_LOST"), "laps"));
	assert_true(says(&report.undecided, "queue 0: cannot tell"));
	end(NULL);
	check("de-not-overtaken-ok");
	assert_non_null(strstr(unjudged("D_REQUEST_LOST"), "too few"));
	assert_true(says(&report.undecided, "queue 0: a request"));
	end(NULL);
	check("de-young-ok");
	assert_false(says(&report.undecided, "queue 0: a request"));
	assert_string_equal(unjudged("D_REQUEST_LOST"), "");
	end(NULL);
	check("d1-stuck");
	assert_non_null(strstr(unjudged("D_REQUEST_LOST"), "record"));
	end(NULL);
	check("de-parked-ok");
	assert_string_equal(unjudged("D_REQUEST_LOST"), "");
}

static void one_look_is_never_enough(void **state)
{
	(void)state;
	assert_true(wants_more("b1-live-once"));
}

static void a_capture_cannot_be_looked_at_again(void **state)
{
	(void)state;
	check("d1-stuck-1s");
	assert_false(vi_check_wants_more(&text->check));
}

/* --- AVAIL, USED and the wrap counter (spec 2.8.1) --- */

static int nothing(void **state)
{
	(void)state;
	return 0;
}

static void wrap_counter_decides(void **state)
{
	static const struct {
		bool avail, used, wrap, is_avail, is_used;
	} row[] = {
		{ 0, 0, 0, 0, 1 }, { 0, 0, 1, 0, 0 },
		{ 0, 1, 0, 1, 0 }, { 0, 1, 1, 0, 0 },
		{ 1, 0, 0, 0, 0 }, { 1, 0, 1, 1, 0 },
		{ 1, 1, 0, 0, 0 }, { 1, 1, 1, 0, 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		uint16_t flags = row[i].avail << 7 | row[i].used << 15;
		uint16_t pos = 3 | row[i].wrap << 15;

		assert_int_equal(vi_packed_is_avail(flags, pos),
				 row[i].is_avail);
		assert_int_equal(vi_packed_is_used(flags, pos),
				 row[i].is_used);
	}
}

int main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, NULL, end)
	const struct CMUnitTest tests[] = {
		T(stuck_device_answers),
		T(what_never_was_is_no_yes),
		T(inferred_answers_are_marked),
		T(lost_kick_answers),
		T(lost_interrupt_answers),
		T(healthy_queue_has_no_answers),
		T(unknown_memory_is_said),
		T(shared_vector_is_said),
		T(one_look_at_a_live_ring_is_said),
		T(torn_ring_is_not_judged),
		T(all_occurrences_are_kept),
		T(not_without_end),
		T(what_is_wrong_once_on_a_live_ring_is_not_reported),
		T(torn_looks_do_not_count),
		T(an_inferred_list_is_said),
		T(addresses_of_an_iommu_are_said),
		T(a_device_that_gave_up_is_not_diagnosed_further),
		T(answers_need_no_finding_of_the_queue),
		T(the_age_of_a_request_is_said),
		T(diagnoses_are_complete),
		T(findings_have_evidence),
		T(a_request_is_watched_until_it_is_old),
		T(a_queue_that_moves_is_not_watched),
		T(a_request_that_stays_is_followed),
		T(requests_that_do_not_wait_must_end),
		T(completions_in_the_way_of_nobody),
		T(what_cannot_be_told_of_requests_is_said),
		T(one_look_is_never_enough),
		T(a_capture_cannot_be_looked_at_again),
		cmocka_unit_test_setup_teardown(wrap_counter_decides, NULL,
						nothing),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
