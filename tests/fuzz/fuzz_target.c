// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How users name a device: targets, rings by address, and parts of both.
 * Nothing of this machine is read or opened.
 */
#include "core/address.h"
#include "core/hex.h"
#include "core/file.h"
#include "core/glob.h"
#include "fuzz.h"
#include "spec/features.h"
#include "virtio-inspect/virtio.h"

const char *const fuzz_words[] = {
	"sim:", "blk", "net", "rng", "console", "scsi", ",fault=", "lost-irq",
	"lost-kick", ",size=", ",queues=", ",packed", ",seed=", "split,",
	"packed,", "num=", "desc=", "driver=", "device=", "features=", "type=",
	"next_avail=", "avail_wrap=1", "next_used=", "used_wrap=0",
	"0000:00:04.0", "mmio:0x", "0.0.0007", "virtio0", "0x",
	"18446744073709551616", "=", ",", "*", "?", "[", NULL
};

static void parts(const char *s)
{
	char address[VI_PCI_ADDRESS_SIZE];
	struct vi_features features;
	unsigned int width;
	uint32_t part[4];
	uint64_t value;

	vi_pci_address(s, address);
	vi_pci_address_parse(s, part);
	vi_is_ccw_address(s);
	vi_mmio_name(s, &value);
	vi_hex_digits(s, 16, &value);
	vi_parse_u64(s, &value);
	vi_features_parse_hex(s, &features);
	vi_features_parse_bits(s, strlen(s), &features, &width);
	vi_glob_match(s, "virtio0-req.0");
}

static void device(const char *target)
{
	struct vi_ctx *ctx = fuzz_ctx();

	if (vi_device_find(ctx, target) && !strncmp(target, "sim:", 4)) {
		fuzz_check(ctx);
		fuzz_view(ctx);
	}
	vi_ctx_free(ctx);
}

static void ring(const char *spec)
{
	static const uint8_t memory[8192];
	struct vi_ctx *ctx = fuzz_ctx();
	struct vi_device *dev;

	if (!vi_ring_by_address(ctx, spec, fuzz_file(memory, sizeof(memory)),
				&dev)) {
		fuzz_check(ctx);
		fuzz_view(ctx);
	}
	vi_ctx_free(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s;

	if (size > 4096)
		return 0;
	s = malloc(size + 1);
	if (!s)
		abort();
	memcpy(s, data, size);
	s[size] = '\0';
	parts(s);
	device(s);
	ring(s);
	free(s);
	return 0;
}

static const char *const seeds[] = {
	"sim:rng",
	"sim:blk,fault=lost-irq",
	"sim:net,packed",
	"split,num=8,desc=0x0,driver=0x400,device=0x800,type=blk,features=0x110000000",
	"packed,num=8,desc=0x0,driver=0x400,device=0x800,features=0x510000000,next_avail=0,avail_wrap=1,next_used=0,used_wrap=1",
	"0000:00:04.0",
	"mmio:0xa003e00",
	"a003e00.virtio_mmio",
	"0.0.0007",
	"0x130000000",
	"virtio*-re[qr].?",
};

size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	return i < sizeof(seeds) / sizeof(seeds[0]) ?
	       fuzz_text(buf, seeds[i]) : 0;
}
