// SPDX-License-Identifier: GPL-2.0-or-later
/* The bytes that SPECs describe. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vqinject/chain/spec.h"

#define CHUNK	((size_t)1 << 16)

/* splitmix64, in the public domain */
uint64_t spec_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* Little-endian on any machine. */
static void fill_random(uint8_t *to, uint64_t len, uint64_t seed)
{
	uint64_t i, word = 0;

	for (i = 0; i < len; i++, word >>= 8) {
		if (i % 8 == 0)
			word = spec_random(&seed);
		to[i] = word;
	}
}

void spec_fill(const struct spec *spec, uint8_t *to)
{
	uint64_t i;

	switch (spec->kind) {
	case SPEC_BYTES:
		memcpy(to, spec->bytes, spec->len);
		break;
	case SPEC_ZERO:
		memset(to, 0, spec->len);
		break;
	case SPEC_PATTERN:
		for (i = 0; i < spec->len; i++)
			to[i] = i;
		break;
	case SPEC_RANDOM:
		fill_random(to, spec->len, spec->seed);
		break;
	case SPEC_FILE:
	case SPEC_LENGTH:
		break;
	}
}

/* Read up to @max bytes. Returns how many, or a negative errno. */
static ssize_t read_up_to(int fd, uint8_t **bytes, size_t max)
{
	size_t len = 0, size = 0;
	uint8_t *grown;
	ssize_t n = 1;

	while (n && len < max) {
		if (len == size) {
			size = size ? 2 * size : CHUNK;
			grown = realloc(*bytes, size);
			if (!grown)
				return -ENOMEM;
			*bytes = grown;
		}
		n = read(fd, *bytes + len, (size < max ? size : max) - len);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			len += n;
		else if (n < 0)
			n = 1;
	}
	return len;
}

/* Pipes cannot seek, but can be read from offset 0. */
static int skip(int fd, uint64_t offset)
{
	if (offset && lseek(fd, (off_t)offset, SEEK_SET) < 0)
		return -errno;
	return 0;
}

static int take(struct spec *spec, ssize_t n, char *why, size_t size)
{
	if (n < 0) {
		snprintf(why, size, "%s: %s", spec->path, strerror((int)-n));
		return (int)n;
	}
	if (!n || (spec->len && (uint64_t)n < spec->len)) {
		snprintf(why, size, "%s: it has %zd bytes from offset %" PRIu64 " on%s",
			 spec->path, n, spec->offset,
			 n ? ", fewer than requested" :
			     ", and empty buffers are refused");
		return -EINVAL;
	}
	if ((uint64_t)n > SPEC_MAX) {
		snprintf(why, size, "%s: longer than the limit of %" PRIu64 " bytes; use a part of it: file:%s,OFFSET,LENGTH",
			 spec->path, SPEC_MAX, spec->path);
		return -EFBIG;
	}
	spec->len = n;
	spec->kind = SPEC_BYTES;
	return 0;
}

int spec_load(struct spec *spec, char *why, size_t size)
{
	ssize_t n;
	int fd;

	if (spec->kind != SPEC_FILE)
		return 0;
	fd = open(spec->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		n = -errno;
		return take(spec, n, why, size);
	}
	free(spec->bytes);
	spec->bytes = NULL;
	n = skip(fd, spec->offset);
	if (!n)
		n = read_up_to(fd, &spec->bytes,
			       spec->len ? spec->len : SPEC_MAX + 1);
	close(fd);
	return take(spec, n, why, size);
}

uint64_t spec_first_difference(const uint8_t *a, const uint8_t *b,
			       uint64_t len)
{
	uint64_t i;

	for (i = 0; i < len && a[i] == b[i]; i++)
		;
	return i;
}
