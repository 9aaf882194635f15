// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Registers of a device in use, through the window in its configuration space:
 * devices as several hypervisors make them, and failures.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "access/registers/registers.h"
#include "access/registers/window.h"
#include "spec/features.h"

#define BAR	4
#define COMMON	0x0000
#define ISR	0x1000
#define CONFIG	0x2000
#define POS	0x84		/* the window's capability */

#define QUEUES	3

/* --- A device, and its configuration space --- */

static struct model {
	uint8_t window[20];		/* the capability */
	bool works;			/* the window reaches the device */
	unsigned int read_only_from;	/* from this access on, writes fail */
	int write_err;
	unsigned int fails_at;		/* this access fails once; 0: none */
	unsigned int accesses;
	bool open;

	uint8_t status;
	uint32_t device_select, driver_select;
	uint16_t queue_select;
	unsigned int select_limit;	/* queue_select stays below */
	unsigned int feature_words;
	bool hides_addresses;
	unsigned int config_changes;	/* reads until the generation settles */
	uint8_t generation;
	unsigned int stolen_selects;	/* selects that the driver overwrites */
	unsigned int isr_reads;
	uint8_t config[24];
} m;

static const uint64_t offered[2] = { 0x0000000530000e54, 3 };
static const uint64_t accepted[2] = { 0x0000000100000e54, 1 };

static uint32_t get_le(const uint8_t *bytes, unsigned int len)
{
	uint32_t value = 0;

	while (len--)
		value = value << 8 | bytes[len];
	return value;
}

static uint32_t word_of(const uint64_t *words, uint32_t select)
{
	return select < 4 && select < m.feature_words ?
	       words[select / 2] >> 32 * (select % 2) : 0;
}

static uint64_t address_of(unsigned int part)
{
	return m.hides_addresses ? 0 :
	       0x100000000 * (m.queue_select + 1) + 0x1000 * (part + 1);
}

static uint32_t get_queue(uint32_t at)
{
	bool there = m.queue_select < QUEUES;

	switch (at) {
	case 24:
		return there ? 256 : 0;
	case 26:
		return m.queue_select + 1;
	case 28:
		return there && m.queue_select != 1;
	case 30:
		return m.queue_select;
	}
	return address_of((at - 32) / 8) >> (at % 8 ? 32 : 0);
}

/* Its driver selects queues at the same time. */
static uint32_t get_queue_select(void)
{
	if (m.stolen_selects && m.queue_select == 2) {
		m.stolen_selects--;
		m.queue_select = 0;
	}
	return m.queue_select;
}

static uint32_t get_common(uint32_t at)
{
	switch (at) {
	case 0:
		return m.device_select;
	case 4:
		return word_of(offered, m.device_select);
	case 8:
		return m.driver_select;
	case 12:
		return word_of(accepted, m.driver_select);
	case 16:
		return 0;
	case 18:
		return QUEUES;
	case 20:
		return m.status;
	case 21:
		if (m.config_changes) {
			m.config_changes--;
			m.generation++;
		}
		return m.generation;
	case 22:
		return get_queue_select();
	}
	return get_queue(at);
}

static uint32_t get_register(uint32_t at, unsigned int len)
{
	if (at >= ISR && at < ISR + 4) {
		m.isr_reads++;
		return 0;
	}
	if (at >= CONFIG && at + len <= CONFIG + sizeof(m.config))
		return get_le(m.config + at - CONFIG, len);
	return at < 56 ? get_common(at) : 0xffffffff;
}

static void set_register(uint32_t at, uint32_t value)
{
	switch (at) {
	case 0:
		if (value < m.feature_words || value >= 4)
			m.device_select = value;
		return;
	case 8:
		if (value < m.feature_words || value >= 4)
			m.driver_select = value;
		return;
	case 22:
		if (value < m.select_limit)
			m.queue_select = value;
		return;
	}
	fail_msg("register %#x was written", at);
}

static int model_open(struct vi_device *dev, void **state)
{
	(void)dev;
	assert_false(m.open);
	m.open = true;
	*state = &m;
	return 0;
}

static void model_close(void *state)
{
	assert_ptr_equal(state, &m);
	assert_true(m.open);
	m.open = false;
}

static int count_access(void)
{
	return ++m.accesses == m.fails_at ? -EIO : 0;
}

/* The target of the window; false: none. */
static bool aimed(uint32_t *at, unsigned int len)
{
	*at = get_le(m.window + 8, 4);
	return m.works && get_le(m.window + 12, 4) == len &&
	       m.window[4] == BAR;
}

static int model_read(void *state, unsigned int pos, void *bytes,
		      unsigned int len)
{
	uint32_t value, at;

	(void)state;
	if (count_access())
		return -EIO;
	assert_true(pos >= POS && pos - POS + len <= sizeof(m.window));
	value = get_le(m.window + pos - POS, len);
	if (pos == POS + 16 && m.works)
		value = aimed(&at, len) ? get_register(at, len) : 0;
	memcpy(bytes, &value, len);
	return 0;
}

static int model_write(void *state, unsigned int pos, const void *bytes,
		       unsigned int len)
{
	uint32_t at;

	(void)state;
	if (m.write_err)
		return m.write_err;
	if (count_access())
		return -EIO;
	assert_true(pos >= POS + 4 && pos - POS + len <= sizeof(m.window));
	if (pos == POS + 16 && aimed(&at, len))
		set_register(at, get_le(bytes, len));
	else
		memcpy(m.window + pos - POS, bytes, len);
	return 0;
}

static const struct vi_window_io model_io = {
	.open = model_open, .read = model_read, .write = model_write,
	.close = model_close,
};

/* --- The device as the library knows it --- */

static struct vi_ctx *ctx;
static struct vi_pci_config pci;
static struct vi_device dev;

static struct vi_pci_cap *add_cap(uint8_t type, uint32_t offset,
				  uint32_t length)
{
	struct vi_pci_cap *cap = &pci.caps[pci.num_caps++];

	*cap = (struct vi_pci_cap) {
		.pos = type == VI_PCI_PCI_CFG ? POS : 0x40,
		.cap_len = 20, .cfg_type = type, .has_range = true,
		.bar = BAR, .offset = offset, .length = length,
	};
	return cap;
}

static int set_up(void **state)
{
	unsigned int i;

	(void)state;
	memset(&m, 0, sizeof(m));
	memset(&pci, 0, sizeof(pci));
	memset(&dev, 0, sizeof(dev));
	m.works = true;
	m.window[4] = 2;
	m.window[8] = 0x30;
	m.status = 0xf;
	m.device_select = 1;
	m.driver_select = 1;
	m.queue_select = 2;
	m.select_limit = 1024;
	m.feature_words = 4;
	for (i = 0; i < sizeof(m.config); i++)
		m.config[i] = i + 1;
	pci.kind = VI_PCI_MODERN;
	add_cap(VI_PCI_COMMON_CFG, COMMON, 56);
	add_cap(VI_PCI_ISR_CFG, ISR, 4);
	add_cap(VI_PCI_DEVICE_CFG, CONFIG, sizeof(m.config));
	add_cap(VI_PCI_PCI_CFG, 0, 0);
	ctx = vi_ctx_new();
	if (!ctx)
		return -1;
	dev.ctx = ctx;
	dev.inv = vi_inventory(ctx);
	assert_non_null(dev.inv);
	dev.name = "virtio0";
	dev.parent = "0000:00:04.0";
	dev.pci = &pci;
	dev.vdev.id.device = 2;
	for (i = 0; i < VI_FACTS; i++)
		dev.state[i] = -ENODATA;
	dev.state[VI_FACT_PARENT] = dev.state[VI_FACT_PCI_CONFIG] = 1;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	vi_ctx_free(ctx);
	return 0;
}

/* Make its type known. */
static void put_on_bus(void)
{
	dev.state[VI_FACT_ID] = 1;
	assert_int_equal(vi_device_on_bus(&dev), 0);
}

static int read_registers(struct vi_registers *regs)
{
	return vi_registers_read_io(ctx, &dev, &model_io, regs);
}

/* The window is as before, except for its length. */
static void check_restored(void)
{
	assert_false(m.open);
	assert_int_equal(get_le(m.window + 12, 4), 0);
	assert_int_equal(m.window[4], 2);
	assert_int_equal(get_le(m.window + 8, 4), 0x30);
	assert_int_equal(m.device_select, 1);
	assert_int_equal(m.driver_select, 1);
	assert_int_equal(m.queue_select, 2);
	assert_int_equal(m.isr_reads, 0);
}

static void assert_error(const char *part)
{
	if (!strstr(vi_error(ctx), part))
		fail_msg("\"%s\" is not in: %s", part, vi_error(ctx));
}

/* --- Tests --- */

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

#define test(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
