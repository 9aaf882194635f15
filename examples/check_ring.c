// SPDX-License-Identifier: 0BSD
/*
 * check_ring [break]: check a ring in this process's own memory, as the tests
 * of a virtual machine monitor or a back end may do. The ring is split and has
 * one completed request; "break" adds a completion without a request. The
 * program prints what is wrong, and exits with 1 then.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/virtio_ring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <virtio-inspect/check.h>
#include <virtio-inspect/memory.h>

#define NUM	8

/* The guest's memory: a ring, and the buffer of a request. */
static struct {
	_Alignas(4096) char ring[8192];
	char buffer[512];
} memory;

static struct vring vring;

/* Addresses in the ring are addresses of this process. */
static int read_memory(void *data, uint64_t addr, void *buf, size_t len)
{
	(void)data;
	memcpy(buf, (const void *)(uintptr_t)addr, len);
	return 0;
}

/* The driver submitted head 0; the device wrote 16 bytes and completed it. */
static void make_ring(void)
{
	vring_init(&vring, NUM, memory.ring, 4096);
	vring.desc[0].addr = (uintptr_t)memory.buffer;
	vring.desc[0].len = sizeof(memory.buffer);
	vring.desc[0].flags = VRING_DESC_F_WRITE;
	vring.avail->ring[0] = 0;
	vring.avail->idx = 1;
	vring.used->ring[0].id = 0;
	vring.used->ring[0].len = 16;
	vring.used->idx = 1;
}

static void print_findings(const struct vi_device *dev)
{
	const char *code, *message;
	struct vi_value list;
	size_t i;

	if (vi_get_records(vi_device_schema(), dev, "findings", &list))
		return;
	for (i = 0; i < list.count; i++) {
		const void *finding = vi_record(&list, i);

		if (!vi_get_string(list.schema, finding, "code", &code) &&
		    !vi_get_string(list.schema, finding, "message", &message))
			printf("%s: %s\n", code, message);
	}
}

static int check(struct vi_ctx *ctx)
{
	uint64_t start = (uintptr_t)&memory;
	struct vi_device *dev;
	char spec[256];
	int errors;

	errors = vi_ctx_add_memory(ctx, start, start + sizeof(memory) - 1,
				   read_memory, NULL);
	if (errors)
		return errors;
	/* VERSION_1 alone: so the ring is little-endian. */
	snprintf(spec, sizeof(spec),
		 "split,num=%d,desc=0x%" PRIxPTR ",driver=0x%" PRIxPTR
		 ",device=0x%" PRIxPTR ",features=0x100000000", NUM, (uintptr_t)vring.desc,
		 (uintptr_t)vring.avail, (uintptr_t)vring.used);
	errors = vi_check_ring(ctx, spec, &dev);
	if (errors >= 0)
		print_findings(dev);
	return errors;
}

int main(int argc, char **argv)
{
	struct vi_ctx *ctx = vi_ctx_new();
	int errors;

	if (!ctx) {
		fprintf(stderr, "check_ring: out of memory\n");
		return 2;
	}
	make_ring();
	if (argc > 1 && !strcmp(argv[1], "break"))
		vring.used->idx = 2;
	errors = check(ctx);
	if (errors < 0)
		fprintf(stderr, "check_ring: %s\n", vi_error(ctx));
	else if (!errors)
		puts("nothing is wrong in one look");
	vi_ctx_free(ctx);
	return errors < 0 ? 2 : errors > 0;
}
