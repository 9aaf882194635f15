// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Devices that come and go. A device is identified by its name, its address
 * and two inode numbers of sysfs: its folder's and that of the link to its
 * driver. The kernel does not reuse them, so a device that was plugged in
 * again, or whose driver was loaded again, is another device even if it has
 * the same name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/sysfs/sysfs.h"
#include "core/file.h"
#include "core/sorted.h"
#include "sample/sample.h"

#define DEVICES		"/sys/bus/virtio/devices"
/* How often to look for devices without the kernel's events; and with them, as
 * they may not reach a container. */
#define CHECK_NS	NS
#define SELDOM_NS	(5 * NS)
/* How many events a sample reads; the next one reads the others. */
#define MAX_EVENTS	4096

bool vi_hotplug_is_live(const struct vi_device *dev)
{
	return vi_is_local(dev) && dev->path;
}

/* 0 in *@ino: there is no such file. An error is a fault, which the context has
 * noted. */
static int inode(struct vi_device *dev, const char *file, int flags,
		 uint64_t *ino)
{
	char path[VI_PATH_SIZE];
	struct stat st;
	int fd;

	*ino = 0;
	if (vi_device_path(dev, file, path))
		return 0;
	fd = vi_open(dev->ctx, path, O_PATH | flags);
	if (fd < 0)
		return vi_is_fault(fd) ? fd : 0;
	if (!fstat(fd, &st))
		*ino = st.st_ino;
	close(fd);
	return 0;
}

/* 0: unknown, or the device cannot be replaced. */
static uint64_t identify(struct vi_device *dev)
{
	uint64_t folder, driver;

	if (!vi_hotplug_is_live(dev))
		return (uintptr_t)dev->own_state;
	if (dev->ctx->root_fd >= 0 ||
	    inode(dev, ".", O_DIRECTORY, &folder) ||
	    inode(dev, "driver", O_NOFOLLOW, &driver))
		return 0;
	return folder * UINT64_C(0x9e3779b97f4a7c15) + driver;
}

/* Unknown identities never differ: do not guess that a device is another
 * one. */
static bool is_other(uint64_t a, uint64_t b)
{
	return a && b && a != b;
}

/* --- Has anything changed? --- */

static int count_name(void *data, const char *name)
{
	(void)name;
	++*(size_t *)data;
	return 0;
}

/* Simulated devices and captures neither come nor go. */
bool vi_hotplug_can_change(const struct vi_sampler *s)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (vi_hotplug_is_live(s->devices[i]->dev))
			return true;
	return !s->count;
}

static bool look_for_change(struct vi_sampler *s)
{
	size_t i, have = 0, live = 0;

	for (i = 0; i < s->count; i++) {
		struct vi_sampled *d = s->devices[i];

		if (!vi_hotplug_is_live(d->dev))
			continue;
		live++;
		if (is_other(identify(d->dev), d->identity))
			return true;
	}
	vi_readdir(s->ctx, DEVICES, count_name, &have);
	return have != live;
}

static bool events_came(struct vi_sampler *s)
{
	const void *event;
	bool any = false;
	int i, ret;

	for (i = 0; i < MAX_EVENTS; i++) {
		ret = vi_monitor_read(s->mon, &event);
		if (ret <= 0)
			return any || ret < 0;
		any = true;
	}
	return any;
}

bool vi_hotplug_changed(struct vi_sampler *s)
{
	if (s->ctx->root_fd >= 0 || !vi_hotplug_can_change(s))
		return false;
	if (s->mon && events_came(s))
		return true;
	if (s->now - s->checked_ns < (s->mon ? SELDOM_NS : CHECK_NS))
		return false;
	s->checked_ns = s->now;
	return look_for_change(s);
}

/*
 * Freed memory keeps its contents for a while, so a queue that no longer exists
 * looks like one that stands still. Consult the kernel's lists now and then.
 */
void vi_hotplug_doubt(struct vi_sampler *s)
{
	size_t i;

	if (s->now - s->doubted_ns < SELDOM_NS)
		return;
	s->doubted_ns = s->now;
	for (i = 0; i < s->count; i++)
		if (s->devices[i]->access &&
		    vi_hotplug_is_live(s->devices[i]->dev))
			s->devices[i]->stale = true;
}

/* --- Follow the change --- */

/* A scan drops simulated devices; create those again that are watched. */
int vi_hotplug_scan(struct vi_sampler *s)
{
	size_t i;
	int err = vi_scan(s->ctx);

	for (i = 0; i < s->count && !err; i++) {
		const char *name = s->devices[i]->name;

		if (vi_access_of_target(name) && !vi_device_find(s->ctx, name))
			err = -ENODEV;
	}
	return err;
}

void vi_sampled_free(struct vi_sampled *d)
{
	size_t i;

	if (!d)
		return;
	for (i = 0; i < d->count; i++)
		vi_sampled_queue_free(d->queues[i]);
	free(d->queues);
	free(d->name);
	free(d->address);
	free(d->type);
	free(d->kname);
	free(d);
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static char *copy(const char *s, bool *failed)
{
	char *new = s ? strdup(s) : NULL;

	*failed |= s && !new;
	return new;
}

static struct vi_sampled *find(const struct vi_sampler *s,
			       struct vi_device *dev, uint64_t identity)
{
	const char *address = vi_load(dev, VI_FACT_ADDRESS) ? NULL :
							      dev->address;
	size_t i;

	for (i = 0; i < s->count; i++) {
		struct vi_sampled *d = s->devices[i];

		if (!d->met && !is_other(d->identity, identity) &&
		    !strcmp(d->name, dev->name) && same(d->address, address))
			return d;
	}
	return NULL;
}

static struct vi_sampled *add(struct vi_sampler *s, struct vi_device *dev,
			      uint64_t identity)
{
	struct vi_sampled *d = calloc(1, sizeof(*d));
	bool failed = false;

	if (!d || !vi_grow(&s->devices, s->count, sizeof(*s->devices))) {
		free(d);
		return NULL;
	}
	d->identity = identity;
	d->generation = ++s->generations;
	d->index = dev->index;
	d->name = copy(dev->name, &failed);
	if (!vi_load(dev, VI_FACT_ADDRESS))
		d->address = copy(dev->address, &failed);
	if (!vi_load(dev, VI_FACT_ID))
		d->type = copy(vi_type_name(dev->vdev.id.device), &failed);
	if (failed) {
		vi_sampled_free(d);
		return NULL;
	}
	s->devices[s->count++] = d;
	return d;
}

/* The name that users know, such as "vda", may appear later than the device. */
static int set_kname(struct vi_sampled *d)
{
	bool failed = false;

	if (d->kname || vi_load(d->dev, VI_FACT_KNAMES))
		return 0;
	d->kname = copy(d->dev->knames.v[0], &failed);
	return failed ? -ENOMEM : 0;
}

static const struct vi_access *access_of(const struct vi_sampler *s,
					 const struct vi_device *dev)
{
	const struct vi_access *access = vi_is_local(dev) ?
					 s->closed ? NULL : s->access :
					 dev->own_access;

	return access && access->watch ? access : NULL;
}

static int meet(struct vi_sampler *s, struct vi_device *dev)
{
	uint64_t identity = identify(dev);
	struct vi_sampled *d = find(s, dev, identity);

	if (!d)
		d = add(s, dev, identity);
	if (!d)
		return -ENOMEM;
	d->dev = dev;
	d->identity = identity ? identity : d->identity;
	d->met = true;
	d->access = access_of(s, dev);
	return set_kname(d);
}

static void drop_gone(struct vi_sampler *s)
{
	size_t i, kept = 0;

	for (i = 0; i < s->count; i++) {
		if (s->devices[i]->met)
			s->devices[kept++] = s->devices[i];
		else
			vi_sampled_free(s->devices[i]);
	}
	s->count = kept;
}

static int by_name(const void *p, const void *q)
{
	const struct vi_sampled *const *a = p, *const *b = q;

	return vi_natural_cmp((*a)->name, (*b)->name);
}

int vi_hotplug_sync(struct vi_sampler *s)
{
	struct vi_device *dev = NULL;
	size_t i;
	int err = 0;

	for (i = 0; i < s->count; i++)
		s->devices[i]->met = false;
	while (!err && (dev = vi_device_next(s->ctx, dev)))
		if (dev->name)
			err = meet(s, dev);
	/* Even after an error: devices that were not met no longer exist. */
	drop_gone(s);
	if (err)
		return vi_fail(s->ctx, err, "out of memory");
	vi_sort(s->devices, s->count, by_name);
	return 0;
}
