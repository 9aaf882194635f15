// SPDX-License-Identifier: GPL-2.0-or-later
/* Physical memory by /proc/iomem; registers of virtio-mmio devices. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "access/registers/mmio.h"
#include "mem/devmem.h"
#include "spec/features.h"

/* --- /proc/iomem --- */

static void check_ranges(const char *text, const char *expected)
{
	struct vi_iomem range;
	char got[1024] = "";
	size_t n = 0;

	while (vi_iomem_next(&text, &range))
		n += snprintf(got + n, sizeof(got) - n, "%llx-%llx %.*s\n",
			      (unsigned long long)range.start,
			      (unsigned long long)range.end,
			      (int)range.name_len, range.name);
	assert_string_equal(got, expected);
}

static void ranges_of_iomem(void **state)
{
	(void)state;
	check_ranges("00000000-00000fff : Reserved\n"
		     "00001000-0009fbff : System RAM\n"
		     "00100000-3ffdefff : System RAM\n"
		     "  01000000-01e02566 : Kernel code\n"
		     "  02000000-02a3efff : Kernel rodata\n"
		     "40000000-afffffff : PCI Bus 0000:00\n"
		     "  fd000000-fdffffff : 0000:00:01.0\n"
		     "    fd000000-fdffffff : virtio-pci-modern\n"
		     "100000000-13fffffff : System RAM\n",
		     "0-fff Reserved\n1000-9fbff System RAM\n"
		     "100000-3ffdefff System RAM\n"
		     "40000000-afffffff PCI Bus 0000:00\n"
		     "100000000-13fffffff System RAM\n");
}

static void what_iomem_cannot_have_is_passed_over(void **state)
{
	(void)state;
	check_ranges("", "");
	check_ranges("\n\n", "");
	check_ranges("System RAM\n", "");
	check_ranges("100 : System RAM\n100- : x\n-100 : x\n", "");
	check_ranges("2000-1000 : System RAM\n", "");
	check_ranges("11112222333344445-1 : x\n1000-1fff : y", "1000-1fff y\n");
	check_ranges("1000-1fff : ", "1000-1fff \n");
	check_ranges("1000-1fff", "");
	check_ranges("1000-\n1fff : x\n", "");
}

/* --- virtio-mmio --- */

struct slot {
	uint8_t bytes[0x200];
	unsigned int config_changes;
	unsigned int fails_at, reads;
};

static void put32(struct slot *s, uint32_t at, uint32_t value)
{
	memcpy(s->bytes + at, &value, 4);
}

/* A network device, version 2, with a driver. */
static void fill(struct slot *s)
{
	static const uint8_t mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

	memset(s, 0, sizeof(*s));
	put32(s, 0x00, 0x74726976);
	put32(s, 0x04, 2);
	put32(s, 0x08, 1);
	put32(s, 0x0c, 0x554d4551);
	put32(s, 0x70, 0xf);
	memcpy(s->bytes + 0x100, mac, 6);
	s->bytes[0x106] = 1;
	/* Registers whose access has effects, or that depend on a selection. */
	memset(s->bytes + 0x10, 0xee, 0x60);
}

static int read_slot(void *data, uint32_t at, unsigned int len,
		     uint32_t *value)
{
	struct slot *s = data;

	assert_true(at + len <= sizeof(s->bytes) && at % len == 0);
	/* Never touch InterruptStatus, nor the registers that select queues. */
	assert_true(at < 0x10 || at == 0x70 || at >= 0xfc);
	assert_true(len == 4 || at >= 0x100);
	if (++s->reads == s->fails_at)
		return -EIO;
	if (at == 0xfc && s->config_changes) {
		s->config_changes--;
		s->bytes[0xfc]++;
	}
	*value = 0;
	memcpy(value, s->bytes + at, len);
	return 0;
}

static int decode(struct vi_ctx *ctx, struct slot *s, uint64_t size,
		  struct vi_registers *regs)
{
	struct vi_features f = { { 0x100010020, 0 } };	/* MAC, STATUS */
	const struct vi_mmio_io io = { read_slot, NULL, s };

	return vi_mmio_registers_decode(ctx, "mmio:0xa003e00", &io, size, f,
					regs);
}

static void a_device_on_mmio(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_registers regs;
	struct slot s;

	(void)state;
	fill(&s);
	s.config_changes = 2;
	assert_int_equal(decode(ctx, &s, 0x200, &regs), 0);
	assert_int_equal(regs.version, 2);
	assert_int_equal(regs.device_id, 1);
	assert_int_equal(regs.vendor_id, 0x554d4551);
	assert_int_equal(regs.status, 0xf);
	assert_int_equal(regs.config.len, 8);
	assert_memory_equal(regs.config.bytes, s.bytes + 0x100, 8);
	assert_false(regs.config.torn);
	assert_int_equal(regs.config.generation, 2);

	s.config_changes = 1000;
	assert_int_equal(decode(ctx, &s, 0x200, &regs), 0);
	assert_true(regs.config.torn);
	vi_ctx_free(ctx);
}

/* Legacy devices have another register in place of the generation. */
static void a_legacy_device_on_mmio(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_registers regs;
	struct slot s;

	(void)state;
	fill(&s);
	put32(&s, 0x04, 1);
	s.config_changes = 1000;
	assert_int_equal(decode(ctx, &s, 0x200, &regs), 0);
	assert_false(regs.config.torn);
	assert_int_equal(s.config_changes, 1000);
	vi_ctx_free(ctx);
}

/* --- Registers that need a selection --- */

/* Three queues, the second of them unused. */
struct selecting {
	struct slot slot;
	uint32_t features_sel, queue_sel;
	unsigned int writes, fails_at;
	bool touched_queues;
};

static int read_selected(void *data, uint32_t at, unsigned int len,
			 uint32_t *value)
{
	struct selecting *s = data;

	switch (at) {
	case 0x10:
		*value = s->features_sel == 1 ? 1 : s->features_sel ? 0xbad :
						    0x30010020;
		return 0;
	case 0x34:
		*value = s->queue_sel < 3 ? 64 << s->queue_sel : 0;
		return 0;
	case 0x40:
	case 0x44:
		assert_int_equal(at, s->slot.bytes[4] == 1 ? 0x40 : 0x44);
		*value = s->queue_sel != 1;
		return 0;
	}
	return read_slot(&s->slot, at, len, value);
}

static int write_select(void *data, uint32_t at, uint32_t value)
{
	struct selecting *s = data;

	assert_true(at == 0x14 || at == 0x30);
	*(at == 0x14 ? &s->features_sel : &s->queue_sel) = value;
	s->touched_queues |= at == 0x30;
	return ++s->writes == s->fails_at ? -EIO : 0;
}

static int select_decode(struct vi_ctx *ctx, struct selecting *s,
			 struct vi_registers *regs)
{
	const struct vi_mmio_io io = { read_selected, write_select, s };

	return vi_mmio_registers_decode(ctx, "mmio:0xa003e00", &io, 0x200,
					(struct vi_features) { { 0, 0 } },
					regs);
}

static void what_is_selected(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct selecting s = { .features_sel = 9, .queue_sel = 9 };
	struct vi_registers regs;
	unsigned int version;

	(void)state;
	for (version = 1; version <= 2; version++) {
		fill(&s.slot);
		put32(&s.slot, 0x04, version);
		assert_int_equal(select_decode(ctx, &s, &regs), 0);
		assert_int_equal(regs.offered.w[0], 0x30010020 |
				 (uint64_t)(version - 1) << 32);
		assert_int_equal(regs.offered_bits, 32 * version);
		assert_int_equal(regs.accepted_bits, 0);
		assert_int_equal(regs.count, 3);
		assert_int_equal(regs.queues[2].max_size, 256);
		assert_true(regs.queues[0].enabled);
		assert_false(regs.queues[1].enabled);
		/* MAC and STATUS exist by the offered features. */
		assert_int_equal(regs.config.len, 8);
		/* The former selection is unknown: left as after a reset. */
		assert_int_equal(s.features_sel, 0);
		assert_int_equal(s.queue_sel, 0);
		vi_registers_free(&regs);
	}
	vi_ctx_free(ctx);
}

static void writes_that_fail(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct selecting s = { .fails_at = 0 };
	struct vi_registers regs;
	unsigned int at;

	(void)state;
	for (at = 1; at <= 8; at++) {
		s = (struct selecting) { .fails_at = at };
		fill(&s.slot);
		assert_int_equal(select_decode(ctx, &s, &regs), -EIO);
		assert_null(regs.queues);
		assert_int_equal(s.features_sel, 0);
		assert_int_equal(s.queue_sel, 0);
	}
	vi_ctx_free(ctx);
}

/* A device that claims to have all queues. */
static int endless(void *data, uint32_t at, unsigned int len, uint32_t *value)
{
	int err = read_selected(data, at, len, value);

	if (at == 0x34)
		*value = UINT32_MAX;
	return err;
}

static void queues_are_bounded(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct selecting s = { .fails_at = 0 };
	const struct vi_mmio_io io = { endless, write_select, &s };
	struct vi_registers regs;

	(void)state;
	fill(&s.slot);
	assert_int_equal(vi_mmio_registers_decode(ctx, "mmio:0x0", &io, 0x200,
			 (struct vi_features) { { 0, 0 } }, &regs), 0);
	assert_int_equal(regs.count, 1024);
	vi_registers_free(&regs);
	vi_ctx_free(ctx);
}

/* Numbers are those of the catalogue of faults; M6 is about sysfs. */
static void what_is_no_device(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_registers regs;
	struct slot s;

	(void)state;
	/* M1: a wrong magic. */
	fill(&s);
	put32(&s, 0x00, 0xffffffff);
	assert_int_equal(decode(ctx, &s, 0x200, &regs), -ENODEV);
	assert_string_equal(vi_error(ctx), "mmio:0xa003e00: not a virtio device: its first register is 0xffffffff, not 0x74726976 (\"virt\")");
	/* M2: an unknown version. */
	fill(&s);
	put32(&s, 0x04, 0);
	assert_int_equal(decode(ctx, &s, 0x200, &regs), -ENOTSUP);
	put32(&s, 0x04, 3);
	assert_int_equal(decode(ctx, &s, 0x200, &regs), -ENOTSUP);
	assert_non_null(strstr(vi_error(ctx), "3"));
	/* M4: no room for the registers. */
	fill(&s);
	assert_int_equal(decode(ctx, &s, 0xff, &regs), -EINVAL);
	assert_int_equal(s.reads, 0);
	/* M3: a slot without a device is no error, and is not read further. */
	put32(&s, 0x08, 0);
	assert_int_equal(decode(ctx, &s, 0x200, &regs), 0);
	assert_int_equal(regs.device_id, 0);
	assert_int_equal(s.reads, 3);
	vi_ctx_free(ctx);
}

/* M5: configuration space beyond the region does not exist. */
static void configuration_past_the_region(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_registers regs;
	struct slot s;

	(void)state;
	fill(&s);
	assert_int_equal(decode(ctx, &s, 0x100, &regs), 0);
	assert_int_equal(regs.config.len, 0);
	assert_int_equal(decode(ctx, &s, 0x106, &regs), 0);
	assert_int_equal(regs.config.len, 6);
	assert_memory_equal(regs.config.bytes, s.bytes + 0x100, 6);
	vi_ctx_free(ctx);
}

static void reads_that_fail(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_registers regs;
	struct slot s;
	unsigned int total, at;

	(void)state;
	fill(&s);
	assert_int_equal(decode(ctx, &s, 0x200, &regs), 0);
	total = s.reads;
	for (at = 1; at <= total; at++) {
		s.reads = 0;
		s.fails_at = at;
		assert_int_equal(decode(ctx, &s, 0x200, &regs), -EIO);
	}
	vi_ctx_free(ctx);
}

/* --- Registers, mapped --- */

static void reads_stay_within_the_mapping(void **state)
{
	uint32_t words[2] = { 0x44332211, 0x88776655 }, value;
	struct vi_devmem_map map = {
		.at = (const volatile uint8_t *)words, .len = sizeof(words),
	};

	(void)state;
	assert_int_equal(vi_devmem_read(&map, 4, 4, &value), 0);
	assert_int_equal(value, 0x88776655);
	assert_int_equal(vi_devmem_read(&map, 7, 1, &value), 0);
	assert_int_equal(vi_devmem_read(&map, 8, 1, &value), -ERANGE);
	assert_int_equal(vi_devmem_read(&map, 6, 4, &value), -ERANGE);
	assert_int_equal(vi_devmem_read(&map, 1, 2, &value), -ERANGE);
	assert_int_equal(vi_devmem_read(&map, UINT64_MAX, 1, &value), -ERANGE);
	/* For reading, and for writing. */
	map.fd = -1;
	assert_int_equal(vi_devmem_write(&map, 4, 1), -EPERM);
	assert_int_equal(words[1], 0x88776655);
	map.fd = 0;
	assert_int_equal(vi_devmem_write(&map, 4, 1), 0);
	assert_int_equal(words[1], 1);
	assert_int_equal(vi_devmem_write(&map, 2, 1), -ERANGE);
	assert_int_equal(vi_devmem_write(&map, 8, 1), -ERANGE);
}

static void a_recorded_tree_has_no_memory(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_devmem_map map;
	struct vi_devmem dm;

	(void)state;
	assert_int_equal(vi_ctx_set_sysroot(ctx, SRCDIR "/tests"), 0);
	assert_int_equal(vi_devmem_open(ctx, &dm), -ENOTSUP);
	assert_int_equal(vi_devmem_map(ctx, 0xa003e00, 0x200, &map), -ENOTSUP);
	assert_int_equal(vi_devmem_map_writable(ctx, 0xa003e00, 0x200, &map),
			 -ENOTSUP);
	assert_int_equal(vi_devmem_map(ctx, 0xa003e01, 0x200, &map), -EINVAL);
	assert_int_equal(vi_devmem_map(ctx, UINT64_MAX - 3, 4, &map), -EINVAL);
	vi_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_of_iomem),
		cmocka_unit_test(what_iomem_cannot_have_is_passed_over),
		cmocka_unit_test(a_device_on_mmio),
		cmocka_unit_test(a_legacy_device_on_mmio),
		cmocka_unit_test(what_is_selected),
		cmocka_unit_test(writes_that_fail),
		cmocka_unit_test(queues_are_bounded),
		cmocka_unit_test(what_is_no_device),
		cmocka_unit_test(configuration_past_the_region),
		cmocka_unit_test(reads_that_fail),
		cmocka_unit_test(reads_stay_within_the_mapping),
		cmocka_unit_test(a_recorded_tree_has_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
