// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vqdump --diff: two captures, one per line, compared in both directions, and
 * each with itself.
 */
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "fuzz.h"
#include "vqdump/vqdump.h"

const char tool_name[] = "vqdump";

const char *const fuzz_words[] = {
	"\"virtio_inspect\":{\"schema\":1}", "\"devices\":[{",
	"\"address\":\"0000:00:04.0\"", "\"name\":\"virtio0\"",
	"\"queues\":[{", "\"index\":", "\"in_flight\":[{", "\"head\":",
	"\"id\":", "\"out_len\":", "\"in_len\":", "\"request\":\"",
	"\"findings\":[{", "\"code\":\"D_STUCK\"", "\"queue\":",
	"\"message\":\"", "\"avail\":{\"idx\":", "\"used\":{\"idx\":",
	"\"driver_state\":{", "\"last_used_idx\":", "\"next_avail\":",
	"\"avail_wrap\":true", "\"irq_count\":", "\"time\":\"", "\n", "null",
	"[]", "{}", "65535", "65536", "4294967296", "-1", NULL
};

/* The schemas of a line. */
const struct vi_schema *fuzz_schema(unsigned int i);

const struct vi_schema *fuzz_schema(unsigned int i)
{
	return i == 0 ? vi_device_schema() : i == 1 ? vi_machine_schema() :
	       NULL;
}

static void diff(const char *old, const char *new)
{
	const char *const targets[] = { old, new, NULL };
	const struct vq_options o = {
		.mode = VQ_DIFF, .diff = true, .targets = targets,
	};

	vq_diff(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	size_t len = end ? (size_t)(end - data) : size;
	char a[PATH_MAX], b[PATH_MAX];

	snprintf(a, sizeof(a), "%s/old", fuzz_root());
	snprintf(b, sizeof(b), "%s/new", fuzz_root());
	fuzz_put("/old", data, len);
	fuzz_put("/new", end ? end + 1 : data, end ? size - len - 1 : 0);
	fuzz_quiet(true);
	diff(a, b);
	diff(b, a);
	diff(a, a);
	fuzz_quiet(false);
	return 0;
}

/* --- Seeds --- */

/* Write a device's capture as one line; returns its length. */
static size_t capture(const char *target, unsigned int snaps, uint8_t *buf)
{
	struct vi_ctx *ctx = fuzz_ctx();
	ssize_t n = 0;
	char path[64];
	size_t i;
	int fd;

	snprintf(path, sizeof(path), "%s", fuzz_file("", 0));
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0 && vi_device_find(ctx, target)) {
		while (snaps--)
			fuzz_check(ctx);
		if (!vi_capture_write(ctx, NULL, fd, 0))
			n = pread(fd, buf, FUZZ_MAX / 2 - 1, 0);
	}
	close(fd);
	vi_ctx_free(ctx);
	for (i = 0; n > 0 && i < (size_t)n; i++)
		if (buf[i] == '\n')
			buf[i] = ' ';
	return n > 0 ? n : 0;
}

/* A minimal pair, with a queue that moved and another that disappeared. */
static const char small[] =
	"{\"virtio_inspect\":{\"version\":\"0.1.0\",\"schema\":1},\"devices\":["
	"{\"name\":\"virtio0\",\"address\":\"0000:00:04.0\",\"device_id\":2,"
	"\"queues\":[{\"index\":0,\"size\":4,\"layout\":\"split\","
	"\"avail\":{\"flags\":0,\"idx\":10},\"used\":{\"flags\":0,\"idx\":8},"
	"\"in_flight\":[{\"head\":1,\"out_len\":16,\"in_len\":1}]},"
	"{\"index\":1,\"size\":4,\"layout\":\"packed\"}]}]}\n"
	"{\"virtio_inspect\":{\"version\":\"0.1.0\",\"schema\":1},\"devices\":["
	"{\"name\":\"virtio1\",\"address\":\"0000:00:04.0\",\"device_id\":2,"
	"\"queues\":[{\"index\":0,\"size\":4,\"layout\":\"split\","
	"\"avail\":{\"flags\":0,\"idx\":13},\"used\":{\"flags\":0,\"idx\":12},"
	"\"in_flight\":[{\"head\":2,\"out_len\":16,\"in_len\":1}]}],"
	"\"findings\":[{\"code\":\"D_STUCK\",\"severity\":\"error\","
	"\"queue\":0,\"message\":\"it waits\"}]},{\"name\":\"virtio2\"}]}";

size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	static const char *const targets[][2] = {
		{ "sim:rng", "sim:rng" },
		{ "sim:blk,fault=lost-irq", "sim:blk,fault=lost-irq" },
		{ "sim:blk,packed", "sim:net" },
	};
	size_t n;

	if (!i)
		return fuzz_text(buf, small);
	if (i > sizeof(targets) / sizeof(targets[0]))
		return 0;
	n = capture(targets[i - 1][0], 1, buf);
	buf[n++] = '\n';
	return n + capture(targets[i - 1][1], 2, buf + n);
}
