// SPDX-License-Identifier: GPL-2.0-or-later
/* vqinject: packet captures. */
#include "fuzz.h"
#include "vqinject/input/pcap.h"

const char tool_name[] = "vqinject";

const char *const fuzz_words[] = {
	"\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1",
	"\xa1\xb2\x3c\x4d", "\x34\xcd\xb2\xa1", "\x0a\x0d\x0d\x0a",
	"\x4d\x3c\x2b\x1a", "\xff\xff\xff\xff",
	"\xff\xff", NULL
};

/* Frames follow each other, each after a header. */
static void check(const struct pcap *p, size_t size)
{
	size_t i, at = 24;

	if (!p->count || p->count > PCAP_MAX_FRAMES)
		abort();
	for (i = 0; i < p->count; i++) {
		if (p->frame[i].at < at || !p->frame[i].len ||
		    p->frame[i].len > PCAP_MAX_FRAME)
			abort();
		at = p->frame[i].at + p->frame[i].len;
	}
	if (at > size)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[120] = "";
	struct pcap p;

	if (!pcap_parse(&p, data, size, why, sizeof(why)))
		check(&p, size);
	else if (!*why)
		abort();
	pcap_free(&p);
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
