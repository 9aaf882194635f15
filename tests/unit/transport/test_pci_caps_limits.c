// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configuration spaces as text: what a reader may not see, limits, and random
 * contents.
 */
#include "pci_space.h"

/* --- Privileges --- */

static void unprivileged_reader(void **state)
{
	struct space *s = space_of(qemu_modern, NULL);

	(void)state;
	assert_int_equal(parse(s, 64), 0);
	assert_true(s->out.access_denied);
	assert_false(s->out.truncated);
	assert_string_equal(findings(s), "");
	assert_int_equal(s->out.num_caps, 0);
	assert_int_equal(s->out.kind, VI_PCI_MODERN);
	add_text(s, qemu_transitional);
	assert_int_equal(parse(s, 64), 0);
	assert_true(s->out.access_denied);
	assert_int_equal(s->out.kind, VI_PCI_MAYBE_LEGACY);
	free(s);
}

/* Without its bit in the status register, the pointer is invalid. */
static void no_capability_list(void **state)
{
	struct space *s = space_of(qemu_modern, "06: 00");

	(void)state;
	assert_int_equal(parse(s, 256), 0);
	assert_int_equal(s->out.num_caps, 0);
	assert_string_equal(findings(s), "");
	assert_int_equal(parse(s, 64), 0);
	assert_false(s->out.access_denied);
	free(s);
}

static void short_read(void **state)
{
	struct space *s = space_of(firecracker, NULL);
	size_t len;

	(void)state;
	for (len = 65; len < 0xa4; len++) {
		assert_int_equal(parse(s, len), 0);
		assert_string_equal(findings(s), "");
		assert_false(s->out.access_denied);
		/* The window's own bytes, 94 to 97, are not needed. */
		assert_int_equal(s->out.truncated, len < 0x9c);
		assert_int_equal(s->out.num_caps,
				 len < 0x50 ? 0 : len < 0x60 ? 1 :
				 len < 0x70 ? 2 : len < 0x84 ? 3 :
				 len < 0x94 ? 4 : 5);
		assert_int_equal(s->out.msix.has_tables, false);
	}
	free(s);
}

/* Truncated in the last capability: header, type, body. */
static void short_read_at_the_end(void **state)
{
	static const size_t lens[] = { 0x86, 0x87, 0x88, 0x93 };
	struct space *s = space_of(firecracker, "84: 09 00");
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		assert_int_equal(parse(s, lens[i]), 0);
		assert_true(s->out.truncated);
		assert_int_equal(s->out.num_caps, 4);
		assert_string_equal(findings(s), "");
	}
	assert_int_equal(parse(s, 0x94), 0);
	assert_false(s->out.truncated);
	assert_int_equal(s->out.num_caps, 5);
	free(s);
}

static void size_of_the_read(void **state)
{
	struct space *s = space_of(qemu_modern, NULL);

	(void)state;
	assert_int_equal(parse(s, 0), -EINVAL);
	assert_int_equal(parse(s, 63), -EINVAL);
	assert_int_equal(s->out.num_caps, 0);
	assert_int_equal(parse(s, 4096), 0);
	assert_int_equal(s->out.num_caps, 5);
	s->in.len = 4097;
	s->in.config = s->bytes;
	assert_int_equal(vi_pci_parse(&s->in, &s->out), -EINVAL);
	s->in.len = 256;
	s->in.config = NULL;
	assert_int_equal(vi_pci_parse(&s->in, &s->out), -EINVAL);
	free(s);
}

/* A virtual function lacks ids in configuration space. */
static void virtual_function(void **state)
{
	struct space *s = space_of(qemu_modern, "00: ff ff ff ff");

	(void)state;
	assert_int_equal(parse(s, 256), 0);
	assert_int_equal(s->out.kind, VI_PCI_NOT_VIRTIO);
	s->in.vendor = 0x1af4;
	s->in.device = 0x1041;
	assert_int_equal(parse(s, 256), 0);
	assert_int_equal(s->out.kind, VI_PCI_MODERN);
	assert_int_equal(s->out.num_caps, 5);
	assert_string_equal(findings(s), "");
	free(s);
}

/* The first and last id. */
static void first_and_last_id(void **state)
{
	static const struct {
		const char *id;
		enum vi_pci_kind kind;
		uint16_t virtio_id;
	} cases[] = {
		{ "02: 00 10", VI_PCI_TRANSITIONAL, 0x1100 },
		{ "02: 3f 10", VI_PCI_TRANSITIONAL, 0x1100 },
		{ "02: 40 10", VI_PCI_MODERN, 0 },
		{ "02: 7f 10", VI_PCI_MODERN, 63 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct space *s = space_of(qemu_modern, cases[i].id);

		assert_int_equal(parse(s, 256), 0);
		assert_int_equal(s->out.kind, cases[i].kind);
		assert_int_equal(s->out.virtio_id, cases[i].virtio_id);
		assert_int_equal(s->out.num_caps, 5);
		free(s);
	}
}

/* Other vendors' capabilities have other meanings. */
static void not_virtio(void **state)
{
	static const char *const ids[] = {
		"00: 86 80 41 10", "00: f4 1a 10 11", "00: f4 1a 80 10",
		"00: f4 1a ff 0f",
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		struct space *s = space_of(qemu_modern, ids[i]);

		assert_int_equal(parse(s, 256), 0);
		assert_int_equal(s->out.kind, VI_PCI_NOT_VIRTIO);
		assert_int_equal(s->out.virtio_id, 0);
		assert_int_equal(s->out.num_caps, 0);
		assert_true(s->out.msix.present);
		assert_string_equal(findings(s), "");
		free(s);
	}
}

/* NOTIFY_CFG capabilities every @step bytes, each overlapping the next. */
static struct space *crowded(unsigned int step)
{
	struct space *s = space_of(qemu_modern, "34: 40");
	unsigned int pos;

	memset(s->bytes + 0x40, 0, 0xc0);
	for (pos = 0x40; pos < 0x100; pos += step) {
		s->bytes[pos] = 0x09;
		s->bytes[pos + 1] = (uint8_t)(pos + step);
		s->bytes[pos + 2] = 0x14;
		s->bytes[pos + 3] = VI_PCI_NOTIFY_CFG;
		if (step > 4)
			s->bytes[pos + 4] = 4;
	}
	assert_int_equal(parse(s, 256), 0);
	return s;
}

static void as_many_as_can_be(void **state)
{
	struct space *s = crowded(4);

	(void)state;
	assert_int_equal(s->out.num_caps, VI_PCI_MAX_CAPS);
	assert_int_equal(s->out.num_hazards, VI_PCI_MAX_CAPS);
	assert_int_equal(s->out.lost_hazards, 0);
	free(s);
}

/* Findings beyond the array are counted. */
static void more_findings_than_room(void **state)
{
	struct space *s = crowded(8);

	(void)state;
	assert_int_equal(s->out.num_caps, 24);
	assert_int_equal(s->out.num_hazards, VI_PCI_MAX_HAZARDS);
	/* The last two pass the end; the others break P8, P10 and P14. */
	assert_int_equal(s->out.num_hazards + s->out.lost_hazards, 22 * 3 + 2);
	free(s);
}

/* --- Values of the common configuration --- */

static void notify_place(void **state)
{
	static const struct {
		uint16_t off;
		uint32_t multiplier;
		uint64_t length;
		bool data, ok;
	} cases[] = {
		{ 0, 4, 2, false, true }, { 0, 4, 2, true, false },
		{ 0, 4, 4, true, true }, { 1023, 4, 0x1000, true, true },
		{ 1024, 4, 0x1000, false, false }, { 65535, 0, 2, false, true },
		{ 1, 0xfffffffe, 0x1000, false, false },
		/* 0 if computed in 32 bits. */
		{ 0x8000, 0x20000, 0x1000, false, false },
		{ 65535, 0xffffffff, 0xffffffff, true, false },
		{ 0, 0, 0, false, false },
	};
	struct vi_pci_hazard h;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct vi_pci_cap cap = {
			.pos = 0x70, .cfg_type = VI_PCI_NOTIFY_CFG,
			.length = cases[i].length,
			.notify_off_multiplier = cases[i].multiplier,
		};

		memset(&h, 0, sizeof(h));
		assert_int_equal(vi_pci_notify_ok(&cap, cases[i].off,
						  cases[i].data, &h),
				 cases[i].ok);
		assert_int_equal(vi_pci_notify_ok(&cap, cases[i].off,
						  cases[i].data, NULL),
				 cases[i].ok);
		if (cases[i].ok) {
			assert_null(h.code);
			continue;
		}
		assert_string_equal(h.code, "P13");
		assert_int_equal(h.severity, 'E');
		assert_int_equal(h.pos, 0x70);
	}
	assert_string_equal(h.message,
			    "queue_notify_off 0 * notify_off_multiplier 0 + 2 is past the notification structure of 0x0 bytes");
}

static void number_of_queues(void **state)
{
	struct vi_pci_hazard h = { .code = NULL };
	unsigned int limit;

	(void)state;
	assert_true(vi_pci_num_queues_ok(0, &limit, &h));
	assert_int_equal(limit, 0);
	assert_true(vi_pci_num_queues_ok(4096, &limit, &h));
	assert_int_equal(limit, 4096);
	assert_null(h.code);
	assert_false(vi_pci_num_queues_ok(65535, &limit, &h));
	assert_int_equal(limit, 4096);
	assert_string_equal(h.code, "P21");
	assert_int_equal(h.severity, 'W');
	assert_string_equal(h.message,
			    "num_queues is 65535: only the first 4096 queues are examined");
	assert_false(vi_pci_num_queues_ok(4097, &limit, NULL));
}

/* --- Random contents --- */

#define ROUNDS	100000

static uint64_t random_state = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t any(uint64_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % below;
}

static void randomize(struct space *s)
{
	static const uint64_t sizes[] = {
		0, 1, 0x20, 0x1000, 0x4000, 0x80000, UINT64_C(1) << 32,
		UINT64_MAX,
	};
	static const char *const bases[] = { qemu_modern, firecracker, crosvm };
	unsigned int i, changes = (unsigned int)any(12);

	if (any(8)) {
		add_text(s, bases[any(ARRAY_SIZE(bases))]);
		if (any(3) == 0)
			add_text(s, two_regions);
	} else {
		for (i = 0; i < 256; i++)
			s->bytes[i] = (uint8_t)any(256);
		add_text(s, "00: f4 1a 41 10\n06: 10");
	}
	for (i = 0; i < changes; i++) {
		unsigned int at = any(4) ? 0x34 + (unsigned int)any(0xcc) :
				  (unsigned int)any(256);

		s->bytes[at] = (uint8_t)(any(2) ? any(256) : any(32));
	}
	if (any(2))
		s->in.bar[any(VI_PCI_BARS)].size = sizes[any(ARRAY_SIZE(sizes))];
	s->in.bar[any(VI_PCI_BARS)].io = !any(4);
	s->in.notification_data = any(2);
}

/* The guarantees that every user of the result relies on. */
static void check_used(const struct space *s, const struct vi_pci_cap *cap)
{
	assert_true(cap->cap_len >= 8 && cap->pos + cap->cap_len <= 256);
	assert_in_range(cap->pos, 0x40, 0xf8);
	if (cap->cfg_type == VI_PCI_VENDOR_CFG) {
		assert_true(cap->has_vendor && !cap->has_range);
		return;
	}
	assert_true(cap->has_range);
	if (cap->cfg_type == VI_PCI_PCI_CFG)
		return;
	assert_true(cap->bar < VI_PCI_BARS);
	if (cap->cfg_type == VI_PCI_SHARED_MEMORY_CFG)
		assert_false(s->in.bar[cap->bar].io);
	assert_true(cap->offset <= s->in.bar[cap->bar].size);
	assert_true(cap->length <= s->in.bar[cap->bar].size - cap->offset);
	assert_int_equal(cap->has_multiplier,
			 cap->cfg_type == VI_PCI_NOTIFY_CFG);
	/* Of shared memory there may be several. */
	if (cap->cfg_type != VI_PCI_SHARED_MEMORY_CFG)
		assert_ptr_equal(vi_pci_find_cap(&s->out, cap->cfg_type), cap);
}

static void check_result(const struct space *s)
{
	unsigned int i;

	assert_true(s->out.num_caps <= VI_PCI_MAX_CAPS);
	assert_true(s->out.num_hazards <= VI_PCI_MAX_HAZARDS);
	assert_true(!s->out.lost_hazards ||
		    s->out.num_hazards == VI_PCI_MAX_HAZARDS);
	for (i = 0; i < s->out.num_caps; i++) {
		if (s->out.caps[i].state == VI_PCI_CAP_USED)
			check_used(s, &s->out.caps[i]);
	}
	for (i = 0; i < s->out.num_hazards; i++) {
		const struct vi_pci_hazard *h = &s->out.hazards[i];

		assert_int_equal(h->code[0], 'P');
		assert_non_null(strchr("EWI", h->severity));
		/* Complete, not truncated. */
		assert_in_range(strlen(h->message), 1, sizeof(h->message) - 2);
		assert_null(strchr(h->message, '\n'));
	}
}

static void anything(void **state)
{
	struct space *s = malloc(sizeof(*s));
	unsigned int i;

	(void)state;
	assert_non_null(s);
	for (i = 0; i < ROUNDS; i++) {
		size_t len = any(4) ? 256 : any(300);

		memset(s, 0, sizeof(*s));
		randomize(s);
		if (parse(s, len)) {
			assert_true(len < 64);
			continue;
		}
		check_result(s);
	}
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unprivileged_reader),
		cmocka_unit_test(no_capability_list),
		cmocka_unit_test(short_read),
		cmocka_unit_test(short_read_at_the_end),
		cmocka_unit_test(size_of_the_read),
		cmocka_unit_test(virtual_function),
		cmocka_unit_test(first_and_last_id),
		cmocka_unit_test(not_virtio),
		cmocka_unit_test(as_many_as_can_be),
		cmocka_unit_test(more_findings_than_room),
		cmocka_unit_test(notify_place),
		cmocka_unit_test(number_of_queues),
		cmocka_unit_test(anything),
	};

	return cmocka_run_group_tests_name("pci_caps_limits", tests, NULL, NULL);
}
