// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables of device types and their queues. */
#include "by_name.h"

#include <virtio-inspect/inspect.h>

#include "bus/bus.h"
#include "core/compiler.h"
#include "spec/features.h"

static uint32_t id_of(const struct vi_device_type *type)
{
	return type->driver.id_table[0].device;
}

static struct vi_features bits(unsigned int n, ...)
{
	struct vi_features f = { { 0, 0 } };
	va_list ap;

	va_start(ap, n);
	while (n--)
		vi_features_set(&f, va_arg(ap, unsigned int));
	va_end(ap);
	return f;
}

/* --- All types --- */

static void every_type_has_its_name_and_id(void **state)
{
	const struct vi_device_type *type;
	bool seen[256] = { false };
	size_t i;

	(void)state;
	for (i = 0; (type = vi_device_type_at(i)); i++) {
		uint32_t id = id_of(type);

		assert_string_equal(type->driver.driver.name,
				    vi_type_name(id));
		assert_false(seen[id]);
		seen[id] = true;
	}
	assert_int_equal(i, 26);
}

static void every_specified_type_is_there(void **state)
{
	static const char *const specified[] = {
		"net", "blk", "console", "rng", "balloon", "scsi", "gpu",
		"rtc", "input", "vsock", "crypto", "iommu", "mem", "sound",
		"fs", "pmem", "rpmb", "scmi", "i2c", "can", "gpio", "spi",
		"media",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(specified); i++)
		assert_non_null(type_by_name(specified[i])->queues);
}

static void assert_feature(const struct vi_device_type *type, uint8_t bit,
			   const char *name)
{
	if (bit)
		assert_string_equal(vi_feature_name(id_of(type), bit - 1),
				    name);
	else
		assert_null(name);
}

static void features_are_what_they_are_called(void **state)
{
	const struct vi_device_type *type;
	const struct vi_queue_kind *q;
	const struct vi_kname_rule *k;
	size_t i;

	(void)state;
	for (i = 0; (type = vi_device_type_at(i)); i++) {
		for (q = type->queues; q->name; q++)
			assert_feature(type, q->needs, q->feature);
		for (k = type->knames; k && k->path; k++)
			assert_feature(type, k->unless, k->feature);
		assert_feature(type, type->count.needs, type->count.feature);
	}
}

/* A name has a number exactly if there are several queues of the kind. */
static void numbered_queues_have_a_number(void **state)
{
	const struct vi_device_type *type;
	const struct vi_queue_kind *q;
	size_t i;

	(void)state;
	for (i = 0; (type = vi_device_type_at(i)); i++)
		for (q = type->queues; q->name; q++)
			assert_int_equal(!!strstr(q->name, "%u"), !!q->step);
}

static void a_bus_takes_them_all(void **state)
{
	struct virtio_bus *bus = virtio_bus_new();
	const struct vi_device_type *type;
	size_t i;

	(void)state;
	for (i = 0; (type = vi_device_type_at(i)); i++)
		assert_int_equal(virtio_bus_add_driver(bus, &type->driver), 0);
	for (i = 0; (type = vi_device_type_at(i)); i++) {
		struct virtio_device vdev = { .id = { id_of(type), 0x1234 } };

		assert_int_equal(virtio_bus_add_device(bus, &vdev), 0);
		assert_ptr_equal(vi_device_type_of(virtio_bus_driver(&vdev)),
				 type);
		virtio_bus_remove_device(&vdev);
	}
	virtio_bus_free(bus);
	assert_null(vi_device_type_of(NULL));
}

/* --- Queues by index --- */

struct queue_case {
	const char *type;
	unsigned int num_queues, index;
	const char *name;		/* NULL: no such queue */
	unsigned int number;
};

static void check(const struct queue_case *c, size_t n,
		  struct vi_features features)
{
	const struct vi_queue_kind *kind;
	unsigned int number;

	for (; n--; c++) {
		number = 0;
		kind = vi_queue_at(type_by_name(c->type), features,
				   c->num_queues, c->index, &number);
		if (!c->name) {
			assert_null(kind);
			continue;
		}
		assert_non_null(kind);
		assert_string_equal(kind->name, c->name);
		if (strstr(c->name, "%u"))
			assert_int_equal(number, c->number);
	}
}

/* Of unknown features: only what holds with any. */
static void queues_with_any_features(void **state)
{
	static const struct queue_case cases[] = {
		{ "net", 0, 0, "receiveq%u", 1 },
		{ "net", 0, 1, "transmitq%u", 1 },
		{ "net", 0, 2, NULL, 0 },
		{ "net", 3, 2, NULL, 0 },
		{ "blk", 0, 3, "requestq%u", 4 },
		{ "console", 0, 1, "transmitq(port0)", 0 },
		{ "console", 0, 2, NULL, 0 },
		{ "balloon", 0, 1, "deflateq", 0 },
		{ "balloon", 0, 2, NULL, 0 },
		{ "fs", 0, 0, "hiprio", 0 },
		{ "fs", 0, 1, NULL, 0 },
		{ "rng", 0, 0, "requestq", 0 },
	};
	unsigned int number, i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct queue_case *c = &cases[i];
		struct vi_raw_queue q = { .index = c->index };
		const struct vi_queue_kind *kind;

		number = 0;
		kind = vi_queue_of(type_by_name(c->type), &q, c->num_queues,
				   &number);
		if (!c->name != !kind || (kind && strcmp(kind->name, c->name)))
			fail_msg("%s %u: %s", c->type, c->index,
				 kind ? kind->name : "none");
		if (c->name && strstr(c->name, "%u"))
			assert_int_equal(number, c->number);
		/* Known ones: as before. */
		q.have = VI_Q_FEATURES;
		assert_ptr_equal(vi_queue_of(type_by_name(c->type), &q,
					     c->num_queues, &number),
				 vi_queue_at(type_by_name(c->type), bits(0),
					     c->num_queues, c->index,
					     &number));
	}
}

static void queues_without_features(void **state)
{
	static const struct queue_case cases[] = {
		{ "net", 2, 0, "receiveq%u", 1 },
		{ "net", 2, 1, "transmitq%u", 1 },
		{ "net", 0, 4, "receiveq%u", 3 },
		{ "blk", 0, 0, "requestq%u", 1 },
		{ "blk", 4, 3, "requestq%u", 4 },
		{ "console", 2, 0, "receiveq(port0)", 0 },
		{ "console", 2, 1, "transmitq(port0)", 0 },
		{ "console", 2, 2, NULL, 0 },
		{ "rng", 1, 0, "requestq", 0 },
		{ "rng", 1, 1, NULL, 0 },
		{ "balloon", 2, 1, "deflateq", 0 },
		{ "balloon", 2, 2, NULL, 0 },
		{ "scsi", 3, 2, "request queue %u", 1 },
		{ "scsi", 3, 1, "eventq", 0 },
		{ "crypto", 3, 1, "dataq%u", 2 },
		{ "crypto", 3, 2, "controlq", 0 },
		{ "fs", 2, 0, "hiprio", 0 },
		{ "fs", 2, 1, "request queue %u", 1 },
		{ "can", 3, 0, "Txq", 0 },
	};

	(void)state;
	check(cases, ARRAY_SIZE(cases), bits(0));
}

static void control_queue_of_a_network_device(void **state)
{
	static const struct queue_case cases[] = {
		{ "net", 3, 2, "controlq", 0 },
		{ "net", 5, 2, "receiveq%u", 2 },
		{ "net", 5, 4, "controlq", 0 },
		/* Without the number of queues, it may be either. */
		{ "net", 0, 0, "receiveq%u", 1 },
		{ "net", 0, 1, "transmitq%u", 1 },
		{ "net", 0, 2, NULL, 0 },
	};

	(void)state;
	check(cases, ARRAY_SIZE(cases), bits(1, 17));
}

static void ports_of_a_console(void **state)
{
	static const struct queue_case cases[] = {
		{ "console", 0, 2, "control receiveq", 0 },
		{ "console", 0, 3, "control transmitq", 0 },
		{ "console", 0, 4, "receiveq(port%u)", 1 },
		{ "console", 0, 5, "transmitq(port%u)", 1 },
		{ "console", 0, 8, "receiveq(port%u)", 3 },
	};

	(void)state;
	check(cases, ARRAY_SIZE(cases), bits(1, 1));
}

static void gaps_are_closed(void **state)
{
	static const struct queue_case all[] = {
		{ "balloon", 5, 2, "statsq", 0 },
		{ "balloon", 5, 3, "free_page_vq", 0 },
		{ "balloon", 5, 4, "reporting_vq", 0 },
	};
	static const struct queue_case some[] = {
		{ "balloon", 3, 2, "reporting_vq", 0 },
		{ "balloon", 3, 3, NULL, 0 },
	};
	static const struct queue_case notification[] = {
		{ "fs", 3, 1, "notification queue", 0 },
		{ "fs", 3, 2, "request queue %u", 1 },
	};

	(void)state;
	check(all, ARRAY_SIZE(all), bits(3, 1, 3, 5));
	check(some, ARRAY_SIZE(some), bits(1, 5));
	check(notification, ARRAY_SIZE(notification), bits(1, 0));
}

/* --- Queues by their Linux names --- */

static void queues_by_linux_name(void **state)
{
	static const struct {
		const char *type, *linux_name, *name;
		enum vi_queue_role role;
	} cases[] = {
		{ "net", "input.0", "receiveq%u", VI_QUEUE_PARKED },
		{ "net", "output.17", "transmitq%u", VI_QUEUE_REQUEST },
		{ "net", "control", "controlq", VI_QUEUE_REQUEST },
		{ "blk", "req.0", "requestq%u", VI_QUEUE_REQUEST },
		{ "blk", "req_poll.3", "requestq%u", VI_QUEUE_REQUEST },
		{ "rng", "input", "requestq", VI_QUEUE_MAY_WAIT },
		{ "balloon", "stats", "statsq", VI_QUEUE_PARKED },
		{ "console", "input", "receiveq(port0)", VI_QUEUE_PARKED },
		{ "console", "output", "transmitq(port0)", VI_QUEUE_MAY_WAIT },
		{ "vsock", "event", "event", VI_QUEUE_PARKED },
		{ "fs", "requests.1", "request queue %u", VI_QUEUE_MAY_WAIT },
		{ "sound", "virtsnd-tx", "txq", VI_QUEUE_MAY_WAIT },
		{ "net", "avq.3", "adminq", VI_QUEUE_REQUEST },
		{ "blk", "avq.1", "adminq", VI_QUEUE_REQUEST },
	};
	static const char *const strangers[] = {
		"", "input", "input.", "input.x", "input.0x", "input.0 ",
		"xinput.0", "config",
	};
	const struct vi_queue_kind *kind;
	unsigned int number;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		kind = vi_queue_named(type_by_name(cases[i].type),
				      cases[i].linux_name, NULL, &number);
		assert_non_null(kind);
		assert_string_equal(kind->name, cases[i].name);
		assert_int_equal(kind->role, cases[i].role);
	}
	for (i = 0; i < ARRAY_SIZE(strangers); i++)
		assert_null(vi_queue_named(type_by_name("net"), strangers[i],
					   NULL, &number));
}

/* All ports of a console have queues of the same names. */
static void indices_tell_names_apart(void **state)
{
	const struct vi_device_type *type = type_by_name("console");
	const struct vi_queue_kind *at, *kind;
	unsigned int number = 99;

	(void)state;
	at = vi_queue_at(type, bits(1, 1), 34, 7, &number);
	assert_int_equal(number, 2);
	kind = vi_queue_named(type, "output", at, &number);
	assert_string_equal(kind->name, "transmitq(port%u)");
	assert_int_equal(number, 2);
	/* Where they disagree, the name counts. */
	kind = vi_queue_named(type, "control-o", at, &number);
	assert_string_equal(kind->name, "control transmitq");
	assert_int_equal(number, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_has_its_name_and_id),
		cmocka_unit_test(every_specified_type_is_there),
		cmocka_unit_test(features_are_what_they_are_called),
		cmocka_unit_test(numbered_queues_have_a_number),
		cmocka_unit_test(a_bus_takes_them_all),
		cmocka_unit_test(queues_without_features),
		cmocka_unit_test(queues_with_any_features),
		cmocka_unit_test(control_queue_of_a_network_device),
		cmocka_unit_test(ports_of_a_console),
		cmocka_unit_test(gaps_are_closed),
		cmocka_unit_test(queues_by_linux_name),
		cmocka_unit_test(indices_tell_names_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
