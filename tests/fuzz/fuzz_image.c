// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rings and requests in arbitrary memory. The input: layout and size, device
 * type, features; then the memory with the ring.
 */
#include "fuzz.h"

const char *const fuzz_words[] = { NULL };

static const char *const types[] = {
	"blk", "net", "rng", "console", "scsi", "balloon", "vsock", "gpu",
	"input", "fs", "crypto", "iommu", "mem", "sound", "i2c", "can", "gpio",
	"9p", "rpmb", "scmi", "pmem", "bt", "spi", "rtc", "media",
};

#define NUM_TYPES	(sizeof(types) / sizeof(types[0]))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vi_ctx *ctx = fuzz_ctx();
	struct vi_device *dev;
	char spec[256];
	uint8_t how = fuzz_take(&data, &size, 1);
	unsigned int num = 1 + (how >> 1) % 64;
	const char *type = types[fuzz_take(&data, &size, 1) % NUM_TYPES];
	uint64_t features = fuzz_take(&data, &size, 8);

	if (!(how & 1))
		num = 1u << num % 7;
	snprintf(spec, sizeof(spec),
		 "%s,num=%u,desc=0,driver=0x400,device=0x500,type=%s,features=0x%llx",
		 how & 1 ? "packed" : "split", num, type,
		 (unsigned long long)features);
	if (!vi_ring_by_address(ctx, spec, fuzz_file(data, size), &dev)) {
		fuzz_check(ctx);
		fuzz_view(ctx);
	}
	vi_ctx_free(ctx);
	return 0;
}

static uint8_t *descriptor(uint8_t *at, uint64_t addr, uint32_t len,
			   uint16_t third, uint16_t last)
{
	at = fuzz_le(at, addr, 8);
	at = fuzz_le(at, len, 4);
	return fuzz_le(fuzz_le(at, third, 2), last, 2);
}

/* A disk read, in direct descriptors and in a table; then other types. */
size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	bool packed = i & 1;
	uint8_t *memory = buf + 10, *at = memory;

	if (i / 2 >= NUM_TYPES)
		return 0;
	memset(buf, 0, 4096);
	buf[0] = packed ? 7 << 1 | 1 : 3 << 1;	/* 8 entries, 16 */
	buf[1] = i / 2;
	fuzz_le(buf + 2, packed ? 0x510000000 : 0x110000000, 8);
	if (packed) {
		at = descriptor(at, 0x800, 16, 0, 0x81);
		at = descriptor(at, 0x900, 512, 0, 0x83);
		at = descriptor(at, 0xb00, 1, 0, 0x82);
		descriptor(at, 0xc00, 48, 1, 0x84);
	} else {
		at = descriptor(at, 0x800, 16, 1, 1);
		at = descriptor(at, 0x900, 512, 3, 2);
		at = descriptor(at, 0xb00, 1, 2, 0);
		descriptor(at, 0xc00, 48, 4, 0);
		fuzz_le(memory + 0x400 + 2, 2, 2);
		fuzz_le(memory + 0x400 + 6, 3, 2);
	}
	at = memory + 0xc00;
	at = descriptor(at, 0x800, 16, packed ? 0 : 1, !packed);
	at = descriptor(at, 0x900, 512, packed ? 0 : 3, packed ? 2 : 2);
	descriptor(at, 0xb00, 1, packed ? 0 : 2, packed ? 2 : 0);
	return 10 + 0xd00;
}
