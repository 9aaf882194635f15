// SPDX-License-Identifier: GPL-2.0-or-later
/* vqinject's guardian, its death, and signals. */
#include <dlfcn.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "bind_tree.h"

#include "vqinject/device/take.h"
#include "vqinject/device/wakeup.h"

#define BLK	2
#define RNG	4

const char tool_name[] = "vqinject";

/* --- Forks that fail --- */

static int fork_error;

/* Replaces the C library's function. */
pid_t fork(void)
{
	pid_t (*real)(void) = (pid_t (*)(void))dlsym(RTLD_NEXT, "fork");

	if (fork_error) {
		errno = fork_error;
		return -1;
	}
	return real();
}

/* --- Messages --- */

static int stderr_before, said_fd;

static int set_up(void **state)
{
	fork_error = 0;
	stderr_before = dup(STDERR_FILENO);
	said_fd = memfd_create("said", 0);
	if (stderr_before < 0 || said_fd < 0 ||
	    dup2(said_fd, STDERR_FILENO) < 0)
		return -1;
	return set_up_tree(state);
}

static int tear_down(void **state)
{
	dup2(stderr_before, STDERR_FILENO);
	close(stderr_before);
	close(said_fd);
	return tear_down_tree(state);
}

static const char *said(void)
{
	static char text[4096];
	ssize_t n = pread(said_fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void assert_said(const char *part)
{
	if (!strstr(said(), part))
		fail_msg("\"%s\" is not in \"%s\"", part, said());
}

static unsigned int times_said(const char *part)
{
	const char *at = said();
	unsigned int n = 0;

	for (; (at = strstr(at, part)); at++)
		n++;
	return n;
}

/* --- Helpers --- */

static const struct take_options usual = { .address = ADDRESS };

static struct taken *taken(void)
{
	struct taken *t;

	if (take_device(tree.ctx, &usual, &t))
		fail_msg("%s", said());
	assert_string_equal(taken_address(t), ADDRESS);
	assert_string_equal(driver_now(), "vfio-pci");
	return t;
}

/* The only child, except for those that only write. */
static pid_t guardian(void)
{
	char path[64], text[512] = "";
	pid_t pid = 0;
	FILE *f;
	int n;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children",
		 (int)getpid());
	f = fopen(path, "r");
	assert_non_null(f);
	n = fscanf(f, "%d", &pid);
	fclose(f);
	assert_int_equal(n, 1);
	/* Until it is named it is no guardian yet. */
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	while (strcmp(text, "test_guar-guard\n")) {
		f = fopen(path, "r");
		assert_non_null(f);
		if (!fgets(text, sizeof(text), f))
			text[0] = '\0';
		fclose(f);
	}
	return pid;
}

static void kill_guardian(void)
{
	siginfo_t how;
	pid_t pid = guardian();

	assert_int_equal(kill(pid, SIGKILL), 0);
	/* Leave it to be reaped. */
	assert_int_equal(waitid(P_PID, pid, &how, WEXITED | WNOWAIT), 0);
}

static void given_back(struct taken *t)
{
	assert_int_equal(take_back(t), 0);
	assert_int_equal(take_back(t), 0);
	taken_free(t);
	assert_string_equal(driver_now(), "virtio-pci");
	assert_false(there(JOURNAL));
	/* No child is left. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* --- Guardians --- */

static void there_and_back(void **state)
{
	struct taken *t;

	(void)state;
	put_machine(RNG, "virtio_rng");
	start_kernel();
	t = taken();
	taken_watch(t);
	taken_watch(NULL);
	guardian();
	given_back(t);
	assert_string_equal(said(), "");
	stop_kernel();
}

static void guardian_that_is_killed_is_replaced(void **state)
{
	struct taken *t;
	pid_t before;
	int i;

	(void)state;
	put_machine(RNG, "virtio_rng");
	start_kernel();
	t = taken();
	for (i = 0; i < 3; i++) {
		before = guardian();
		kill_guardian();
		taken_watch(t);
		assert_true(guardian() != before);
		assert_int_equal(times_said("the guardian was killed; another one has replaced it"),
				 i + 1);
		taken_watch(t);
	}
	assert_int_equal(times_said("\n"), 3);
	given_back(t);
	stop_kernel();
}

static void nobody_guards_it(void **state)
{
	struct taken *t;

	(void)state;
	put_machine(RNG, "virtio_rng");
	start_kernel();
	t = taken();
	kill_guardian();
	fork_error = EAGAIN;
	taken_watch(t);
	taken_watch(t);
	assert_int_equal(times_said("cannot be replaced (Resource temporarily unavailable); if this process is killed as well, run vqinject --restore"),
			 1);
	assert_int_equal(times_said("\n"), 1);
	/* As soon as fork() works again. */
	fork_error = 0;
	taken_watch(t);
	assert_int_equal(times_said("another one has replaced it"), 1);
	guardian();
	given_back(t);
	stop_kernel();
}

/* A stopped guardian cannot be asked to end. */
static void guardian_that_was_stopped(void **state)
{
	struct taken *t;

	(void)state;
	put_machine(RNG, "virtio_rng");
	start_kernel();
	t = taken();
	assert_int_equal(kill(guardian(), SIGSTOP), 0);
	given_back(t);
	stop_kernel();
}

static void guardian_that_cannot_be_started(void **state)
{
	struct taken *t;

	(void)state;
	put_machine(RNG, "virtio_rng");
	fork_error = ENOMEM;
	assert_int_equal(take_device(tree.ctx, &usual, &t), EXIT_ERROR);
	assert_string_equal(said(), "vqinject: cannot start the guardian of " ADDRESS ": Cannot allocate memory\n");
	assert_false(there(JOURNAL));
	assert_string_equal(text_of(PCI_DEV "/driver_override"), "(null)");
}

/* A process that takes the device, and dies. */
static void tool_that_is_killed(void **state)
{
	struct taken *t;
	char path[64];
	int ready[2], how;
	char byte;
	pid_t pid;

	(void)state;
	put_machine(RNG, "virtio_rng");
	start_kernel();
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		put_process(getpid(), "vqinject");
		if (!take_device(tree.ctx, &usual, &t))
			how = write(ready[1], "+", 1);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_string_equal(driver_now(), "vfio-pci");
	/* Other processes may not. */
	assert_int_equal(take_device(tree.ctx, &usual, &t), EXIT_ERROR);
	assert_said("(vqinject) since 2");
	assert_int_equal(take_release(tree.ctx, ADDRESS, false), EXIT_ERROR);
	assert_int_equal(times_said("(vqinject) since 2"), 2);
	assert_int_equal(take_restore(tree.ctx), 0);
	assert_said("; left alone");
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &how, 0), pid);
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	assert_int_equal(unlink(at(path)), 0);
	while (there(JOURNAL))
		usleep(1000);
	assert_string_equal(driver_now(), "virtio-pci");
	while (!times_said("had " ADDRESS " died; the device was returned"))
		usleep(1000);
	close(ready[0]);
	stop_kernel();
}

static void what_is_used_is_refused(void **state)
{
	struct taken *t;

	(void)state;
	put_machine(BLK, "virtio_blk");
	put_node(VIRTIO "/block/vda", "block", "254:0", "vda");
	put("/proc/self/mountinfo", "20 1 254:0 / /home rw - ext4 /dev/vda rw\n");
	assert_int_equal(take_device(tree.ctx, &usual, &t), EXIT_ERROR);
	assert_said("vda is mounted on /home");
	assert_int_equal(times_said("\n"), 1);
	assert_int_equal(take_bind_only(tree.ctx, &usual), EXIT_ERROR);
	assert_int_equal(times_said("\n"), 2);
	assert_false(there(JOURNAL));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void kept_and_released(void **state)
{
	(void)state;
	put_machine(RNG, "virtio_rng");
	put_process(getpid(), "vqinject");
	start_kernel();
	assert_int_equal(take_bind_only(tree.ctx, &usual), 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_string_equal(driver_now(), "vfio-pci");
	assert_int_equal(take_bind_only(tree.ctx, &usual), EXIT_ERROR);
	assert_said("which kept it at 2");
	assert_int_equal(take_restore(tree.ctx), 0);
	assert_said("left it taken on purpose");
	assert_int_equal(take_release(tree.ctx, ADDRESS, true), 0);
	assert_string_equal(driver_now(), "vfio-pci");
	assert_int_equal(take_release(tree.ctx, "virtio0", false), 0);
	assert_string_equal(driver_now(), "virtio-pci");
	assert_int_equal(take_release(tree.ctx, ADDRESS, false),
			 EXIT_NONE_FOUND);
	assert_int_equal(take_restore(tree.ctx), 0);
	stop_kernel();
}

static void dry_runs(void **state)
{
	struct take_options o = usual;
	struct taken *t;

	(void)state;
	put_machine(RNG, "virtio_rng");
	o.dry_run = true;
	assert_int_equal(take_device(tree.ctx, &o, &t), 0);
	taken_watch(t);
	assert_int_equal(taken_guard(t, true), 0);
	assert_int_equal(take_back(t), 0);
	taken_free(t);
	taken_free(NULL);
	assert_int_equal(take_bind_only(tree.ctx, &o), 0);
	assert_false(there("/run/virtio-inspect"));
	o.address = "0000:00:1e.0";
	assert_int_equal(take_device(tree.ctx, &o, &t), EXIT_NONE_FOUND);
}

/* --- Signals --- */

static void signals(void **state)
{
	(void)state;
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	assert_int_equal(catch_signals(), 0);
	assert_false(wait_for_wakeup(0));
	wake_up();
	wake_up();
	assert_true(wait_for_wakeup(-1));
	assert_false(wait_for_wakeup(0.001));
	/* Like under nohup, the signal stays ignored. */
	raise(SIGHUP);
	assert_int_equal(caught_signal, 0);
	/* The first one counts, and ends every wait. */
	raise(SIGINT);
	raise(SIGTERM);
	assert_int_equal(caught_signal, SIGINT);
	assert_false(wait_for_wakeup(-1));
	assert_false(wait_for_wakeup(1e300));
	assert_int_equal(caught_signal_status(), 128 + SIGINT);
	assert_string_equal(said(), "vqinject: Interrupt: terminated by a signal\n");
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(there_and_back),
		TEST(guardian_that_is_killed_is_replaced),
		TEST(nobody_guards_it),
		TEST(guardian_that_was_stopped),
		TEST(guardian_that_cannot_be_started),
		TEST(tool_that_is_killed),
		TEST(what_is_used_is_refused),
		TEST(kept_and_released),
		TEST(dry_runs),
		TEST(signals),
	};

	return cmocka_run_group_tests_name("guardian", tests, NULL, NULL);
}
