// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench_decode CASE [split|packed] [STEP ROUNDS]: the cost of decoding a ring
 * of 32,768 entries in memory.
 *
 *	idle	nothing in flight
 *	one	all entries in flight, as buffers of one descriptor
 *	chain	the same as chains of three
 *	table	the same, each with an indirect table of three
 *
 * Without STEP, prints microseconds of: memcpy of the input, reading it,
 * reading and decoding it, and all checks alone; each the best of many, with
 * cold caches. With STEP (nothing, read, decode, check), runs up to that step
 * ROUNDS times, for counting instructions. With STEP "image", writes the ring
 * to stdout, as split,num=32768,desc=0,driver=0x80000,device=0x91000 for
 * vqdump --ring.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check/check.h"
#include "view/decode.h"
#include "view/raw_mem.h"

#define SIZE		32768u
#define TABLE_ENTRIES	3
#define BUFFERS		UINT64_C(0x10000000000)	/* far from everything else */
#define ROUNDS		15

/* The live ring, its tables, and the driver's state. */
static struct vring_desc desc[SIZE], table[SIZE][TABLE_ENTRIES];
static uint8_t driver[6 + 2 * SIZE], device[6 + 8 * SIZE];
static struct vi_token tokens[SIZE];
static struct vi_mem mem;
static struct vi_raw_queue live;

static uint8_t copy[sizeof(desc) + sizeof(driver) + sizeof(device)];
static struct vi_token copy_tokens[SIZE];
static struct vring_desc copy_table[SIZE][TABLE_ENTRIES];
static bool has_tables;
static char other[64 << 20];		/* more than a cache holds */

static int read_self(void *source, uint64_t offset, void *buf, size_t len)
{
	(void)source;
	memcpy(buf, (const void *)(uintptr_t)offset, len);
	return 0;
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
}

static void empty_caches(void)
{
	size_t i;

	for (i = 0; i < sizeof(other); i += 64)
		other[i]++;
}

static void put16(uint8_t *at, uint16_t v)
{
	memcpy(at, &v, sizeof(v));
}

/* Fill descriptor @i, in chains of @pieces, for split and packed rings. */
static void fill(uint32_t i, unsigned int pieces, bool indirect)
{
	uint16_t flags = indirect ? VRING_DESC_F_INDIRECT :
			 (i + 1) % pieces && i + 1 < SIZE ? VRING_DESC_F_NEXT :
							    0;
	struct vring_desc d = {
		.addr = indirect ? (uintptr_t)table[i] : BUFFERS + i * 4096,
		.len = indirect ? sizeof(table[i]) : 4096,
		.flags = flags, .next = i + 1,
	};
	struct vring_packed_desc p = {
		.addr = d.addr, .len = d.len, .id = i - i % pieces,
		.flags = flags | 1 << VRING_PACKED_DESC_F_AVAIL,
	};

	if (live.packed)
		memcpy(&desc[i], &p, sizeof(p));
	else
		desc[i] = d;
}

static void fill_table(uint32_t i)
{
	unsigned int k;

	for (k = 0; k < TABLE_ENTRIES; k++)
		table[i][k] = (struct vring_desc) {
			.addr = BUFFERS + i * 4096, .len = 512,
			.flags = k + 1 < TABLE_ENTRIES && !live.packed ?
				 VRING_DESC_F_NEXT : 0,
			.next = live.packed ? 0 : k + 1,
		};
}

static uint32_t submit(unsigned int pieces, bool indirect)
{
	uint32_t i, n = 0;

	for (i = 0; i < SIZE; i++) {
		fill(i, pieces, indirect);
		if (indirect)
			fill_table(i);
		if (i % pieces)
			continue;
		put16(driver + 4 + 2 * n++, i);
		tokens[i].present = true;
		tokens[i].num = i + pieces > SIZE ? SIZE - i : pieces;
	}
	return n;
}

static void add_feature(unsigned int bit)
{
	live.features.w[bit / 64] |= UINT64_C(1) << bit % 64;
}

static int make_ring(const char *what, bool packed)
{
	bool idle = !strcmp(what, "idle"), indirect = !strcmp(what, "table");
	uint32_t n = 0;

	live.packed = packed;
	has_tables = indirect;
	if (!idle)
		n = submit(!strcmp(what, "chain") ? 3 : 1, indirect);
	if (!packed)
		put16(driver + 2, n);
	live.size = SIZE;
	live.desc = (uintptr_t)desc;
	live.driver = (uintptr_t)driver;
	live.device = (uintptr_t)device;
	live.last_used = packed ? 0x8000 : 0;
	live.avail_shadow = packed ? idle ? 0x8000 : 0 : n;
	live.num_free = idle ? SIZE : 0;
	live.have = VI_Q_INDEX | VI_Q_SIZE | VI_Q_ADDRESSES | VI_Q_LAST_USED |
		    VI_Q_NUM_FREE | VI_Q_AVAIL_SHADOW | VI_Q_TOKENS |
		    VI_Q_FEATURES;
	add_feature(VIRTIO_F_VERSION_1);
	add_feature(VIRTIO_RING_F_INDIRECT_DESC);
	if (packed)
		add_feature(VIRTIO_F_RING_PACKED);
	return vi_mem_add(&mem, 0, UINT64_MAX, read_self, NULL, 0);
}

enum step { STEP_NOTHING, STEP_READ, STEP_DECODE, STEP_CHECK };

static void check(const struct vi_raw_queue *q, const struct vi_decoded *ring)
{
	const struct vi_check_sample sample = { .q = q, .ring = ring };
	const struct vi_check_queue cq = { .samples = &sample,
					   .num_samples = 1 };
	const struct vi_check in = {
		.have = VI_C_FEATURES, .features = q->features,
		.queues = &cq, .num_queues = 1,
	};
	struct vi_pool pool = { NULL };
	struct vi_report report;

	if (vi_check_run(&in, &pool, &report) || report.num_findings)
		abort();
	vi_pool_free(&pool);
}

static void read_tokens(struct vi_raw_queue *q)
{
	q->tokens = malloc(sizeof(tokens));
	if (!q->tokens)
		abort();
	memcpy(q->tokens, tokens, sizeof(tokens));
}

static uint64_t take(enum step step)
{
	struct vi_decoded ring = { 0 };
	struct vi_raw_queue q = live;
	uint64_t start, end;

	empty_caches();
	start = now();
	if (step != STEP_NOTHING) {
		read_tokens(&q);
		if (vi_raw_queue_read(&q, &mem))
			abort();
	}
	if (step >= STEP_DECODE && vi_decode(&q, &ring))
		abort();
	if (step == STEP_CHECK) {
		start = now();
		check(&q, &ring);
	}
	end = now();
	vi_decoded_free(&ring);
	vi_raw_queue_free(&q);
	return end - start;
}

/* The whole input: ring, tables, and the driver's state. */
static uint64_t take_memcpy(void)
{
	uint64_t start;

	empty_caches();
	start = now();
	memcpy(copy, desc, sizeof(desc));
	memcpy(copy + sizeof(desc), driver, sizeof(driver));
	memcpy(copy + sizeof(desc) + sizeof(driver), device, sizeof(device));
	memcpy(copy_tokens, tokens, sizeof(tokens));
	if (has_tables)
		memcpy(copy_table, table, sizeof(table));
	return now() - start;
}

static void best(uint64_t *least, uint64_t is)
{
	if (!*least || is < *least)
		*least = is;
}

static void write_image(void)
{
	static const char zeros[0x1000];

	fwrite(desc, sizeof(desc), 1, stdout);
	fwrite(driver, sizeof(driver), 1, stdout);
	fwrite(zeros, 0x11000 - sizeof(driver), 1, stdout);
	fwrite(device, sizeof(device), 1, stdout);
}

int main(int argc, char **argv)
{
	static const char *const steps[] = { "nothing", "read", "decode",
					     "check" };
	uint64_t least[4] = { 0 };
	unsigned int i, step;
	long rounds;

	if (argc < 3 || make_ring(argv[1], !strcmp(argv[2], "packed")))
		return 2;
	if (argc > 3 && !strcmp(argv[3], "image"))
		write_image();
	for (step = 0; argc > 4 && step < 4; step++)
		for (rounds = atol(argv[4]); rounds && !strcmp(argv[3],
		     steps[step]); rounds--)
			take(step);
	if (argc > 3)
		return 0;
	memset(other, 1, sizeof(other));
	memset(copy, 1, sizeof(copy));
	memset(copy_tokens, 1, sizeof(copy_tokens));
	memset(copy_table, 1, sizeof(copy_table));
	for (i = 0; i < ROUNDS; i++) {
		best(&least[0], take_memcpy());
		for (step = STEP_READ; step <= STEP_CHECK; step++)
			best(&least[step], take(step));
	}
	printf("%.1f %.1f %.1f %.1f\n", least[0] / 1e3, least[1] / 1e3,
	       least[2] / 1e3, least[3] / 1e3);
	return 0;
}
