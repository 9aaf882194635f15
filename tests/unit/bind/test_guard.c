// SPDX-License-Identifier: GPL-2.0-or-later
/* A process that gives a device back for one that died. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "bind_tree.h"

#define RNG	4

/* The guard's messages, in memory shared with the test. */
static struct {
	volatile unsigned int count;
	int err[8];
} *reported;

static void note(void *data, int err)
{
	assert_ptr_equal(data, reported);
	reported->err[reported->count] = err;
	reported->count++;
}

/* The guard, which is the only child. */
static pid_t child(void)
{
	char path[64];
	pid_t pid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children",
		 (int)getpid());
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &pid), 1);
	fclose(f);
	return pid;
}

/* The owner takes the device, and waits to be killed. */
static void own(const struct vi_guard_options *o, int ready)
{
	struct vi_binding *b;
	struct vi_guard *g;

	put_process(getpid(), "owner");
	if (!vi_guard_new(tree.ctx, ADDRESS, o, &g) &&
	    !vi_bind_claim(tree.ctx, ADDRESS, NULL, &b) && !vi_bind_take(b) &&
	    !vi_guard_check(g) && write(ready, "+", 1) == 1)
		pause();
	_exit(1);
}

static void what_is_left_is_given_back(void **state)
{
	const struct vi_guard_options o = {
		.size = sizeof(o), .stop = true, .report = note,
		.data = reported,
	};
	int ready[2], how;
	char byte, path[64];
	pid_t pid;

	(void)state;
	memset((void *)reported, 0, sizeof(*reported));
	put_machine(RNG, "virtio_rng");
	start_kernel();
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid)
		own(&o, ready[1]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_string_equal(driver_now(), "vfio-pci");
	assert_int_equal(reported->count, 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &how, 0), pid);
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	assert_int_equal(unlink(at(path)), 0);
	while (reported->count < 2)
		usleep(1000);
	assert_int_equal(reported->err[0], -EINPROGRESS);
	assert_int_equal(reported->err[1], 0);
	assert_string_equal(driver_now(), "virtio-pci");
	assert_false(there(JOURNAL));
	/* Bus mastering is off, which vfio-pci itself would have done. */
	assert_int_equal(text_of(PCI_DEV "/config")[4], 2);
	close(ready[0]);
	stop_kernel();
}

static void only_for_what_is_on_pci(void **state)
{
	struct vi_guard *g;

	(void)state;
	assert_int_equal(vi_guard_new(tree.ctx, "virtio0", NULL, &g), -EINVAL);
	assert_string_equal(vi_error(tree.ctx), "virtio0: not a PCI address");
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	vi_guard_stop(NULL);
	vi_guard_leave(NULL);
}

/* Somebody else may have reaped it, and another process may have its number. */
static void guard_that_is_gone_is_not_killed(void **state)
{
	struct vi_guard *g;
	pid_t pid;

	(void)state;
	assert_int_equal(vi_guard_new(tree.ctx, ADDRESS, NULL, &g), 0);
	assert_int_equal(vi_guard_check(g), 0);
	pid = child();
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(vi_guard_check(g), 1);
	pid = child();
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	vi_guard_stop(g);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, set_up_tree, \
							tear_down_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_left_is_given_back),
		TEST(only_for_what_is_on_pci),
		TEST(guard_that_is_gone_is_not_killed),
	};

	reported = mmap(NULL, sizeof(*reported), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
