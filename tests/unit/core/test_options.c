// SPDX-License-Identifier: GPL-2.0-or-later
/* Options of programs built for a newer or older library. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <virtio-inspect/bind.h>
#include <virtio-inspect/check.h>
#include <virtio-inspect/json.h>
#include <virtio-inspect/sampler.h>

#include "core/options.h"

struct known {
	size_t size;
	int a;
	const char *b;
};

struct later {
	struct known known;
	int c;
};

static void defaults_are_zero(void **state)
{
	struct known o = { .size = 7, .a = 7, .b = "7" };

	(void)state;
	assert_int_equal(vi_options(NULL, &o, NULL), 0);
	assert_int_equal(o.a, 0);
	assert_null(o.b);
}

static void an_older_program_lacks_some(void **state)
{
	const struct known given = {
		.size = offsetof(struct known, b), .a = 3, .b = "beyond",
	};
	struct known o;

	(void)state;
	assert_int_equal(vi_options(NULL, &o, &given), 0);
	assert_int_equal(o.a, 3);
	assert_null(o.b);
}

static void a_newer_program_may_leave_out_what_is_new(void **state)
{
	struct later given = {
		.known = { .size = sizeof(given), .a = 3, .b = "b" },
	};
	struct known o;

	(void)state;
	assert_int_equal(vi_options(NULL, &o, &given.known), 0);
	assert_int_equal(o.a, 3);
	assert_string_equal(o.b, "b");
	given.c = 1;
	assert_int_equal(vi_options(NULL, &o, &given.known), -EINVAL);
	assert_non_null(strstr(vi_error(NULL), vi_version()));
}

/* Every function with options refuses a missing size. */
static void a_size_that_was_not_set_is_refused(void **state)
{
	static const struct vi_sampler_options sampler = { .max_cpu = 1 };
	static const struct vi_check_options check = { .now = true };
	static const struct vi_bind_options bind = { .driver = "" };
	static const struct vi_json_options json = { .lines = 1 };
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_binding *b;
	struct vi_sampler *s;

	(void)state;
	assert_int_equal(vi_check(ctx, NULL, &check), -EINVAL);
	assert_non_null(strstr(vi_error(ctx), "size not set"));
	assert_int_equal(vi_sampler_new(ctx, &sampler, &s), -EINVAL);
	assert_int_equal(vi_bind_plan(ctx, NULL, "0000:00:04.0", &bind, &b),
			 -EINVAL);
	assert_int_equal(vi_write_json(ctx, vi_rule_schema(), vi_rule(0), &json,
				       NULL, NULL), -EINVAL);
	assert_non_null(strstr(vi_error(ctx), "size not set"));
	vi_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_zero),
		cmocka_unit_test(an_older_program_lacks_some),
		cmocka_unit_test(a_newer_program_may_leave_out_what_is_new),
		cmocka_unit_test(a_size_that_was_not_set_is_refused),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
