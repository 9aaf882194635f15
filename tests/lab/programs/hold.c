// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Use a device node, in one of several ways, until standard input has a line or
 * ends; then write a block to it and report the result. Prints "ready" first:
 *
 *	hold open PATH		keep it open
 *	hold path PATH		keep it open with O_PATH, which is no use
 *	hold map PATH		keep it mapped, but closed
 *	hold thread PATH	in the files of one thread only
 *	hold last PATH		in a thread whose main thread has ended
 *	hold sent PATH		in a message that nobody has received
 *	hold tty PATH		as the terminal, open only as /dev/tty
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BLOCK	4096

static int open_it(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

/* Some nodes are read-only. */
static int open_either(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	return fd >= 0 ? fd : open_it(path, O_RDONLY | O_NOCTTY);
}

static void map(const char *path)
{
	int fd = open_it(path, O_RDONLY);

	if (mmap(NULL, BLOCK, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	close(fd);
}

static void be_ready(void)
{
	puts("ready");
	fflush(stdout);
}

static void *in_thread(void *path)
{
	if (unshare(CLONE_FILES)) {
		perror("unshare");
		exit(1);
	}
	open_either(path);
	be_ready();
	for (;;)
		pause();
	return NULL;
}

static void start_thread(char *path)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, in_thread, path))
		exit(1);
}

static void send_away(const char *path)
{
	static int sockets[2];
	char space[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec one = { "x", 1 };
	struct msghdr m = {
		.msg_iov = &one, .msg_iovlen = 1,
		.msg_control = space, .msg_controllen = sizeof(space),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int fd = open_either(path);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) ||
	    sendmsg(sockets[0], &m, 0) != 1) {
		perror("sendmsg");
		exit(1);
	}
	close(fd);
}

static void make_terminal(const char *path)
{
	int fd;

	setsid();
	fd = open_it(path, O_RDWR | O_NOCTTY);
	if (ioctl(fd, TIOCSCTTY, 0)) {
		perror("TIOCSCTTY");
		exit(1);
	}
	open_it("/dev/tty", O_RDWR | O_NOCTTY);
	close(fd);
}

static void write_block(int fd)
{
	static char block[BLOCK];

	memset(block, 'h', sizeof(block));
	if (fd < 0)
		return;
	if (pwrite(fd, block, sizeof(block), 0) != (ssize_t)sizeof(block) ||
	    fsync(fd)) {
		perror("writing");
		exit(1);
	}
	puts("written");
}

int main(int argc, char **argv)
{
	const char *how = argc == 3 ? argv[1] : "";
	int fd = -1;
	char c;

	if (!strcmp(how, "open")) {
		fd = open_either(argv[2]);
	} else if (!strcmp(how, "path")) {
		open_it(argv[2], O_PATH);
	} else if (!strcmp(how, "map")) {
		map(argv[2]);
	} else if (!strcmp(how, "thread")) {
		start_thread(argv[2]);
		for (;;)
			pause();
	} else if (!strcmp(how, "last")) {
		start_thread(argv[2]);
		syscall(SYS_exit, 0);
	} else if (!strcmp(how, "sent")) {
		send_away(argv[2]);
	} else if (!strcmp(how, "tty")) {
		make_terminal(argv[2]);
	} else {
		fputs("usage: hold HOW PATH\n", stderr);
		return 2;
	}
	be_ready();
	if (read(0, &c, 1) == 1)
		write_block(fd);
	return 0;
}
