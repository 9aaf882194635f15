// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests in one line: what holds for all types of devices. */
#include "by_name.h"

#include "devtype/request.h"
#include "spec/features.h"

static void barriers_are_legacy(void **state)
{
	static const uint8_t header[16] = { 1, 0, 0, 0x80, 0, 0, 0, 0, 9 };
	const struct vi_device_type *type = type_by_name("blk");
	struct vi_request req = {
		.header = header, .header_len = 16, .out_len = 528,
		.in_len = 1, .features = { { 1, 0 } },
	};
	char line[128];

	(void)state;
	vi_request_describe(type->queues, &req, line, sizeof(line));
	assert_string_equal(line, "write sector 9, 512 bytes, barrier");
}

static void unknown_queues_have_sizes(void **state)
{
	struct vi_request req = { .out_len = 24, .in_len = 1 };
	char line[64];

	(void)state;
	assert_int_equal(vi_request_header_len(NULL), 0);
	vi_request_describe(NULL, &req, line, sizeof(line));
	assert_string_equal(line, "24 bytes out, 1 byte in");
	req.out_len = req.in_len = 0;
	vi_request_describe(NULL, &req, line, sizeof(line));
	assert_string_equal(line, "0 bytes");
}

static void lines_are_cut(void **state)
{
	struct vi_request req = { .out_len = 24, .in_len = 1 };
	char line[64];
	size_t size;

	(void)state;
	for (size = 0; size < 40; size++) {
		size_t n;

		memset(line, '#', sizeof(line));
		n = vi_request_describe(NULL, &req, line, size);
		if (size) {
			assert_int_equal(strlen(line), n);
			assert_true(n < size);
			assert_memory_equal(line, "24 bytes out, 1 byte in",
					    n);
		}
		assert_int_equal(line[size], '#');
	}
}

static void answers_have_a_place(void **state)
{
	static const struct {
		const char *type, *queue;
		uint64_t in_len, at;
		bool found;
	} rows[] = {
		{ "blk", "requestq%u", 513, 512, true },
		{ "blk", "requestq%u", 1, 0, true },
		{ "blk", "requestq%u", 0, 0, false },
		{ "net", "controlq", 9, 0, true },
		{ "net", "transmitq%u", 9, 0, false },
		{ "scsi", "request queue %u", 108, 11, true },
		{ "scsi", "request queue %u", 11, 0, false },
		{ "iommu", "requestq", 516, 512, true },
		{ "iommu", "requestq", 3, 0, false },
		{ "rng", "requestq", 64, 0, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct vi_device_type *type = type_by_name(rows[i].type);
		struct vi_request req = { .in_len = rows[i].in_len };
		uint64_t at = 0;

		assert_int_equal(vi_request_status_at(
				 kind_by_name(type, rows[i].queue), &req, &at),
				 rows[i].found);
		if (rows[i].found)
			assert_int_equal(at, rows[i].at);
	}
}

static uint64_t seed = 1;

static uint64_t next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void one_random_header(const struct vi_queue_kind *kind, size_t len)
{
	uint8_t *header = malloc(len ? len : 1);
	struct vi_request req = {
		.header = header, .header_len = len,
		.out_len = next_random() % 3 ? len : next_random(),
		.in_len = next_random() % 3 ? 1 : next_random(),
		.has_status = true, .status = next_random(),
		.features = { { next_random(), next_random() } },
	};
	char line[200], cut[24];
	size_t i, n;

	for (i = 0; i < len; i++)
		/* Small numbers are the ones with names. */
		header[i] = next_random() % 2 ? next_random() % 8 :
						next_random();
	n = vi_request_describe(kind, &req, line, sizeof(line));
	assert_true(n && n == strlen(line));
	for (i = 0; i < n; i++)
		assert_in_range(line[i], ' ', '~');
	n = vi_request_describe(kind, &req, cut, sizeof(cut));
	assert_memory_equal(line, cut, n);
	free(header);
}

static void any_bytes_make_a_line(void **state)
{
	const struct vi_queue_kind *kind;
	const struct vi_device_type *type;
	size_t i, len, wanted;
	int times;

	(void)state;
	for (i = 0; (type = vi_device_type_at(i)); i++) {
		for (kind = type->queues; kind->name; kind++) {
			wanted = vi_request_header_len(kind);
			assert_true(wanted <= VI_REQUEST_HEADER_MAX);
			for (len = 0; len <= VI_REQUEST_HEADER_MAX; len++)
				for (times = 0; times < 30; times++)
					one_random_header(kind, len);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(barriers_are_legacy),
		cmocka_unit_test(unknown_queues_have_sizes),
		cmocka_unit_test(lines_are_cut),
		cmocka_unit_test(answers_have_a_place),
		cmocka_unit_test(any_bytes_make_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
