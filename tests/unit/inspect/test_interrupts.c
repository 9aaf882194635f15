// SPDX-License-Identifier: GPL-2.0-or-later
/* /proc/interrupts, as kernels and others write it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inspect/interrupts.h"

static struct vi_pool pool;
static struct vi_irqs irqs;

static int free_pool(void **state)
{
	(void)state;
	vi_pool_free(&pool);
	return 0;
}

static void parse(const char *text)
{
	assert_int_equal(vi_irqs_parse(&pool, text, &irqs), 0);
}

/* Interrupt @i of the device, decoded. */
static struct vi_interrupt decode(uint32_t device, unsigned int i)
{
	const struct vi_irq *irq = vi_irqs_first(&irqs, device);
	struct vi_interrupt out = { 0 };
	uint32_t number;
	uint64_t sum;

	while (irq && i--)
		irq = vi_irqs_next(&irqs, irq);
	assert_non_null(irq);
	assert_int_equal(vi_irq_decode(&pool, &irqs, irq, &out), 0);
	assert_int_equal(vi_irq_count(&irqs, irq, &number, &sum), 0);
	assert_int_equal(number, out.irq);
	assert_true(sum == out.count);
	return out;
}

static unsigned int count(uint32_t device)
{
	return vi_irqs_count_queues(&irqs, vi_irqs_first(&irqs, device));
}

static const char x86[] =
	"           CPU0       CPU1       \n"
	" 28:          0          0 PCI-MSIX-0000:00:01.0   0-edge      virtio0-config\n"
	" 36:          0      65546 PCI-MSIX-0000:00:02.0   1-edge      virtio1-req.0\n"
	" 37:          7          1 PCI-MSIX-0000:00:02.0   2-edge      virtio1-req.1\n"
	" 39:          7          0 PCI-MSIX-0000:00:02.0   3-edge      virtio10-req.0\n"
	"NMI:          0          0   Non-maskable interrupts\n";

static void one_line(void **state)
{
	struct vi_interrupt i;

	(void)state;
	parse(x86);
	i = decode(1, 0);
	assert_int_equal(i.irq, 36);
	assert_int_equal(i.count, 65546);
	assert_string_equal(i.name, "virtio1-req.0");
	assert_string_equal(i.queue, "req.0");
	assert_string_equal(i.cpus, "1");
	assert_string_equal(i.chip, "PCI-MSIX-0000:00:02.0 1-edge");
	i = decode(1, 1);
	assert_string_equal(i.cpus, "0-1");
	assert_int_equal(i.count, 8);
	i = decode(0, 0);
	assert_string_equal(i.queue, "config");
	assert_null(i.cpus);
	assert_int_equal(i.count, 0);
}

static void queues_are_counted(void **state)
{
	(void)state;
	parse(x86);
	assert_int_equal(count(0), 0);
	assert_int_equal(count(1), 2);
	assert_int_equal(count(10), 1);
	assert_null(vi_irqs_first(&irqs, 2));
	assert_int_equal(vi_irqs_count_queues(&irqs, NULL), 0);
}

static void queues_by_name(void **state)
{
	(void)state;
	parse(x86);
	assert_true(vi_irqs_have(&irqs, vi_irqs_first(&irqs, 1), "req.%u"));
	assert_true(vi_irqs_have(&irqs, vi_irqs_first(&irqs, 1), "req.1"));
	assert_false(vi_irqs_have(&irqs, vi_irqs_first(&irqs, 1), "req.2"));
	assert_false(vi_irqs_have(&irqs, vi_irqs_first(&irqs, 1), "req_poll.%u"));
	assert_false(vi_irqs_have(&irqs, vi_irqs_first(&irqs, 1), NULL));
}

static void shared_by_the_queues(void **state)
{
	(void)state;
	parse("CPU0\n"
	      "1: 5  x  virtio0-config\n"
	      "2: 5  x  virtio0-virtqueues\n"
	      "3: 5  x  virtio1\n");
	assert_int_equal(count(0), 0);
	assert_null(decode(0, 1).queue);
	assert_int_equal(count(1), 0);
	assert_null(decode(1, 0).queue);
	assert_string_equal(decode(1, 0).name, "virtio1");
}

static void administration_is_no_queue(void **state)
{
	(void)state;
	parse("CPU0\n1: 5  x  virtio0-config\n2: 5  x  virtio0-input.0\n"
	      "3: 5  x  virtio0-avq.0\n");
	assert_int_equal(count(0), 1);
}

static void shared_with_others(void **state)
{
	struct vi_interrupt i;

	(void)state;
	parse("      CPU0  CPU1\n"
	      " 11:  1  2   IO-APIC  11-fasteoi   uhci_hcd:usb1, virtio3, virtio5-config, ahci\n");
	i = decode(3, 0);
	assert_string_equal(i.name, "virtio3");
	assert_string_equal(i.chip, "IO-APIC 11-fasteoi");
	i = decode(5, 0);
	assert_string_equal(i.name, "virtio5-config");
	assert_string_equal(i.chip, "IO-APIC 11-fasteoi");
	assert_int_equal(i.irq, 11);
}

static void cpus_that_are_off_have_no_column(void **state)
{
	(void)state;
	parse("  CPU0 CPU1 CPU2 CPU5 CPU7\n"
	      "9: 1 1 1 1 0  x  virtio0-a\n"
	      "10: 0 1 0 1 1  x  virtio0-b\n");
	assert_string_equal(decode(0, 0).cpus, "0-2,5");
	assert_string_equal(decode(0, 1).cpus, "1,5,7");
}

static void hundreds_of_cpus(void **state)
{
	size_t size = 1 << 20, n = 0;
	char *text = malloc(size);
	unsigned int cpu;
	struct vi_interrupt i;

	(void)state;
	assert_non_null(text);
	for (cpu = 0; cpu < 4096; cpu++)
		n += snprintf(text + n, size - n, "%10s%u ", "CPU", cpu);
	n += snprintf(text + n, size - n, "\n 77: ");
	for (cpu = 0; cpu < 4096; cpu++)
		n += snprintf(text + n, size - n, "%10u ", cpu % 2);
	snprintf(text + n, size - n, "  PCI-MSIX  1-edge  virtio7-input.0\n");
	parse(text);
	i = decode(7, 0);
	assert_int_equal(i.count, 2048);
	assert_memory_equal(i.cpus, "1,3,5,", 6);
	assert_string_equal(i.cpus + strlen(i.cpus) - 10, ",4093,4095");
	assert_string_equal(i.queue, "input.0");
	free(text);
}

/* Only text in the place of a user's name is a name. */
static void other_places_are_no_names(void **state)
{
	(void)state;
	parse("CPU0\n"
	      "1: 5  virtio0-chip  eth0\n"
	      "2: 5  x  myvirtio0-a\n"
	      "3: 5  x virtio0-a\n"
	      "4: 5  x  virtio-a\n"
	      "5: 5  x  virtio00-a\n"
	      "6: 5  x  virtio0x-a\n"
	      "7: 5  x  virtio99999999999-a\n");
	/* Only the first has two spaces before it. */
	assert_true(irqs.count <= 1);
}

static void lines_that_make_no_sense(void **state)
{
	static const char *const lines[] = {
		"", "  virtio0-a", "x: 1  virtio0-a", "1 1  virtio0-a",
		"1:  virtio0-a", "1: 5  virtio0-a", "1: 5 x  virtio0-a",
		"4294967296: 1 1  x  virtio0-a",
		"1: 18446744073709551615 1  x  virtio0-a",
		"1: 18446744073709551616 1  x  virtio0-a",
	};
	struct vi_interrupt out;
	char text[256];
	uint32_t number;
	uint64_t sum;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const struct vi_irq *irq;

		snprintf(text, sizeof(text), "CPU0 CPU1\n%s", lines[i]);
		parse(text);
		irq = vi_irqs_first(&irqs, 0);
		memset(&out, 0, sizeof(out));
		if (!irq)
			continue;
		assert_int_equal(vi_irq_decode(&pool, &irqs, irq, &out),
				 -EINVAL);
		assert_int_equal(vi_irq_count(&irqs, irq, &number, &sum),
				 -EINVAL);
	}
}

static void every_shorter_text(void **state)
{
	size_t len = strlen(x86), n;
	struct vi_interrupt out;

	(void)state;
	for (n = 0; n <= len; n++) {
		char *copy = strndup(x86, n);
		const struct vi_irq *irq;

		parse(copy);
		irq = vi_irqs_first(&irqs, 1);
		memset(&out, 0, sizeof(out));
		if (irq)
			assert_int_equal(vi_irq_decode(&pool, &irqs, irq, &out),
					 0);
		free(copy);
	}
}

#define T(name) cmocka_unit_test_teardown(name, free_pool)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_line), T(queues_are_counted), T(queues_by_name),
		T(shared_by_the_queues), T(administration_is_no_queue),
		T(shared_with_others), T(cpus_that_are_off_have_no_column),
		T(hundreds_of_cpus), T(other_places_are_no_names),
		T(lines_that_make_no_sense), T(every_shorter_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
