// SPDX-License-Identifier: GPL-2.0-or-later
/* What is at a physical address, by /proc/iomem. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "check/run.h"

static char iomem[] =
	"00000000-00000fff : Reserved\n"
	"00001000-0009fbff : System RAM\n"
	"000c0000-000c7fff : Video ROM\n"
	"00100000-3fffffff : System RAM\n"
	"  01000000-01ffffff : Kernel code\n"
	"40000000-4fffffff : PCI Bus 0000:00\n"
	"  40000000-40000fff : 0000:00:02.0\n"
	"    40000000-40000fff : virtio-pci-modern\n"
	"100000000-13fffffff : virtio0\n"
	"  108000000-10fffffff : System RAM (virtio_mem)\n"
	"  110000000-117ffffff : System RAM (virtio_mem)\n"
	"140000000-17fffffff : Persistent Memory\n"
	"  140000000-17fffffff : dax0.0\n"
	"    148000000-17fffffff : System RAM (kmem)\n";

static void assert_at(uint64_t addr, enum vi_mem_kind kind, uint64_t extent)
{
	uint64_t got = 0;

	assert_int_equal(vi_iomem_look(iomem, addr, &got), kind);
	assert_int_equal(got, extent);
}

static void ram_is_ram(void **state)
{
	(void)state;
	assert_at(0x1000, VI_MEM_RAM, 0x9ec00);
	assert_at(0x3fffffff, VI_MEM_RAM, 1);
	/* The kernel's own part is RAM, too. */
	assert_at(0x1000000, VI_MEM_RAM, 0x3f000000);
}

static void holes_are_nothing(void **state)
{
	(void)state;
	assert_at(0xa0000, VI_MEM_NOTHING, 0x20000);
	assert_at(0x200000000, VI_MEM_NOTHING, UINT64_MAX - 0x1ffffffff);
}

static void other_memory_is_not_ram(void **state)
{
	(void)state;
	assert_at(0x40000010, VI_MEM_IO, 0xffffff0);
	assert_at(0xc0000, VI_MEM_IO, 0x8000);
}

static void what_a_driver_added_is_ram(void **state)
{
	(void)state;
	assert_at(0x108000000, VI_MEM_RAM, 0x8000000);
	assert_at(0x110001000, VI_MEM_RAM, 0x7fff000);
	assert_at(0x148000000, VI_MEM_RAM, 0x38000000);
}

/* Around added RAM, the range belongs to its device. */
static void what_was_not_plugged_is_not(void **state)
{
	(void)state;
	assert_at(0x100000000, VI_MEM_IO, 0x8000000);
	assert_at(0x118000000, VI_MEM_IO, 0x28000000);
	assert_at(0x140000000, VI_MEM_IO, 0x8000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ram_is_ram),
		cmocka_unit_test(holes_are_nothing),
		cmocka_unit_test(other_memory_is_not_ram),
		cmocka_unit_test(what_a_driver_added_is_ram),
		cmocka_unit_test(what_was_not_plugged_is_not),
	};

	return cmocka_run_group_tests_name("memory map", tests, NULL, NULL);
}
