// SPDX-License-Identifier: LGPL-2.1-or-later
/* Follow the kernel's events of the virtio bus. */
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "access/uevent/uevent.h"
#include "core/clock.h"
#include "core/ctx.h"
#include "record/schema.h"

/* Messages from the kernel; group 2 has those of the device manager. */
#define KERNEL_GROUP	1

/* The kernel limits the keys to 2 KiB; the path is in addition. */
#define MESSAGE_SIZE	8192

/* Room for thousands of devices at once. */
#define RECEIVE_BUFFER	(16 << 20)

/* Limit of messages from other buses that one call skips. */
#define MAX_SKIPPED	4096

struct vi_monitor {
	struct vi_ctx *ctx;
	int fd;
	struct vi_event event;
	char message[MESSAGE_SIZE];
};

/* A hint only: the limit is lower for unprivileged processes. */
static void set_receive_buffer(int fd)
{
	int size = RECEIVE_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static int open_socket(void)
{
	struct sockaddr_nl addr = {
		.nl_family = AF_NETLINK,
		.nl_groups = KERNEL_GROUP,
	};
	int fd, err;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
		    NETLINK_KOBJECT_UEVENT);
	if (fd < 0)
		return -errno;
	set_receive_buffer(fd);
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		err = errno;
		close(fd);
		return -err;
	}
	return fd;
}

VI_EXPORT int vi_monitor_new(struct vi_ctx *ctx, struct vi_monitor **mon)
{
	struct vi_monitor *m;
	int err;

	if (ctx->root_fd >= 0)
		return vi_fail(ctx, -EINVAL,
			       "events come from this machine's kernel, not from a recorded tree; omit the sysroot");
	m = calloc(1, sizeof(*m));
	if (!m)
		return vi_fail(ctx, -ENOMEM, "events: out of memory");
	m->ctx = ctx;
	m->fd = open_socket();
	if (m->fd < 0) {
		err = m->fd;
		free(m);
		return vi_fail(ctx, err, "kernel events (netlink): %s",
			       strerror(-err));
	}
	*mon = m;
	return 0;
}

VI_EXPORT void vi_monitor_free(struct vi_monitor *mon)
{
	if (!mon)
		return;
	close(mon->fd);
	free(mon);
}

VI_EXPORT int vi_monitor_fd(const struct vi_monitor *mon)
{
	return mon->fd;
}

/*
 * Length of the next message; 0 if it must be ignored. Other processes can send
 * to this socket, but only the kernel has port 0.
 */
static ssize_t receive(struct vi_monitor *mon)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { mon->message, sizeof(mon->message) };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &iov, .msg_iovlen = 1,
	};
	ssize_t n;

	do
		n = recvmsg(mon->fd, &msg, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (msg.msg_namelen != sizeof(from) || from.nl_pid)
		return 0;
	if (msg.msg_flags & MSG_TRUNC) {
		vi_warn(mon->ctx, "ignored a kernel event that is too long");
		return 0;
	}
	return n;
}

static void set_time(struct vi_event *ev)
{
	uint64_t now = vi_real_ns();

	vi_time_text(now / VI_NS, now % VI_NS, 6, ev->time);
}

VI_EXPORT int vi_monitor_read(struct vi_monitor *mon, const void **event)
{
	unsigned int i;
	ssize_t n;
	int ret;

	for (i = 0; i < MAX_SKIPPED; i++) {
		n = receive(mon);
		if (n == -EAGAIN)
			return 0;
		if (n == -ENOBUFS)
			return vi_fail(mon->ctx, n,
				       "kernel events were lost because they came faster than they were read; list the devices again");
		if (n < 0)
			return vi_fail(mon->ctx, n, "kernel events: %s",
				       strerror(-n));
		if (!n)
			continue;
		ret = vi_uevent_parse(mon->message, n, &mon->event);
		if (ret < 0)
			vi_warn(mon->ctx,
				"ignored an invalid kernel event");
		if (ret != 1)
			continue;
		set_time(&mon->event);
		*event = &mon->event;
		return 1;
	}
	return 0;
}
