// SPDX-License-Identifier: GPL-2.0-or-later
/* Flattened device trees (devicetree specification, chapter 5). */
#include "access/fdt/blob.h"
#include "fuzz.h"

const char *const fuzz_words[] = {
	"virtio,mmio", "virtio,pci-iommu", "compatible", "reg", "ranges",
	"interrupts", "interrupts-extended", "interrupt-parent", "status",
	"disabled", "#address-cells", "#size-cells", NULL
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vi_ctx *ctx = fuzz_ctx();

	vi_fdt_check(data, size);
	if (!vi_scan_fdt(ctx, fuzz_file(data, size)))
		fuzz_view(ctx);
	vi_ctx_free(ctx);
	return 0;
}

struct maker {
	uint8_t *structure, strings[512];
	size_t len, strings_len;
};

static void put32(uint8_t *at, uint32_t v)
{
	fuzz_le(at, __builtin_bswap32(v), 4);
}

static void word(struct maker *m, uint32_t v)
{
	put32(m->structure + m->len, v);
	m->len += 4;
}

static void bytes(struct maker *m, const void *p, size_t n)
{
	memcpy(m->structure + m->len, p, n);
	m->len = (m->len + n + 3) & ~(size_t)3;
}

static void property(struct maker *m, const char *name, uint32_t len)
{
	word(m, 3);
	word(m, len);
	word(m, m->strings_len);
	strcpy((char *)m->strings + m->strings_len, name);
	m->strings_len += strlen(name) + 1;
}

static void begin(struct maker *m, const char *name)
{
	word(m, 1);
	bytes(m, name, strlen(name) + 1);
}

static void cells(struct maker *m, const char *name, uint32_t a, uint32_t b,
		  unsigned int n)
{
	property(m, name, n * 4);
	word(m, a);
	if (n > 1)
		word(m, b);
}

static void slot(struct maker *m, const char *name, uint32_t base)
{
	begin(m, name);
	property(m, "compatible", 12);
	bytes(m, "virtio,mmio", 12);
	cells(m, "reg", base, 0x200, 2);
	cells(m, "interrupts", 17, 1, 2);
	cells(m, "interrupt-parent", 1, 0, 1);
	word(m, 2);
}

/* A bus with two slots and translated addresses. */
size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	struct maker m = { .structure = buf + 56 };

	if (i)
		return 0;
	memset(buf, 0, 4096);
	begin(&m, "");
	cells(&m, "#address-cells", 1, 0, 1);
	cells(&m, "#size-cells", 1, 0, 1);
	begin(&m, "bus@1000");
	cells(&m, "#address-cells", 1, 0, 1);
	cells(&m, "#size-cells", 1, 0, 1);
	property(&m, "ranges", 12);
	word(&m, 0);
	word(&m, 0x1000);
	word(&m, 0x10000);
	slot(&m, "virtio@0", 0);
	slot(&m, "virtio@200", 0x200);
	word(&m, 2);
	word(&m, 2);
	word(&m, 9);
	memcpy(buf + 56 + m.len, m.strings, m.strings_len);
	put32(buf, 0xd00dfeed);
	put32(buf + 4, 56 + m.len + m.strings_len);
	put32(buf + 8, 56);
	put32(buf + 12, 56 + m.len);
	put32(buf + 16, 40);
	put32(buf + 20, 17);
	put32(buf + 24, 16);
	put32(buf + 32, m.strings_len);
	put32(buf + 36, m.len);
	return 56 + m.len + m.strings_len;
}
