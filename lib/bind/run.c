// SPDX-License-Identifier: LGPL-2.1-or-later
/* Run the steps of a plan one by one, and check what the kernel does. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include <linux/virtio_config.h>

#include "bind/run.h"
#include "bind/write.h"
#include "core/clock.h"
#include "core/file.h"

#define FEWEST_TURNS	20

bool vi_bind_wait(struct vi_patience *p, unsigned int seconds)
{
	const struct timespec t = { .tv_nsec = 10000000 };
	int64_t now = vi_mono_ms();

	if (!p->turns++)
		p->end = now + (int64_t)seconds * 1000;
	if (now >= p->end && p->turns > FEWEST_TURNS)
		return false;
	nanosleep(&t, NULL);
	return true;
}

static int run_write(struct vi_ctx *ctx, const struct vi_step *s,
		     struct vi_writer *w)
{
	int err = vi_write(ctx, s->path, s->value, w);

	if (!err)
		return 0;
	if (err == -ETIMEDOUT)
		return vi_fail(ctx, err,
			       "the kernel does not return from writing \"%s\" to %s: the driver is waiting for the device; see the kernel log",
			       s->value, s->path);
	if (err == -ENOENT && strstr(s->path, "/drivers/"))
		return vi_fail(ctx, err, "%s not found: is the driver loaded?",
			       s->path);
	return vi_fail(ctx, err, "cannot write \"%s\" to %s: %s%s", s->value,
		       s->path, strerror(-err),
		       err == -EACCES || err == -EPERM ?
		       "; run as root, on a kernel that is not locked down" : "");
}

static int wait_driver(struct vi_ctx *ctx, const char *address,
		       const struct vi_step *s)
{
	struct vi_bind_facts now;
	struct vi_patience patience = { 0 };
	int err;

	do {
		err = vi_bind_facts(ctx, address, &now);
		if (err)
			return err;
		if (!strcmp(now.driver, s->value))
			return 0;
	} while (vi_bind_wait(&patience, vi_bind_seconds));
	return vi_fail(ctx, -ETIMEDOUT,
		       "%s: driver %s does not accept it, it is bound to %s; see the kernel log",
		       address, s->value, now.driver[0] ? now.driver : "none");
}

static bool virtio_runs(const struct vi_bind_facts *now, const char *driver)
{
	if (!now->virtio[0])
		return false;
	if (!*driver)
		return true;
	return !strcmp(now->virtio_driver, driver) && now->has_status &&
	       now->status & VIRTIO_CONFIG_S_DRIVER_OK &&
	       !(now->status & VIRTIO_CONFIG_S_FAILED);
}

static int wait_virtio(struct vi_ctx *ctx, const char *address,
		       const struct vi_step *s)
{
	struct vi_bind_facts now;
	struct vi_patience patience = { 0 };
	int err;

	do {
		err = vi_bind_facts(ctx, address, &now);
		if (err)
			return err;
		if (virtio_runs(&now, s->value))
			return 0;
	} while (vi_bind_wait(&patience, vi_bind_seconds));
	return vi_fail(ctx, -ETIMEDOUT,
		       "%s: %s was returned, but virtio driver %s does not run it (status 0x%x); see the kernel log, and load its module",
		       address, now.virtio[0] ? now.virtio : now.driver,
		       *s->value ? s->value : "of its kind", now.status);
}

static int run_step(struct vi_ctx *ctx, const char *address,
		    const struct vi_step *s, struct vi_writer *w)
{
	int err;

	switch (s->kind) {
	case VI_STEP_WRITE:
		return run_write(ctx, s, w);
	case VI_STEP_DRIVER:
		return wait_driver(ctx, address, s);
	case VI_STEP_VIRTIO:
		return wait_virtio(ctx, address, s);
	case VI_STEP_MASTER:
		/* Its driver will reset it anyway. */
		err = vi_bus_master_off(ctx, s->path);
		if (err)
			vi_warn(ctx, "%s: cannot turn bus mastering off: %s",
				address, strerror(-err));
		return 0;
	}
	return -EINVAL;
}

int vi_steps_run(struct vi_ctx *ctx, const char *address,
		 const struct vi_steps *steps, struct vi_writer *w)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < steps->count; i++)
		err = run_step(ctx, address, &steps->step[i], w);
	return err;
}
