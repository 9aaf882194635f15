// SPDX-License-Identifier: GPL-2.0-or-later
/* Captures are judged like devices. */
#include "capture_file.h"
#include "inspect/findings.h"

/* A split ring of 4 entries at 0x1000, with 16 bytes at 0x9000 in flight. */
#define RING	"\"host\":{%s},\"devices\":[{\"name\":\"virtio0\","	\
	"\"features\":\"0x100000000\",\"addresses\":\"physical\","	\
	"\"driver\":\"virtio_blk\",\"status\":\"0xf\","			\
	"\"queues\":[{\"index\":0,\"layout\":\"split\",\"size\":4,"	\
	"\"ready\":true,\"desc\":\"0x1000\",\"driver\":\"0x1100\","	\
	"\"device\":\"0x1200\",\"raw\":{\"desc\":[\"0090000000000000\","	\
	"\"1000000000000000\",\"0*48\"],\"driver\":[\"00000100\",\"0*10\"]," \
	"\"device\":[\"0*38\"]}}]%s}]}"

static struct vi_device *judge(struct vi_ctx **ctx, const char *host,
			       const char *more)
{
	const struct vi_check_options now = {
		.size = sizeof(now), .now = true,
	};
	char text[2048];
	struct vi_device *dev;
	struct file f;
	int n = snprintf(text, sizeof(text), HEAD "," RING, host, more);

	f = new_file(text, n);
	*ctx = read_capture(&f);
	dev = vi_device_find(*ctx, "virtio0");
	assert_true(vi_check(*ctx, NULL, *more ? NULL : &now) >= 0);
	close(f.fd);
	return dev;
}

static bool has_finding(const struct vi_device *dev, const char *code)
{
	size_t i;

	for (i = 0; i < dev->report->num_findings; i++)
		if (!strcmp(dev->report->findings[i].code, code))
			return true;
	return false;
}

static bool is_unjudged(const struct vi_device *dev, const char *code)
{
	size_t i;

	for (i = 0; i < dev->report->unjudged.count; i++)
		if (!strncmp(dev->report->unjudged.v[i], code, strlen(code)))
			return true;
	return false;
}

#define RAM(start, end, name) \
	"{\"start\":\"" start "\",\"end\":\"" end "\",\"name\":\"" name "\"}"

static void addresses_are_judged_by_its_memory(void **state)
{
	static const struct {
		const char *memory;
		const char *found;	/* NULL: no finding */
	} rows[] = {
		{ RAM("0x0", "0xffff", "System RAM"), NULL },
		{ RAM("0x0", "0x8fff", "System RAM"), "E_BUF_UNMAPPED" },
		{ RAM("0x2000", "0xffff", "System RAM"), "E_UNMAPPED" },
		{ RAM("0x0", "0x8fff", "System RAM") ","
		  RAM("0x9000", "0xffff", "PCI Bus 0000:00"), "I_NOT_RAM" },
		{ RAM("0x0", "0x9007", "System RAM") ","
		  RAM("0x9009", "0xffff", "System RAM"), "E_BUF_SPLIT" },
	};
	struct vi_device *dev;
	struct vi_ctx *ctx;
	char host[256];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(host, sizeof(host), "\"memory\":[%s]",
			 rows[i].memory);
		dev = judge(&ctx, host, "");
		assert_false(is_unjudged(dev, "E_BUF_UNMAPPED"));
		if (rows[i].found ? !has_finding(dev, rows[i].found) :
				    dev->report->num_findings)
			fail_msg("%s: %zu findings, first %s", rows[i].memory,
				 dev->report->num_findings,
				 dev->report->num_findings ?
				 dev->report->findings[0].code : "none");
		vi_ctx_free(ctx);
	}
	dev = judge(&ctx, "", "");
	assert_true(is_unjudged(dev, "E_BUF_UNMAPPED"));
	vi_ctx_free(ctx);
}

/* Several snapshots saw more than the one in the capture. */
static void what_several_looks_found_stays(void **state)
{
	static const char found[] =
		",\"findings\":[{\"code\":\"X\",\"severity\":\"info\"}]";
	static const char bad[] =
		"\"memory\":[" RAM("0x0", "0x8fff", "System RAM") "]";
	struct vi_device *dev;
	struct vi_ctx *ctx;
	char more[128];

	(void)state;
	snprintf(more, sizeof(more), "%s,\"looks\":5", found);
	dev = judge(&ctx, bad, more);
	assert_true(has_finding(dev, "X"));
	assert_false(has_finding(dev, "E_BUF_UNMAPPED"));
	vi_ctx_free(ctx);
	snprintf(more, sizeof(more), "%s,\"looks\":1", found);
	dev = judge(&ctx, bad, more);
	assert_true(has_finding(dev, "X"));
	assert_true(has_finding(dev, "E_BUF_UNMAPPED"));
	vi_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_judged_by_its_memory),
		cmocka_unit_test(what_several_looks_found_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
