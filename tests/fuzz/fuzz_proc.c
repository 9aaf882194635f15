// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Texts of /proc, and the headers of /proc/kcore; the first byte selects which.
 */
#include <elf.h>

#include "access/kernel/kallsyms.h"
#include "fuzz.h"
#include "inspect/interrupts.h"
#include "mem/devmem.h"
#include "mem/kcore.h"

const char *const fuzz_words[] = {
	"System RAM", "ffffffff9e8b2f40", " d virtio_bus\t[virtio]\n", "-",
	" : ", "\n", "virtio0-req.0", "virtio4294967295-", "CPU0", "PCI-MSI",
	"0000000000000000", "18446744073709551615", "\177ELF", NULL
};

/* The reader compares the whole length, so end it with a NUL. */
static char *as_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

static void iomem(const uint8_t *data, size_t size)
{
	char *text = as_text(data, size);
	const char *at = text;
	struct vi_iomem range;

	while (vi_iomem_next(&at, &range))
		if (range.end < range.start || range.name < text ||
		    range.name + range.name_len > text + size)
			abort();
	free(text);
}

static void interrupts(const uint8_t *data, size_t size)
{
	char *text = as_text(data, size);
	struct vi_pool pool = { 0 };
	struct vi_irqs irqs;
	size_t i;

	if (!vi_irqs_parse(&pool, text, &irqs)) {
		for (i = 0; i < irqs.count; i++) {
			struct vi_interrupt out = { 0 };
			const struct vi_irq *irq = &irqs.irqs[i];

			vi_irq_decode(&pool, &irqs, irq, &out);
			irq = vi_irqs_first(&irqs, irq->device);
			vi_irqs_count_queues(&irqs, irq);
			vi_irqs_have(&irqs, irq, "req.%u");
		}
	}
	vi_pool_free(&pool);
	free(text);
}

static void kallsyms(const uint8_t *data, size_t size)
{
	struct vi_symbol symbols[] = { { "virtio_bus", 0 }, { "bus_kset", 0 } };
	struct vi_ctx *ctx = fuzz_ctx();

	fuzz_put("/proc/kallsyms", data, size);
	vi_kallsyms(ctx, symbols, 2);
	vi_ctx_free(ctx);
}

static void kcore(const uint8_t *data, size_t size)
{
	struct vi_ctx *ctx = fuzz_ctx();
	struct vi_kcore kc;
	uint64_t fault;
	uint8_t buf[64];

	fuzz_put("/proc/kcore", data, size);
	if (!vi_kcore_open(ctx, &kc)) {
		vi_mem_read(&kc.virt, UINT64_C(0xffff888000000000), buf,
			    sizeof(buf), &fault);
		vi_mem_read(&kc.phys, 0x1000, buf, sizeof(buf), &fault);
		vi_mem_extent(&kc.phys, 0, UINT64_MAX);
		vi_kcore_close(&kc);
	}
	vi_ctx_free(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	switch (fuzz_take(&data, &size, 1) % 4) {
	case 0:
		iomem(data, size);
		break;
	case 1:
		interrupts(data, size);
		break;
	case 2:
		kallsyms(data, size);
		break;
	default:
		kcore(data, size);
	}
	return 0;
}

static size_t kcore_seed(uint8_t *buf)
{
	Elf64_Ehdr head = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_CORE, .e_machine = EM_X86_64, .e_version = 1,
		.e_phoff = sizeof(head), .e_ehsize = sizeof(head),
		.e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 2,
	};
	Elf64_Phdr part[2] = {
		{ .p_type = PT_LOAD, .p_offset = 512, .p_paddr = UINT64_MAX,
		  .p_vaddr = UINT64_C(0xffffffff81000000), .p_filesz = 256,
		  .p_memsz = 256 },
		{ .p_type = PT_LOAD, .p_offset = 768, .p_paddr = 0x1000,
		  .p_vaddr = UINT64_C(0xffff888000001000), .p_filesz = 256,
		  .p_memsz = 256 },
	};

	memset(buf, 0, 1025);
	buf[0] = 3;
	memcpy(buf + 1, &head, sizeof(head));
	memcpy(buf + 1 + sizeof(head), part, sizeof(part));
	return 1025;
}

static const char *const seeds[] = {
	"0" "00001000-0009fbff : System RAM\n"
	"000a0000-000bffff : PCI Bus 0000:00\n"
	"  000c0000-000c99ff : Video ROM\n"
	"00100000-1ffdefff : System RAM\n"
	"  01000000-01e01d90 : Kernel code\n",
	"1" "           CPU0       CPU1\n"
	"  9:          0          0   IO-APIC   9-fasteoi   acpi, virtio2\n"
	" 24:          0          5   PCI-MSI 65536-edge      virtio0-config\n"
	" 25:       1234          0   PCI-MSI 65537-edge      virtio0-req.0\n"
	" 26:         77          1   PCI-MSI 81921-edge      virtio1-input.0\n"
	"NMI:          0          0   Non-maskable interrupts\n",
	"2" "ffffffff9e8b2f40 D bus_kset\n"
	"ffffffffc01a2b40 d virtio_bus\t[virtio]\n"
	"0000000000000000 t nothing\n",
};

size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	if (i == 3)
		return kcore_seed(buf);
	return i < 3 ? fuzz_text(buf, seeds[i]) : 0;
}
