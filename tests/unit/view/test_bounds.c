// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is kept and shown of a ring is linear in what was read: counted in bytes
 * and steps, for rings whose chains share all they can. Rings as drivers build
 * them, however large, stay far below the limit.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <virtio-inspect/capture.h>
#include <virtio-inspect/check.h>
#include <virtio-inspect/memory.h>

#include "check/check.h"
#include "inspect/snapshot.h"
#include "view/raw_mem.h"
#include "view/walk.h"

/* The limit per byte read. */
#define TIMES	64

#define INDIRECT	VRING_DESC_F_INDIRECT
#define NEXT		VRING_DESC_F_NEXT

/* A ring in memory from 0 on, its parts in sequence. */
struct image {
	bool packed;
	uint32_t size;
	size_t driver, device, tables, len;
	uint8_t *bytes;
};

static void put16(struct image *m, size_t at, uint16_t v)
{
	v = vi_le16(v);
	memcpy(m->bytes + at, &v, sizeof(v));
}

static void image_new(struct image *m, bool packed, uint32_t size,
		      size_t table_bytes)
{
	struct vi_ring_parts parts = vi_ring_parts(packed, size);

	*m = (struct image) { .packed = packed, .size = size };
	m->driver = parts.desc;
	m->device = (m->driver + parts.driver + 15) / 16 * 16;
	m->tables = (m->device + parts.device + 15) / 16 * 16;
	m->len = m->tables + table_bytes;
	m->bytes = calloc(1, m->len);
	assert_non_null(m->bytes);
}

/* A descriptor anywhere; @last: in a packed one, the id. */
static void put_desc(struct image *m, size_t at, uint64_t addr, uint32_t len,
		     uint16_t flags, uint16_t last)
{
	struct vring_packed_desc p = {
		vi_le64(addr), vi_le32(len), vi_le16(last), vi_le16(flags),
	};
	struct vring_desc s = {
		vi_le64(addr), vi_le32(len), vi_le16(flags), vi_le16(last),
	};

	if (m->packed)
		memcpy(m->bytes + at, &p, sizeof(p));
	else
		memcpy(m->bytes + at, &s, sizeof(s));
}

/* A head in flight, among all others. */
static void put_head(struct image *m, uint32_t i, uint64_t addr, uint32_t len,
		     uint16_t flags, uint16_t next)
{
	if (m->packed) {
		put_desc(m, 16 * (size_t)i, addr, len,
			 flags | 1 << VRING_PACKED_DESC_F_AVAIL, i);
		return;
	}
	put_desc(m, 16 * (size_t)i, addr, len, flags, next);
	put16(m, m->driver + 4 + 2 * (size_t)i, i);
	put16(m, m->driver + 2, i + 1);
}

/* Heads with tables @apart bytes from each other. */
static void with_tables(struct image *m, bool packed, uint32_t heads,
			uint32_t entries, size_t apart, uint16_t flags)
{
	size_t bytes = 16 * (size_t)entries + apart * (heads - 1), i;

	image_new(m, packed, heads, bytes);
	for (i = 0; i < bytes / 16; i++)
		put_desc(m, m->tables + 16 * i, 0x100 + 32 * i, 16,
			 flags | (packed || i % entries + 1 == entries ? 0 :
				  NEXT), packed ? 0 : i % entries + 1);
	for (i = 0; i < heads; i++)
		put_head(m, i, m->tables + apart * i, 16 * entries, INDIRECT,
			 0);
}

/* Each descriptor is a head and continues at the next one. */
static void with_tails(struct image *m, uint32_t heads)
{
	uint32_t i;

	image_new(m, false, heads, 0);
	for (i = 0; i < heads; i++)
		put_head(m, i, 0x100, 16, i + 1 < heads ? NEXT : 0, i + 1);
}

/* --- What is kept --- */

static int read_image(void *source, uint64_t offset, void *buf, size_t len)
{
	memcpy(buf, (char *)source + offset, len);
	return 0;
}

static void read_queue(const struct image *m, struct vi_raw_queue *q)
{
	struct vi_mem mem = { 0 };

	*q = (struct vi_raw_queue) {
		.have = VI_Q_INDEX | VI_Q_SIZE | VI_Q_ADDRESSES |
			VI_Q_FEATURES,
		.size = m->size, .packed = m->packed,
		.driver = m->driver, .device = m->device,
		.features.w[0] = (uint64_t)1 << VIRTIO_F_VERSION_1 |
				 (uint64_t)1 << VIRTIO_RING_F_INDIRECT_DESC,
	};
	if (m->packed) {
		q->have |= VI_Q_LAST_USED | VI_Q_AVAIL_SHADOW;
		q->last_used = 0x8000;
		q->avail_shadow = 0;
	}
	assert_int_equal(vi_mem_add(&mem, 0, m->len, read_image, m->bytes, 0),
			 0);
	assert_int_equal(vi_raw_queue_read(q, &mem), 0);
	vi_mem_fini(&mem);
}

static size_t arena_bytes(const struct vi_arena *a)
{
	const struct vi_arena_block *b;
	size_t n = 0;

	for (b = a->top; b; b = b->next)
		n += sizeof(*b) + b->size;
	return n;
}

static size_t tables_read(const struct vi_raw_queue *q)
{
	size_t n = 0, i;

	for (i = 0; i < q->num_tables; i++)
		n += q->tables[i].have;
	return n;
}

/* Counts lookups in the memory map. */
static enum vi_mem_kind count_looks(void *data, uint64_t addr,
				    uint64_t *extent)
{
	++*(size_t *)data;
	*extent = UINT64_MAX - addr;
	return VI_MEM_RAM;
}

static size_t looks_of_a_check(const struct vi_raw_queue *q,
			       const struct vi_decoded *ring,
			       struct vi_pool *pool,
			       struct vi_report *report)
{
	const struct vi_check_sample sample = { .q = q, .ring = ring };
	const struct vi_check_queue queue = {
		.samples = &sample, .num_samples = 1,
	};
	size_t snaps = 0;
	const struct vi_check check = {
		.features = q->features, .queues = &queue, .num_queues = 1,
		.memory = { true, count_looks, &snaps },
	};

	assert_int_equal(vi_check_run(&check, pool, report), 0);
	return snaps;
}

/* Does @report show that the rule was judged, or that it was not? */
static bool is_told(const struct vi_report *report, const char *code)
{
	size_t i;

	for (i = 0; i < report->num_findings; i++)
		if (!strcmp(report->findings[i].code, code))
			return true;
	for (i = 0; i < report->unjudged.count; i++)
		if (!strncmp(report->unjudged.v[i], code, strlen(code)))
			return true;
	return false;
}

/* Check the limit for a ring whose chains share; @code is its finding. */
static void kept_is_bounded(const struct image *m, const char *code)
{
	struct vi_pool pool = { NULL };
	struct vi_report report;
	struct vi_decoded ring;
	struct vi_walker w;
	struct vi_raw_queue q;
	size_t kept = 0, i;

	read_queue(m, &q);
	assert_true(tables_read(&q) <= m->len);
	assert_true(vi_walker_init(&w, &q));
	assert_true(w.steps <= m->len / 8 + 64);
	vi_walker_fini(&w);

	assert_int_equal(vi_decode(&q, &ring), 0);
	assert_int_equal(ring.num_in_flight, m->size);
	for (i = 0; i < ring.num_in_flight; i++)
		kept += vi_chain_own(&ring.in_flight[i]);
	assert_true(kept <= m->len / 8 + 64);
	assert_true(arena_bytes(&ring.descs) + arena_bytes(&ring.anomalies) <=
		    8 * m->len);

	assert_true(looks_of_a_check(&q, &ring, &pool, &report) <= m->len);
	assert_true(is_told(&report, code));
	assert_true(!ring.num_cut || is_told(&report, "E_BUF_UNMAPPED"));
	vi_pool_free(&pool);
	vi_decoded_free(&ring);
	vi_raw_queue_free(&q);
}

/* --- What is shown --- */

static void say_ring(const struct image *m, char *spec, size_t size)
{
	snprintf(spec, size, "%s,num=%u,desc=0,driver=0x%zx,device=0x%zx,features=0x130000000%s",
		 m->packed ? "packed" : "split", m->size, m->driver, m->device,
		 m->packed ? ",next_avail=0,avail_wrap=0,next_used=0,used_wrap=1" : "");
}

/* A file with the image, deleted on close. */
static int write_file(const struct image *m, char path[32])
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, m->bytes, m->len), m->len);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static const char *const with_raw[] = { "queues.raw", NULL };

/* The size in bytes of everything as JSON. */
static size_t json_len(struct vi_ctx *ctx, struct vi_device *dev)
{
	const struct vi_check_options how = {
		.size = sizeof(how), .now = true,
	};
	size_t len;
	char *json;

	assert_true(vi_check(ctx, dev, &how) >= 0);
	json = vi_to_json(ctx, vi_device_schema(), dev, with_raw);
	assert_non_null(json);
	len = strlen(json);
	free(json);
	return len;
}

static size_t in_use(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

/* Check a capture with buffer contents, and what reading it yields. */
static void capture_is_bounded(struct vi_ctx *ctx, struct vi_device *dev,
			       size_t len)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	struct vi_ctx *again = vi_ctx_new();
	size_t before = in_use();
	char path[32];
	off_t size;

	assert_true(fd >= 0 && again);
	assert_int_equal(vi_capture_write(ctx, dev, fd, 256), 0);
	size = lseek(fd, 0, SEEK_END);
	assert_true(size > 0 && (size_t)size <= TIMES * len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(vi_capture_read(again, path), 0);
	assert_true(json_len(again, vi_device_next(again, NULL)) <=
		    TIMES * (size_t)size);
	assert_true(in_use() - before <= TIMES * (size_t)size);
	vi_ctx_free(again);
	close(fd);
}

static void told_is_bounded(const struct image *m)
{
	struct vi_ctx *ctx = vi_ctx_new();
	size_t before = in_use();
	struct vi_device *dev;
	char spec[160], path[32];
	int fd = write_file(m, path);

	assert_non_null(ctx);
	say_ring(m, spec, sizeof(spec));
	assert_int_equal(vi_ring_by_address(ctx, spec, path, &dev), 0);
	assert_int_equal(vi_snapshot_take(ctx, dev, "auto"), 0);
	assert_true(json_len(ctx, dev) <= TIMES * m->len);
	assert_true(in_use() - before <= TIMES * m->len);
	capture_is_bounded(ctx, dev, m->len);
	vi_ctx_free(ctx);
	close(fd);
}

static void is_bounded(struct image *m, const char *code)
{
	kept_is_bounded(m, code);
	told_is_bounded(m);
	free(m->bytes);
}

/* --- Rings that share --- */

static void heads_share_a_table(void **state)
{
	unsigned int packed;
	struct image m;

	(void)state;
	for (packed = 0; packed < 2; packed++) {
		with_tables(&m, packed, 4096, 4096, 0, 0);
		is_bounded(&m, packed ? "W_OVERLAP" : "E_SHARED_DESC");
		with_tables(&m, packed, 32768, 65535, 0, 0);
		is_bounded(&m, packed ? "W_OVERLAP" : "E_SHARED_DESC");
	}
}

/* Distinct but overlapping tables: many from little memory. */
static void tables_overlap(void **state)
{
	unsigned int packed;
	struct image m;

	(void)state;
	for (packed = 0; packed < 2; packed++) {
		with_tables(&m, packed, 4096, 4096, 16, 0);
		is_bounded(&m, "W_OVERLAP");
	}
}

static void tables_are_nested(void **state)
{
	unsigned int packed;
	struct image m;

	(void)state;
	for (packed = 0; packed < 2; packed++) {
		with_tables(&m, packed, 4096, 4096, 0, INDIRECT);
		is_bounded(&m, "E_NESTED");
	}
}

static void heads_share_a_tail(void **state)
{
	struct image m;

	(void)state;
	with_tails(&m, 32768);
	is_bounded(&m, "E_SHARED_DESC");
	with_tails(&m, 64);
	is_bounded(&m, "E_SHARED_DESC");
}

/* --- Sound rings --- */

static void all_is_kept(const struct image *m, uint32_t entries)
{
	struct vi_decoded ring;
	struct vi_raw_queue q;
	size_t i;

	read_queue(m, &q);
	assert_int_equal(vi_decode(&q, &ring), 0);
	assert_int_equal(ring.num_in_flight, m->size);
	assert_int_equal(ring.num_cut, 0);
	for (i = 0; i < ring.num_in_flight; i++) {
		const struct vi_chain *c = &ring.in_flight[i];

		assert_int_equal(c->met, 0);
		assert_int_equal(vi_chain_own(c), entries);
	}
	vi_decoded_free(&ring);
	vi_raw_queue_free(&q);
	free(m->bytes);
}

/* At most 64 MiB of tables are read per queue. */
static void full_rings_are_told_whole(void **state)
{
	static const struct {
		uint32_t heads, entries;
	} full[] = { { 32768, 1 }, { 32768, 128 }, { 4096, 1024 } };
	unsigned int packed;
	struct image m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(full) / sizeof(*full); i++) {
		for (packed = 0; packed < 2; packed++) {
			with_tables(&m, packed, full[i].heads,
				    full[i].entries, 16 * full[i].entries, 0);
			all_is_kept(&m, full[i].entries);
		}
	}
}

/* One chain through the whole ring. */
static void a_chain_as_long_as_the_ring(void **state)
{
	struct vi_decoded ring;
	struct vi_raw_queue q;
	struct image m;

	(void)state;
	with_tails(&m, 32768);
	put16(&m, m.driver + 2, 1);
	read_queue(&m, &q);
	assert_int_equal(vi_decode(&q, &ring), 0);
	assert_int_equal(ring.num_in_flight, 1);
	assert_int_equal(ring.num_cut, 0);
	assert_int_equal(ring.in_flight[0].num, 32768);
	vi_decoded_free(&ring);
	vi_raw_queue_free(&q);
	free(m.bytes);
}

/* --- Captures in which few bytes stand for many --- */

#define HEAD	"{\"virtio_inspect\":{\"schema\":1},\"devices\":["
#define DEVICE	"{\"name\":\"d\",\"queues\":["

/* An idle queue of 32,768: 850 KB of zeros. */
#define AT_REST								\
	"{\"index\":%u,\"layout\":\"split\",\"size\":32768,\"raw\":{"	\
	"\"desc\":[\"0*524288\"],\"driver\":[\"0*65542\"],"		\
	"\"device\":[\"0*262150\"]}},"

/* @each repeated with its number, the last without the comma. */
static int write_capture(const char *before, const char *each, unsigned int n,
			 const char *after)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	FILE *f = fd < 0 ? NULL : fdopen(dup(fd), "w");
	char text[512];
	unsigned int i;
	int len;

	assert_non_null(f);
	fputs(before, f);
	for (i = 0; i < n; i++) {
		len = strstr(each, "%u") ?
		      snprintf(text, sizeof(text), AT_REST, i) :
		      snprintf(text, sizeof(text), "%s", each);
		fwrite(text, 1, len - (i + 1 == n), f);
	}
	fputs(after, f);
	assert_int_equal(fclose(f), 0);
	return fd;
}

static int read_capture(struct vi_ctx *ctx, int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return vi_capture_read(ctx, path);
}

static void is_refused(const char *before, const char *each, unsigned int n,
		       const char *after, const char *why)
{
	int fd = write_capture(before, each, n, after);
	struct vi_ctx *ctx = vi_ctx_new();
	size_t before_it = in_use();

	assert_non_null(ctx);
	assert_int_equal(read_capture(ctx, fd), -EINVAL);
	assert_non_null(strstr(vi_error(ctx), why));
	assert_true(in_use() < before_it + (1 << 20));
	vi_ctx_free(ctx);
	close(fd);
}

static void small_captures_do_not_grow(void **state)
{
	static const char why[] = "more memory than a capture of this length";

	(void)state;
	is_refused(HEAD DEVICE, AT_REST, 100, "]}]}", why);
	is_refused(HEAD, DEVICE "{\"index\":0,\"layout\":\"packed\","
		   "\"size\":32768,\"raw\":{\"tokens\":[]}}]},", 1000, "]}",
		   why);
	is_refused(HEAD, "{\"name\":\"d\"},", 100000, "]}", why);
	is_refused("{\"a\":[", "{},", 100000, "]}", "objects");
}

/* Everything written can be read: zeros are not folded further than that. */
static void what_is_written_is_read(void **state)
{
	int fd = write_capture(HEAD DEVICE, AT_REST, 30, "]}]}"), i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct vi_ctx *ctx = vi_ctx_new();
		struct vi_snapshot *snap;
		struct vi_value queues;

		assert_non_null(ctx);
		assert_int_equal(read_capture(ctx, fd), 0);
		close(fd);
		fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		assert_int_equal(vi_capture_write(ctx, NULL, fd, 0), 0);
		snap = vi_snapshot_at(vi_device_next(ctx, NULL), 0);
		assert_int_equal(vi_get(vi_schema_find(vi_snapshot_schema(),
						       "queues"),
					snap, &queues), 0);
		vi_snapshot_unref(snap);
		assert_int_equal(queues.count, 30);
		vi_ctx_free(ctx);
	}
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_share_a_table),
		cmocka_unit_test(tables_overlap),
		cmocka_unit_test(tables_are_nested),
		cmocka_unit_test(heads_share_a_tail),
		cmocka_unit_test(full_rings_are_told_whole),
		cmocka_unit_test(a_chain_as_long_as_the_ring),
		cmocka_unit_test(small_captures_do_not_grow),
		cmocka_unit_test(what_is_written_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
