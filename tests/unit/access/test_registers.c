// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Registers of a device in use, through the window in its configuration space:
 * devices as several hypervisors make them, and failures.
 */
#include "registers_model.h"

static void all_is_read_and_put_back(void **state)
{
	struct vi_registers regs;
	unsigned int i;

	(void)state;
	m.window[12] = 4;	/* a target left by somebody */
	assert_int_equal(read_registers(&regs), 0);
	assert_int_equal(regs.status, 0xf);
	assert_int_equal(regs.num_queues, QUEUES);
	assert_int_equal(regs.offered.w[0], offered[0]);
	assert_int_equal(regs.offered.w[1], offered[1]);
	assert_int_equal(regs.accepted.w[0], accepted[0]);
	assert_int_equal(regs.accepted.w[1], accepted[1]);
	assert_int_equal(regs.offered_bits, 128);
	assert_int_equal(regs.count, QUEUES);
	for (i = 0; i < QUEUES; i++) {
		const struct vi_queue_registers *q = &regs.queues[i];

		assert_int_equal(q->index, i);
		assert_int_equal(q->size, 256);
		assert_int_equal(q->enabled, i != 1);
		assert_int_equal(q->msix_vector, i + 1);
		assert_int_equal(q->notify_off, i);
		assert_true(q->has_addresses);
		assert_int_equal(q->desc, 0x100000000 * (i + 1) + 0x1000);
		assert_int_equal(q->driver, 0x100000000 * (i + 1) + 0x2000);
		assert_int_equal(q->device, 0x100000000 * (i + 1) + 0x3000);
	}
	check_restored();
	vi_registers_free(&regs);
}

static void configuration_space(void **state)
{
	struct vi_config_row rows[VI_CONFIG_ROWS];
	struct vi_registers regs;

	(void)state;
	put_on_bus();
	m.config_changes = 1;
	assert_int_equal(read_registers(&regs), 0);
	assert_false(regs.config.torn);
	assert_int_equal(regs.config.generation, 1);
	/* blk: capacity, seg_max, geometry, blk_size; not size_max */
	assert_int_equal(regs.config.len, 24);
	assert_memory_equal(regs.config.bytes, m.config, 8);
	assert_int_equal(get_le(regs.config.bytes + 8, 4), 0);
	assert_memory_equal(regs.config.bytes + 12, m.config + 12, 12);
	assert_true(vi_config_decode(vi_device_type(&dev), regs.offered,
				     regs.config.bytes, regs.config.len,
				     rows) >= 5);
	vi_registers_free(&regs);
	check_restored();

	m.config_changes = 1000;
	assert_int_equal(read_registers(&regs), 0);
	assert_true(regs.config.torn);
	vi_registers_free(&regs);
	check_restored();
}

static void addresses_that_cannot_be_read(void **state)
{
	struct vi_registers regs;
	struct vi_raw_queue q;

	(void)state;
	m.hides_addresses = true;
	assert_int_equal(read_registers(&regs), 0);
	assert_false(regs.queues[0].has_addresses);
	assert_int_equal(vi_registers_queue(ctx, &dev, &regs, 0, NULL, &q),
			 -ENODATA);
	assert_error("does not reveal its ring addresses");
	vi_registers_free(&regs);
}

static void fewer_feature_words(void **state)
{
	struct vi_registers regs;

	(void)state;
	m.feature_words = 2;
	assert_int_equal(read_registers(&regs), 0);
	assert_int_equal(regs.offered_bits, 64);
	assert_int_equal(regs.accepted_bits, 64);
	assert_int_equal(regs.offered.w[0], offered[0]);
	assert_int_equal(regs.offered.w[1], 0);
	vi_registers_free(&regs);
	check_restored();
}

static void fewer_queues_than_it_says(void **state)
{
	struct vi_registers regs;

	(void)state;
	m.select_limit = 2;
	m.queue_select = 1;
	assert_int_equal(read_registers(&regs), 0);
	assert_int_equal(regs.num_queues, QUEUES);
	assert_int_equal(regs.count, 2);
	assert_int_equal(m.queue_select, 1);
	vi_registers_free(&regs);
}

static void driver_selects_meanwhile(void **state)
{
	struct vi_registers regs;

	(void)state;
	m.queue_select = 0;
	m.stolen_selects = 1;
	assert_int_equal(read_registers(&regs), 0);
	assert_int_equal(regs.queues[2].msix_vector, 3);
	vi_registers_free(&regs);
}

static void window_that_is_only_memory(void **state)
{
	struct vi_registers regs;

	(void)state;
	m.works = false;
	assert_int_equal(read_registers(&regs), -ENOTSUP);
	assert_error("does not implement it; use --attach=kernel");
	check_restored();
}

static void window_without_room(void **state)
{
	struct vi_registers regs;

	(void)state;
	pci.caps[3].state = VI_PCI_CAP_REJECTED;
	pci.caps[3].cap_len = 16;
	assert_int_equal(read_registers(&regs), -ENOTSUP);
	assert_error("PCI_CFG capability has only 16 bytes");
	assert_int_equal(m.accesses, 0);
}

static void legacy_device(void **state)
{
	struct vi_registers regs;

	(void)state;
	pci.num_caps = 0;
	pci.kind = VI_PCI_LEGACY;
	assert_int_equal(read_registers(&regs), -ENOTSUP);
	assert_error("a legacy device has no window");
}

/* P18 */
static void without_privilege(void **state)
{
	struct vi_registers regs;

	(void)state;
	pci.num_caps = 0;
	pci.access_denied = true;
	assert_int_equal(read_registers(&regs), -EACCES);
	assert_error("run as root");
}

static void lockdown(void **state)
{
	struct vi_registers regs;

	(void)state;
	m.write_err = -EPERM;
	assert_int_equal(read_registers(&regs), -EPERM);
	assert_error("lockdown");
	assert_error("use --attach=kernel");
	assert_false(m.open);
}

static void device_that_is_gone(void **state)
{
	struct vi_registers regs;

	(void)state;
	m.status = 0xff;
	assert_int_equal(read_registers(&regs), -ENODEV);
	check_restored();
}

/* A layout in which reading a structure would read the interrupt status. */
static void interrupt_status_is_never_read(void **state)
{
	struct vi_registers regs;
	uint32_t at;

	(void)state;
	for (at = 16; at < 56; at += 4) {
		pci.caps[1].offset = at;
		pci.caps[1].length = 1;
		assert_true(read_registers(&regs) < 0);
		check_restored();
	}
	/* Also if another capability precedes it. */
	pci.caps[1].offset = 20;
	pci.caps[1].state = VI_PCI_CAP_IGNORED;
	assert_true(read_registers(&regs) < 0);
	check_restored();
}

static void any_failure_leaves_it_aimed_at_nothing(void **state)
{
	struct vi_registers regs;
	unsigned int total, at;
	int failures = 0;

	(void)state;
	put_on_bus();
	assert_int_equal(read_registers(&regs), 0);
	vi_registers_free(&regs);
	total = m.accesses;
	for (at = 1; at <= total; at++) {
		m.accesses = 0;
		m.fails_at = at;
		if (read_registers(&regs)) {
			failures++;
			assert_true(*vi_error(ctx));
			assert_null(regs.queues);
		} else {
			vi_registers_free(&regs);
		}
		assert_false(m.open);
		/* Even the write of the length may fail. */
		if (get_le(m.window + 12, 4))
			assert_error("do not dump its configuration space");
		m.window[12] = 0;
		m.window[4] = 2;
		m.window[8] = 0x30;
		m.device_select = m.driver_select = 1;
		m.queue_select = 2;
	}
	assert_int_equal(failures, total);
}

static int read_flat(void *source, uint64_t offset, void *buf, size_t len)
{
	memcpy(buf, (uint8_t *)source + offset, len);
	return 0;
}

static void queue_with_its_ring(void **state)
{
	static uint8_t memory[0x4000];
	struct vi_mem phys = { 0 };
	struct vi_registers regs;
	struct vi_raw_queue q;

	(void)state;
	memory[0x2002] = 7;	/* avail->idx */
	memory[0x3002] = 5;	/* used->idx */
	assert_int_equal(vi_mem_add(&phys, 0x100000000, sizeof(memory),
				    read_flat, memory, 0), 0);
	assert_int_equal(read_registers(&regs), 0);
	assert_int_equal(vi_registers_queue(ctx, &dev, &regs, 0, &phys, &q), 0);
	assert_int_equal(q.size, 256);
	assert_false(q.packed);
	assert_int_equal(q.passes, 1);
	assert_false(q.torn);
	assert_int_equal(q.driver_bytes[2], 7);
	assert_int_equal(q.device_bytes[2], 5);
	assert_true(q.have & VI_Q_AVAIL_AGAIN);
	assert_int_equal(q.avail_again, 7);
	vi_raw_queue_free(&q);

	/* Not set up; no such queue; ring not in this memory. */
	assert_int_equal(vi_registers_queue(ctx, &dev, &regs, 1, &phys, &q),
			 -ENOENT);
	assert_int_equal(vi_registers_queue(ctx, &dev, &regs, 9, &phys, &q),
			 -ENOENT);
	assert_int_equal(vi_registers_queue(ctx, &dev, &regs, 2, &phys, &q), 0);
	assert_int_equal(q.memory_err, -EFAULT);
	assert_null(q.desc_bytes);
	vi_raw_queue_free(&q);
	/* Without physical addresses. */
	assert_int_equal(vi_registers_queue(ctx, &dev, &regs, 0, NULL, &q), 0);
	assert_int_equal(q.memory_err, -ENODATA);
	assert_int_equal(q.desc, 0x100001000);
	vi_raw_queue_free(&q);
	vi_registers_free(&regs);
	vi_mem_fini(&phys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(all_is_read_and_put_back),
		test(configuration_space),
		test(addresses_that_cannot_be_read),
		test(fewer_feature_words),
		test(fewer_queues_than_it_says),
		test(driver_selects_meanwhile),
		test(window_that_is_only_memory),
		test(window_without_room),
		test(legacy_device),
		test(without_privilege),
		test(lockdown),
		test(device_that_is_gone),
		test(interrupt_status_is_never_read),
		test(any_failure_leaves_it_aimed_at_nothing),
		test(queue_with_its_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
