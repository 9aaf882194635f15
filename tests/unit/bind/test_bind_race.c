// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking a device while others do, while the kernel is slow, and after
 * processes that died.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "bind_tree.h"

#include "bind/journal.h"
#include "bind/run.h"
#include "bind/write.h"
#include "core/child.h"

#define BLK	2
#define RNG	4
#define FOLDER	"/run/virtio-inspect"

/* --- A slow or refusing kernel --- */

/* Shared with children, which write. @file: end of the path meant. */
static struct {
	char file[32];
	volatile int hangs;
	int error;
} *slow;

static bool is_meant(int fd)
{
	return slow && slow->file[0] && path_ends(fd, slow->file);
}

static bool fails(int fd)
{
	if (!is_meant(fd))
		return false;
	while (slow->hangs)
		usleep(1000);
	errno = slow->error;
	return slow->error;
}

/* The wait for things that never happen; everything else finishes sooner. */
#define SECONDS	2

/* Slow down the step that unbinds the device from its driver. */
static void be_slow(void)
{
	vi_bind_seconds = SECONDS;
	strcpy(slow->file, "/virtio-pci/unbind");
	slow->hangs = true;
}

static int set_up(void **state)
{
	vi_bind_seconds = 60;
	memset(slow, 0, sizeof(*slow));
	return set_up_tree(state);
}

static void fail_writes(const char *file, int error)
{
	strcpy(slow->file, file);
	slow->error = error;
}

/* --- Helpers --- */

static struct vi_binding *claimed(void)
{
	struct vi_binding *b;

	if (vi_bind_claim(tree.ctx, ADDRESS, NULL, &b))
		fail_msg("%s", vi_error(tree.ctx));
	return b;
}

static void given_back(struct vi_binding *b)
{
	if (vi_bind_give_back(b))
		fail_msg("%s", vi_error(tree.ctx));
	vi_bind_free(b);
	assert_string_equal(driver_now(), "virtio-pci");
	assert_false(there(JOURNAL));
}

static void assert_said(const char *part)
{
	if (!strstr(vi_error(tree.ctx), part))
		fail_msg("\"%s\" is not in \"%s\"", part, vi_error(tree.ctx));
}

static void put_journal(const char *boot, unsigned int pid, const char *state)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "virtio-inspect-journal 1\naddress " ADDRESS "\nboot %s\n"
		 "pid %u\nstart 4711\ntime 1763840000\nto vfio-pci\n"
		 "driver virtio-pci\noverride -\nvirtio virtio0\n"
		 "virtio_driver virtio_rng\nstatus 15\nstate %s\n", boot, pid,
		 state);
	put(JOURNAL, text);
	assert_int_equal(chmod(at(FOLDER), 0700), 0);
}

/* --- Several at once --- */

#define BINDERS	8
#define ROUNDS	25

struct said {
	int err;
	pid_t pid;
	char text[200];
};

/* A child: claim the device on order, report the result, and give the device
 * back on order. */
static void bind_it(int orders, int answers)
{
	struct said said = { .pid = getpid() };
	struct vi_binding *b = NULL;
	char order;

	while (read(orders, &order, 1) == 1) {
		if (order == 'c') {
			said.err = vi_bind_claim(tree.ctx, ADDRESS, NULL, &b);
			snprintf(said.text, sizeof(said.text), "%s",
				 said.err ? vi_error(tree.ctx) : "");
		} else {
			said.err = b ? vi_bind_give_back(b) : 0;
			vi_bind_free(b);
			b = NULL;
		}
		if (write(answers, &said, sizeof(said)) != sizeof(said))
			_exit(1);
	}
	_exit(0);
}

static void start_binders(int orders[BINDERS], int *answers)
{
	int a[2], o[2], i, k;
	pid_t pid;

	assert_int_equal(pipe(a), 0);
	for (i = 0; i < BINDERS; i++) {
		assert_int_equal(pipe(o), 0);
		pid = fork();
		if (!pid) {
			for (k = 0; k < i; k++)
				close(orders[k]);
			close(o[1]);
			bind_it(o[0], a[1]);
		}
		assert_true(pid > 0);
		put_process(pid, "binder");
		close(o[0]);
		orders[i] = o[1];
	}
	close(a[1]);
	*answers = a[0];
}

static void tell_all(const int orders[BINDERS], char order)
{
	int i;

	for (i = 0; i < BINDERS; i++)
		assert_int_equal(write(orders[i], &order, 1), 1);
}

static void hear_all(int answers, struct said said[BINDERS])
{
	int i;

	for (i = 0; i < BINDERS; i++)
		assert_int_equal(read(answers, &said[i], sizeof(said[i])),
				 sizeof(said[i]));
}

/* One wins, and all others report its name. */
static void one_of_many(void **state)
{
	struct said said[BINDERS];
	int orders[BINDERS], answers, round, i, winners;
	char name[64];
	pid_t winner = 0;

	(void)state;
	put_machine(RNG, "virtio_rng");
	start_binders(orders, &answers);
	for (round = 0; round < ROUNDS; round++) {
		tell_all(orders, 'c');
		hear_all(answers, said);
		for (i = winners = 0; i < BINDERS; i++)
			if (!said[i].err) {
				winner = said[i].pid;
				winners++;
			}
		assert_int_equal(winners, 1);
		snprintf(name, sizeof(name),
			 ADDRESS ": in use by running process %d (binder) since ",
			 (int)winner);
		for (i = 0; i < BINDERS; i++) {
			if (!said[i].err)
				continue;
			assert_int_equal(said[i].err, -EALREADY);
			assert_memory_equal(said[i].text, name, strlen(name));
		}
		tell_all(orders, 'g');
		hear_all(answers, said);
		assert_false(there(JOURNAL));
	}
	for (i = 0; i < BINDERS; i++)
		close(orders[i]);
	for (i = 0; i < BINDERS; i++)
		wait(NULL);
	close(answers);
}

/* Released by hand during taking: before the journal exists, and after. */
static void release_while_it_is_taken(void **state)
{
	struct vi_binding *a, *b;

	(void)state;
	put_machine(RNG, "virtio_rng");
	put_process(getpid(), "test");
	/* Somebody moved it by hand. */
	put(PCI_DEV "/driver_override", "vfio-pci\n");
	assert_int_equal(vi_bind_open(tree.ctx, ADDRESS, &a), 0);
	b = claimed();
	assert_int_equal(vi_bind_give_back(a), -EALREADY);
	assert_said("(test) since 2");
	vi_bind_free(a);
	assert_int_equal(vi_bind_open(tree.ctx, ADDRESS, &a), -EBUSY);
	assert_said("(test) since 2");
	assert_int_equal(vi_bind_give_back(b), 0);
	vi_bind_free(b);
}

static void what_is_used_is_refused_after_the_claim(void **state)
{
	struct vi_binding *b;

	(void)state;
	put_machine(BLK, "virtio_blk");
	put_node(VIRTIO "/block/vda", "block", "254:0", "vda");
	put("/proc/self/mountinfo", "20 1 254:0 / /home rw - ext4 /dev/vda rw\n");
	b = claimed();
	assert_true(there(JOURNAL));
	assert_int_equal(vi_bind_take(b), -EBUSY);
	assert_said("is mounted on /home");
	assert_false(there(JOURNAL));
	assert_string_equal(driver_now(), "virtio-pci");
	assert_string_equal(text_of("/sys/bus/pci/drivers/virtio-pci/unbind"), "");
	vi_bind_free(b);
	/* A device that is not virtio leaves no journal at all. */
	put(PCI_DEV "/vendor", "0x8086\n");
	assert_int_equal(vi_bind_claim(tree.ctx, ADDRESS, NULL, &b), -ENOTSUP);
	assert_int_equal(vi_bind_claim(tree.ctx, "0000:00:1e.0", NULL, &b),
			 -ENODEV);
	assert_false(there(JOURNAL));
}

static void claimed_and_taken(void **state)
{
	struct vi_binding *b;

	(void)state;
	put_machine(RNG, "virtio_rng");
	start_kernel();
	b = claimed();
	if (vi_bind_take(b))
		fail_msg("%s", vi_error(tree.ctx));
	assert_string_equal(driver_now(), "vfio-pci");
	given_back(b);
	stop_kernel();
}

/* --- Leftovers of others --- */

static void left_before_anything_was_done(void **state)
{
	static const struct {
		const char *boot, *state;
	} left[] = {
		{ BOOT_ID, "taking" }, { BOOT_ID, "taken" },
		{ BOOT_ID, "kept" }, { "0-1", "taken" },
	};
	size_t i;

	(void)state;
	put_machine(RNG, "virtio_rng");
	for (i = 0; i < ARRAY_SIZE(left); i++) {
		put_journal(left[i].boot, 321, left[i].state);
		given_back(claimed());
	}
	put(JOURNAL, "virtio-inspect-jour");
	given_back(claimed());
	/* Whoever restores it undoes the change. */
	put(PCI_DEV "/driver_override", "vfio-pci\n");
	put_journal(BOOT_ID, 321, "taking");
	assert_int_equal(vi_bind_claim(tree.ctx, ADDRESS, NULL,
				       &(struct vi_binding *){ NULL }),
			 -EALREADY);
	assert_said("process 321 took it at 2025-11-22T19:33:20Z and died; restore it first");
	put_journal(BOOT_ID, 321, "kept");
	assert_int_equal(vi_bind_claim(tree.ctx, ADDRESS, NULL,
				       &(struct vi_binding *){ NULL }),
			 -EALREADY);
	assert_said("process 321, which kept it at 2025-11-22T19:33:20Z;");
	put(JOURNAL, "virtio-inspect-jour");
	assert_int_equal(vi_bind_claim(tree.ctx, ADDRESS, NULL,
				       &(struct vi_binding *){ NULL }),
			 -EALREADY);
	assert_said("is corrupt");
}

/* Between creating a file and renaming it. */
static void left_halfway(void **state)
{
	struct vi_value list;

	(void)state;
	put_machine(RNG, "virtio_rng");
	put(FOLDER "/.new-1-1", "virtio-insp");
	assert_int_equal(chmod(at(FOLDER), 0700), 0);
	assert_int_equal(vi_taken(tree.ctx, &list), 0);
	assert_int_equal(list.count, 0);
	given_back(claimed());
	assert_false(there(FOLDER "/.new-1-1"));
}

/* It has ended, though its parent has not reaped it. */
static void owner_that_nobody_waited_for(void **state)
{
	(void)state;
	put_machine(RNG, "virtio_rng");
	put_journal(BOOT_ID, 321, "taken");
	put_process(321, "vqinject");
	assert_int_equal(vi_bind_restore(tree.ctx, ADDRESS), -EBUSY);
	assert_said("process 321 (vqinject)");
	put("/proc/321/stat", "321 (vqinject) Z 1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0\n");
	if (vi_bind_restore(tree.ctx, ADDRESS))
		fail_msg("%s", vi_error(tree.ctx));
	assert_false(there(JOURNAL));
}

/* --- A kernel stuck in a step --- */

/* Until the step returns, draw no conclusions from the state. */
static void unbind_that_takes_long(void **state)
{
	struct vi_binding *b, *other;

	(void)state;
	put_machine(RNG, "virtio_rng");
	start_kernel();
	be_slow();
	b = claimed();
	assert_int_equal(vi_bind_take(b), -ETIMEDOUT);
	assert_said("the kernel does not return from writing");
	assert_non_null(strstr(tree.log, "the kernel is still executing a step"));
	assert_true(there(JOURNAL));
	assert_int_equal(vi_bind_give_back(b), -EINPROGRESS);
	assert_int_equal(vi_bind_open(tree.ctx, ADDRESS, &other), -EBUSY);
	assert_int_equal(vi_bind_restore(tree.ctx, ADDRESS), -EBUSY);
	slow->hangs = false;
	vi_bind_seconds = 60;
	given_back(b);
	stop_kernel();
}

/* The owner dies meanwhile; its child holds the journal's lock. */
static void owner_dies_while_it_takes_long(void **state)
{
	struct vi_binding *b;
	int how;
	pid_t pid;

	(void)state;
	put_machine(RNG, "virtio_rng");
	start_kernel();
	be_slow();
	pid = fork();
	if (!pid) {
		vi_bind_take(claimed());
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_int_equal(vi_bind_restore(tree.ctx, ADDRESS), -EBUSY);
	assert_said("and is being returned to its driver; try again");
	assert_int_equal(vi_bind_claim(tree.ctx, ADDRESS, NULL, &b), -EALREADY);
	assert_said("and is being returned to its driver; try again");
	slow->hangs = false;
	vi_bind_seconds = 60;
	while (vi_bind_restore(tree.ctx, ADDRESS) == -EBUSY)
		usleep(1000);
	assert_string_equal(driver_now(), "virtio-pci");
	assert_false(there(JOURNAL));
	stop_kernel();
}

static void fails_to_take(const char *part)
{
	struct vi_binding *b = claimed();

	assert_true(vi_bind_take(b) < 0);
	assert_said(part);
	slow->file[0] = '\0';
	given_back(b);
}

static void steps_that_fail(void **state)
{
	(void)state;
	put_machine(RNG, "virtio_rng");
	start_kernel();
	fail_writes("/driver_override", EPERM);
	fails_to_take("driver_override: Operation not permitted; run as root, on a kernel that is not locked down");
	fail_writes("/unbind", ENODEV);
	fails_to_take("/virtio-pci/unbind: No such device");
	/* The intended driver does not bind. */
	stop_kernel();
	put(PCI_DEV "/driver_override", "(null)\n");
	fail_writes("/drivers_probe", EINVAL);
	start_kernel();
	fails_to_take("drivers_probe: Invalid argument");
	assert_int_equal(unlink(at("/sys/bus/pci/drivers/virtio-pci/unbind")),
			 0);
	put(PCI_DEV "/driver_override", "(null)\n");
	fails_to_take("/unbind not found: is the driver loaded?");
	stop_kernel();
}

static void drivers_that_do_not_come(void **state)
{
	struct vi_binding *b;

	(void)state;
	put_machine(RNG, "virtio_rng");
	put_process(getpid(), "test");
	start_kernel();
	b = claimed();
	assert_int_equal(vi_bind_take(b), 0);
	stop_kernel();
	vi_bind_seconds = SECONDS;
	/* No kernel acts on the write. */
	assert_int_equal(vi_bind_give_back(b), -ETIMEDOUT);
	assert_said("driver virtio-pci does not accept it, it is bound to vfio-pci");
	assert_true(there(JOURNAL));
	/* It is back, but its own driver does not run it. */
	unlink(at(PCI_DEV "/driver"));
	put_link(PCI_DEV "/driver", "../../../bus/pci/drivers/virtio-pci");
	assert_int_equal(rename(at("/sys/aside"), at(VIRTIO)), 0);
	put(VIRTIO "/status", "0x00000003\n");
	assert_int_equal(vi_bind_give_back(b), -ETIMEDOUT);
	assert_said("virtio driver virtio_rng does not run it (status 0x3)");
	put(VIRTIO "/status", "0x0000000f\n");
	given_back(b);
}

static void journal_that_cannot_be_written(void **state)
{
	struct vi_binding *b;

	(void)state;
	put_machine(RNG, "virtio_rng");
	start_kernel();
	b = claimed();
	/* The note that the device was taken, written to the file after its
	 * rename. */
	fail_writes(" (deleted)", ENOSPC);
	assert_int_equal(vi_bind_take(b), -ENOSPC);
	assert_said("No space left on device");
	given_back(b);
	stop_kernel();
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, set_up, tear_down_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_of_many),
		TEST(release_while_it_is_taken),
		TEST(what_is_used_is_refused_after_the_claim),
		TEST(claimed_and_taken),
		TEST(left_before_anything_was_done),
		TEST(left_halfway),
		TEST(owner_that_nobody_waited_for),
		TEST(unbind_that_takes_long),
		TEST(owner_dies_while_it_takes_long),
		TEST(steps_that_fail),
		TEST(drivers_that_do_not_come),
		TEST(journal_that_cannot_be_written),
	};

	write_fails = fails;
	slow = mmap(NULL, sizeof(*slow), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (slow == MAP_FAILED)
		return 1;
	return cmocka_run_group_tests_name("bind_race", tests, NULL, NULL);
}
