// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a buffer that stays in a queue means, for every queue of every device
 * type: the kinds below may hold it; in all others it is an unfinished request.
 * A wrong entry is a false alarm, or a missed fault.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/compiler.h"
#include "devtype/device_type.h"

struct row {
	const char *type, *queue;
	enum vi_queue_role role;
};

static const struct row rows[] = {
	/* Buffers wait for an event. */
	{ "net", "receiveq%u", VI_QUEUE_PARKED },
	{ "console", "receiveq(port0)", VI_QUEUE_PARKED },
	{ "console", "receiveq(port%u)", VI_QUEUE_PARKED },
	{ "console", "control receiveq", VI_QUEUE_PARKED },
	{ "balloon", "statsq", VI_QUEUE_PARKED },
	{ "scsi", "eventq", VI_QUEUE_PARKED },
	{ "input", "eventq", VI_QUEUE_PARKED },
	{ "vsock", "rx", VI_QUEUE_PARKED },
	{ "vsock", "event", VI_QUEUE_PARKED },
	{ "sound", "eventq", VI_QUEUE_PARKED },
	{ "sound", "rxq", VI_QUEUE_PARKED },
	{ "iommu", "eventq", VI_QUEUE_PARKED },
	{ "scmi", "eventq", VI_QUEUE_PARKED },
	{ "gpio", "eventq", VI_QUEUE_PARKED },
	{ "can", "Rxq", VI_QUEUE_PARKED },
	{ "media", "eventq", VI_QUEUE_PARKED },
	{ "fs", "notification queue", VI_QUEUE_PARKED },
	{ "rtc", "alarmq", VI_QUEUE_PARKED },
	{ "rpmsg", "rx", VI_QUEUE_PARKED },
	{ "bt", "rx", VI_QUEUE_PARKED },

	/* Requests that may take long by nature. */
	{ "rng", "requestq", VI_QUEUE_MAY_WAIT },
	{ "fs", "request queue %u", VI_QUEUE_MAY_WAIT },
	{ "9p", "requests", VI_QUEUE_MAY_WAIT },
	{ "gpio", "requestq", VI_QUEUE_MAY_WAIT },
	{ "rtc", "requestq", VI_QUEUE_MAY_WAIT },
	{ "sound", "txq", VI_QUEUE_MAY_WAIT },
	{ "console", "transmitq(port0)", VI_QUEUE_MAY_WAIT },
	{ "console", "transmitq(port%u)", VI_QUEUE_MAY_WAIT },
	{ "can", "Txq", VI_QUEUE_MAY_WAIT },
	{ "gpu", "controlq", VI_QUEUE_MAY_WAIT },
};

static bool met[ARRAY_SIZE(rows)];

static enum vi_queue_role expected(const char *type, const char *queue)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].type, type) || strcmp(rows[i].queue, queue))
			continue;
		met[i] = true;
		return rows[i].role;
	}
	return VI_QUEUE_REQUEST;
}

static void every_queue_has_its_role(void **state)
{
	const struct vi_device_type *type;
	const struct vi_queue_kind *kind;
	size_t i;

	(void)state;
	for (i = 0; (type = vi_device_type_at(i)); i++)
		for (kind = type->queues; kind && kind->name; kind++)
			if (kind->role != expected(type->driver.driver.name,
						   kind->name))
				fail_msg("%s %s: role %d",
					 type->driver.driver.name, kind->name,
					 kind->role);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (!met[i])
			fail_msg("there is no queue %s of %s", rows[i].queue,
				 rows[i].type);
}

/* Shorter requests are W_SHORT. */
static void headers_are_the_least(void **state)
{
	static const struct {
		const char *type, *queue;
		unsigned int out, in;
	} least[] = {
		{ "blk", "requestq%u", 16, 1 },
		{ "net", "receiveq%u", 0, 10 },
		{ "net", "transmitq%u", 10, 0 },
		{ "net", "controlq", 0, 0 },
		{ "scsi", "request queue %u", 19, 12 },
		{ "scsi", "eventq", 0, 16 },
		{ "vsock", "tx", 44, 0 },
		{ "vsock", "rx", 0, 44 },
		{ "input", "eventq", 0, 8 },
		{ "i2c", "requestq", 8, 1 },
		{ "rng", "requestq", 0, 0 },
		{ "console", "transmitq(port0)", 0, 0 },
	};
	const struct vi_device_type *type;
	const struct vi_queue_kind *kind;
	size_t i, k, n = 0;

	(void)state;
	for (i = 0; (type = vi_device_type_at(i)); i++)
		for (kind = type->queues; kind && kind->name; kind++)
			for (k = 0; k < ARRAY_SIZE(least); k++) {
				if (strcmp(type->driver.driver.name,
					   least[k].type) ||
				    strcmp(kind->name, least[k].queue))
					continue;
				assert_int_equal(kind->least_out,
						 least[k].out);
				assert_int_equal(kind->least_in, least[k].in);
				n++;
			}
	assert_true(n >= ARRAY_SIZE(least));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_queue_has_its_role),
		cmocka_unit_test(headers_are_the_least),
	};

	return cmocka_run_group_tests_name("roles", tests, NULL, NULL);
}
