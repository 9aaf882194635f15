// SPDX-License-Identifier: GPL-2.0-or-later
/* Network devices: an interface that is up, or that something builds on. */
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind/use.h"
#include "core/file.h"

/* Lines of "IFACE DESTINATION GATEWAY FLAGS …", with headings. */
static bool has_default_route(struct vi_ctx *ctx, const char *name)
{
	char *text, *rest, *line, iface[64], to[32];
	bool found = false;
	size_t len;

	text = vi_read_all(ctx, "/proc/net/route", 1 << 20, &len);
	for (rest = text; rest && !found && (line = strsep(&rest, "\n"));)
		found = sscanf(line, "%63s %31s", iface, to) == 2 &&
			!strcmp(iface, name) && !strcmp(to, "00000000");
	free(text);
	return found;
}

/* Addresses of IPv6 stand in a file, with the name last. */
static bool has_ipv6(struct vi_ctx *ctx, const char *name)
{
	char *text, *rest, *line;
	const char *last;
	bool found = false;
	size_t len;

	text = vi_read_all(ctx, "/proc/net/if_inet6", 1 << 20, &len);
	for (rest = text; rest && !found && (line = strsep(&rest, "\n"));) {
		last = strrchr(line, ' ');
		found = last && !strcmp(last + 1, name);
	}
	free(text);
	return found;
}

/* Those of IPv4 the kernel tells only when it is asked; not a recording. */
static bool has_ipv4(struct vi_ctx *ctx, const char *name)
{
	struct ifaddrs *all, *a;
	bool found = false;

	if (ctx->root_fd >= 0 || getifaddrs(&all))
		return false;
	for (a = all; a && !found; a = a->ifa_next)
		found = a->ifa_addr && a->ifa_addr->sa_family == AF_INET &&
			!strcmp(a->ifa_name, name);
	freeifaddrs(all);
	return found;
}

/* What is on top of it, such as a bridge, a bond, or a VLAN. */
static int upper_used(struct vi_use *u, const char *path, const char *name)
{
	struct vi_strings upper;
	int err = vi_glob(u->dev, path, "upper_*", &upper);

	if (err)
		return vi_used(u, "what is on top of %s cannot be read: %s",
			       name, strerror(-err));
	return upper.count ?
	       vi_used(u, "%s is part of %s", name,
		       strrchr(upper.v[0], '/') + 1 + strlen("upper_")) : 0;
}

static int interface_used(struct vi_use *u, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	char file[VI_PATH_SIZE], master[VI_PATH_SIZE];
	uint64_t flags;
	int err;

	if (has_default_route(u->ctx, name))
		return vi_used(u, "%s is up and has the default route", name);
	snprintf(file, sizeof(file), "%s/master", path);
	if (vi_readlink(u->ctx, file, master, sizeof(master)) > 0)
		return vi_used(u, "%s is enslaved to %s", name,
			       strrchr(master, '/') ? strrchr(master, '/') + 1 :
			       master);
	err = upper_used(u, path, name);
	if (err)
		return err;
	snprintf(file, sizeof(file), "%s/flags", path);
	err = vi_read_u64(u->ctx, file, &flags);
	if (err)
		return vi_used(u, "whether %s is up cannot be read: %s", name,
			       strerror(-err));
	if (flags & IFF_UP)
		return vi_used(u, "%s is up; take it down first (ip link set %s down)",
			       name, name);
	if (has_ipv4(u->ctx, name) || has_ipv6(u->ctx, name))
		return vi_used(u, "%s has addresses; take them from it first (ip address flush dev %s)",
			       name, name);
	return 0;
}

int vi_interfaces_used(struct vi_use *u)
{
	struct vi_strings found;
	size_t i;
	int err = vi_glob(u->dev, u->dev->path, "net/*", &found);

	if (err)
		return vi_used(u, "its interface cannot be found: %s",
			       strerror(-err));
	if (!found.count)
		return vi_used(u, "it has no interface here; another network namespace has it");
	for (i = 0; !err && i < found.count; i++)
		err = interface_used(u, found.v[i]);
	return err;
}

VI_USE_CHECK(net, 1, .used = vi_interfaces_used);
VI_USE_CHECK(can, 36, .used = vi_interfaces_used);
