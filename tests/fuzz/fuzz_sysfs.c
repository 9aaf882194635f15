// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A PCI device in sysfs. The input: the texts of its files, separated by a line
 * "--".
 */
#include "fuzz.h"

const char *const fuzz_words[] = {
	"--\n", "virtio:d00000002v00001AF4", "0x1af4", "0xffffffff", "DRIVER=",
	"PCI_ID=1AF4:1042", "MODALIAS=", "1111111111111111", "0000000000000000",
	"2: ", "virtio0-req.0", "\n", "PCI-MSI", "fault", NULL
};

#define DEVICE	"/sys/devices/pci0000:00/0000:00:04.0"

static const char *const files[] = {
	DEVICE "/virtio0/features",
	DEVICE "/virtio0/modalias",
	DEVICE "/virtio0/status",
	DEVICE "/virtio0/device",
	DEVICE "/virtio0/vendor",
	DEVICE "/virtio0/uevent",
	DEVICE "/uevent",
	DEVICE "/vendor",
	DEVICE "/resource",
	DEVICE "/irq",
	"/proc/interrupts",
	DEVICE "/virtio0/block/vda/size",
	DEVICE "/config",
};

#define NUM_FILES	(sizeof(files) / sizeof(files[0]))

static void make_links(void)
{
	static bool made;

	if (made)
		return;
	made = true;
	fuzz_link("/sys/bus/virtio/devices/virtio0",
		  "../../../devices/pci0000:00/0000:00:04.0/virtio0");
	fuzz_link("/sys/bus/pci/devices/0000:00:04.0",
		  "../../../devices/pci0000:00/0000:00:04.0");
	fuzz_link(DEVICE "/virtio0/driver",
		  "../../../../bus/virtio/drivers/virtio_blk");
	fuzz_link(DEVICE "/virtio0/subsystem", "../../../../bus/virtio");
	fuzz_link(DEVICE "/subsystem", "../../../bus/pci");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vi_ctx *ctx = fuzz_ctx();

	fuzz_put_parts(files, NUM_FILES, data, size);
	make_links();
	if (vi_scan(ctx) >= 0)
		fuzz_view(ctx);
	vi_ctx_free(ctx);
	return 0;
}

static const char *const seeds[] = {
	"1110000000000000000000000000110010000000000000000000000000000000\n--\n"
	"virtio:d00000002v00001AF4\n--\n0x0000000f\n--\n0x0002\n--\n0x1af4\n"
	"--\nDRIVER=virtio_blk\nMODALIAS=virtio:d00000002v00001AF4\n--\n"
	"DRIVER=virtio-pci\nPCI_CLASS=10000\nPCI_ID=1AF4:1042\n"
	"PCI_SUBSYS_ID=1AF4:1100\nPCI_SLOT_NAME=0000:00:04.0\n--\n0x1af4\n--\n"
	"0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
	"0x00000000febd1000 0x00000000febd1fff 0x0000000000040200\n--\n11\n--\n"
	"           CPU0       CPU1\n"
	" 24:          0          0   PCI-MSI 65536-edge      virtio0-config\n"
	" 25:       1234          0   PCI-MSI 65537-edge      virtio0-req.0\n"
	"--\n2048\n--\n\xf4\x1a\x42\x10\x07\x04\x10",
	"",
};

size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	if (i >= sizeof(seeds) / sizeof(seeds[0]) || !*seeds[i])
		return 0;
	return fuzz_text(buf, seeds[i]);
}
