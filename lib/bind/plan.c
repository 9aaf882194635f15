// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Lists of steps. driver_override restricts a device to one driver, and
 * drivers_probe makes the kernel look for a driver. A driver's new_id would
 * give it every unbound device of the same kind.
 */
#include <stdio.h>
#include <string.h>

#include <linux/virtio_config.h>

#include "bind/plan.h"

static struct vi_step *add(struct vi_steps *steps, enum vi_step_kind kind,
			   const char *value, const char *text)
{
	struct vi_step *s = &steps->step[steps->count++];

	s->kind = kind;
	s->text = text;
	snprintf(s->value, sizeof(s->value), "%s", value);
	return s;
}

static void add_override(struct vi_steps *steps, const char *address,
			 const char *value, const char *text)
{
	struct vi_step *s = add(steps, VI_STEP_WRITE, value, text);

	vi_bind_path(s->path, address, "driver_override");
}

static void add_unbind(struct vi_steps *steps, const struct vi_bind_facts *now,
		       const char *text)
{
	struct vi_step *s = add(steps, VI_STEP_WRITE, now->address, text);

	snprintf(s->path, sizeof(s->path), "/sys/bus/pci/drivers/%s/unbind",
		 now->driver);
}

static void add_probe(struct vi_steps *steps, const char *address)
{
	struct vi_step *s = add(steps, VI_STEP_WRITE, address,
				"probe for the matching driver");

	snprintf(s->path, sizeof(s->path), "/sys/bus/pci/drivers_probe");
}

static void add_wait(struct vi_steps *steps, const char *address,
		     const char *driver, const char *text)
{
	struct vi_step *s = add(steps, VI_STEP_DRIVER, driver, text);

	vi_bind_path(s->path, address, "driver");
}

void vi_plan_take(const struct vi_bind_facts *now, const char *to,
		  struct vi_steps *steps)
{
	memset(steps, 0, sizeof(*steps));
	add_override(steps, now->address, *to ? to : VI_NO_DRIVER,
		     *to ? "keep other drivers from binding" :
			   "keep all drivers from binding");
	if (now->driver[0])
		add_unbind(steps, now, "unbind it from its driver");
	if (*to) {
		add_probe(steps, now->address);
		add_wait(steps, now->address, to, "wait for that driver");
	} else if (now->driver[0]) {
		add_wait(steps, now->address, "", "wait until it is unbound");
	}
}

static bool same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

/* Does the virtio device lack the driver that it had? */
static bool virtio_lacks(const struct vi_bind_facts *now,
			 const struct vi_bind_facts *was)
{
	if (!was->virtio[0])
		return false;
	if (!now->virtio[0] || !same(now->virtio_driver, was->virtio_driver))
		return true;
	return was->virtio_driver[0] && now->has_status &&
	       !(now->status & VIRTIO_CONFIG_S_DRIVER_OK) &&
	       was->status & VIRTIO_CONFIG_S_DRIVER_OK;
}

void vi_plan_back(const struct vi_bind_facts *now,
		  const struct vi_bind_facts *was, struct vi_steps *steps)
{
	bool moved = !same(now->driver, was->driver);
	bool held = !same(now->override, was->override);
	struct vi_step *s;

	memset(steps, 0, sizeof(*steps));
	/* No driver has stopped what a device without one may still do. */
	if (!now->driver[0] && (moved || held)) {
		s = add(steps, VI_STEP_MASTER, "",
			"stop its DMA: bus master off");
		vi_bind_path(s->path, now->address, "config");
	}
	if (held)
		add_override(steps, now->address, was->override,
			     "allow its driver to bind again");
	if (moved && now->driver[0])
		add_unbind(steps, now, "unbind it from its current driver");
	if (moved && was->driver[0]) {
		add_probe(steps, now->address);
		add_wait(steps, now->address, was->driver,
			 "wait for its driver");
	}
	if (was->driver[0] && (moved || virtio_lacks(now, was)) &&
	    was->virtio[0]) {
		s = add(steps, VI_STEP_VIRTIO, was->virtio_driver,
			was->virtio_driver[0] ?
			"wait until the virtio driver is ready" :
			"wait for the virtio device");
		vi_bind_path(s->path, now->address, "");
	}
}
