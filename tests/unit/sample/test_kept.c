// SPDX-License-Identifier: GPL-2.0-or-later
/* Samples that a program keeps, and their use. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <virtio-inspect/sampler.h>

/* Sample two queues of a network device, and one of a disk. */
static struct vi_sample *take(void)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_sample *sample;
	struct vi_sampler *s;

	assert_non_null(vi_device_find(ctx, "sim:net"));
	assert_non_null(vi_device_find(ctx, "sim:blk"));
	assert_int_equal(vi_sampler_new(ctx, NULL, &s), 0);
	assert_int_equal(vi_sampler_sample(s), 0);
	assert_int_equal(vi_sampler_sample(s), 0);
	sample = vi_sampler_keep(s);
	assert_non_null(sample);
	vi_sampler_free(s);
	vi_ctx_free(ctx);
	return sample;
}

static int get(const struct vi_sample *sample, const char *name,
	       struct vi_value *v)
{
	return vi_get(vi_schema_find(vi_summary_schema(), name),
		      vi_sample_summary(sample), v);
}

static void number_is(const struct vi_sample *sample, const char *name,
		      uint64_t n)
{
	struct vi_value v;

	assert_int_equal(get(sample, name, &v), 0);
	assert_int_equal(v.number, n);
}

static void text_is(const struct vi_sample *sample, const char *name,
		    const char *text)
{
	struct vi_value v;

	assert_int_equal(get(sample, name, &v), 0);
	assert_string_equal(v.string, text);
}

static bool is_of(void *data, const void *queue)
{
	struct vi_value v;

	assert_int_equal(vi_get(vi_schema_find(vi_rate_schema(), "device"),
				queue, &v), 0);
	return !strcmp(v.string, data);
}

static bool any(void *data, const void *queue)
{
	(void)data;
	(void)queue;
	return true;
}

static void test_select(void **state)
{
	struct vi_sample *all = take(), *some, *none, *same;
	struct vi_value queues;

	(void)state;
	number_is(all, "devices", 2);
	number_is(all, "queues", 3);
	some = vi_sample_select(all, is_of, "sim:net");
	none = vi_sample_select(some, is_of, "sim:blk");
	same = vi_sample_select(all, any, NULL);
	assert_ptr_equal(same, all);
	vi_sample_unref(all);
	vi_sample_unref(same);

	/* Everything that it points to still exists. */
	vi_sample_queues(some, &queues);
	assert_int_equal(queues.count, 2);
	assert_true(is_of("sim:net", vi_record(&queues, 1)));
	number_is(some, "devices", 1);
	number_is(some, "queues", 2);
	text_is(some, "attach", "sim");
	vi_sample_unref(some);
	number_is(none, "devices", 0);
	number_is(none, "queues", 0);
	number_is(none, "stalled", 0);
	/* Without queues, rates are unknown, not 0. */
	assert_int_equal(get(none, "submitted_per_s", &queues), -ENODATA);
	text_is(none, "attach", "sim");
	vi_sample_unref(none);
}

static void test_lost(void **state)
{
	struct vi_sample *lost = vi_sample_lost("now", "out of memory");
	struct vi_value v;

	(void)state;
	text_is(lost, "time", "now");
	text_is(lost, "error", "out of memory");
	assert_int_equal(get(lost, "queues", &v), -ENODATA);
	assert_int_equal(get(lost, "devices", &v), -ENODATA);
	vi_sample_queues(lost, &v);
	assert_int_equal(v.count, 0);
	vi_sample_unref(lost);
	lost = vi_sample_lost(NULL, "why");
	assert_int_equal(get(lost, "time", &v), -ENODATA);
	vi_sample_unref(lost);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_select),
		cmocka_unit_test(test_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
