// SPDX-License-Identifier: GPL-2.0-or-later
/* Captures: read, shown by both of their readers, judged, and rewritten. */
#include <fcntl.h>
#include <unistd.h>

#include "../unit/capture/tool_views.h"
#include "fuzz.h"

const char tool_name[] = "vqdump";

const char *const fuzz_words[] = {
	"\"virtio_inspect\":{\"version\":\"0.1.0\",\"schema\":2}",
	"\"virtio_inspect\":{\"version\":\"0.1.0\",\"schema\":1}",
	"\"evidence\":{\"age_ms\":3015,\"addr\":\"0x7\"}",
	"\"num_unseen\":", "\"unseen\":[", "\"noticed\":\"no\"",
	"\"evidence\":[{\"name\":\"avail\",\"value\":\"5/1\"}]",
	"\"host\":{", "\"devices\":[{", "_hex\":\"", "\"0*",
	"\"queues\":[", "\"raw\":{", "\"desc\":", "\"tables\":[", "\"size\":",
	"\"tokens\":[", "\"headers\":[", "\"contents\":[", "\"extra\":",
	"\"features\":\"0x", "\"findings\":[{", "\"answers\":[{", "null",
	"true", "[]", "{}", "32768", "65536", "4294967296", "-1", "1e99",
	"\"layout\":\"packed\"", "\"\\u0000\"", "\"0xffffffffffffffff\"",
	"\"driver_state\":{", "\"unjudged\":[", "\"in_flight\":[", NULL
};

const struct vi_schema *fuzz_schema(unsigned int i)
{
	return i == 0 ? vi_device_schema() : i == 1 ? vi_machine_schema() :
	       NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vi_ctx *ctx = fuzz_ctx();

	if (!vi_capture_read(ctx, fuzz_file(data, size))) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		fuzz_view(ctx);
		fuzz_check(ctx);
		fuzz_view(ctx);
		fuzz_quiet(true);
		print_tool_views(ctx);
		fuzz_quiet(false);
		vi_capture_write(ctx, NULL, null, 16);
		close(null);
	}
	vi_ctx_free(ctx);
	return 0;
}

static size_t write_capture(struct vi_ctx *ctx, uint8_t *buf)
{
	char path[64];
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof(path), "%s", fuzz_file("", 0));
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0 && !vi_capture_write(ctx, NULL, fd, 16))
		n = pread(fd, buf, FUZZ_MAX, 0);
	close(fd);
	return n > 0 ? n : 0;
}

/* A minimal capture: a ring of four entries with one request. */
static size_t small(const char *spec, uint8_t *buf)
{
	uint8_t memory[4096] = { 0 };
	struct vi_ctx *ctx = fuzz_ctx();
	struct vi_device *dev;
	size_t n = 0;

	fuzz_le(memory, 0x800, 8);
	fuzz_le(memory + 8, 16, 4);
	fuzz_le(memory + 12, strstr(spec, "packed") ? 0 : 1, 2);
	fuzz_le(memory + 14, strstr(spec, "packed") ? 0x81 : 1, 2);
	fuzz_le(memory + 16, 0x900, 8);
	fuzz_le(memory + 24, 48, 4);
	fuzz_le(memory + 28, 4, 2);
	fuzz_le(memory + 30, strstr(spec, "packed") ? 0x80 : 0, 2);
	fuzz_le(memory + 0x102, 1, 2);
	if (!vi_ring_by_address(ctx, spec, fuzz_file(memory, sizeof(memory)),
				&dev)) {
		fuzz_check(ctx);
		n = write_capture(ctx, buf);
	}
	vi_ctx_free(ctx);
	return n;
}

static size_t simulated(const char *target, uint8_t *buf)
{
	struct vi_ctx *ctx = fuzz_ctx();
	size_t n = 0;

	if (vi_device_find(ctx, target)) {
		fuzz_check(ctx);
		n = write_capture(ctx, buf);
	}
	vi_ctx_free(ctx);
	return n;
}

/* A fixture, which has every key. */
static size_t fixture(const char *path, uint8_t *buf)
{
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(buf, 1, FUZZ_MAX, f) : 0;

	if (f)
		fclose(f);
	return n;
}

size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	switch (i) {
	case 0:
		return small("split,num=4,desc=0,driver=0x100,device=0x200,type=blk,features=0x110000000", buf);
	case 1:
		return small("packed,num=4,desc=0,driver=0x100,device=0x200,type=blk,features=0x510000000", buf);
	case 2:
		return simulated("sim:rng", buf);
	case 3:
		return simulated("sim:blk,fault=lost-irq", buf);
	case 4:
		return fixture(SRCDIR "/tests/fixtures/capture.json", buf);
	case 5:
		return fixture(SRCDIR "/tests/fixtures/capture-1.json", buf);
	default:
		return 0;
	}
}
