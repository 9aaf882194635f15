// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PCI functions in sysfs, including invalid contents.
 *
 * wraps: vi_readlink vi_read vi_read_line vi_readdir access
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"
#include "transport/pci/sysfs.h"

#define DEVICES	"/sys/bus/pci/devices"
#define ADDRESS	"0000:00:04.0"

/* Paths with their contents or link targets; ended by NULL. */
static const char *const *entries;

static const char *find(const char *path)
{
	const char *const *e;

	for (e = entries; *e; e += 2)
		if (!strcmp(e[0], path))
			return e[1];
	return NULL;
}

static ssize_t get(const char *path, char *buf, size_t size)
{
	const char *text = find(path);

	if (!text)
		return -ENOENT;
	snprintf(buf, size, "%s", text);
	return (ssize_t)strlen(buf);
}

ssize_t __wrap_vi_readlink(struct vi_ctx *ctx, const char *path, char *buf,
			   size_t size);
ssize_t __wrap_vi_readlink(struct vi_ctx *ctx, const char *path, char *buf,
			   size_t size)
{
	(void)ctx;
	return get(path, buf, size);
}

ssize_t __wrap_vi_read(struct vi_ctx *ctx, const char *path, void *buf,
		       size_t size);
ssize_t __wrap_vi_read(struct vi_ctx *ctx, const char *path, void *buf,
		       size_t size)
{
	(void)ctx;
	return get(path, buf, size);
}

ssize_t __wrap_vi_read_line(struct vi_ctx *ctx, const char *path, char *buf,
			    size_t size);
ssize_t __wrap_vi_read_line(struct vi_ctx *ctx, const char *path, char *buf,
			    size_t size)
{
	(void)ctx;
	return get(path, buf, size);
}

/* Names, separated by blanks. */
int __wrap_vi_readdir(struct vi_ctx *ctx, const char *path,
		      int (*fn)(void *data, const char *name), void *data);
int __wrap_vi_readdir(struct vi_ctx *ctx, const char *path,
		      int (*fn)(void *data, const char *name), void *data)
{
	const char *at = find(path);
	char name[64];
	int n, ret = 0;

	(void)ctx;
	if (!at)
		return -ENOENT;
	for (; !ret && sscanf(at, "%63s%n", name, &n) == 1; at += n)
		ret = fn(data, name);
	return ret;
}

int __wrap_access(const char *path, int mode);
int __wrap_access(const char *path, int mode)
{
	(void)mode;
	return find(path) ? 0 : -1;
}

#define SYSFS(...)							\
	(entries = (const char *const[]){ __VA_ARGS__, NULL })

static void a_function(void **state)
{
	char driver[16];

	(void)state;
	SYSFS(DEVICES "/" ADDRESS, "",
	      DEVICES "/" ADDRESS "/driver", "../../../bus/pci/drivers/virtio-pci",
	      DEVICES "/" ADDRESS "/iommu_group", "../../../kernel/iommu_groups/5");
	assert_true(vi_pci_exists(ADDRESS));
	assert_false(vi_pci_exists("0000:00:05.0"));
	vi_pci_driver(ADDRESS, driver, sizeof(driver));
	assert_string_equal(driver, "virtio-pci");
	vi_pci_driver("0000:00:05.0", driver, sizeof(driver));
	assert_string_equal(driver, "");
	assert_int_equal(vi_pci_iommu_group(ADDRESS), 5);
	assert_int_equal(vi_pci_iommu_group("0000:00:05.0"), -ENOENT);
	SYSFS(DEVICES "/" ADDRESS "/iommu_group", "7");
	assert_int_equal(vi_pci_iommu_group(ADDRESS), 7);
	SYSFS(DEVICES "/" ADDRESS "/iommu_group", "groups/99999999999");
	assert_int_equal(vi_pci_iommu_group(ADDRESS), -ENOENT);
	SYSFS(DEVICES "/" ADDRESS "/iommu_group", "groups/five");
	assert_int_equal(vi_pci_iommu_group(ADDRESS), -ENOENT);
}

static void groups(void **state)
{
	char text[256], narrow[24];

	(void)state;
	SYSFS("/sys/kernel/iommu_groups/5/type", "identity",
	      "/sys/kernel/iommu_groups/6/type", "DMA-FQ",
	      "/sys/kernel/iommu_groups/5/devices",
	      ADDRESS " 0000:00:05.0 0000:00:06.0 0000:00:07.0 0000:00:08.0",
	      DEVICES "/" ADDRESS "/driver", "drivers/virtio-pci",
	      DEVICES "/0000:00:05.0/driver", "drivers/e1000",
	      DEVICES "/0000:00:06.0/driver", "drivers/pcieport",
	      DEVICES "/0000:00:08.0/driver", "drivers/nvme");
	assert_false(vi_iommu_group_translates(5));
	assert_true(vi_iommu_group_translates(6));
	assert_true(vi_iommu_group_translates(7));
	/* Not itself, no bridge, and nothing without a driver. */
	vi_iommu_group_others(5, ADDRESS, text, sizeof(text));
	assert_string_equal(text, "0000:00:05.0 (e1000), 0000:00:08.0 (nvme)");
	vi_iommu_group_others(5, ADDRESS, narrow, sizeof(narrow));
	assert_string_equal(narrow, "0000:00:05.0 (e1000), 0");
	vi_iommu_group_others(6, ADDRESS, text, sizeof(text));
	assert_string_equal(text, "");
}

#define NONE	"0x0000000000000000 0x0000000000000000 0x0000000000000000\n"

static int bars(const char *text, struct vi_pci_bar *bar)
{
	SYSFS(DEVICES "/" ADDRESS "/resource", text);
	return vi_pci_bars(ADDRESS, bar);
}

static void base_address_registers(void **state)
{
	struct vi_pci_bar bar[VI_PCI_BARS];

	(void)state;
	assert_int_equal(bars("0x000000000000c040 0x000000000000c05f 0x0000000000040101\n"
			      "0x00000000febd1000 0x00000000febd1fff 0x0000000000040200\n"
			      NONE NONE
			      "0x00000000fe000000 0x00000000fe003fff 0x000000000014220c\n"
			      NONE NONE, bar), 0);
	assert_true(bar[0].io);
	assert_int_equal(bar[0].size, 32);
	assert_false(bar[1].io);
	assert_int_equal(bar[1].base, 0xfebd1000);
	assert_int_equal(bar[1].size, 0x1000);
	assert_int_equal(bar[2].size, 0);
	assert_int_equal(bar[4].size, 0x4000);
	/* A range that ends before it begins is none. */
	assert_int_equal(bars("0x2000 0x1000 0x200\n" NONE NONE NONE NONE NONE,
			      bar), 0);
	assert_int_equal(bar[0].size, 0);
	assert_int_equal(bars("", bar), -EPROTO);
	assert_int_equal(bars(NONE NONE, bar), -EPROTO);
	assert_int_equal(bars("what\n", bar), -EPROTO);
	SYSFS(DEVICES "/" ADDRESS "/resource", NONE);
	assert_int_equal(vi_pci_bars("0000:00:05.0", bar), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_function),
		cmocka_unit_test(groups),
		cmocka_unit_test(base_address_registers),
	};

	return cmocka_run_group_tests_name("pci_sysfs", tests, NULL, NULL);
}
