// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which requests wait by their nature. "Not" of one that does is a false alarm,
 * and "maybe" of one that does not is a missed hang.
 */
#include "by_name.h"

#include "devtype/request.h"

struct row {
	const char *type, *queue, *header;
	enum vi_waits waits;
};

#define FUSE(opcode)	"28000000 " opcode "000000 0100000000000000" \
			"0100000000000000 0000000000000000 2c010000 00000000"
#define GPU(command, flags)	command "0000 " flags "000000" \
			"0000000000000000 0000000000000000"

static const struct row rows[] = {
	{ "fs", "request queue %u", FUSE("01"), VI_WAITS_NOT },	/* LOOKUP */
	{ "fs", "request queue %u", FUSE("03"), VI_WAITS_NOT },	/* GETATTR */
	{ "fs", "request queue %u", FUSE("0f"), VI_WAITS_NOT },	/* READ */
	{ "fs", "request queue %u", FUSE("1a"), VI_WAITS_NOT },	/* INIT */
	{ "fs", "request queue %u", FUSE("1f"), VI_WAITS_NOT },	/* GETLK */
	{ "fs", "request queue %u", FUSE("20"), VI_WAITS_NOT },	/* SETLK */
	{ "fs", "request queue %u", FUSE("21"), VI_WAITS_MAYBE }, /* SETLKW */
	{ "fs", "request queue %u", FUSE("27"), VI_WAITS_MAYBE }, /* IOCTL */
	{ "fs", "request queue %u", FUSE("28"), VI_WAITS_MAYBE }, /* POLL */
	{ "fs", "request queue %u", FUSE("99"), VI_WAITS_MAYBE },
	{ "fs", "request queue %u", "", VI_WAITS_UNKNOWN },
	{ "fs", "request queue %u", "28000000 03000000", VI_WAITS_UNKNOWN },
	{ "fs", "hiprio", "", VI_WAITS_NOT },
	{ "fs", "notification queue", "", VI_WAITS_MAYBE },
	{ "9p", "requests", "13000000 6e 0100 01000000", VI_WAITS_NOT },
	{ "9p", "requests", "13000000 18 0100 01000000", VI_WAITS_NOT },
	{ "9p", "requests", "13000000 34 0100 01000000", VI_WAITS_MAYBE },
	{ "9p", "requests", "13000000 74 0100 01000000", VI_WAITS_MAYBE },
	{ "9p", "requests", "13000000 76 0100 01000000", VI_WAITS_MAYBE },
	{ "9p", "requests", "13000000 02 0100 01000000", VI_WAITS_MAYBE },
	{ "9p", "requests", "13000000", VI_WAITS_UNKNOWN },
	{ "console", "transmitq(port0)", "", VI_WAITS_NOT },
	{ "console", "transmitq(port%u)", "", VI_WAITS_NOT },
	{ "console", "receiveq(port0)", "", VI_WAITS_MAYBE },
	{ "gpu", "controlq", GPU("0401", "00"), VI_WAITS_NOT },
	{ "gpu", "controlq", GPU("0401", "01"), VI_WAITS_MAYBE },
	{ "gpu", "controlq", GPU("ff0f", "00"), VI_WAITS_MAYBE },
	{ "gpu", "controlq", "", VI_WAITS_UNKNOWN },
	{ "sound", "txq", "00000000", VI_WAITS_MAYBE },
	{ "sound", "controlq", "00010000 00000000", VI_WAITS_NOT },
	{ "gpio", "requestq", "0400 0300 00000000", VI_WAITS_NOT },
	{ "gpio", "requestq", "0900 0300 00000000", VI_WAITS_MAYBE },
	{ "rtc", "requestq", "0100 0000 00000000", VI_WAITS_NOT },
	{ "rtc", "requestq", "0900 0000 00000000", VI_WAITS_MAYBE },
	{ "can", "Txq", "0100 0000 00000000 00000000 00000000",
	  VI_WAITS_MAYBE },
	{ "rng", "requestq", "", VI_WAITS_MAYBE },
	{ "blk", "requestq%u", "", VI_WAITS_NOT },
	{ "crypto", "dataq%u", "", VI_WAITS_NOT },
	{ "net", "receiveq%u", "", VI_WAITS_MAYBE },
};

static void each_request_by_its_meaning(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vi_request req = { .out_len = 64, .in_len = 64 };
		uint8_t *header = from_hex(rows[i].header, &req.header_len);
		const struct vi_queue_kind *kind =
			kind_by_name(type_by_name(rows[i].type), rows[i].queue);

		req.header = header;
		if (vi_request_waits(kind, &req) != rows[i].waits)
			fail_msg("%s %s %s", rows[i].type, rows[i].queue,
				 rows[i].header);
		free(header);
	}
}

static void unknown_queues_may_wait(void **state)
{
	struct vi_request req = { .out_len = 64 };

	(void)state;
	assert_int_equal(vi_request_waits(NULL, &req), VI_WAITS_MAYBE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_request_by_its_meaning),
		cmocka_unit_test(unknown_queues_may_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
