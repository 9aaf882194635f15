// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames of packet captures, whatever their format says.
 *
 * wraps: dlopen
 */
#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vqinject/input/frames.h"

const char tool_name[] = "vqinject";

void *__real_dlopen(const char *name, int flags);

static bool is_missing;

void *__wrap_dlopen(const char *name, int flags)
{
	return __real_dlopen(is_missing ? "libnot-there.so.7" : name, flags);
}

#define PCAP_LITTLE	"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x01\0\0\0"
#define PCAP_BIG	"\xa1\xb2\xc3\xd4\0\x02\0\x04\0\0\0\0\0\0\0\0\0\x04\0\0\0\0\0\x01"
#define FRAME_LITTLE	"\0\0\0\0\0\0\0\0\x03\0\0\0\x03\0\0\0" "abc"
#define FRAME_BIG	"\0\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\x03" "abc"
#define NANO_LITTLE	"\x4d\x3c\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x01\0\0\0"
#define NANO_BIG	"\xa1\xb2\x3c\x4d\0\x02\0\x04\0\0\0\0\0\0\0\0\0\x04\0\0\0\0\0\x01"
#define MODIFIED	"\x34\xcd\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x01\0\0\0" \
			"\0\0\0\0\0\0\0\0\x03\0\0\0\x03\0\0\0" "\x02\0\0\0\x08\0\0\0" "abc"
#define MODIFIED_BIG	"\xa1\xb2\xcd\x34\0\x02\0\x04\0\0\0\0\0\0\0\0\0\x04\0\0\0\0\0\x01" \
			"\0\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\x03" "\0\0\0\x02\x08\0\0\0" "abc"
#define COOKED		"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x71\0\0\0"
#define UNNAMED		"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x00\xf0\0\0"
#define SNAP_2		"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\x02\0\0\0\x01\0\0\0"

#define NG_LITTLE	"\x0a\x0d\x0d\x0a" "\x1c\0\0\0" "\x4d\x3c\x2b\x1a" "\x01\0\0\0" \
			"\xff\xff\xff\xff\xff\xff\xff\xff" "\x1c\0\0\0"
#define NG_BIG		"\x0a\x0d\x0d\x0a" "\0\0\0\x1c" "\x1a\x2b\x3c\x4d" "\0\x01\0\0" \
			"\xff\xff\xff\xff\xff\xff\xff\xff" "\0\0\0\x1c"
#define NG_ETHERNET	"\x01\0\0\0" "\x14\0\0\0" "\x01\0\0\0" "\0\0\0\0" "\x14\0\0\0"
#define NG_ETHERNET_BIG	"\0\0\0\x01" "\0\0\0\x14" "\0\x01\0\0" "\0\0\0\0" "\0\0\0\x14"
#define NG_COOKED	"\x01\0\0\0" "\x14\0\0\0" "\x71\0\0\0" "\0\0\0\0" "\x14\0\0\0"
#define NG_OTHER	"\x05\0\0\0" "\x10\0\0\0" "what" "\x10\0\0\0"
#define NG_PACKET(i, len, whole)					\
			"\x06\0\0\0" "\x24\0\0\0" i "\0\0\0" "\0\0\0\0\0\0\0\0" \
			len "\0\0\0" whole "\0\0\0" "abc\0" "\x24\0\0\0"
#define NG_PACKET_BIG	"\0\0\0\x06" "\0\0\0\x24" "\0\0\0\0" "\0\0\0\0\0\0\0\0" \
			"\0\0\0\x03" "\0\0\0\x03" "abc\0" "\0\0\0\x24"
#define NG_SIMPLE	"\x03\0\0\0" "\x14\0\0\0" "\x03\0\0\0" "abc\0" "\x14\0\0\0"

#define BYTES(s)	s, sizeof(s) - 1

static int is_abc(void *data, const uint8_t *bytes, uint32_t len)
{
	size_t *calls = data;

	assert_int_equal(len, 3);
	assert_memory_equal(bytes, "abc", 3);
	++*calls;
	return 0;
}

static void test_formats(void **state)
{
	static const struct {
		const char *bytes;
		size_t len, frames;
	} good[] = {
		{ BYTES(PCAP_LITTLE FRAME_LITTLE FRAME_LITTLE), 2 },
		{ BYTES(PCAP_BIG FRAME_BIG), 1 },
		{ BYTES(NANO_LITTLE FRAME_LITTLE), 1 },
		{ BYTES(NANO_BIG FRAME_BIG), 1 },
		{ BYTES(MODIFIED), 1 },
		{ BYTES(MODIFIED_BIG), 1 },
		{ BYTES(NG_LITTLE NG_OTHER NG_ETHERNET
			NG_PACKET("\0", "\x03", "\x03")), 1 },
		{ BYTES(NG_LITTLE NG_ETHERNET NG_ETHERNET
			NG_PACKET("\x01", "\x03", "\x03")), 1 },
		{ BYTES(NG_LITTLE NG_ETHERNET NG_SIMPLE NG_SIMPLE), 2 },
		{ BYTES(NG_BIG NG_ETHERNET_BIG NG_PACKET_BIG), 1 },
	};
	size_t i, calls;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct frames f = { .each = is_abc, .data = &calls };

		calls = 0;
		if (frames_read(&f, (const uint8_t *)good[i].bytes,
				good[i].len))
			fail_msg("%zu: %s", i, f.why);
		assert_int_equal(calls, good[i].frames);
		assert_int_equal(f.count, good[i].frames);
	}
}

static int has_len(void *data, const uint8_t *bytes, uint32_t len)
{
	size_t *want = data;

	assert_non_null(bytes);
	assert_int_equal(len, *want);
	return 0;
}

/* What segmentation offload makes. */
static void test_long(void **state)
{
	static uint8_t bytes[24 + 16 + 65551];
	size_t len = 65550;
	struct frames f = { .each = has_len, .data = &len };

	(void)state;
	memcpy(bytes, PCAP_LITTLE, 24);
	memcpy(bytes + 32, "\x0e\0\x01\0\x0e\0\x01\0", 8);
	assert_int_equal(frames_read(&f, bytes, sizeof(bytes) - 1), 0);
	assert_int_equal(f.count, 1);
	bytes[32] = bytes[36] = 0x0f;
	assert_int_equal(frames_read(&f, bytes, sizeof(bytes)), -EINVAL);
	assert_non_null(strstr(f.why, "invalid length of 65551"));
}

static int is_full(void *data, const uint8_t *bytes, uint32_t len)
{
	size_t *left = data;

	(void)bytes;
	(void)len;
	return (*left)-- ? 0 : 7;
}

/* The caller's exit status ends it, and its frame does not count. */
static void test_stop(void **state)
{
	static const char two[] = PCAP_LITTLE FRAME_LITTLE FRAME_LITTLE;
	size_t left = 1;
	struct frames f = { .each = is_full, .data = &left };

	(void)state;
	assert_int_equal(frames_read(&f, (const uint8_t *)two, sizeof(two) - 1),
			 7);
	assert_int_equal(f.count, 1);
}

static void test_bad(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *says;
	} bad[] = {
		{ BYTES("abc"), "truncated" },
		{ BYTES("\x0a\x0d\x0d\x0a"), "unknown file format" },
		{ BYTES("\x0a\x0d\x0d\x0a" "\x1c\0\0\0" "\x4d\x3c\x2b\x1a"),
		  "truncated pcapng" },
		{ BYTES("0123456789012345678901234567"), "unknown file format" },
		{ BYTES(PCAP_LITTLE), "no frames" },
		{ BYTES(PCAP_LITTLE "\0"), "frame 1: truncated" },
		{ BYTES(PCAP_LITTLE FRAME_LITTLE "\0"), "frame 2: truncated" },
		{ BYTES(PCAP_LITTLE "\0\0\0\0\0\0\0\0\x04\0\0\0\x04\0\0\0" "abc"),
		  "frame 1: truncated dump file; tried to read 4 captured bytes, only got 3" },
		{ BYTES(PCAP_LITTLE "\0\0\0\0\0\0\0\0\x03\0\0\0\x04\0\0\0" "abc"),
		  "truncated to 3 of 4 bytes; capture whole" },
		{ BYTES(SNAP_2 FRAME_LITTLE), "truncated to 2 of 3 bytes, the snapshot length" },
		{ BYTES(PCAP_LITTLE "\0\0\0\0\0\0\0\0\x03\0\0\0\x02\0\0\0" "abc"),
		  "damaged: 3 bytes were captured of a frame of 2" },
		{ BYTES(PCAP_LITTLE "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
		  "empty frame" },
		{ BYTES(PCAP_LITTLE "\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"),
		  "frame 1: invalid packet capture length 4294967295" },
		/* In the wrong byte order. */
		{ BYTES(PCAP_BIG FRAME_LITTLE), "frame 1: invalid" },
		{ BYTES(COOKED FRAME_LITTLE),
		  "Linux cooked v1 (link type LINUX_SLL)" },
		{ BYTES(UNNAMED FRAME_LITTLE),
		  "not Ethernet (link type 61440)" },
		{ BYTES(NG_LITTLE), "no Interface Description" },
		{ BYTES(NG_LITTLE "\x06\0\0\0"), "truncated" },
		{ BYTES(NG_LITTLE NG_SIMPLE), "before any Interface" },
		{ BYTES(NG_LITTLE NG_COOKED NG_SIMPLE), "Linux cooked" },
		{ BYTES(NG_LITTLE NG_ETHERNET), "no frames" },
		{ BYTES(NG_LITTLE NG_ETHERNET NG_PACKET("\x01", "\x03", "\x03")),
		  "frame 1: " },
		{ BYTES(NG_LITTLE NG_ETHERNET NG_SIMPLE NG_COOKED),
		  "frame 2: an interface has a type 113" },
		{ BYTES(NG_LITTLE NG_ETHERNET NG_PACKET("\0", "\x03", "\x02")),
		  "frame 1: damaged" },
		{ BYTES(NG_LITTLE NG_ETHERNET NG_PACKET("\0", "\x02", "\x03")),
		  "frame 1: truncated" },
		{ BYTES(NG_LITTLE NG_ETHERNET NG_PACKET("\0", "\x05", "\x05")),
		  "frame 1: " },
		{ BYTES(NG_LITTLE NG_ETHERNET
			"\x06\0\0\0" "\xf0\xff\xff\xff" "\0\0\0\0"),
		  "frame 1: pcapng block size" },
		{ BYTES(NG_LITTLE "\x01\0\0\0" "\0\0\0\0" "\0\0\0\0"),
		  "block" },
		{ BYTES(NG_LITTLE "\x05\0\0\0" "\x0c\0\0\0" "\x10\0\0\0"),
		  "length" },
		{ BYTES("\x0a\x0d\x0d\x0a\x1c\0\0\0" "what" "\0\0\0\0"),
		  "unknown" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		/* In memory of exact size, so that a checker sees overruns. */
		uint8_t *copy = malloc(bad[i].len);
		struct frames f = { .each = NULL };

		memcpy(copy, bad[i].bytes, bad[i].len);
		if (frames_read(&f, copy, bad[i].len) != -EINVAL)
			fail_msg("%zu: taken", i);
		else if (!strstr(f.why, bad[i].says))
			fail_msg("%zu: %s", i, f.why);
		free(copy);
	}
}

/* Without the library, the message says what to install. */
static void test_missing(void **state)
{
	static const char one[] = PCAP_LITTLE FRAME_LITTLE;
	struct frames f = { .each = NULL };

	(void)state;
	is_missing = true;
	assert_int_equal(frames_read(&f, (const uint8_t *)one, sizeof(one) - 1),
			 -ENOENT);
	is_missing = false;
	assert_non_null(strstr(f.why, "install libpcap0.8"));
	assert_null(strchr(f.why, '\n'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests_name("frames", tests, NULL, NULL);
}
