// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * May a disk be taken? Sources of its uses: mounts, swap, open files and
 * mappings of processes, devices on top, its contents. The input: a byte, and
 * the texts of these files, separated by a line "--". An odd byte mounts the
 * disk after everything in the first text; then it must never be taken.
 */
#include <errno.h>

#include <virtio-inspect/bind.h>

#include "fuzz.h"

const char *const fuzz_words[] = {
	"--\n", "254:0", "254:1", "0:42", " / /mnt rw - ext4 /dev/vda rw\n",
	" - ", "\\040", "\\012", "\\134", "/dev/vda1", "/dev/vda\t", "partition",
	"36 35 ", "shared:1 master:2 ", "00400000-00452000 r-xp 00000000 fe:00 ",
	"block 254:0", "char 10:183", "pid:[4026531836]", "mnt:[4026531840]",
	" (a b) S 1 1 1 0 -1 ", "(deleted)", "LUKS\xba\xbe", "hsqs", NULL
};

#define PCI	"/sys/devices/pci0000:00/0000:00:04.0"
#define DEVICE	PCI "/virtio0"
#define VDA	DEVICE "/block/vda"

static const char *const files[] = {
	"/proc/self/mountinfo",
	"/proc/swaps",
	"/proc/7/mountinfo",
	"/proc/7/maps",
	"/proc/7/stat",
	"/proc/7/comm",
	"/proc/7/status",
	VDA "/vda1/dev",
	VDA "/vda1/partition",
	VDA "/inflight",
	"/sys/block/loop0/loop/backing_file",
	"/dev/xvda",
	VDA "/uevent",
	"/dev/vda",
	VDA "/dev",
};

#define NUM_FILES	(sizeof(files) / sizeof(files[0]))

static void put(const char *path, const char *text)
{
	fuzz_put(path, text, strlen(text));
}

/* Everything that does not depend on the input. */
static void make_machine(void)
{
	static bool made;

	if (made)
		return;
	made = true;
	fuzz_link("/sys/bus/virtio/devices/virtio0", "../../../.." DEVICE);
	fuzz_link("/sys/bus/pci/devices/0000:00:04.0", "../../../.." PCI);
	fuzz_link(PCI "/driver", "../../../bus/pci/drivers/virtio-pci");
	fuzz_link(PCI "/iommu_group", "../../../kernel/iommu_groups/5");
	fuzz_link("/sys/kernel/iommu_groups/5/devices/0000:00:04.0",
		  "../../../../../.." PCI);
	fuzz_link(DEVICE "/driver", "../../../../bus/virtio/drivers/virtio_blk");
	fuzz_link(DEVICE "/subsystem", "../../../../bus/virtio");
	fuzz_link(VDA "/subsystem", "/sys/class/block");
	fuzz_link(VDA "/vda1/subsystem", "/sys/class/block");
	fuzz_link("/sys/class/block/vda", "../../.." VDA);
	fuzz_link("/sys/dev/block/254:0", "../../.." VDA);
	fuzz_link("/proc/1/ns/pid", "pid:[4026531836]");
	fuzz_link("/proc/self/ns/mnt", "mnt:[4026531840]");
	fuzz_link("/proc/7/ns/mnt", "mnt:[4026531900]");
	fuzz_link("/proc/7/root", "/");
	fuzz_link("/proc/7/fd/3", "/dev/xvda");
	fuzz_link("/proc/7/fd/4", "/dev/null");
	fuzz_link("/proc/7/map_files/7f0000-7f1000", "/dev/null");
	put("/sys/bus/pci/drivers/vfio-pci/unbind", "");
	put("/dev/vda1", "nothing");
	put(VDA "/vda1/inflight", "       0        0\n");
	fuzz_link(VDA "/vda1/subsystem", "/sys/class/block");
	put(PCI "/vendor", "0x1af4\n");
	put(PCI "/device", "0x1042\n");
	put(PCI "/class", "0x010000\n");
	put(PCI "/driver_override", "(null)\n");
	put(PCI "/config", "\xf4\x1a\x42\x10\x06\x05\x10");
	put(DEVICE "/uevent", "MODALIAS=virtio:d00000002v00001AF4\n");
	put(DEVICE "/modalias", "virtio:d00000002v00001AF4\n");
	put(DEVICE "/status", "0x0000000f\n");
	put(DEVICE "/features",
	    "0000000000000000000000000000000011000000000000000000000000000000\n");
	put("/proc/sys/kernel/random/boot_id",
	    "6f1c0b6e-0000-4000-8000-000000000001\n");
}

/* Add a mounted disk after anything that a kernel can have written. */
static bool mount(const uint8_t *before, size_t len)
{
	static const char line[] =
		"\n99 1 254:0 / /mnt rw - ext4 /dev/vda rw\n";
	char *text;

	if (memchr(before, 0, len))
		return false;
	text = malloc(len + sizeof(line));
	if (!text)
		abort();
	memcpy(text, before, len);
	strcpy(text + len, line);
	put(files[0], text);
	put(VDA "/dev", "254:0\n");
	free(text);
	return true;
}

static void ask(struct vi_ctx *ctx, bool in_use, bool snap)
{
	/* Another process reads the disk's contents, which takes long. */
	const struct vi_bind_options ways[] = {
		{ .size = sizeof(ways[0]), .driver = "",
		  .force_signature = !snap },
		{ .size = sizeof(ways[0]), .driver = "vfio-pci", .force_signature = true, .force = true },
	};
	size_t i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct vi_device *dev = vi_device_find(ctx, "virtio0");
		struct vi_binding *b = NULL;
		int err;

		if (!dev)
			abort();
		err = vi_bind_plan(ctx, dev, NULL, &ways[i], &b);
		if (err && !*vi_error(ctx))
			abort();
		if (in_use && err != -EBUSY)
			abort();
		if (!err)
			vi_bind_free(b);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int how = fuzz_take(&data, &size, 1);
	bool in_use = how & 1, snap = how & 2 && size % 64 == 0;
	struct vi_ctx *ctx = fuzz_ctx();
	const uint8_t *mounts = data;
	size_t len = fuzz_part(data, size);

	make_machine();
	fuzz_put_parts(files, NUM_FILES, data, size);
	in_use = in_use && mount(mounts, len);
	if (vi_scan(ctx) >= 0)
		ask(ctx, in_use, snap);
	vi_ctx_free(ctx);
	return 0;
}

#define REST								\
	"--\nFilename\tType\tSize\tUsed\tPriority\n/dev/vdb1 partition 1 0 -2\n" \
	"--\n1 0 0:2 / / rw - rootfs rootfs rw\n"			\
	"--\n00400000-00452000 r-xp 00000000 fe:10 173521 /usr/bin/x\n"	\
	"--\n7 (x) S 1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0\n" \
	"--\nx\n--\nUid:\t0\t0\t0\t0\n--\n254:1\n--\n1\n"		\
	"--\n       0        0\n--\n/tmp/image\n--\nblock 254:16\n"	\
	"--\nMAJOR=254\nMINOR=0\nDEVNAME=vda\nDEVTYPE=disk\n"		\
	"--\nnothing\n--\n254:0\n"

static const char *const seeds[] = {
	"2" "1 0 0:2 / / rw - rootfs rootfs rw\n"
	"24 1 254:16 / /srv\\040data rw,relatime shared:1 - ext4 /dev/vdb rw\n"
	REST,
	"1" "22 1 0:21 / /proc rw - proc proc rw\n" REST,
	"0" "24 1 254:1 / /mnt rw - xfs /dev/vda1 rw,attr2\n" REST,
};

size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	return i < sizeof(seeds) / sizeof(seeds[0]) ?
	       fuzz_text(buf, seeds[i]) : 0;
}
