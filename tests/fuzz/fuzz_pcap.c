// SPDX-License-Identifier: GPL-2.0-or-later
/* vqinject: packet captures. */
#include "fuzz.h"
#include "vqinject/input/frames.h"

const char tool_name[] = "vqinject";

const char *const fuzz_words[] = {
	"\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1",
	"\xa1\xb2\x3c\x4d", "\x34\xcd\xb2\xa1", "\x0a\x0d\x0d\x0a",
	"\x4d\x3c\x2b\x1a", "\xff\xff\xff\xff",
	"\xff\xff", NULL
};

/* No more comes out than is in the file, and each byte of it can be read. */
static int check(void *data, const uint8_t *bytes, uint32_t len)
{
	size_t *left = data;
	static volatile uint8_t sum;
	uint32_t i;

	if (!len || len > FRAMES_MAX_LEN || len > *left)
		abort();
	*left -= len;
	for (i = 0; i < len; i++)
		sum ^= bytes[i];
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t left = size;
	struct frames f = { .each = check, .data = &left };

	if (!size)
		return 0;
	if (frames_read(&f, data, size)) {
		if (!*f.why)
			abort();
	} else if (!f.count || f.count > FRAMES_MAX) {
		abort();
	}
	return 0;
}

/* Either byte order, microseconds or nanoseconds. */
static uint8_t *put(uint8_t *at, bool big, uint32_t value, unsigned int bytes)
{
	while (bytes--)
		*at++ = value >> (big ? 8 * bytes : 0), value >>= big ? 0 : 8;
	return at;
}

static uint8_t *frame(uint8_t *at, bool big, uint32_t len)
{
	at = put(at, big, 1, 4);
	at = put(at, big, 2, 4);
	at = put(at, big, len, 4);
	at = put(at, big, len, 4);
	memset(at, 0x55, len);
	return at + len;
}

size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	bool big = i & 1;
	uint8_t *at = buf;

	if (i > 3)
		return 0;
	at = put(at, big, i & 2 ? 0xa1b23c4d : 0xa1b2c3d4, 4);
	at = put(at, big, 2, 2);
	at = put(at, big, 4, 2);
	at = put(at, big, 0, 4);
	at = put(at, big, 0, 4);
	at = put(at, big, 65535, 4);
	at = put(at, big, 1, 4);
	at = frame(at, big, 14);
	if (i & 2)
		at = frame(at, big, 60);
	return at - buf;
}
