// SPDX-License-Identifier: GPL-2.0-or-later
/* The sampler, while devices come, go, and cannot be read. */
#include "scripted.h"
#include "tree.h"

/* --- Devices --- */

static void test_replug(void **state)
{
	struct fake f = a_queue(256, false), g = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);
	struct vi_value v;
	uint64_t generation;

	(void)state;
	f.read.avail = f.read.used = f.read.last = 100;
	sample_after(s, NS);
	assert_int_equal(number(s, "submitted"), 100);
	generation = number(s, "generation");
	/* A new device sorts first; each device keeps its own numbers. */
	names[1] = "virtio0";
	names[0] = "virtio3";
	list[0] = &g;
	list[1] = &f;
	list_changed = true;
	f.read.avail = f.read.used = f.read.last = 150;
	g.read.avail = g.read.used = g.read.last = 7;
	sample_after(s, NS);
	assert_int_equal(s->num_rows, 2);
	assert_int_equal(number(s, "submitted"), 150);
	assert_int_equal(number(s, "generation"), generation);
	assert_near(real(s, "submitted_per_s"), 50);
	assert_true(get_rate(s, 1, "device", &v));
	assert_string_equal(v.string, "virtio3");
	assert_true(get_rate(s, 1, "submitted", &v));
	assert_int_equal(v.number, 0);
	/* A device that reuses a name is a new device. */
	list[1] = NULL;
	names[0] = "virtio0";
	list_changed = true;
	sample_after(s, NS);
	assert_int_equal(s->num_rows, 1);
	assert_int_equal(number(s, "submitted"), 0);
	assert_true(number(s, "generation") != generation);
	/* No devices. */
	list[0] = NULL;
	list_changed = true;
	sample_after(s, NS);
	assert_int_equal(s->num_rows, 0);
	assert_int_equal(of_summary(s, "devices"), 0);
	end(ctx, s);
}

/* The ring was set up again: its index does not continue the old one. */
static void test_ring_made_anew(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	f.read.avail = f.read.used = f.read.last = 1000;
	sample_after(s, NS);
	f.addr++;
	f.q.size = 64;
	f.read.avail = f.read.used = f.read.last = 3;
	f.read.num_free = 64;
	sample_after(s, NS);
	assert_int_equal(number(s, "size"), 64);
	assert_int_equal(number(s, "submitted"), 1000);
	assert_true(is_there(s, "lower_bound"));
	sample_after(s, NS);
	f.read.avail = f.read.used = f.read.last = 13;
	sample_after(s, NS);
	assert_int_equal(number(s, "submitted"), 1010);
	end(ctx, s);
}

/* The sample lacks something, and tells why. */
static void lost_after(struct vi_sampler *s, uint64_t ns, const char *why)
{
	the_time += ns;
	assert_true(vi_sampler_sample(s) < 0);
	assert_string_equal(vi_error(s->ctx), why);
	assert_string_equal(error_of(s), why);
	assert_true(has_sum(s, "lower_bound"));
}

static void test_cannot_be_read_now(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	f.read.avail = 10;
	f.err = -EIO;
	lost_after(s, NS, "virtio0: queue 0 could not be read: Input/output error");
	assert_false(is_there(s, "submitted"));
	assert_false(is_there(s, "submitted_per_s"));
	assert_false(is_there(s, "in_flight"));
	assert_false(is_there(s, "stalled"));
	assert_int_equal(number(s, "size"), 256);
	f.err = 0;
	sample_after(s, NS);
	assert_int_equal(number(s, "submitted"), 10);
	assert_near(real(s, "submitted_per_s"), 5);
	end(ctx, s);
}

static void test_queue_is_not_found_now(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	/* It looks like another queue, and a scan is impossible. */
	f.addr++;
	f.watch_err = -EIO;
	lost_after(s, NS, "no queues");
	assert_false(is_there(s, "in_flight"));
	assert_int_equal(of_summary(s, "queues"), 1);
	f.watch_err = 0;
	sample_after(s, NS);
	assert_true(is_there(s, "in_flight"));
	assert_string_equal(error_of(s), "");
	end(ctx, s);
}

/* A queue that disappears during the read is no failure. */
static void test_queue_goes(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	f.addr++;
	f.gone = true;
	sample_after(s, NS);
	assert_int_equal(of_summary(s, "queues"), 0);
	assert_string_equal(error_of(s), "");
	end(ctx, s);
}

/* A failed scan does not mean that there are no devices, and is retried. */
static void test_devices_are_not_found(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	scan_err = -EMFILE;
	list_changed = true;
	lost_after(s, NS, "no scan");
	assert_int_equal(s->num_rows, 0);
	assert_false(has_sum(s, "devices"));
	assert_false(has_sum(s, "queues"));
	assert_false(has_sum(s, "stalled"));
	scan_err = 0;
	/* Scans again, but not every time. */
	lost_after(s, NS / 2, "no scan");
	assert_int_equal(scans, 1);
	sample_after(s, NS / 2);
	assert_int_equal(scans, 2);
	assert_int_equal(of_summary(s, "queues"), 1);
	sample_after(s, NS);
	assert_int_equal(scans, 2);
	end(ctx, s);
}

static void test_failure_below_is_told(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	f.read.avail = 3;
	f.heads_err = -ENOMEM;
	lost_after(s, NS, "out of memory: some data is missing");
	assert_false(is_there(s, "age_p50_ms"));
	assert_int_equal(number(s, "in_flight"), 3);
	assert_int_equal(of_summary(s, "queues"), 1);
	f.heads_err = -ENODATA;
	sample_after(s, NS / 10);
	end(ctx, s);
}

/* A queue that stands still and cannot be read is neither stalled nor idle. */
static void test_no_verdict(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s;

	(void)state;
	f.blind = true;
	s = start(&ctx, &f);
	f.read.avail = 3;
	sample_after(s, NS);
	assert_true(is_there(s, "stalled"));
	lost_after(s, NS, "virtio0 is stalled, and cannot be examined: no look");
	assert_false(is_there(s, "stalled"));
	f.read.used = f.read.last = 3;
	sample_after(s, NS);
	assert_true(is_there(s, "stalled"));
	end(ctx, s);
}

/* --- Snapshots --- */

static int see_nothing(void *state, struct vi_device *dev,
		       struct vi_snapshot *snap)
{
	(void)state;
	(void)dev;
	(void)snap;
	return 0;
}

/* A suspicion that ends leaves no snapshots behind, but those of others. */
static void test_snapshots_are_dropped(void **state)
{
	const struct vi_access sighted = {
		.name = "sighted", .snapshot = see_nothing,
		.watch = fake_watch, .poll = fake_poll,
		.heads = fake_heads, .ring = fake_ring,
	};
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);
	struct vi_device *dev = s->devices[0]->dev;
	int i;

	(void)state;
	dev->own_access = &sighted;
	s->devices[0]->access = &sighted;
	assert_int_equal(vi_snapshot_take(ctx, dev, "auto"), 0);
	f.read.avail = 3;
	for (i = 0; i < 4; i++)
		sample_after(s, NS);
	assert_true(vi_snapshots(dev) > 2);
	f.read.used = f.read.last = 3;
	sample_after(s, NS);
	assert_int_equal(vi_snapshots(dev), 1);
	end(ctx, s);
}

/* --- Missing data --- */

#define INTERRUPTS(a, b)						\
	"           CPU0       CPU1\n"					\
	" 24:          0          0  PCI-MSIX  0-edge  virtio1-config\n"	\
	" 25:  " a "  PCI-MSIX  1-edge  virtio1-req.0\n"		\
	" 26:  " b "  PCI-MSIX  2-edge  virtio1-req.1\n"

/* A recorded tree has no rings, but interrupts. */
static void test_only_interrupts(void **state)
{
	struct vi_sampler *s;
	struct vi_value v;

	(void)state;
	put_device("virtio1", "pci0000:00/0000:00:05.0",
		   "DRIVER=virtio_blk\nMODALIAS=virtio:d00000002v00001AF4\n");
	put("/proc/interrupts", INTERRUPTS("5 5", "7 0"));
	assert_int_equal(vi_scan(tree.ctx), 0);
	the_time = 1000 * NS;
	assert_int_equal(vi_sampler_new_with(tree.ctx, NULL, &fakes, &s), 0);
	assert_int_equal(vi_sampler_sample(s), 0);
	put("/proc/interrupts", INTERRUPTS("105 5", "6 0"));
	sample_after(s, 2 * NS);
	assert_int_equal(s->num_rows, 2);
	assert_int_equal(number(s, "index"), 0);
	assert_int_equal(number(s, "irq"), 25);
	assert_int_equal(number(s, "interrupts"), 100);
	assert_near(real(s, "interrupts_per_s"), 50);
	assert_false(is_there(s, "submitted"));
	assert_false(is_there(s, "in_flight"));
	assert_false(is_there(s, "stalled"));
	assert_false(is_there(s, "layout"));
	/* A lower count: how many came is unknown. */
	assert_true(get_rate(s, 1, "name", &v));
	assert_string_equal(v.string, "req.1");
	assert_false(get_rate(s, 1, "interrupts_per_s", &v));
	assert_false(vi_get(vi_schema_find(vi_summary_schema(), "notes"),
			    vi_sampler_summary(s), &v));
	assert_non_null(strstr(v.list[1], "--sysroot tree"));
	assert_null(vi_sampler_detail(s, "virtio1", 0));
	vi_sampler_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replug),
		cmocka_unit_test(test_ring_made_anew),
		cmocka_unit_test(test_cannot_be_read_now),
		cmocka_unit_test(test_queue_is_not_found_now),
		cmocka_unit_test(test_queue_goes),
		cmocka_unit_test(test_devices_are_not_found),
		cmocka_unit_test(test_failure_below_is_told),
		cmocka_unit_test(test_no_verdict),
		cmocka_unit_test(test_snapshots_are_dropped),
		cmocka_unit_test_setup_teardown(test_only_interrupts,
						set_up_tree, tear_down_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
