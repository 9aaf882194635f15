// SPDX-License-Identifier: GPL-2.0-or-later
/* Which bytes of PCI configuration space are read. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "transport/pci/cap_walk.h"

/* A device: its configuration space, and the bytes read. */
static uint8_t space[256];
static unsigned int readable;
static unsigned int reads[256];

static bool read_space(void *data, unsigned int pos, uint8_t *buf,
		       unsigned int len)
{
	unsigned int i;

	(void)data;
	assert_true(pos + len <= sizeof(space));
	if (pos + len > readable)
		return false;
	memcpy(buf, space + pos, len);
	for (i = pos; i < pos + len; i++)
		reads[i]++;
	return true;
}

static int set_up(void **state)
{
	(void)state;
	memset(space, 0, sizeof(space));
	memset(reads, 0, sizeof(reads));
	readable = 256;
	space[0x06] = 0x10;
	return 0;
}

static void cap(unsigned int pos, uint8_t next, uint8_t id, uint8_t len,
		uint8_t type)
{
	space[pos] = id;
	space[pos + 1] = next;
	space[pos + 2] = len;
	space[pos + 3] = type;
	memset(space + pos + 4, 0x11, 12);
}

static int walk(uint8_t config[256])
{
	return vi_pci_walk(config, read_space, NULL);
}

static void reads_what_is_there(void **state)
{
	uint8_t config[256];

	(void)state;
	space[0x34] = 0x40;
	cap(0x40, 0x60, 9, 16, 1);
	cap(0x60, 0x80, 9, 20, 2);
	cap(0x80, 0, 0x11, 0, 0);
	assert_int_equal(walk(config), 256);
	assert_memory_equal(config, space, 64);
	assert_memory_equal(config + 0x40, space + 0x40, 16);
	assert_memory_equal(config + 0x60, space + 0x60, 20);
	assert_memory_equal(config + 0x80, space + 0x80, 12);
	assert_int_equal(reads[0xa0], 0);
}

static void each_byte_once(void **state)
{
	uint8_t config[256];
	unsigned int i;

	(void)state;
	space[0x34] = 0x40;
	cap(0x40, 0x50, 9, 16, 1);
	cap(0x50, 0x44, 9, 16, 3);
	walk(config);
	for (i = 0; i < 256; i++)
		assert_true(reads[i] <= 1);
}

static void never_the_window(void **state)
{
	uint8_t config[256];
	unsigned int i;

	(void)state;
	space[0x34] = 0x40;
	/* This capability claims to reach into the window. */
	cap(0x40, 0x50, 9, 255, 8);
	cap(0x50, 0x64, 9, 20, 5);
	cap(0x64, 0x60, 9, 16, 1);
	/* The last capability leads there. */
	assert_int_equal(walk(config), 256);
	for (i = 0x60; i < 0x64; i++)
		assert_int_equal(reads[i], 0);
	assert_int_equal(reads[0x64], 1);
}

/* A capability too short has no window, and the next follows. */
static void short_capability_has_no_window(void **state)
{
	uint8_t config[256];

	(void)state;
	space[0x34] = 0x40;
	cap(0x40, 0x50, 9, 16, 5);
	cap(0x50, 0, 9, 16, 1);
	walk(config);
	assert_int_equal(config[0x53], 1);
}

static void window_at_the_end(void **state)
{
	uint8_t config[256];

	(void)state;
	space[0x34] = 0xf0;
	cap(0xf0, 0, 9, 20, 5);
	assert_int_equal(walk(config), 256);
}

/* P18: a user without privilege gets only 64 bytes. */
static void not_for_this_user(void **state)
{
	uint8_t config[256];

	(void)state;
	space[0x34] = 0x40;
	readable = 64;
	assert_int_equal(walk(config), 64);
	space[0x34] = 0;
	assert_int_equal(walk(config), 256);
	readable = 63;
	assert_int_equal(walk(config), -EIO);
}

static void no_list(void **state)
{
	uint8_t config[256];

	(void)state;
	space[0x06] = 0;
	space[0x34] = 0x40;
	assert_int_equal(walk(config), 256);
	assert_int_equal(reads[0x40], 0);
}

static void list_without_end(void **state)
{
	uint8_t config[256];
	unsigned int pos;

	(void)state;
	space[0x34] = 0x40;
	for (pos = 0x40; pos < 0x100; pos += 4) {
		space[pos] = 9;
		space[pos + 1] = pos + 4 < 0x100 ? pos + 4 : 0x40;
	}
	assert_int_equal(walk(config), 256);
	memset(space + 0x40, 0xff, 0xc0);
	assert_int_equal(walk(config), 256);
	space[0x34] = 0x3c;
	assert_int_equal(walk(config), 256);
}

#define T(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(reads_what_is_there), T(each_byte_once), T(never_the_window),
		T(short_capability_has_no_window), T(window_at_the_end),
		T(not_for_this_user), T(no_list), T(list_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
