// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel events: parsing messages, and trusting only the kernel's. */
#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include <virtio-inspect/inspect.h>

#include "access/uevent/uevent.h"

#define PATH	"/devices/pci0000:00/0000:00:04.0/virtio3"
#define HEAD	"add@" PATH "\0ACTION=add\0DEVPATH=" PATH "\0SUBSYSTEM=virtio\0"
#define ALIAS	"MODALIAS=virtio:d00000002v00001AF4\0"

/* The compiler adds the final NUL, as the kernel does. */
#define PARSE(literal, ev)	parse(literal, sizeof(literal) - 1, ev)

/* In memory of exact size, so that a checker sees any read past the end. */
static int parse(const char *msg, size_t len, struct vi_event *ev)
{
	char *copy = malloc(len ? len : 1);
	int ret;

	memcpy(copy, msg, len);
	memset(ev, 0x5a, sizeof(*ev));
	ret = vi_uevent_parse(copy, len, ev);
	free(copy);
	return ret;
}

static void an_event_is_read_whole(void **state)
{
	struct vi_event ev;

	(void)state;
	assert_int_equal(PARSE(HEAD ALIAS "DRIVER=virtio_blk\0SEQNUM=4711\0",
			       &ev), 1);
	assert_string_equal(ev.event, "add");
	assert_string_equal(ev.device, "virtio3");
	assert_string_equal(ev.address, "0000:00:04.0");
	assert_string_equal(ev.driver, "virtio_blk");
	assert_true(ev.has_id);
	assert_int_equal(ev.device_id, 2);
	assert_int_equal(ev.vendor, 0x1af4);
	assert_true(ev.has_seqnum);
	assert_int_equal(ev.seqnum, 4711);
}

static void what_is_not_said_is_not_known(void **state)
{
	struct vi_event ev;

	(void)state;
	assert_int_equal(PARSE(HEAD, &ev), 1);
	assert_string_equal(ev.driver, "");
	assert_false(ev.has_id);
	assert_false(ev.has_seqnum);
	assert_int_equal(PARSE("ACTION=add\0DEVPATH=/virtio0\0"
			       "SUBSYSTEM=virtio\0", &ev), 1);
	assert_string_equal(ev.device, "virtio0");
	assert_string_equal(ev.address, "");
}

static void five_kinds_are_followed(void **state)
{
	static const char *const kinds[] = {
		"add", "remove", "bind", "unbind", "change",
	};
	static const char rest[] = "DEVPATH=" PATH "\0SUBSYSTEM=virtio";
	struct vi_event ev;
	char msg[256];
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		int n = sprintf(msg, "ACTION=%s", kinds[i]) + 1;

		memcpy(msg + n, rest, sizeof(rest));
		assert_int_equal(parse(msg, n + sizeof(rest), &ev), 1);
		assert_string_equal(ev.event, kinds[i]);
	}
	assert_int_equal(PARSE("ACTION=move\0DEVPATH=" PATH "\0"
			       "SUBSYSTEM=virtio\0", &ev), 0);
	assert_int_equal(PARSE("ACTION=\0DEVPATH=" PATH "\0"
			       "SUBSYSTEM=virtio\0", &ev), 0);
}

/* As in the list of devices. */
static void addresses_of_other_transports(void **state)
{
	struct vi_event ev;

	(void)state;
	assert_int_equal(PARSE("ACTION=add\0SUBSYSTEM=virtio\0DEVPATH="
			       "/devices/platform/a003e00.virtio_mmio/virtio0\0",
			       &ev), 1);
	assert_string_equal(ev.address, "mmio:0xa003e00");
	assert_int_equal(PARSE("ACTION=add\0SUBSYSTEM=virtio\0DEVPATH="
			       "/devices/css0/0.0.0000/0.0.0007/virtio0\0",
			       &ev), 1);
	assert_string_equal(ev.address, "0.0.0007");
	assert_int_equal(PARSE("ACTION=add\0SUBSYSTEM=virtio\0DEVPATH="
			       "/devices/vdpa0/virtio0\0", &ev), 1);
	assert_string_equal(ev.address, "vdpa0");
}

static void other_buses_are_left_out(void **state)
{
	struct vi_event ev;

	(void)state;
	assert_int_equal(PARSE("ACTION=add\0DEVPATH=/devices/x\0"
			       "SUBSYSTEM=pci\0", &ev), 0);
	assert_int_equal(PARSE("ACTION=add\0DEVPATH=/bus/virtio\0"
			       "SUBSYSTEM=virtio2\0", &ev), 0);
	assert_int_equal(PARSE("ACTION=add\0DEVPATH=/devices/x\0"
			       "SUBSYSTEM=virtio-ish\0", &ev), 0);
}

static void the_first_of_a_key_counts(void **state)
{
	struct vi_event ev;

	(void)state;
	assert_int_equal(PARSE(HEAD "ACTION=remove\0DEVPATH=/a/b\0"
			       "SUBSYSTEM=pci\0", &ev), 1);
	assert_string_equal(ev.event, "add");
	assert_string_equal(ev.device, "virtio3");
}

/* A message cut anywhere is refused, or yields only what it holds. */
static void a_cut_message_says_no_more(void **state)
{
	static const char msg[] = HEAD ALIAS "SEQNUM=4711\0";
	struct vi_event ev;
	size_t len;

	(void)state;
	for (len = 0; len < sizeof(msg) - 1; len++) {
		int ret = parse(msg, len, &ev);

		if (!len || msg[len - 1])
			assert_int_equal(ret, -EINVAL);
		else if (len < sizeof(HEAD) - 1)
			assert_int_equal(ret, -EINVAL);
		else
			assert_int_equal(ret, 1);
	}
}

static void no_message_looks_like_this(void **state)
{
	struct vi_event ev;
	char zeros[64] = { 0 }, ones[64];

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	assert_int_equal(parse("", 0, &ev), -EINVAL);
	assert_int_equal(parse(zeros, sizeof(zeros), &ev), -EINVAL);
	assert_int_equal(parse(ones, sizeof(ones), &ev), -EINVAL);
	/* udev's messages have another header, but keys, too. */
	assert_int_equal(PARSE("libudev\0\xfe\xed\xca\xfe\0\0\0", &ev),
			 -EINVAL);
	assert_int_equal(PARSE("ACTION=add\0SUBSYSTEM=virtio\0", &ev),
			 -EINVAL);
	assert_int_equal(PARSE("ACTION=add\0DEVPATH=\0SUBSYSTEM=virtio\0", &ev),
			 -EINVAL);
	assert_int_equal(PARSE("ACTION=add\0DEVPATH=a/b\0SUBSYSTEM=virtio\0",
			       &ev), -EINVAL);
	assert_int_equal(PARSE("ACTION=add\0DEVPATH=/a/b/\0SUBSYSTEM=virtio\0",
			       &ev), -EINVAL);
}

static void a_name_that_does_not_fit_is_not_cut(void **state)
{
	char msg[512];
	struct vi_event ev;
	size_t n;

	(void)state;
	n = sprintf(msg, "ACTION=add") + 1;
	n += sprintf(msg + n, "SUBSYSTEM=virtio") + 1;
	n += sprintf(msg + n, "DEVPATH=/a/%0100d", 7) + 1;
	assert_int_equal(parse(msg, n, &ev), -EINVAL);

	n = sprintf(msg, "ACTION=add") + 1;
	n += sprintf(msg + n, "SUBSYSTEM=virtio") + 1;
	n += sprintf(msg + n, "DEVPATH=/%0100d/virtio0", 7) + 1;
	assert_int_equal(parse(msg, n, &ev), -EINVAL);

	memcpy(msg, HEAD, sizeof(HEAD) - 1);
	n = sizeof(HEAD) - 1;
	n += sprintf(msg + n, "DRIVER=%0100d", 7) + 1;
	assert_int_equal(parse(msg, n, &ev), 1);
	assert_string_equal(ev.driver, "");
}

static void an_id_is_exact_or_not_there(void **state)
{
	struct vi_event ev;

	(void)state;
	assert_int_equal(PARSE(HEAD "MODALIAS=virtio:dFFFFFFFFvabcdef01\0",
			       &ev), 1);
	assert_true(ev.has_id);
	assert_int_equal(ev.device_id, 0xffffffff);
	assert_int_equal(ev.vendor, 0xabcdef01);
#define NO_ID(alias) do { \
		assert_int_equal(PARSE(HEAD "MODALIAS=" alias "\0", &ev), 1); \
		assert_false(ev.has_id); \
	} while (0)
	NO_ID("");
	NO_ID("virtio:");
	NO_ID("virtio:d");
	NO_ID("virtio:d00000002");
	NO_ID("virtio:d00000002v");
	NO_ID("virtio:d00000002v00001AF");
	NO_ID("virtio:d00000002v00001AF44");
	NO_ID("virtio:d0000000gv00001AF4");
	NO_ID("virtio:d0x000002v00001AF4");
	NO_ID("pci:d00000002v00001AF4");
}

static void a_number_is_one_or_not_there(void **state)
{
	struct vi_event ev;

	(void)state;
	assert_int_equal(PARSE(HEAD "SEQNUM=18446744073709551615\0", &ev), 1);
	assert_true(ev.has_seqnum);
	assert_true(ev.seqnum == UINT64_MAX);
	assert_int_equal(PARSE(HEAD "SEQNUM=18446744073709551616\0", &ev), 1);
	assert_false(ev.has_seqnum);
	assert_int_equal(PARSE(HEAD "SEQNUM=-1\0", &ev), 1);
	assert_false(ev.has_seqnum);
	assert_int_equal(PARSE(HEAD "SEQNUM=\0", &ev), 1);
	assert_false(ev.has_seqnum);
}

static void fields_follow_the_event(void **state)
{
	const struct vi_schema *schema = vi_event_schema();
	const struct vi_field *f;
	struct vi_event ev;
	struct vi_value v;
	size_t i;

	(void)state;
	assert_int_equal(PARSE(HEAD ALIAS, &ev), 1);
	strcpy(ev.time, "2024-02-29T23:59:60.000001Z");
	for (i = 0; (f = vi_schema_field(schema, i)); i++) {
		int ret = vi_get(f, &ev, &v);

		assert_true(vi_field_help(f) && *vi_field_help(f));
		if (!strcmp(vi_field_name(f), "driver") ||
		    !strcmp(vi_field_name(f), "seqnum"))
			assert_int_equal(ret, -ENODATA);
		else
			assert_int_equal(ret, 0);
	}
	assert_int_equal(i, 9);
	assert_int_equal(vi_get(vi_schema_find(schema, "type"), &ev, &v), 0);
	assert_string_equal(v.string, "blk");
}

/* --- Listening --- */

static void quiet_when_nothing_happens(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_monitor *mon;
	const void *event;

	(void)state;
	assert_int_equal(vi_monitor_new(ctx, &mon), 0);
	assert_true(vi_monitor_fd(mon) >= 0);
	assert_int_equal(vi_monitor_read(mon, &event), 0);
	vi_monitor_free(mon);
	vi_monitor_free(NULL);
	vi_ctx_free(ctx);
}

static void a_recorded_tree_has_no_events(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_monitor *mon;

	(void)state;
	assert_int_equal(vi_ctx_set_sysroot(ctx, "/tmp"), 0);
	assert_int_equal(vi_monitor_new(ctx, &mon), -EINVAL);
	assert_non_null(strstr(vi_error(ctx), "recorded"));
	vi_ctx_free(ctx);
}

/* Any process that may send to a netlink socket could forge an event. */
static void what_a_process_sends_is_not_believed(void **state)
{
	static const char msg[] = HEAD ALIAS "SEQNUM=1\0";
	struct sockaddr_nl to;
	socklen_t len = sizeof(to);
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_monitor *mon;
	const void *event;
	struct pollfd fd;
	int s;

	(void)state;
	assert_int_equal(vi_monitor_new(ctx, &mon), 0);
	fd = (struct pollfd){ vi_monitor_fd(mon), POLLIN, 0 };
	assert_int_equal(getsockname(fd.fd, (struct sockaddr *)&to, &len), 0);
	to.nl_groups = 0;
	s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	assert_true(s >= 0);
	if (sendto(s, msg, sizeof(msg) - 1, 0, (struct sockaddr *)&to,
		   sizeof(to)) < 0) {
		/* Without that right, this user cannot forge one either. */
		assert_int_equal(errno, EPERM);
	} else {
		assert_int_equal(poll(&fd, 1, 0), 1);
		assert_int_equal(vi_monitor_read(mon, &event), 0);
		assert_int_equal(poll(&fd, 1, 0), 0);
	}
	close(s);
	vi_monitor_free(mon);
	vi_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_read_whole),
		cmocka_unit_test(what_is_not_said_is_not_known),
		cmocka_unit_test(five_kinds_are_followed),
		cmocka_unit_test(addresses_of_other_transports),
		cmocka_unit_test(other_buses_are_left_out),
		cmocka_unit_test(the_first_of_a_key_counts),
		cmocka_unit_test(a_cut_message_says_no_more),
		cmocka_unit_test(no_message_looks_like_this),
		cmocka_unit_test(a_name_that_does_not_fit_is_not_cut),
		cmocka_unit_test(an_id_is_exact_or_not_there),
		cmocka_unit_test(a_number_is_one_or_not_there),
		cmocka_unit_test(fields_follow_the_event),
		cmocka_unit_test(quiet_when_nothing_happens),
		cmocka_unit_test(a_recorded_tree_has_no_events),
		cmocka_unit_test(what_a_process_sends_is_not_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
