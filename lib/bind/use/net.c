// SPDX-License-Identifier: LGPL-2.1-or-later
/* Network devices: an interface that is up, or has something on top. */
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind/use/use.h"
#include "core/file.h"

/*
 * Does @is_of accept a line of the file? 1, 0, or a negative errno; a kernel
 * without the protocol lacks the file.
 */
static int find_line(struct vi_ctx *ctx, const char *path, const char *name,
		     bool (*is_of)(const char *line, const char *name))
{
	char *text, *rest, *line;
	size_t len;
	int ret = 0;

	text = vi_read_all(ctx, path, 1 << 24, &len);
	if (!text)
		return errno == ENOENT ? 0 : -errno;
	for (rest = text; !ret && (line = strsep(&rest, "\n"));)
		ret = is_of(line, name);
	free(text);
	return ret;
}

/* Lines of "IFACE DESTINATION GATEWAY FLAGS …", with headings. */
static bool is_default_route(const char *line, const char *name)
{
	char iface[64], to[32];

	return sscanf(line, "%63s %31s", iface, to) == 2 &&
	       !strcmp(iface, name) && !strcmp(to, "00000000");
}

/* A file lists IPv6 addresses, with the interface's name last. */
static bool is_address(const char *line, const char *name)
{
	const char *last = strrchr(line, ' ');

	return last && !strcmp(last + 1, name);
}

/* Only a system call tells IPv4 addresses, so a recording has none. */
static int has_ipv4(struct vi_ctx *ctx, const char *name)
{
	struct ifaddrs *all, *a;
	bool found = false;

	if (ctx->root_fd >= 0)
		return 0;
	if (getifaddrs(&all))
		return -errno;
	for (a = all; a && !found; a = a->ifa_next)
		found = a->ifa_addr && a->ifa_addr->sa_family == AF_INET &&
			!strcmp(a->ifa_name, name);
	freeifaddrs(all);
	return found;
}

static int addresses_used(struct vi_use *u, const char *name)
{
	int ret = has_ipv4(u->ctx, name);

	if (!ret)
		ret = find_line(u->ctx, "/proc/net/if_inet6", name, is_address);
	if (ret < 0)
		return vi_used(u, "cannot determine whether %s has addresses: %s",
			       name, strerror(-ret));
	return ret ? vi_used(u, "%s has addresses; remove them first (ip address flush dev %s)",
			     name, name) : 0;
}

/* Devices on top, such as a bridge, a bond, or a VLAN. */
static int upper_used(struct vi_use *u, const char *path, const char *name)
{
	struct vi_strings upper;
	int err = vi_glob(u->dev, &u->pool, path, "upper_*", &upper);

	if (err)
		return vi_used(u, "cannot determine what is on top of %s: %s",
			       name, strerror(-err));
	return upper.count ?
	       vi_used(u, "%s is part of %s", name,
		       strrchr(upper.v[0], '/') + 1 + strlen("upper_")) : 0;
}

/* "sk RefCnt Type Proto Iface R Rmem User Inode", with headings. */
static bool is_bound(const char *line, const char *index)
{
	char iface[16];

	return sscanf(line, "%*s %*s %*s %*s %15s", iface) == 1 &&
	       !strcmp(iface, index);
}

/* Packet sockets bound to the interface, even while it is down. */
static int sockets_used(struct vi_use *u, const char *path, const char *name)
{
	char file[VI_PATH_SIZE], index[16];
	ssize_t n;
	int ret;

	snprintf(file, sizeof(file), "%s/ifindex", path);
	n = vi_read_line(u->ctx, file, index, sizeof(index));
	ret = n < 0 ? n : find_line(u->ctx, "/proc/net/packet", index,
				    is_bound);
	if (ret < 0)
		return vi_used(u, "cannot determine whether a packet socket is bound to %s: %s",
			       name, strerror(-ret));
	return ret ? vi_used(u, "a packet socket is bound to %s (see ss -0pn)",
			     name) : 0;
}

static int interface_used(struct vi_use *u, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	char file[VI_PATH_SIZE], master[VI_PATH_SIZE];
	uint64_t flags;
	int err;

	err = find_line(u->ctx, "/proc/net/route", name, is_default_route);
	if (err)
		return err > 0 ?
		       vi_used(u, "%s is up and has the default route", name) :
		       vi_used(u, "cannot determine whether %s has the default route: %s",
			       name, strerror(-err));
	snprintf(file, sizeof(file), "%s/master", path);
	err = vi_readlink(u->ctx, file, master, sizeof(master));
	if (err > 0)
		return vi_used(u, "%s is enslaved to %s", name,
			       strrchr(master, '/') ? strrchr(master, '/') + 1 :
			       master);
	if (err != -ENOENT)
		return vi_used(u, "cannot determine whether %s is enslaved: %s",
			       name, strerror(-err));
	err = upper_used(u, path, name);
	if (err)
		return err;
	snprintf(file, sizeof(file), "%s/flags", path);
	err = vi_read_u64(u->ctx, file, &flags);
	if (err)
		return vi_used(u, "cannot determine whether %s is up: %s", name,
			       strerror(-err));
	if (flags & IFF_UP)
		return vi_used(u, "%s is up; take it down first (ip link set %s down)",
			       name, name);
	err = addresses_used(u, name);
	return err ? err : sockets_used(u, path, name);
}

static int interfaces_used(struct vi_use *u)
{
	struct vi_strings found;
	size_t i;
	int err = vi_glob(u->dev, &u->pool, u->dev->path, "net/*",
			  &found);

	if (err)
		return vi_used(u, "cannot find its interface: %s",
			       strerror(-err));
	if (!found.count)
		return vi_used(u, "its interface is in another network namespace");
	for (i = 0; !err && i < found.count; i++)
		err = interface_used(u, found.v[i]);
	return err;
}

VI_USE_CHECK(net, 1, .used = interfaces_used);
VI_USE_CHECK(can, 36, .used = interfaces_used);
