// SPDX-License-Identifier: GPL-2.0-or-later
/* Work in a child, which may hang or die; and what is written, and where. */
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "bind_tree.h"

#include "bind/write.h"
#include "core/child.h"

/* --- Children --- */

static int answer(void *data, char text[VI_ANSWER_SIZE])
{
	strcpy(text, data);
	return 7;
}

static int die(void *data, char text[VI_ANSWER_SIZE])
{
	(void)data;
	(void)text;
	_exit(3);
}

static int sleep_on(void *data, char text[VI_ANSWER_SIZE])
{
	(void)data;
	(void)text;
	for (;;)
		pause();
	return 0;
}

static int count_open(void *data, char text[VI_ANSWER_SIZE])
{
	int fd, n = 0;

	(void)data;
	(void)text;
	for (fd = 3; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void on_alarm(int number)
{
	(void)number;
}

static void work_in_children(void **state)
{
	char text[VI_ANSWER_SIZE];
	struct itimerval often = { { 0, 1000 }, { 0, 1000 } }, off = { 0 };
	pid_t left = 0;
	int fds[10], i;

	(void)state;
	assert_int_equal(vi_in_child(tree.ctx, -1, 10, answer, "yes", text,
				     NULL), 7);
	assert_string_equal(text, "yes");
	assert_int_equal(vi_in_child(tree.ctx, -1, 10, die, NULL, text,
				     &left), -EIO);
	assert_string_equal(text, "");
	assert_int_equal(left, 0);
	/* Signals neither end nor prolong the wait. */
	signal(SIGALRM, on_alarm);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	assert_int_equal(vi_in_child(tree.ctx, -1, 1, sleep_on, NULL, text,
				     NULL), -ETIMEDOUT);
	assert_int_equal(setitimer(ITIMER_REAL, &off, NULL), 0);
	while (waitpid(-1, NULL, 0) > 0)
		;
	/* An abandoned child continues until it is done. */
	assert_int_equal(vi_in_child(tree.ctx, -1, 0, sleep_on, NULL, text,
				     &left), -ETIMEDOUT);
	assert_true(left > 0);
	assert_false(vi_child_is_gone(left));
	assert_int_equal(kill(left, SIGKILL), 0);
	while (!vi_child_is_gone(left))
		usleep(1000);
	assert_true(vi_child_is_gone(left));
	/* Only the descriptor named, its answer, and the sysroot. */
	for (i = 0; i < 10; i++)
		fds[i] = dup(STDERR_FILENO);
	assert_int_equal(vi_in_child(tree.ctx, -1, 10, count_open, NULL, text,
				     NULL), 2);
	assert_int_equal(vi_in_child(tree.ctx, fds[3], 10,
				     count_open, NULL, text, NULL), 3);
	for (i = 0; i < 10; i++)
		close(fds[i]);
}

static void what_is_written_where(void **state)
{
	struct vi_writer w = { -1, 0 };
	char longest[200];

	(void)state;
	put("/sys/file", "");
	assert_int_equal(vi_write(tree.ctx, "/sys/file", "text", &w), 0);
	assert_string_equal(text_of("/sys/file"), "text");
	assert_int_equal(vi_write(tree.ctx, "/sys/none", "text", &w), -ENOENT);
	assert_int_equal(vi_write(tree.ctx, "/sys", "text", &w), -EISDIR);
	put_link("/sys/link", "file");
	assert_int_equal(vi_write(tree.ctx, "/sys/link", "other", &w), -ELOOP);
	assert_int_equal(mkfifo(at("/sys/pipe"), 0600), 0);
	assert_int_equal(vi_write(tree.ctx, "/sys/pipe", "text", &w), -ENXIO);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(vi_write(tree.ctx, "/sys/file", longest, &w),
			 -ENAMETOOLONG);
	assert_string_equal(text_of("/sys/file"), "text");
	/* Bus mastering of a missing device, and of one that lacks it. */
	assert_int_equal(vi_bus_master_off(tree.ctx, "/sys/none"), -ENOENT);
	assert_int_equal(vi_bus_master_off(tree.ctx, "/sys/file"), 0);
	put_bytes("/sys/config", "\xf4\x1a\x44\x10", 4);
	assert_int_equal(vi_bus_master_off(tree.ctx, "/sys/config"), -EIO);
	put_bytes("/sys/config", "\xff\xff\xff\xff\xff\xff", 6);
	assert_int_equal(vi_bus_master_off(tree.ctx, "/sys/config"), 0);
}

#define TEST(fn)							\
	cmocka_unit_test_setup_teardown(fn, set_up_tree, tear_down_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(work_in_children),
		TEST(what_is_written_where),
	};

	return cmocka_run_group_tests_name("bind_child", tests, NULL, NULL);
}
