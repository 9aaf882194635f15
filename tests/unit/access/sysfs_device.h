/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests: a device in sysfs, as its files show it. */
#ifndef VI_TESTS_SYSFS_DEVICE_H
#define VI_TESTS_SYSFS_DEVICE_H

#include "tree.h"

#define PCI	"pci0000:00/0000:00:02.0"
#define PARENT	"/sys/devices/" PCI
#define DEVICE	PARENT "/virtio0"

#define BLK	"DRIVER=virtio_blk\nMODALIAS=virtio:d00000002v00001AF4\n"
#define NET	"DRIVER=virtio_net\nMODALIAS=virtio:d00000001v00001AF4\n"
#define CONSOLE	"DRIVER=virtio_console\nMODALIAS=virtio:d00000003v00001AF4\n"
#define RNG	"DRIVER=virtio_rng\nMODALIAS=virtio:d00000004v00001AF4\n"
#define SCSI	"DRIVER=virtio_scsi\nMODALIAS=virtio:d00000008v00001AF4\n"

/* Scan, and return the only device. */
static inline struct vi_device *scan_one(void)
{
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_int_equal(count_devices(), 1);
	return device_at(0);
}

/* The text of a features file with these bits set. */
static inline const char *features(unsigned int n, ...)
{
	static char text[66];
	va_list ap;

	memset(text, '0', 64);
	text[64] = '\n';
	va_start(ap, n);
	while (n--)
		text[va_arg(ap, unsigned int)] = '1';
	va_end(ap);
	return text;
}

#define T(name) \
	cmocka_unit_test_setup_teardown(name, set_up_tree, tear_down_tree)

#endif
