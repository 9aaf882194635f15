// SPDX-License-Identifier: GPL-2.0-or-later
/* Captures: nothing invalid is read. */
#include "capture_file.h"
#include "by_hand.h"

static const struct {
	const char *text;
	const char *message;	/* part of the message */
} hostile[] = {
	{ "", "line 1" },
	{ "[]", "not an object" },
	{ "nonsense", "line 1" },
	{ "{}", "virtio_inspect: missing" },
	{ HEAD, "line 1" },
	{ HEAD "}", "devices: missing" },
	{ "{\"virtio_inspect\":1}", "virtio_inspect: expected an object" },
	{ "{\"virtio_inspect\":{}}", "virtio_inspect.schema: missing" },
	{ "{\"virtio_inspect\":{\"schema\":3}}", "virtio_inspect.schema: 3" },
	{ "{\"virtio_inspect\":{\"schema\":0}}", "virtio_inspect.schema: 0" },
	{ "{\"virtio_inspect\":{\"schema\":1},\"virtio_inspect\":{}}",
	  "duplicate object key" },
	{ HEAD ",\"devices\":{}}", "devices: expected an array" },
	{ HEAD ",\"devices\":[1]}", "devices[0]: expected an object" },
	{ HEAD ",\"devices\":[{}]}", "devices[0].name: missing" },
	{ HEAD ",\"host\":{\"byte_order\":\"middle\"},\"devices\":[]}",
	  "host.byte_order" },
	{ HEAD ",\"host\":7,\"devices\":[]}", "host: expected an object" },
	{ HEAD ",\"host\":{\"memory\":7},\"devices\":[]}", "host.memory: " },
	{ HEAD ",\"host\":{\"memory\":[7]},\"devices\":[]}",
	  "host.memory[0]: expected an object" },
	{ HEAD ",\"host\":{\"memory\":[{\"start\":\"0x0\",\"name\":\"x\"}]},"
	  "\"devices\":[]}", "host.memory[0].end: missing" },
	{ HEAD ",\"host\":{\"memory\":[{\"start\":\"0x1\",\"end\":\"0x0\","
	  "\"name\":\"x\"}]},\"devices\":[]}", "host.memory[0].end: " },
	{ HEAD ",\"host\":{\"memory\":[{\"start\":\"0x0\",\"end\":\"0x9\","
	  "\"name\":\"x\"},{\"start\":\"0x9\",\"end\":\"0x9\",\"name\":\"x\"}]},"
	  "\"devices\":[]}", "host.memory[1].start: " },
	{ HEAD ",\"host\":{\"memory\":[{\"start\":\"0x10000000000000000\","
	  "\"end\":\"0x9\",\"name\":\"x\"}]},\"devices\":[]}",
	  "host.memory[0].start: " },
	{ HEAD ",\"devices\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\","
	  "\"queues\":[{\"index\":0,\"layout\":\"split\",\"size\":-1}]}]}",
	  "devices[2].queues[0].size: -1 is not between 0 and 65535" },
	{ DEV "\"msix\":7}]}", "devices[0].msix: " },
	{ DEV "\"caps\":[],\"capabilities\":[],\"msix\":{\"enabled\":1}}]}",
	  "devices[0].msix.enabled: " },
	{ DEV "\"capabilities\":[],\"msix\":{\"vectors\":65536}}]}",
	  "devices[0].msix.vectors: 65536" },
	{ DEV "\"link\":1}]}", "devices[0].link: " },
	{ DEV "\"findings\":[],\"looks\":4294967296}]}", "devices[0].looks: " },
	{ DEV "\"registers\":{\"num_queues\":4294967296}}]}",
	  "devices[0].registers.num_queues: 4294967296" },
	{ DEV "\"registers\":{\"queues\":[{\"size\":65536}]}}]}",
	  "devices[0].registers.queues[0].size: 65536" },
	{ DEV "\"registers\":{\"disagreements\":[{\"queue\":65536,"
	  "\"what\":\"x\"}]}}]}",
	  "devices[0].registers.disagreements[0].queue: 65536" },
	{ DEV "\"registers\":{\"disagreements\":[{}]}}]}",
	  "devices[0].registers.disagreements[0].what: missing" },
	{ DEV "\"config\":[{\"name\":\"x\"}],\"registers\":{}}]}",
	  "devices[0].config[0].name: " },
	{ DEV "\"name\":\"x\"}]}", "duplicate object key" },
	{ DEV "\"kname\":\"a\\u0000b\"}]}", "line 1" },
	{ DEV "\"kname\":\"\xff\"}]}", "line 1" },
	{ DEV "\"kname\":7}]}", "devices[0].kname: " },
	{ DEV "\"kname\":\"a\",\"kname_hex\":\"6\"}]}",
	  "devices[0].kname_hex: not the bytes of a" },
	{ DEV "\"kname\":\"a\",\"kname_hex\":\"00\"}]}",
	  "devices[0].kname_hex: not the bytes of a" },
	{ DEV "\"kname\":\"a\",\"kname_hex\":\"62\"}]}",
	  "devices[0].kname_hex: these bytes belong to another text" },
	{ DEV "\"kname_hex\":\"62\"}]}",
	  "devices[0].kname_hex: there is no \"kname\"" },
	{ DEV "\"addresses\":\"physical\",\"addresses_hex\":\"00\","
	  "\"queues\":[]}]}", "devices[0].addresses_hex: not the bytes of a" },
	/* Also in keys that a reader derives. */
	{ DEV "\"type\":\"blk\",\"type_hex\":\"00\"}]}",
	  "devices[0].type_hex: not the bytes of a" },
	{ DEV "\"knames\":[\"a\"],\"knames_hex\":\"61\"}]}",
	  "devices[0].knames_hex: expected an array" },
	{ DEV "\"knames\":[\"a\"],\"knames_hex\":[\"61\",\"61\"]}]}",
	  "devices[0].knames_hex: 2 entries, but \"knames\" has 1" },
	{ DEV "\"knames\":[\"a\",\"b\"],\"knames_hex\":[\"61\",\"6\"]}]}",
	  "devices[0].knames_hex[1]: not the bytes of a" },
	{ DEV "\"knames\":[\"a\",7]}]}", "devices[0].knames[1]: expected a string" },
	{ DEV "\"irqs\":[1,\"2\"]}]}", "devices[0].irqs[1]: expected a whole number" },
	{ HEAD ",\"host\":{\"kernel\":\"6\",\"kernel_hex\":\"0\"},"
	  "\"devices\":[]}", "host.kernel_hex: not the bytes of a" },
	{ "{\"virtio_inspect\":{\"version\":1,\"schema\":1}}",
	  "virtio_inspect.version: expected a string" },
	/* The same as missing. */
	{ HEAD ",\"devices\":null}", "devices: missing" },
	{ HEAD ",\"devices\":[null]}", "devices[0]: expected an object" },
	{ DEV "\"kname\":\"a\",\"kname_hex\":7}]}", "devices[0].kname_hex: " },
	{ DEV "\"device_id\":-1}]}", "devices[0].device_id: -1" },
	{ DEV "\"device_id\":4294967296}]}", "devices[0].device_id: 4294967296" },
	{ DEV "\"device_id\":99999999999999999999}]}", "line 1" },
	{ DEV "\"device_id\":1.5}]}", "devices[0].device_id: " },
	{ DEV "\"features\":\"1\"}]}", "devices[0].features: " },
	{ DEV "\"features\":\"0x100000000000000000000000000000000\"}]}",
	  "devices[0].features: " },
	{ DEV "\"status\":\"0x1ffffffff\"}]}", "devices[0].status: " },
	{ DEV "\"status\":\"0x\"}]}", "devices[0].status: " },
	{ DEV "\"pci_id\":\"1af4-1042\"}]}", "devices[0].pci_id: " },
	{ DEV "\"findings\":[{\"code\":\"X\",\"severity\":\"fatal\"}]}]}",
	  "devices[0].findings[0].severity: " },
	{ HEAD EVIDENCE "{}" END, "devices[0].findings[0].evidence: " },
	{ HEAD EVIDENCE "[7]" END, "devices[0].findings[0].evidence[0]: " },
	{ HEAD EVIDENCE "[{\"value\":\"1\"}]" END,
	  "devices[0].findings[0].evidence[0].name: missing" },
	{ HEAD EVIDENCE "[{\"name\":\"a\"}]" END,
	  "devices[0].findings[0].evidence[0].value: missing" },
	{ HEAD EVIDENCE "[{\"name\":\"a b\",\"value\":\"1\"}]" END,
	  "devices[0].findings[0].evidence[0].name: a name consists of" },
	{ HEAD EVIDENCE "[{\"name\":\"a\",\"value\":\"1\"},"
	  "{\"name\":\"a\",\"value\":\"2\"}]" END,
	  "devices[0].findings[0].evidence[1].name: appears twice" },
	{ HEAD_2 EVIDENCE "[]" END, "devices[0].findings[0].evidence: " },
	{ HEAD_2 EVIDENCE "{\"a\":[]}" END,
	  "devices[0].findings[0].evidence.a: expected a number, a string," },
	{ HEAD_2 EVIDENCE "{\"a\":-1}" END,
	  "devices[0].findings[0].evidence.a: -1" },
	{ HEAD_2 EVIDENCE "{\"a b\":1}" END,
	  "devices[0].findings[0].evidence.a b: a name consists of" },
	{ HEAD_2 EVIDENCE "{\"\":1}" END,
	  "devices[0].findings[0].evidence: a name consists of" },
	{ HEAD_2 EVIDENCE "{\"a\":1,\"a_hex\":\"31\"}" END,
	  "devices[0].findings[0].evidence.a" },
	{ HEAD_2 EVIDENCE "{\"a_hex\":\"31\"}" END,
	  "devices[0].findings[0].evidence.a_hex: there is no text" },
	{ HEAD_2 EVIDENCE "{\"a\":\"2\",\"a_hex\":\"31\"}" END,
	  "devices[0].findings[0].evidence.a_hex: these bytes belong to another" },
	{ DEV "\"queues\":[{\"index\":0,\"layout\":\"split\",\"num_unseen\":\"1\"}]}]}",
	  "devices[0].queues[0].num_unseen: " },
	{ DEV "\"findings\":[],\"answers\":[{\"queue\":0,\"noticed\":\"maybe\"}]}]}",
	  "devices[0].answers[0].noticed: expected yes, no, none or" },
	{ DEV "\"queues\":7}]}", "devices[0].queues: " },
	{ DEV "\"num_queues\":4294967296}]}", "devices[0].num_queues: " },
	{ DEV "\"queues\":[{\"layout\":\"split\"}]}]}",
	  "devices[0].queues[0].index: missing" },
	{ DEV "\"queues\":[{\"index\":4294967296,\"layout\":\"split\"}]}]}",
	  "devices[0].queues[0].index: 4294967296" },
	{ DEV "\"queues\":[{\"index\":0,\"layout\":\"round\"}]}]}",
	  "devices[0].queues[0].layout: " },
	{ DEV "\"queues\":[{\"index\":0}]}]}",
	  "devices[0].queues[0].layout: missing" },
	{ DEV "\"queues\":[{\"index\":1,\"layout\":\"split\"},"
	  "{\"index\":1,\"layout\":\"split\"}]}]}",
	  "devices[0].queues[1].index: " },
	{ QUEUE "\"size\":65536}]}]}", "devices[0].queues[0].size: 65536" },
	{ QUEUE "\"size\":\"4\"}]}]}", "devices[0].queues[0].size: " },
	{ QUEUE "\"ready\":1}]}]}", "devices[0].queues[0].ready: " },
	{ QUEUE "\"desc\":\"0x0\"}]}]}", "devices[0].queues[0].desc: " },
	{ QUEUE "\"desc\":\"0x00000000000000000\",\"driver\":\"0x0\","
	  "\"device\":\"0x10000000000000000\"}]}]}",
	  "devices[0].queues[0].device: " },
	{ QUEUE "\"time\":\"yesterday\"}]}]}", "devices[0].queues[0].time: " },
	{ QUEUE "\"in_flight\":[{\"head\":\"x\"}]}]}]}",
	  "devices[0].queues[0].in_flight[0].head: " },
	{ QUEUE "\"driver_state\":{\"num_free\":4294967296}}]}]}",
	  "devices[0].queues[0].driver_state.num_free: " },
	{ QUEUE "\"name\":\"0123456789012345678901234567890123456789"
	  "012345678901234567890123\"}]}]}", "devices[0].queues[0].name: " },
	{ SMALL "\"raw\":{\"desc\":\"00\"}}]}]}",
	  "devices[0].queues[0].raw.desc: expected 64 bytes, got 1" },
	{ SMALL "\"raw\":{\"desc\":[\"0*65\"]}}]}]}",
	  "devices[0].queues[0].raw.desc: more than 64" },
	{ SMALL "\"raw\":{\"desc\":[\"0*18446744073709551615\"]}}]}]}",
	  "devices[0].queues[0].raw.desc: " },
	{ SMALL "\"raw\":{\"desc\":[\"0*-1\"]}}]}]}",
	  "devices[0].queues[0].raw.desc: " },
	{ SMALL "\"raw\":{\"desc\":[1]}}]}]}", "devices[0].queues[0].raw.desc: " },
	{ SMALL "\"raw\":{\"desc\":\"0g\"}}]}]}",
	  "devices[0].queues[0].raw.desc: not pairs of hexad" },
	{ SMALL "\"raw\":{\"desc\":\"0\"}}]}]}",
	  "devices[0].queues[0].raw.desc: not pairs of hexad" },
	{ SMALL "\"raw\":{\"tokens\":[{\"id\":4}]}}]}]}",
	  "devices[0].queues[0].raw.tokens[0].id: " },
	{ SMALL "\"raw\":{\"tokens\":[{}]}}]}]}",
	  "devices[0].queues[0].raw.tokens[0].id: missing" },
	{ SMALL "\"raw\":{\"tables\":[{\"addr\":\"0x0\",\"len\":4,"
	  "\"hex\":\"0000000000\"}]}}]}]}",
	  "devices[0].queues[0].raw.tables[0].hex: " },
	{ SMALL "\"raw\":{\"tables\":[{\"errno\":4096,\"hex\":\"\"}]}}]}]}",
	  "devices[0].queues[0].raw.tables[0].errno: " },
	{ SMALL "\"raw\":{\"headers\":[{\"id\":0,\"hex\":[\"0*65\"]}]}}]}]}",
	  "devices[0].queues[0].raw.headers[0].hex: " },
	{ SMALL "\"raw\":{\"extra\":\"00\"}}]}]}",
	  "devices[0].queues[0].raw.extra: " },
};

static void refuse(const char *text, size_t len, const char *message)
{
	struct file f = new_file(text, len);
	struct vi_ctx *ctx = vi_ctx_new();
	int err = vi_capture_read(ctx, f.path);

	if (err != -EINVAL || !strstr(vi_error(ctx), message))
		fail_msg("%.200s: %d, %s; %s was expected", text, err,
			 vi_error(ctx), message);
	assert_null(vi_device_next(ctx, NULL));
	vi_ctx_free(ctx);
	close(f.fd);
}

static void hostile_files_are_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(hostile); i++)
		refuse(hostile[i].text, strlen(hostile[i].text),
		       hostile[i].message);
}

static void refuse_many(const char *before, const char *each, size_t count,
			const char *after, const char *message)
{
	size_t start = strlen(before), n = strlen(each), i;
	char *text = malloc(start + n * count + strlen(after));

	memcpy(text, before, start);
	for (i = 0; i < count; i++)
		memcpy(text + start + i * n, each, n);
	memcpy(text + start + n * count, after, strlen(after));
	refuse(text, start + n * count + strlen(after), message);
	free(text);
}

static void what_is_large_is_bounded(void **state)
{
	(void)state;
	refuse_many("", "[", 100000, "", "nested more than");
	refuse_many("", "{\"a\":", 100000, "", "nested more than");
	refuse_many(DEV "\"irqs\":[", "0,", 5000000, "0]}]}", "values");
}

/* Zeros cost nothing in a file, but as much memory as other bytes. */
static void zeros_are_bounded(void **state)
{
	static const char each[] =
		"{\"addr\":\"0x0\",\"hex\":[\"0*67108864\"]},";

	(void)state;
	refuse_many(SMALL "\"raw\":{\"contents\":[", each, 20,
		    "{\"addr\":\"0x0\",\"hex\":\"\"}]}}]}]}",
		    "more memory than a capture of this length");
}

/* Truncate a file everywhere, and change each byte. */
static void damaged_files_do_no_harm(void **state)
{
	struct vi_ctx *ctx = by_hand();
	struct file f = write_capture(ctx, 0), g;
	char *text = text_of(&f), kept;
	size_t len = strlen(text), i;

	(void)state;
	vi_ctx_free(ctx);
	for (i = 0; i < len; i += 37) {
		kept = text[i];
		text[i] = "\"0}-"[i % 4];
		g = new_file(text, i % 2 ? len : i);
		ctx = vi_ctx_new();
		if (!vi_capture_read(ctx, g.path))
			free(view(ctx));
		vi_ctx_free(ctx);
		close(g.fd);
		text[i] = kept;
	}
	free(text);
	close(f.fd);
}

static void missing_files_are_named(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();

	(void)state;
	assert_int_equal(vi_capture_read(ctx, "/nowhere/there"), -ENOENT);
	assert_non_null(strstr(vi_error(ctx), "/nowhere/there"));
	assert_int_equal(vi_capture_read(ctx, "/"), -EISDIR);
	vi_ctx_free(ctx);
}

/* vqdump --json has no raw bytes, or all bytes in one string. */
static void json_is_read_as_well(void **state)
{
	static const char text[] = SMALL
		"\"raw\":{\"desc\":\""
		"00000000000000000000000000000000"
		"00000000000000000000000000000000"
		"00000000000000000000000000000000"
		"00000000000000000000000000000000\"},"
		"\"unheard_of\":{\"x\":[]}}]}]}";
	struct file f = new_file(text, strlen(text));
	struct vi_ctx *ctx = read_capture(&f);
	struct vi_snapshot *snap;
	struct vi_value v;

	(void)state;
	snap = vi_snapshot_at(vi_device_find(ctx, "virtio0"), 0);
	assert_non_null(snap);
	assert_int_equal(vi_get(vi_schema_find(vi_snapshot_schema(), "queues"),
				snap, &v), 0);
	assert_int_equal(v.count, 1);
	vi_snapshot_unref(snap);
	vi_ctx_free(ctx);
	close(f.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_files_are_refused),
		cmocka_unit_test(what_is_large_is_bounded),
		cmocka_unit_test(zeros_are_bounded),
		cmocka_unit_test(damaged_files_do_no_harm),
		cmocka_unit_test(missing_files_are_named),
		cmocka_unit_test(json_is_read_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
