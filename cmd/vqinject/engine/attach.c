// SPDX-License-Identifier: GPL-2.0-or-later
/* Attach a device with a driver that matches any device. */
#include <errno.h>

#include "vqinject/device/wakeup.h"
#include "vqinject/engine/engine.h"
#include "vqinject/recipes/recipe.h"

/*
 * The driver's callbacks get no user pointer. Only one device is attached at a
 * time, and this engine uses it.
 */
static struct engine *attaching;

static void refuse(struct engine *e, int status)
{
	e->refused = true;
	e->error = status;
}

static void choose(struct virtio_device *vdev,
		   const struct vi_features *offered,
		   struct vi_features *accepted)
{
	struct engine *e = attaching;
	int status;

	e->vdev = vdev;
	e->offered = *offered;
	status = recipe_check_type(e->o, vdev->id.device);
	if (!status)
		status = features_choose(e->o, vdev->id.device, offered,
					 &e->asked);
	if (status)
		refuse(e, status);
	else
		e->negotiated = true;
	*accepted = e->asked;
}

/* Runs in the thread of the device or of its interrupts. */
static void on_interrupt(struct virtqueue *vq)
{
	(void)vq;
	wake_up();
}

static void on_change(struct virtio_device *vdev)
{
	(void)vdev;
	attaching->changed = true;
	wake_up();
}

static int probe(struct virtio_device *vdev)
{
	struct engine *e = attaching;
	uint64_t n;
	int status;

	if (e->refused)
		return -EINVAL;
	e->vdev = vdev;
	if (!vi_register_read(vdev, "num_queues", &n))
		e->num_device_queues = n;
	status = queues_find(e, e->polled ? NULL : on_interrupt);
	if (status) {
		refuse(e, status);
		virtio_reset(vdev);
		while (e->num_queues)
			virtio_del_vq(e->queue[--e->num_queues].vq);
		return -EINVAL;
	}
	e->mine = true;
	return 0;
}

static void give_up(struct virtio_device *vdev)
{
	struct engine *e = attaching;

	/* After a failed reset, leak the memory that the device may use. */
	e->reset_failed = virtio_reset(vdev) != 0;
	if (!e->reset_failed)
		flight_free(e);
	while (e->num_queues)
		virtio_del_vq(e->queue[--e->num_queues].vq);
	e->mine = false;
}

static const struct virtio_device_id any[] = {
	{ VIRTIO_DEV_ANY_ID, VIRTIO_DEV_ANY_ID },
	{ 0, 0 },
};

static struct virtio_driver driver = {
	.driver.name	= "vqinject",
	.id_table	= any,
	.probe		= probe,
	.remove		= give_up,
	.config_changed	= on_change,
	.features	= choose,
};

/* The device is attached, but our probe refused it. */
static int not_mine(const struct engine *e)
{
	if (e->refused)
		return e->error;
	if (e->negotiated)
		features_refused(e);
	else
		tool_error("%s: the device does not respond to its reset",
			   e->o->device);
	return EXIT_ERROR;
}

/* Without interrupts, vi_wait_interrupt() returns at once. */
static bool has_interrupts(struct virtio_device *vdev)
{
	uint64_t begin = tool_now_ns();

	return vi_wait_interrupt(vdev, 2000) || tool_now_ns() - begin > 1000000;
}

int engine_open(struct engine *e)
{
	int err;

	attaching = e;
	err = register_virtio_driver(&driver);
	if (!err)
		err = vi_attach(e->target, &e->vdev);
	if (err) {
		tool_error("%s", err == -EEXIST ? "the driver is already registered"
			   : vi_error(NULL));
		return err == -ENODEV ? EXIT_NONE_FOUND : EXIT_ERROR;
	}
	e->attached = true;
	if (!e->mine)
		return not_mine(e);
	features_unoffered(e);
	if (!e->polled && !has_interrupts(e->vdev)) {
		tool_warn("%s: no interrupts available; polling for completions",
			  e->o->device);
		e->polled = true;
	}
	return 0;
}

void engine_close(struct engine *e)
{
	if (e->attached)
		vi_detach(e->vdev);
	e->attached = false;
	unregister_virtio_driver(&driver);
	if (e->reset_failed)
		tool_warn("%s: the device did not respond to its reset, and may still write to its memory",
			  e->o->device);
}
