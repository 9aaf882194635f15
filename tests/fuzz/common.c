// SPDX-License-Identifier: GPL-2.0-or-later
/* Functions that all fuzzers share. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../unit/folder.h"
#include "fuzz.h"

static char root[FOLDER_MAX];

static void remove_root(void)
{
	folder_remove(root);
}

const char *fuzz_root(void)
{
	if (*root)
		return root;
	/* Thousands of files are written: in memory, if possible. */
	if (!folder_make(root, access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm",
			 "vi-fuzz")) {
		perror(root);
		exit(1);
	}
	atexit(remove_root);
	return root;
}

static void keep_quiet(void *data, enum vi_log_level level,
		       const char *message)
{
	(void)data;
	(void)level;
	(void)message;
}

/*
 * Stop if an earlier input leaked descriptors. The first inputs open what stays
 * open, such as libraries.
 */
static void check_descriptors(void)
{
	static int first = -1;
	int fd = dup(STDERR_FILENO);

	if (first < 0)
		first = fd;
	if (fd < 0 || fd > first + 16) {
		fprintf(stderr, "ERROR: descriptors are left open\n");
		abort();
	}
	close(fd);
}

struct vi_ctx *fuzz_ctx(void)
{
	struct vi_ctx *ctx = vi_ctx_new();

	check_descriptors();
	if (!ctx || vi_ctx_set_sysroot(ctx, fuzz_root()))
		abort();
	vi_ctx_set_log(ctx, keep_quiet, NULL);
	return ctx;
}

/* @path below the root, creating the folders before it. */
static const char *below_root(const char *path)
{
	const char *full = folder_path(fuzz_root(), path);

	if (!full)
		abort();
	return full;
}

void fuzz_put(const char *path, const void *bytes, size_t len)
{
	char full[PATH_MAX];
	FILE *f;

	/* The folders exist, except the first time. */
	snprintf(full, sizeof(full), "%s%s", fuzz_root(), path);
	f = fopen(full, "w");
	if (!f)
		f = fopen(below_root(path), "w");
	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f))
		abort();
}

size_t fuzz_part(const uint8_t *data, size_t size)
{
	const uint8_t *end = memmem(data, size, "--\n", 3);

	return end ? (size_t)(end - data) : size;
}

void fuzz_put_parts(const char *const *paths, size_t count,
		    const uint8_t *data, size_t size)
{
	size_t i, n;

	for (i = 0; i < count; i++) {
		n = fuzz_part(data, size);
		fuzz_put(paths[i], data, n);
		n = n + 3 < size ? n + 3 : size;
		data += n;
		size -= n;
	}
}

void fuzz_link(const char *path, const char *target)
{
	if (symlink(target, below_root(path)) && errno != EEXIST)
		abort();
}

const char *fuzz_file(const void *bytes, size_t len)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (fd < 0 || ftruncate(fd, 0) ||
	    pwrite(fd, bytes, len, 0) != (ssize_t)len)
		abort();
	return path;
}

void fuzz_quiet(bool quiet)
{
	static FILE *null, *out, *err;

	if (!null) {
		null = fopen("/dev/null", "w");
		out = stdout;
		err = stderr;
	}
	if (!null)
		abort();
	stdout = quiet ? null : out;
	stderr = quiet ? null : err;
}

void fuzz_view(struct vi_ctx *ctx)
{
	static const char *const raw[] = { "queues.raw", NULL };
	struct vi_device *dev = NULL;

	while ((dev = vi_device_next(ctx, dev)))
		free(vi_to_json(ctx, vi_device_schema(), dev, raw));
}

void fuzz_check(struct vi_ctx *ctx)
{
	static const struct vi_check_options now = {
		.size = sizeof(now), .now = true,
	};

	vi_snapshot_take(ctx, NULL, "auto");
	vi_check(ctx, NULL, &now);
}

size_t fuzz_text(uint8_t *buf, const char *text)
{
	size_t len = strlen(text);

	memcpy(buf, text, len);
	return len;
}

uint8_t *fuzz_le(uint8_t *at, uint64_t v, unsigned int bytes)
{
	while (bytes--) {
		*at++ = v;
		v >>= 8;
	}
	return at;
}

uint64_t fuzz_take(const uint8_t **data, size_t *size, unsigned int bytes)
{
	uint64_t v = 0;
	unsigned int i;

	for (i = 0; i < bytes && *size; i++, ++*data, --*size)
		v |= (uint64_t)**data << 8 * i;
	return v;
}
