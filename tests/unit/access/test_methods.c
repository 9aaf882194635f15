// SPDX-License-Identifier: GPL-2.0-or-later
/* Access methods: choosing one, and what a context keeps of it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/compiler.h"
#include "core/ctx.h"
#include "inspect/access.h"

/* --- Choosing --- */

static void names(void **state)
{
	const struct vi_access *a = vi_access_next("registers", NULL);

	(void)state;
	assert_string_equal(a->name, "registers");
	assert_null(vi_access_next("registers", a));
	assert_null(vi_access_next("nonsense", NULL));
	/* Methods that only their own devices use cannot be requested. */
	assert_null(vi_access_next("sim", NULL));
	assert_string_equal(vi_access_find("sim")->name, "sim");
	assert_null(vi_access_find("auto"));
}

static void auto_never_writes(void **state)
{
	const struct vi_access *a = NULL;
	size_t n = 0;

	(void)state;
	for (; (a = vi_access_next("auto", a)); n++) {
		assert_false(a->flags & (VI_ACCESS_WRITES | VI_ACCESS_PRIVATE));
		assert_true(a->flags & VI_ACCESS_AUTO);
	}
	assert_in_range(n, 1, 8);
}

static void rows_are_whole(void **state)
{
	const struct vi_access *a;
	size_t i;

	(void)state;
	for (i = 0; (a = vi_access_methods[i]); i++) {
		assert_ptr_equal(vi_access_find(a->name), a);
		assert_non_null(a->snapshot);
		assert_true(!a->prefix == !a->find);
		assert_true(!a->watch == !a->poll);
		assert_true(a->close || !a->open);
		if (a->held_against)
			assert_non_null(vi_access_find(a->held_against));
	}
	assert_ptr_equal(vi_access_of_target("sim:blk"), vi_access_find("sim"));
	assert_null(vi_access_of_target("virtio0"));
	assert_null(vi_access_of_target("sim"));
}

/* --- What a context keeps --- */

static int opened, closed, begun, ended, open_err, begin_err;

static int fake_open(struct vi_ctx *ctx, void **kept)
{
	if (open_err)
		return vi_fail(ctx, open_err, "it does not open");
	opened++;
	*kept = &opened;
	return 0;
}

static void fake_close(void *kept)
{
	assert_ptr_equal(kept, &opened);
	closed++;
}

static int fake_begin(struct vi_ctx *ctx, void *kept, void **state)
{
	assert_ptr_equal(kept, &opened);
	if (begin_err)
		return vi_fail(ctx, begin_err, "it does not begin");
	begun++;
	*state = &begun;
	return 0;
}

static void fake_end(void *state)
{
	assert_ptr_equal(state, &begun);
	ended++;
}

static const struct vi_access fake = {
	.name = "fake", .open = fake_open, .close = fake_close,
	.begin = fake_begin, .end = fake_end,
};

static const struct vi_access bare = { .name = "bare" };

static void pass(struct vi_ctx *ctx, int err)
{
	void *state = NULL;

	assert_int_equal(vi_access_begin(ctx, &fake, &state), err);
	if (!err)
		vi_access_end(&fake, state);
}

static void opened_once(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	void *kept;

	(void)state;
	opened = closed = begun = ended = open_err = begin_err = 0;
	assert_null(vi_access_kept(ctx, &fake));
	pass(ctx, 0);
	pass(ctx, 0);
	assert_int_equal(vi_access_open(ctx, &fake, &kept), 0);
	assert_ptr_equal(kept, &opened);
	assert_ptr_equal(vi_access_kept(ctx, &fake), &opened);
	assert_int_equal(opened, 1);
	assert_int_equal(begun, 2);
	assert_int_equal(ended, 2);
	assert_int_equal(closed, 0);
	vi_ctx_free(ctx);
	assert_int_equal(closed, 1);
}

static void opened_anew_when_stale(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();

	(void)state;
	opened = closed = begun = ended = open_err = begin_err = 0;
	pass(ctx, 0);
	begin_err = -ENODATA;
	pass(ctx, -ENODATA);
	assert_null(vi_access_kept(ctx, &fake));
	assert_int_equal(closed, 1);
	begin_err = 0;
	open_err = -EACCES;
	pass(ctx, -EACCES);
	assert_string_equal(vi_error(ctx), "it does not open");
	open_err = 0;
	pass(ctx, 0);
	assert_int_equal(opened, 2);
	/* Another tree is another machine. */
	assert_int_equal(vi_ctx_set_sysroot(ctx, SRCDIR), 0);
	assert_int_equal(closed, 2);
	vi_ctx_free(ctx);
	assert_int_equal(closed, 2);
}

static void nothing_to_open(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	void *pass_state = ctx;

	(void)state;
	assert_int_equal(vi_access_begin(ctx, &bare, &pass_state), 0);
	assert_null(pass_state);
	vi_access_end(&bare, pass_state);
	vi_ctx_free(ctx);
}

/* Its registers may hang the machine. */
static void a_disabled_slot_is_not_probed(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_device *dev = vi_inventory_add(ctx);

	(void)state;
	assert_non_null(dev);
	dev->address = "mmio:0x2000";
	dev->has_mmio_base = true;
	dev->mmio_base = 0x2000;
	dev->slot.status = "disabled";
	vi_set_fact(dev, VI_FACT_ADDRESS, 0);
	vi_set_fact(dev, VI_FACT_SLOT, 0);
	assert_int_equal(vi_snapshot_take(ctx, dev, "registers"), -ENODEV);
	assert_string_equal(vi_error(ctx), "mmio:0x2000: not read, as its status in the device tree is \"disabled\"");
	vi_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(auto_never_writes),
		cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(opened_once),
		cmocka_unit_test(opened_anew_when_stale),
		cmocka_unit_test(nothing_to_open),
		cmocka_unit_test(a_disabled_slot_is_not_probed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
