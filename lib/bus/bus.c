// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The bus: devices in the order of their indices, drivers in the order of their
 * registration.
 *
 * One recursive lock covers a bus, so that probe and remove may themselves
 * register and unregister. Both lists may change while these run: loops find
 * their next element by index or serial number, and keep no pointers.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/bus.h"
#include "bus/negotiate.h"
#include "core/compiler.h"
#include "core/pool.h"

/* The bus's state of a device; vdev->dev.bus points here. */
struct node {
	struct virtio_device *vdev;
	struct virtio_bus *bus;
	struct node *next;		/* next higher index */
	const struct virtio_driver *drv;
	bool busy;			/* in probe or remove */
	bool leaving;			/* unregister when not busy */

	/* Any thread may call virtio_config_changed(), at any time. */
	pthread_mutex_t config_lock;
	bool config_enabled;		/* drv may be called */
	bool config_pending;		/* a change arrived meanwhile */
};

struct entry {
	const struct virtio_driver *drv;
	unsigned long serial;
};

struct virtio_bus {
	pthread_mutex_t lock;
	struct node *nodes;
	struct entry *drivers;
	size_t num_drivers;
	unsigned long serial;
};

static void init_recursive(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(lock, &attr);
	pthread_mutexattr_destroy(&attr);
}

struct virtio_bus *virtio_bus_new(void)
{
	struct virtio_bus *bus = calloc(1, sizeof(*bus));

	if (bus)
		init_recursive(&bus->lock);
	return bus;
}

void virtio_bus_free(struct virtio_bus *bus)
{
	if (!bus)
		return;
	bus->num_drivers = 0;
	while (bus->nodes)
		virtio_bus_remove_device(bus->nodes->vdev);
	free(bus->drivers);
	pthread_mutex_destroy(&bus->lock);
	free(bus);
}

bool virtio_id_match(const struct virtio_device_id *table,
		     const struct virtio_device_id *id)
{
	for (; table->device; table++) {
		if (table->device != id->device &&
		    table->device != VIRTIO_DEV_ANY_ID)
			continue;
		if (table->vendor == id->vendor ||
		    table->vendor == VIRTIO_DEV_ANY_ID)
			return true;
	}
	return false;
}

static struct node *node_of(const struct virtio_device *vdev)
{
	return vdev->dev.bus;
}

/* The node with the lowest index above @index. */
static struct node *node_after(const struct virtio_bus *bus, int index)
{
	struct node *n = bus->nodes;

	while (n && n->vdev->index <= index)
		n = n->next;
	return n;
}

static const struct entry *driver_after(const struct virtio_bus *bus,
					unsigned long serial)
{
	size_t i;

	for (i = 0; i < bus->num_drivers; i++)
		if (bus->drivers[i].serial > serial)
			return &bus->drivers[i];
	return NULL;
}

/* Let config_changed through, starting with a change that arrived meanwhile. */
static void enable_config(struct node *n)
{
	pthread_mutex_lock(&n->config_lock);
	n->config_enabled = true;
	if (n->config_pending && n->drv && n->drv->config_changed)
		n->drv->config_changed(n->vdev);
	n->config_pending = false;
	pthread_mutex_unlock(&n->config_lock);
}

/* Set the driver, and hold config_changed back until enable_config(). */
static void set_driver(struct node *n, const struct virtio_driver *drv)
{
	pthread_mutex_lock(&n->config_lock);
	n->config_enabled = false;
	n->config_pending = false;
	n->drv = drv;
	n->vdev->dev.driver = drv ? &drv->driver : NULL;
	pthread_mutex_unlock(&n->config_lock);
}

static struct entry *find_driver(const struct virtio_bus *bus,
				 const struct virtio_driver *drv)
{
	size_t i;

	for (i = 0; i < bus->num_drivers; i++)
		if (bus->drivers[i].drv == drv)
			return &bus->drivers[i];
	return NULL;
}

static void unbind(struct node *n)
{
	const struct virtio_driver *drv = n->drv;

	if (!drv || n->busy)
		return;
	n->busy = true;
	set_driver(n, drv);
	if (drv->remove)
		drv->remove(n->vdev);
	set_driver(n, NULL);
	virtio_reset(n->vdev);
	n->busy = false;
}

static void take_off(struct node *n)
{
	struct node **at;

	for (at = &n->bus->nodes; *at != n; at = &(*at)->next)
		;
	*at = n->next;
	n->vdev->dev.bus = NULL;
	pthread_mutex_destroy(&n->config_lock);
	free(n);
}

/* Do what probe or remove requested for its own device. May free @n. */
static void settle(struct node *n)
{
	if (n->busy)
		return;
	if (n->leaving || (n->drv && !find_driver(n->bus, n->drv)))
		unbind(n);
	if (n->leaving)
		take_off(n);
}

/* Probe the device with a driver. May free @n. */
static void bind(struct node *n, const struct virtio_driver *drv)
{
	struct virtio_device *vdev = n->vdev;
	int err;

	n->busy = true;
	set_driver(n, drv);
	err = virtio_negotiate(vdev, drv);
	if (!err && drv->probe)
		err = drv->probe(vdev);
	n->busy = false;
	if (err) {
		virtio_give_up(vdev);
		set_driver(n, NULL);
	} else {
		virtio_device_ready(vdev);
	}
	settle(n);
}

/* The device with this index, if it is still on the bus and unbound. */
static struct node *unbound(const struct virtio_bus *bus, int index)
{
	struct node *n = node_after(bus, index - 1);

	return n && n->vdev->index == index && !n->drv ? n : NULL;
}

static void match_device(struct virtio_bus *bus, int index)
{
	const struct entry *entry;
	unsigned long serial = 0;
	struct node *n;

	while ((n = unbound(bus, index)) &&
	       (entry = driver_after(bus, serial))) {
		serial = entry->serial;
		if (virtio_id_match(entry->drv->id_table, &n->vdev->id))
			bind(n, entry->drv);
	}
}

/* Insert with the lowest free index. */
static void insert(struct virtio_bus *bus, struct node *n)
{
	struct node **at = &bus->nodes;
	int index = 0;

	while (*at && (*at)->vdev->index == index) {
		at = &(*at)->next;
		index++;
	}
	n->next = *at;
	*at = n;
	n->vdev->index = index;
	snprintf(n->vdev->dev.name, sizeof(n->vdev->dev.name), "virtio%d",
		 index);
}

int virtio_bus_add_device(struct virtio_bus *bus, struct virtio_device *vdev)
{
	struct node *n;

	if (!bus || !vdev || !vdev->id.device ||
	    vdev->id.device == VIRTIO_DEV_ANY_ID)
		return -EINVAL;
	if (vdev->dev.bus)
		return -EEXIST;
	n = calloc(1, sizeof(*n));
	if (!n)
		return -ENOMEM;
	init_recursive(&n->config_lock);
	n->vdev = vdev;
	n->bus = bus;
	vdev->dev.bus = n;
	vdev->dev.driver = NULL;

	pthread_mutex_lock(&bus->lock);
	insert(bus, n);
	match_device(bus, vdev->index);
	pthread_mutex_unlock(&bus->lock);
	return 0;
}

void virtio_bus_remove_device(struct virtio_device *vdev)
{
	struct virtio_bus *bus;
	struct node *n;

	if (!vdev || !vdev->dev.bus)
		return;
	n = node_of(vdev);
	bus = n->bus;
	pthread_mutex_lock(&bus->lock);
	n->leaving = true;
	settle(n);
	pthread_mutex_unlock(&bus->lock);
}

static int append_driver(struct virtio_bus *bus,
			 const struct virtio_driver *drv)
{
	if (find_driver(bus, drv))
		return -EEXIST;
	if (!vi_grow(&bus->drivers, bus->num_drivers, sizeof(*bus->drivers)))
		return -ENOMEM;
	bus->drivers[bus->num_drivers].drv = drv;
	bus->drivers[bus->num_drivers++].serial = ++bus->serial;
	return 0;
}

int virtio_bus_add_driver(struct virtio_bus *bus,
			  const struct virtio_driver *drv)
{
	struct node *n;
	int err, index = -1;

	if (!bus || !drv || !drv->driver.name || !drv->id_table)
		return -EINVAL;
	pthread_mutex_lock(&bus->lock);
	err = append_driver(bus, drv);
	while (!err && (n = node_after(bus, index)) && find_driver(bus, drv)) {
		index = n->vdev->index;
		if (!n->drv && virtio_id_match(drv->id_table, &n->vdev->id))
			bind(n, drv);
	}
	pthread_mutex_unlock(&bus->lock);
	return err;
}

void virtio_bus_remove_driver(struct virtio_bus *bus,
			      const struct virtio_driver *drv)
{
	struct entry *entry;
	struct node *n;
	int index = -1;

	if (!bus || !drv)
		return;
	pthread_mutex_lock(&bus->lock);
	entry = find_driver(bus, drv);
	if (entry) {
		/* Unlist the driver first: remove may add devices. */
		memmove(entry, entry + 1, (char *)(bus->drivers +
			bus->num_drivers) - (char *)(entry + 1));
		bus->num_drivers--;
		while ((n = node_after(bus, index))) {
			index = n->vdev->index;
			settle(n);
		}
	}
	pthread_mutex_unlock(&bus->lock);
}

const struct virtio_driver *virtio_bus_driver(const struct virtio_device *vdev)
{
	const struct virtio_driver *drv;
	struct virtio_bus *bus;

	if (!vdev->dev.bus)
		return NULL;
	bus = node_of(vdev)->bus;
	pthread_mutex_lock(&bus->lock);
	drv = node_of(vdev)->drv;
	pthread_mutex_unlock(&bus->lock);
	return drv;
}

VI_EXPORT void virtio_config_changed(struct virtio_device *vdev)
{
	struct node *n;

	if (!vdev || !vdev->dev.bus)
		return;
	n = node_of(vdev);
	pthread_mutex_lock(&n->config_lock);
	if (!n->config_enabled)
		n->config_pending = n->drv;
	else if (n->drv && n->drv->config_changed)
		n->drv->config_changed(vdev);
	pthread_mutex_unlock(&n->config_lock);
}

VI_EXPORT void virtio_device_ready(struct virtio_device *vdev)
{
	virtio_driver_ok(vdev);
	if (vdev->dev.bus && node_of(vdev)->drv)
		enable_config(node_of(vdev));
}

/* The bus of the process. */

static struct virtio_bus the_bus;
static pthread_once_t the_bus_once = PTHREAD_ONCE_INIT;

static void init_the_bus(void)
{
	init_recursive(&the_bus.lock);
}

static struct virtio_bus *process_bus(void)
{
	pthread_once(&the_bus_once, init_the_bus);
	return &the_bus;
}

VI_EXPORT int register_virtio_device(struct virtio_device *vdev)
{
	return virtio_bus_add_device(process_bus(), vdev);
}

VI_EXPORT void unregister_virtio_device(struct virtio_device *vdev)
{
	virtio_bus_remove_device(vdev);
}

VI_EXPORT int register_virtio_driver(struct virtio_driver *drv)
{
	return virtio_bus_add_driver(process_bus(), drv);
}

VI_EXPORT void unregister_virtio_driver(struct virtio_driver *drv)
{
	virtio_bus_remove_driver(process_bus(), drv);
}
