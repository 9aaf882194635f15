// SPDX-License-Identifier: GPL-2.0-or-later
/* Captures: everything written can be read again. */
#include "capture_file.h"
#include "by_hand.h"

/*
 * Write, read and write again: same bytes, same views. Buffer contents were
 * read for the capture, and only the capture has them.
 */
static void round_trip(struct vi_ctx *ctx, size_t buffers)
{
	struct file once = write_capture(ctx, buffers), twice;
	struct vi_ctx *again = read_capture(&once);
	char *a, *b;

	a = view(ctx);
	b = view(again);
	if (!buffers)
		assert_string_equal(a, b);
	assert_null(strstr(a, "\"contents\""));
	free(a);
	free(b);
	twice = write_capture(again, buffers);
	a = text_of(&once);
	b = text_of(&twice);
	assert_string_equal(a, b);
	free(a);
	free(b);
	vi_ctx_free(again);
	close(once.fd);
	close(twice.fd);
}

/* --- Simulated devices --- */

static void simulated(const char *target)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_device *dev = vi_device_find(ctx, target);

	if (!dev)
		fail_msg("%s", vi_error(ctx));
	assert_int_equal(vi_snapshot_take(ctx, dev, "auto"), 0);
	usleep(2000);
	assert_int_equal(vi_snapshot_take(ctx, dev, "auto"), 0);
	round_trip(ctx, 0);
	round_trip(ctx, 64);
	vi_ctx_free(ctx);
}

static void simulated_devices(void **state)
{
	static const char *const targets[] = {
		"sim:blk", "sim:blk,fault=stuck", "sim:blk,fault=lost-irq",
		"sim:blk,fault=stuck,indirect=off", "sim:net,packed",
		"sim:net,packed,fault=stuck", "sim:rng,fault=lost-kick,qsize=8",
		"sim:blk,packed,fault=lost-irq,event-idx=off",
		"sim:blk,fault=bad-used-id", "sim:console,fault=needs-reset",
		"sim:blk,in-order,fault=stuck,after=2",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(targets); i++)
		simulated(targets[i]);
}

/* --- Built by hand --- */

static void built_by_hand(void **state)
{
	struct vi_ctx *ctx = by_hand();

	(void)state;
	round_trip(ctx, 0);
	vi_ctx_free(ctx);
}

/* The same capture in each schema reads as the same. */
static void schema_1_says_the_same(void **state)
{
	struct file written[2];
	char *text[2], path[256];
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct vi_ctx *ctx = vi_ctx_new();

		snprintf(path, sizeof(path), "%s/tests/fixtures/capture%s.json",
			 SRCDIR, i ? "" : "-1");
		if (vi_capture_read(ctx, path))
			fail_msg("%s", vi_error(ctx));
		written[i] = write_capture(ctx, 0);
		text[i] = text_of(&written[i]);
		vi_ctx_free(ctx);
	}
	assert_string_equal(text[0], text[1]);
	assert_non_null(strstr(text[0], "\"age_ms\":3015,\"addr\":\"0x7\","
			       "\"other_queues_move\":true"));
	for (i = 0; i < 2; i++) {
		free(text[i]);
		close(written[i].fd);
	}
}

static void it_survives_being_pasted(void **state)
{
	struct vi_ctx *ctx = by_hand();
	struct file f = write_capture(ctx, 0);
	char *text = text_of(&f), *line;
	size_t i;

	(void)state;
	for (i = 0; text[i]; i++)
		assert_true(text[i] == '\n' ||
			    (text[i] >= ' ' && text[i] <= '~'));
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (strlen(line) > 160)
			fail_msg("%zu characters: %s", strlen(line), line);
	free(text);
	close(f.fd);
	vi_ctx_free(ctx);
}

static void contents_are_there_on_request_only(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new(), *again;
	struct vi_device *dev = vi_device_find(ctx, "sim:console,fault=stuck");
	struct file with, without;
	char *text;

	(void)state;
	assert_int_equal(vi_snapshot_take(ctx, dev, "auto"), 0);
	with = write_capture(ctx, 6);
	text = text_of(&with);
	/* "hello\n", from the transmit queue. */
	assert_non_null(strstr(text, "68656c6c6f0a"));
	free(text);
	again = read_capture(&with);
	without = write_capture(again, 0);
	text = text_of(&without);
	assert_null(strstr(text, "68656c6c6f0a"));
	assert_null(strstr(text, "contents"));
	free(text);
	close(with.fd);
	close(without.fd);
	vi_ctx_free(again);
	vi_ctx_free(ctx);
}

static void a_capture_is_not_looked_at_again(void **state)
{
	struct vi_ctx *ctx = by_hand(), *again;
	struct file f = write_capture(ctx, 0);
	struct vi_device *dev;

	(void)state;
	again = read_capture(&f);
	assert_int_equal(vi_snapshot_take(again, NULL, "auto"), 0);
	dev = vi_device_find(again, "virtio3");
	assert_int_equal(vi_snapshots(dev), 1);
	assert_int_equal(vi_snapshot_take(again, dev, "kernel"), -EINVAL);
	assert_non_null(strstr(vi_error(again), "virtio3"));
	assert_ptr_equal(vi_device_find(again, "0000:00:04.0"), dev);
	assert_ptr_equal(vi_device_find(again, "vda"), dev);
	vi_ctx_free(again);
	vi_ctx_free(ctx);
	close(f.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simulated_devices),
		cmocka_unit_test(built_by_hand),
		cmocka_unit_test(schema_1_says_the_same),
		cmocka_unit_test(it_survives_being_pasted),
		cmocka_unit_test(contents_are_there_on_request_only),
		cmocka_unit_test(a_capture_is_not_looked_at_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
