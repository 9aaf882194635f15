// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's counters appear in a diagnosis. */
#include "tree.h"

#include "check/rules/rules.h"
#include "check/run.h"
#include "inspect/held.h"

#define PCI	"pci0000:00/0000:00:02.0"
#define DEVICE	"/sys/devices/" PCI "/virtio0"
#define BLK	"DRIVER=virtio_blk\nMODALIAS=virtio:d00000002v00001AF4\n"
#define NET	"DRIVER=virtio_net\nMODALIAS=virtio:d00000001v00001AF4\n"

/* The evidence of a finding with @code about @queue, as text. */
static const char *evidence(const char *code, uint16_t queue)
{
	static char text[1024];
	static const struct vi_named own = {
		"own", { .type = VI_UINT, .number = 1 },
	};
	static struct vi_finding f;
	static struct vi_report report = { .findings = &f, .num_findings = 1 };
	struct vi_batch *batch = vi_batch_new(tree.ctx);
	struct vi_device *dev;
	size_t i, n = 0;

	f = (struct vi_finding) {
		.rule = vi_rule_find(code), .code = code,
		.severity = VI_ERROR, .queue = queue, .message = "wrong",
		.evidence = &own, .num_evidence = 1, .times = 1,
	};
	assert_non_null(f.rule);
	assert_non_null(batch);
	assert_int_equal(vi_scan(tree.ctx), 0);
	dev = device_at(0);
	assert_non_null(dev);
	assert_int_equal(vi_check_output(dev, batch, &report), 0);
	assert_ptr_equal(dev->report, &report);
	*text = '\0';
	for (i = 0; i < f.num_evidence; i++)
		n += snprintf(text + n, sizeof(text) - n, "%s%s=%llu",
			      i ? " " : "", f.evidence[i].name,
			      (unsigned long long)f.evidence[i].value.number);
	return text;
}

static void put_disk(void)
{
	put_device("virtio0", PCI, BLK);
	put(DEVICE "/block/vda/dev", "254:0\n");
}

static void of_a_disk(void **state)
{
	(void)state;
	put_disk();
	put("/sys/block/vda/inflight", "       3        1\n");
	assert_string_equal(evidence("D_DEVICE_STUCK", 0),
			    "own=1 block_reads_in_flight=3 block_writes_in_flight=1");
}

static void of_a_full_bounce_buffer(void **state)
{
	(void)state;
	put_disk();
	put("/sys/kernel/debug/swiotlb/io_tlb_used", "32768\n");
	put("/sys/kernel/debug/swiotlb/io_tlb_nslabs", "32768\n");
	assert_string_equal(evidence("D_RING_FULL", 0),
			    "own=1 swiotlb_used=32768 swiotlb_slots=32768");
}

static void put_interface(void)
{
	put_device("virtio0", PCI, NET);
	put(DEVICE "/net/eth0/operstate", "up\n");
	put("/sys/class/net/eth0/statistics/rx_dropped", "7\n");
	put("/sys/class/net/eth0/statistics/tx_dropped", "0\n");
	put("/sys/class/net/eth0/statistics/tx_errors", "2\n");
	put("/sys/class/net/eth0/queues/tx-1/tx_timeout", "5\n");
}

static void of_an_interface(void **state)
{
	(void)state;
	put_interface();
	assert_string_equal(evidence("D_LOST_IRQ", 3),
			    "own=1 rx_dropped=7 tx_dropped=0 tx_errors=2 tx_timeout=5");
}

static void of_a_receive_queue(void **state)
{
	(void)state;
	put_interface();
	assert_string_equal(evidence("D_RX_STARVED", 2),
			    "own=1 rx_dropped=7 tx_dropped=0 tx_errors=2");
}

static void not_of_a_rule_about_memory(void **state)
{
	(void)state;
	put_disk();
	put("/sys/block/vda/inflight", "3 1\n");
	assert_string_equal(evidence("E_NEXT", 0), "own=1");
}

static void files_that_make_no_sense_are_left_out(void **state)
{
	(void)state;
	put_disk();
	put("/sys/block/vda/inflight", "many\n");
	put("/sys/kernel/debug/swiotlb/io_tlb_used", "\n");
	assert_string_equal(evidence("D_DEVICE_STUCK", 0), "own=1");
	assert_string_equal(tree.log, "");
}

int main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, set_up_tree, tear_down_tree)
	const struct CMUnitTest tests[] = {
		T(of_a_disk),
		T(of_a_full_bounce_buffer),
		T(of_an_interface),
		T(of_a_receive_queue),
		T(not_of_a_rule_about_memory),
		T(files_that_make_no_sense_are_left_out),
	};

	return cmocka_run_group_tests_name("counts", tests, NULL, NULL);
}
