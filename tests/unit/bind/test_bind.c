// SPDX-License-Identifier: GPL-2.0-or-later
/* Taking devices and giving them back, on a machine made of files. */
#include "bind_tree.h"

#include "bind/journal.h"
#include "bind/plan.h"

#define RNG	4

/* --- Plans from given facts --- */

static struct vi_bind_facts facts(const char *driver, const char *override,
				  const char *virtio)
{
	struct vi_bind_facts f = { .address = ADDRESS };

	strcpy(f.driver, driver);
	strcpy(f.override, override);
	strcpy(f.virtio, virtio);
	return f;
}

/* "VALUE>FILE" for each step, "?" for steps that only wait. */
static const char *told(const struct vi_steps *steps)
{
	static char text[1024];
	size_t i, n = 0;

	text[0] = '\0';
	for (i = 0; i < steps->count; i++) {
		const struct vi_step *s = &steps->step[i];

		n += snprintf(text + n, sizeof(text) - n, "%s%s%s%s",
			      i ? " " : "",
			      s->kind == VI_STEP_MASTER ? "-" : s->value,
			      s->kind == VI_STEP_WRITE ? ">" :
			      s->kind == VI_STEP_MASTER ? "master" : "?",
			      s->kind == VI_STEP_WRITE ?
			      strrchr(s->path, '/') + 1 : "");
	}
	return text;
}

static void plans(void **state)
{
	struct vi_bind_facts was = facts("virtio-pci", "", "virtio0");
	struct vi_bind_facts bare = facts("", "", "");
	struct vi_bind_facts now;
	struct vi_steps steps;

	(void)state;
	strcpy(was.virtio_driver, "virtio_rng");
	vi_plan_take(&was, "vfio-pci", &steps);
	assert_string_equal(told(&steps), "vfio-pci>driver_override "
			    ADDRESS ">unbind " ADDRESS ">drivers_probe "
			    "vfio-pci?");
	assert_string_equal(steps.step[1].path,
			    "/sys/bus/pci/drivers/virtio-pci/unbind");
	vi_plan_take(&was, "", &steps);
	assert_string_equal(told(&steps), "virtio-inspect>driver_override "
			    ADDRESS ">unbind ?");
	vi_plan_take(&bare, "vfio-pci", &steps);
	assert_string_equal(told(&steps), "vfio-pci>driver_override "
			    ADDRESS ">drivers_probe vfio-pci?");

	now = facts("vfio-pci", "vfio-pci", "");
	vi_plan_back(&now, &was, &steps);
	assert_string_equal(told(&steps), ">driver_override "
			    ADDRESS ">unbind " ADDRESS ">drivers_probe "
			    "virtio-pci? virtio_rng?");
	assert_string_equal(steps.step[1].path,
			    "/sys/bus/pci/drivers/vfio-pci/unbind");
	/* Resuming an interrupted run. */
	now = facts("virtio-pci", "vfio-pci", "virtio0");
	strcpy(now.virtio_driver, "virtio_rng");
	vi_plan_back(&now, &was, &steps);
	assert_string_equal(told(&steps), ">driver_override");
	now = facts("", "vfio-pci", "");
	vi_plan_back(&now, &was, &steps);
	assert_string_equal(told(&steps), "-master >driver_override "
			    ADDRESS ">drivers_probe virtio-pci? virtio_rng?");
	vi_plan_back(&was, &was, &steps);
	assert_int_equal(steps.count, 0);
	/* The device had no driver, and gets none. */
	now = facts("vfio-pci", "vfio-pci", "");
	vi_plan_back(&now, &bare, &steps);
	assert_string_equal(told(&steps),
			    ">driver_override " ADDRESS ">unbind");
}

/* --- Taking and giving back --- */

static struct vi_binding *planned(void)
{
	struct vi_binding *b;

	assert_int_equal(vi_bind_plan(tree.ctx, device_at(0), NULL, NULL, &b),
			 0);
	return b;
}

static void there_and_back(void **state)
{
	struct vi_binding *b;
	struct stat st;

	(void)state;
	put_machine(RNG, "virtio_rng");
	b = planned();
	assert_string_equal(vi_bind_address(b), ADDRESS);
	assert_false(there("/run/virtio-inspect"));
	start_kernel();
	assert_int_equal(vi_bind_take(b), 0);
	assert_string_equal(driver_now(), "vfio-pci");
	assert_string_equal(text_of(PCI_DEV "/driver_override"), "vfio-pci");
	assert_int_equal(stat(at(JOURNAL), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(at("/run/virtio-inspect"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);

	assert_int_equal(vi_bind_give_back(b), 0);
	assert_string_equal(driver_now(), "virtio-pci");
	assert_string_equal(text_of(PCI_DEV "/driver_override"), "");
	assert_true(there(VIRTIO));
	assert_false(there(JOURNAL));
	/* A second time does no harm. */
	assert_int_equal(vi_bind_give_back(b), 0);
	vi_bind_free(b);
	stop_kernel();
}

static void to_no_driver(void **state)
{
	struct vi_bind_options o = { .size = sizeof(o), .driver = "" };
	struct vi_binding *b;
	char config[8];
	FILE *f;

	(void)state;
	put_machine(RNG, "virtio_rng");
	/* This does not need an IOMMU. */
	assert_int_equal(unlink(at(PCI_DEV "/iommu_group")), 0);
	assert_int_equal(vi_bind_plan(tree.ctx, device_at(0), NULL, &o, &b), 0);
	start_kernel();
	assert_int_equal(vi_bind_take(b), 0);
	assert_string_equal(driver_now(), "none");
	assert_int_equal(vi_bind_give_back(b), 0);
	assert_string_equal(driver_now(), "virtio-pci");
	stop_kernel();
	vi_bind_free(b);
	/* Bus mastering is off; nothing else changed. */
	f = fopen(at(PCI_DEV "/config"), "r");
	assert_int_equal(fread(config, 1, 7, f), 7);
	fclose(f);
	assert_memory_equal(config, "\xf4\x1a\x44\x10\x02\x05\x10", 7);
}

static void steps_are_told_before_they_are_taken(void **state)
{
	const struct vi_schema *schema = vi_bind_step_schema();
	struct vi_value steps, v;
	struct vi_binding *b;

	(void)state;
	put_machine(RNG, "virtio_rng");
	b = planned();
	assert_int_equal(vi_bind_steps(b, false, &steps), 0);
	assert_int_equal(steps.count, 4);
	assert_int_equal(vi_get(vi_schema_find(schema, "path"),
				vi_record(&steps, 0), &v), 0);
	assert_string_equal(v.string, "/sys/bus/pci/devices/" ADDRESS
			    "/driver_override");
	assert_int_equal(vi_bind_steps(b, true, &steps), 0);
	assert_int_equal(steps.count, 5);
	assert_string_equal(text_of(PCI_DEV "/driver_override"), "(null)");
	assert_false(there("/run/virtio-inspect"));
	vi_bind_free(b);
}

static void one_at_a_time(void **state)
{
	struct vi_binding *a, *b, *c;
	char name[80];

	(void)state;
	put_machine(RNG, "virtio_rng");
	b = planned();
	put_process(getpid(), "test_bind");
	assert_int_equal(vi_bind_claim(tree.ctx, ADDRESS, NULL, &a), 0);
	assert_int_equal(vi_bind_take(b), -EALREADY);
	snprintf(name, sizeof(name), ADDRESS ": in use by running process %d (test_bind) since 2",
		 (int)getpid());
	assert_ptr_equal(strstr(vi_error(tree.ctx), name), vi_error(tree.ctx));
	assert_int_equal(vi_bind_open(tree.ctx, ADDRESS, &c), -EBUSY);
	assert_int_equal(vi_bind_restore(tree.ctx, ADDRESS), -EBUSY);
	assert_int_equal(vi_bind_give_back(a), 0);
	start_kernel();
	assert_int_equal(vi_bind_take(b), 0);
	assert_int_equal(vi_bind_give_back(b), 0);
	stop_kernel();
	vi_bind_free(a);
	vi_bind_free(b);
}

static void kept_and_released(void **state)
{
	struct vi_binding *b;

	(void)state;
	put_machine(RNG, "virtio_rng");
	start_kernel();
	b = planned();
	assert_int_equal(vi_bind_take(b), 0);
	assert_int_equal(vi_bind_keep(b), 0);
	vi_bind_free(b);
	assert_string_equal(driver_now(), "vfio-pci");
	assert_int_equal(vi_bind_plan(tree.ctx, NULL, ADDRESS, NULL, &b),
			 -EALREADY);
	assert_int_equal(vi_bind_restore(tree.ctx, ADDRESS), -EALREADY);
	/* By its former name. */
	assert_int_equal(vi_bind_open(tree.ctx, "virtio7", &b), -ENOENT);
	assert_int_equal(vi_bind_open(tree.ctx, "virtio0", &b), 0);
	assert_int_equal(vi_bind_give_back(b), 0);
	vi_bind_free(b);
	assert_string_equal(driver_now(), "virtio-pci");
	assert_false(there(JOURNAL));
	stop_kernel();
}

static void not_while_it_is_open(void **state)
{
	struct vi_binding *b;

	(void)state;
	put_machine(RNG, "virtio_rng");
	start_kernel();
	b = planned();
	assert_int_equal(vi_bind_take(b), 0);
	put_node("/sys/class/vfio/5", "vfio", "243:0", "vfio/5");
	put_opener(77, "qemu", "char 243:0", "/tmp/group");
	assert_int_equal(vi_bind_give_back(b), -EBUSY);
	assert_string_equal(vi_error(tree.ctx), ADDRESS ": process 77 (qemu) has /dev/vfio/5 open; end it first");
	assert_string_equal(driver_now(), "vfio-pci");
	assert_true(there(JOURNAL));
	close_it(77);
	assert_int_equal(vi_bind_give_back(b), 0);
	vi_bind_free(b);
	stop_kernel();
}

static void one_that_nobody_wrote_down(void **state)
{
	struct vi_binding *b;

	(void)state;
	put_machine(RNG, "virtio_rng");
	assert_int_equal(vi_bind_open(tree.ctx, ADDRESS, &b), -ENOENT);
	assert_string_equal(vi_error(tree.ctx),
			    ADDRESS ": not taken, its driver is virtio-pci");
	start_kernel();
	put(PCI_DEV "/driver_override", "vfio-pci\n");
	put("/sys/bus/pci/drivers/virtio-pci/unbind", ADDRESS "\n");
	while (there(PCI_DEV "/driver"))
		usleep(1000);
	put("/sys/bus/pci/drivers_probe", ADDRESS "\n");
	while (!there(PCI_DEV "/driver"))
		usleep(1000);
	assert_int_equal(vi_bind_open(tree.ctx, ADDRESS, &b), 0);
	assert_int_equal(vi_bind_give_back(b), 0);
	vi_bind_free(b);
	assert_string_equal(driver_now(), "virtio-pci");
	stop_kernel();
}

/* --- Devices that may not be taken --- */

static void what_the_machine_lacks(void **state)
{
	(void)state;
	put_machine(RNG, "virtio_rng");
	put_pci("0000:00:04.1", "e1000e");
	put_pci("0000:00:04.2", NULL);
	put_pci("0000:00:1c.0", "pcieport");
	put("/sys/devices/pci0000:00/0000:00:1c.0/class", "0x060400\n");
	refused_as(NULL, -ENOTSUP, ADDRESS ": its IOMMU group 5 contains other devices with drivers: 0000:00:04.1 (e1000e); unbind those first");
	assert_int_equal(unlink(at("/sys/devices/pci0000:00/0000:00:04.1/driver")), 0);
	allowed(NULL);
	put("/sys/devices/pci0000:00/" ADDRESS "/sriov_numvfs", "3\n");
	refused(ADDRESS ": has 3 virtual functions; remove them first (echo 0 >/sys/bus/pci/devices/" ADDRESS "/sriov_numvfs)");
	put("/sys/devices/pci0000:00/" ADDRESS "/sriov_numvfs", "0\n");
	assert_int_equal(unlink(at("/sys/bus/pci/drivers/vfio-pci/unbind")), 0);
	assert_int_equal(rmdir(at("/sys/bus/pci/drivers/vfio-pci")), 0);
	refused_as(NULL, -ENOTSUP, ADDRESS ": driver vfio-pci is not loaded; load it (modprobe vfio-pci)");
	assert_int_equal(unlink(at(PCI_DEV "/iommu_group")), 0);
	refused_as(NULL, -ENOTSUP, ADDRESS ": the machine has no IOMMU; give it one (QEMU: -device intel-iommu, and intel_iommu=on in the guest), or drive it with --attach=physical");
	put("/sys/firmware/acpi/tables/DMAR", "");
	refused_as(NULL, -ENOTSUP, ADDRESS ": the machine's IOMMU is off; boot with intel_iommu=on, or drive it with --attach=physical");
	put(VIRTIO "/features",
	    "0000000000000000000000000000000010000000000000000000000000000000\n");
	refused_as(NULL, -ENOTSUP, "virtio0: bypasses the IOMMU (VIRTIO_F_ACCESS_PLATFORM not negotiated); enable it in the VMM (QEMU: iommu_platform=on), or drive it with --attach=physical");
	put(PCI_DEV "/vendor", "0x8086\n");
	refused_as(NULL, -ENOTSUP, ADDRESS ": not a virtio device");
}

static void not_on_pci(void **state)
{
	struct vi_binding *b;

	(void)state;
	put_device("virtio0", "platform/a003e00.virtio_mmio",
		   "MODALIAS=virtio:d00000004v00001AF4\n");
	refused_as(NULL, -ENOTSUP, "virtio0: not a PCI device; only PCI devices can be taken");
	assert_int_equal(vi_bind_plan(tree.ctx, NULL, ADDRESS, NULL, &b),
			 -ENODEV);
	assert_string_equal(vi_error(tree.ctx), ADDRESS ": no such PCI device");
}

/* --- Untrustworthy journals --- */

#define LINES(boot, pid, driver)					\
	"virtio-inspect-journal 1\naddress " ADDRESS "\nboot " boot "\n" \
	"pid " pid "\nstart 4711\ntime 1763840000\nto vfio-pci\n"	\
	"driver " driver "\noverride -\nvirtio virtio0\n"		\
	"virtio_driver virtio_rng\nstatus 15\n"

#define GOOD	LINES(BOOT_ID, "321", "virtio-pci") "state taking\nstate taken\n"

static void put_journal(const char *text)
{
	put(JOURNAL, text);
	assert_int_equal(chmod(at("/run/virtio-inspect"), 0700), 0);
}

static void make_taken(void)
{
	put(PCI_DEV "/driver_override", "vfio-pci\n");
	unlink(at(PCI_DEV "/driver"));
	put_link(PCI_DEV "/driver", "../../../bus/pci/drivers/vfio-pci");
	if (rename(at(VIRTIO), at("/sys/aside")))
		assert_int_equal(errno, ENOENT);
}

static const char *state_now(void)
{
	static char text[32];
	struct vi_value list, v;

	assert_int_equal(vi_taken(tree.ctx, &list), 0);
	if (!list.count)
		return "none";
	assert_int_equal(list.count, 1);
	assert_int_equal(vi_get(vi_schema_find(vi_taken_schema(), "state"),
				vi_record(&list, 0), &v), 0);
	snprintf(text, sizeof(text), "%s", v.string);
	return text;
}

static void restored(void **state)
{
	(void)state;
	put_machine(RNG, "virtio_rng");
	assert_string_equal(state_now(), "none");
	make_taken();
	put_journal(GOOD);
	start_kernel();
	put_process(321, "vqinject");
	assert_string_equal(state_now(), "taken");
	assert_int_equal(vi_bind_restore(tree.ctx, ADDRESS), -EBUSY);
	assert_string_equal(vi_error(tree.ctx),
			    ADDRESS ": in use by running process 321 (vqinject) since 2025-11-22T19:33:20Z");
	/* Another process has the number by now. */
	put("/proc/321/stat", "321 (a) b) S 1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 9999 0 0\n");
	assert_string_equal(state_now(), "left");
	assert_int_equal(vi_bind_restore(tree.ctx, ADDRESS), 0);
	assert_string_equal(driver_now(), "virtio-pci");
	assert_false(there(JOURNAL));
	assert_int_equal(vi_bind_restore(tree.ctx, ADDRESS), 0);
	stop_kernel();
}

static void of_another_boot(void **state)
{
	(void)state;
	put_machine(RNG, "virtio_rng");
	put_journal(LINES("0000-1", "321", "virtio-pci") "state taken\n");
	assert_string_equal(state_now(), "stale");
	assert_int_equal(vi_bind_restore(tree.ctx, ADDRESS), 0);
	assert_false(there(JOURNAL));
	assert_string_equal(text_of("/sys/bus/pci/drivers_probe"), "");
}

/* For each, the device stays where it is, and no file but the journal goes. */
static void hostile_journals(void **state)
{
	static const char *const texts[] = {
		"",
		"virtio-inspect-journal 1\n",
		"virtio-inspect-journal 2\naddress " ADDRESS "\n",
		LINES(BOOT_ID, "321", "virtio-pci"),
		LINES(BOOT_ID, "321", "virtio-pci") "state take",
		LINES(BOOT_ID, "321", "virtio-pci") "state gone\n",
		LINES(BOOT_ID, "321", "../../../../tmp") "state taken\n",
		LINES(BOOT_ID, "321", "a/b") "state taken\n",
		LINES(BOOT_ID, "-1", "virtio-pci") "state taken\n",
		LINES(BOOT_ID, "99999999999", "virtio-pci") "state taken\n",
		LINES("../x", "321", "virtio-pci") "state taken\n",
		"state taken\n" GOOD,
		GOOD "driver vfio-pci\n",
	};
	struct vi_binding *b;
	char *other, *line;
	size_t i;

	(void)state;
	put_machine(RNG, "virtio_rng");
	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		make_taken();
		put_journal(texts[i]);
		assert_string_equal(state_now(), "damaged");
		assert_int_equal(vi_bind_restore(tree.ctx, ADDRESS), -EINVAL);
		assert_non_null(strstr(vi_error(tree.ctx), "by hand"));
		assert_true(there(JOURNAL));
		assert_string_equal(driver_now(), "vfio-pci");
	}
	/* Bytes that are not text, and too much text. */
	put_bytes(JOURNAL, GOOD "\0", sizeof(GOOD));
	assert_string_equal(state_now(), "damaged");
	other = calloc(1, 5000);
	memset(other, 'x', 4999);
	put(JOURNAL, other);
	assert_string_equal(state_now(), "damaged");
	/* Another device's journal. */
	snprintf(other, 5000, "%s", GOOD);
	line = strstr(other, ADDRESS);
	line[9] = '5';
	put(JOURNAL, other);
	free(other);
	assert_string_equal(state_now(), "damaged");
	/* Released by hand, to the driver that the kernel finds. */
	start_kernel();
	assert_int_equal(vi_bind_open(tree.ctx, ADDRESS, &b), 0);
	assert_int_equal(vi_bind_give_back(b), 0);
	vi_bind_free(b);
	stop_kernel();
	assert_string_equal(driver_now(), "virtio-pci");
	assert_false(there(JOURNAL));
	/* Nothing was changed, so nothing is undone. */
	put(PCI_DEV "/driver_override", "(null)\n");
	put_journal("virtio-inspect-jour");
	assert_int_equal(vi_bind_restore(tree.ctx, ADDRESS), 0);
	assert_false(there(JOURNAL));
}

static void hostile_folders(void **state)
{
	struct vi_value list;
	struct vi_binding *b;

	(void)state;
	put_machine(RNG, "virtio_rng");
	/* A link in place of a journal. */
	put("/etc/victim", "text\n");
	put_journal(GOOD);
	assert_int_equal(unlink(at(JOURNAL)), 0);
	put_link(JOURNAL, "../../etc/victim");
	assert_string_equal(state_now(), "damaged");
	assert_int_equal(vi_bind_restore(tree.ctx, ADDRESS), -EINVAL);
	b = planned();
	assert_int_equal(vi_bind_take(b), -EALREADY);
	vi_bind_free(b);
	assert_string_equal(text_of("/etc/victim"), "text");
	assert_int_equal(unlink(at(JOURNAL)), 0);
	/* Names that are not addresses are ignored. */
	put("/run/virtio-inspect/passwd", GOOD);
	assert_string_equal(state_now(), "none");
	/* A folder that others can write to. */
	assert_int_equal(chmod(at("/run/virtio-inspect"), 0777), 0);
	assert_int_equal(vi_taken(tree.ctx, &list), -EPERM);
	b = planned();
	assert_int_equal(vi_bind_take(b), -EPERM);
	vi_bind_free(b);
	assert_int_equal(rename(at("/run/virtio-inspect"), at("/run/other")), 0);
	assert_int_equal(chmod(at("/run/other"), 0700), 0);
	put_link("/run/virtio-inspect", "other");
	assert_int_equal(vi_taken(tree.ctx, &list), -EPERM);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, set_up_tree, \
							tear_down_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans),
		TEST(there_and_back),
		TEST(to_no_driver),
		TEST(steps_are_told_before_they_are_taken),
		TEST(one_at_a_time),
		TEST(kept_and_released),
		TEST(not_while_it_is_open),
		TEST(one_that_nobody_wrote_down),
		TEST(what_the_machine_lacks),
		TEST(not_on_pci),
		TEST(restored),
		TEST(of_another_boot),
		TEST(hostile_journals),
		TEST(hostile_folders),
	};

	return cmocka_run_group_tests_name("bind", tests, NULL, NULL);
}
