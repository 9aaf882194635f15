// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Parse the kernel's event messages as untrusted input: find the end of a
 * string before using it, and reject what does not fit.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "access/uevent/uevent.h"
#include "core/address.h"
#include "core/compiler.h"
#include "core/file.h"

static const char *const followed[] = {
	"add", "remove", "bind", "unbind", "change",
};

/* Relevant strings of a message, in place; NULL: absent. */
struct parts {
	const char *action, *path, *subsystem, *modalias, *driver, *seqnum;
};

static void take(const char **part, const char *s, const char *key)
{
	size_t n = strlen(key);

	/* The first counts, so that later strings cannot override it. */
	if (!*part && !strncmp(s, key, n))
		*part = s + n;
}

static void split(const char *msg, size_t len, struct parts *p)
{
	const char *s, *end = msg + len;

	memset(p, 0, sizeof(*p));
	for (s = msg; s < end; s += strlen(s) + 1) {
		take(&p->action, s, "ACTION=");
		take(&p->path, s, "DEVPATH=");
		take(&p->subsystem, s, "SUBSYSTEM=");
		take(&p->modalias, s, "MODALIAS=");
		take(&p->driver, s, "DRIVER=");
		take(&p->seqnum, s, "SEQNUM=");
	}
}

/* Copy @s up to @end, or fail if it does not fit. */
static int copy(char *dst, size_t size, const char *s, const char *end)
{
	size_t n = end - s;

	if (n >= size)
		return -EINVAL;
	memcpy(dst, s, n);
	dst[n] = '\0';
	return 0;
}

/* On virtio-mmio, a device's address is that of its registers. */
static void name_mmio(const char *path, struct vi_event *ev)
{
	uint64_t base;

	if (!strncmp(path, "/devices/platform/", 18) &&
	    !vi_mmio_name(ev->address, &base))
		snprintf(ev->address, sizeof(ev->address), "mmio:0x%" PRIx64,
			 base);
}

/* "/devices/.../0000:00:04.0/virtio3": the device and its parent. */
static int parse_path(const char *path, struct vi_event *ev)
{
	const char *name, *parent;

	if (path[0] != '/')
		return -EINVAL;
	name = strrchr(path, '/') + 1;
	if (!*name || copy(ev->device, sizeof(ev->device), name,
			   name + strlen(name)))
		return -EINVAL;
	parent = memrchr(path, '/', name - 1 - path);
	if (!parent)
		return 0;
	if (copy(ev->address, sizeof(ev->address), parent + 1, name - 1))
		return -EINVAL;
	name_mmio(path, ev);
	return 0;
}

static const char *find_action(const char *action)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(followed); i++)
		if (!strcmp(action, followed[i]))
			return followed[i];
	return NULL;
}

int vi_uevent_parse(const char *msg, size_t len, struct vi_event *ev)
{
	struct parts p;

	memset(ev, 0, offsetof(struct vi_event, time));
	if (!len || msg[len - 1])
		return -EINVAL;
	split(msg, len, &p);
	if (!p.action || !p.path || !p.subsystem)
		return -EINVAL;
	if (strcmp(p.subsystem, "virtio"))
		return 0;
	ev->event = find_action(p.action);
	if (!ev->event)
		return 0;
	if (parse_path(p.path, ev))
		return -EINVAL;
	/* Drop invalid details. */
	ev->has_id = p.modalias && vi_modalias_parse(p.modalias, &ev->device_id,
						     &ev->vendor);
	ev->has_seqnum = p.seqnum && !vi_parse_u64(p.seqnum, &ev->seqnum);
	if (p.driver && copy(ev->driver, sizeof(ev->driver), p.driver,
			     p.driver + strlen(p.driver)))
		ev->driver[0] = '\0';
	return 1;
}
