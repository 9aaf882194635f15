// SPDX-License-Identifier: LGPL-2.1-or-later
/* Taking a device and giving it back. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bind/binding.h"
#include "bind/run.h"
#include "bind/use/group.h"
#include "bind/use/use.h"
#include "core/file.h"
#include "core/options.h"
#include "inspect/access.h"
#include "record/schema.h"

#define VFIO	"vfio-pci"

struct vi_binding *vi_binding_new(struct vi_ctx *ctx)
{
	struct vi_binding *b = calloc(1, sizeof(*b));

	if (!b) {
		vi_fail(ctx, -ENOMEM, "out of memory");
		return NULL;
	}
	b->ctx = ctx;
	b->fd = -1;
	b->back = true;
	return b;
}

/* Close the journal, which unlocks it. */
static void let_go(struct vi_binding *b)
{
	if (b->fd >= 0)
		close(b->fd);
	b->fd = -1;
	b->back = true;
}

VI_EXPORT void vi_bind_free(struct vi_binding *b)
{
	if (!b)
		return;
	let_go(b);
	free(b);
}

VI_EXPORT const char *vi_bind_address(const struct vi_binding *b)
{
	return b->journal.was.address;
}

/* --- May it be taken? --- */

static int find_address(struct vi_ctx *ctx, struct vi_device *dev,
			const char *target, char address[VI_PCI_ADDRESS_SIZE])
{
	const char *place = target;

	if (dev) {
		if (!vi_is_local(dev) || vi_load(dev, VI_FACT_PARENT))
			return vi_fail(ctx, -ENOTSUP,
				       "%s: not a device of this machine",
				       vi_device_label(dev));
		place = dev->parent;
	}
	if (place && !vi_pci_address(place, address))
		return 0;
	return vi_fail(ctx, -ENOTSUP,
		       "%s: not a PCI device; only PCI devices can be taken",
		       dev ? vi_device_label(dev) : place ? place : "?");
}

/* The device of the last scan that is called @name. */
static struct vi_device *device_at(struct vi_ctx *ctx, const char *name)
{
	struct vi_device *dev = NULL;

	while ((dev = vi_device_next(ctx, dev)))
		if (dev->name && !strcmp(dev->name, name))
			return dev;
	return NULL;
}

static int check_functions(struct vi_ctx *ctx, const char *address)
{
	char path[VI_BIND_PATH_SIZE];
	uint64_t count;

	vi_bind_path(path, address, "sriov_numvfs");
	if (vi_read_u64(ctx, path, &count) || !count)
		return 0;
	return vi_fail(ctx, -EBUSY,
		       "%s: has %llu virtual functions; remove them first (echo 0 >%s)",
		       address, (unsigned long long)count, path);
}

static int check_driver(struct vi_ctx *ctx, const struct vi_bind_facts *now,
			const char *to, bool force)
{
	if (*to && !strcmp(now->driver, to))
		return vi_fail(ctx, -EALREADY,
			       "%s: already bound to %s; use it as it is, or release it",
			       now->address, to);
	if (!*now->driver || !strcmp(now->driver, "virtio-pci") || force)
		return 0;
	return vi_fail(ctx, -EBUSY,
		       "%s: bound to driver %s, and its users cannot be determined; unbind it first",
		       now->address, now->driver);
}

static int check_virtio(struct vi_ctx *ctx, const char *address)
{
	if (vi_bind_is_virtio(ctx, address))
		return 0;
	return vi_fail(ctx, -ENOTSUP, "%s: not a virtio device",
		       address);
}

/* The caller ends @u in any case: it holds what the check has claimed. */
static int check(struct vi_use *u, const char *to)
{
	const char *address = u->pci->address;
	int err = check_driver(u->ctx, u->pci, to, u->force);

	if (!err)
		err = check_virtio(u->ctx, address);
	if (!err)
		err = check_functions(u->ctx, address);
	if (!err)
		err = vi_check_use(u);
	if (!err && u->dev && !strcmp(to, VFIO))
		err = vi_check_platform(u->dev);
	if (!err && !strcmp(to, VFIO))
		err = vi_check_group(u->ctx, address);
	return err;
}

/* Make a binding that records the present state of @dev, or of the device at
 * @target. */
static int prepare(struct vi_ctx *ctx, struct vi_device *dev,
		   const char *target, const struct vi_bind_options *options,
		   struct vi_binding **binding)
{
	char address[VI_PCI_ADDRESS_SIZE];
	struct vi_bind_options o;
	struct vi_bind_facts now;
	struct vi_binding *b;
	const char *to;
	int err = vi_options(ctx, &o, options);

	if (err)
		return err;
	to = o.driver ? o.driver : VFIO;
	if (*to && !vi_bind_name_ok(to))
		return vi_fail(ctx, -EINVAL, "%s: no such driver", to);
	err = find_address(ctx, dev, target, address);
	if (!err)
		err = vi_bind_facts(ctx, address, &now);
	if (err)
		return err;
	b = vi_binding_new(ctx);
	if (!b)
		return -ENOMEM;
	b->journal.was = now;
	b->force_signature = o.force_signature;
	b->force = o.force;
	snprintf(b->journal.to, sizeof(b->journal.to), "%s", to);
	*binding = b;
	return 0;
}

/*
 * Check the device in its present state. @dev: NULL: the one that the last scan
 * found there. Its disks stay claimed until vi_use_end().
 */
static int check_binding(struct vi_binding *b, struct vi_device *dev,
			 struct vi_use *u)
{
	const struct vi_bind_facts *now = &b->journal.was;

	if (!dev && now->virtio[0])
		dev = device_at(b->ctx, now->virtio);
	*u = (struct vi_use){
		.ctx = b->ctx, .dev = dev, .pci = now, .pool.ctx = b->ctx,
		.force_signature = b->force_signature, .force = b->force,
	};
	/* Nothing is known about a device that appeared after the scan. */
	if (dev ? strcmp(vi_device_label(dev), now->virtio) : now->virtio[0])
		return vi_fail(b->ctx, -EINVAL, "%s: %s just now; try again",
			       now->virtio[0] ? now->virtio :
			       vi_device_label(dev),
			       now->virtio[0] ? "it came" : "it went");
	return check(u, b->journal.to);
}

VI_EXPORT int vi_bind_plan(struct vi_ctx *ctx, struct vi_device *dev,
			   const char *target,
			   const struct vi_bind_options *options,
			   struct vi_binding **binding)
{
	struct vi_binding *b;
	struct vi_use u;
	int err = dev ? vi_device_current(ctx, dev) : 0;

	if (!err)
		err = prepare(ctx, dev, target, options, &b);
	if (err)
		return err;
	/* There is no virtio device whose users could be known. */
	if (dev && dev->bare)
		dev = NULL;
	err = check_binding(b, dev, &u);
	vi_use_end(&u);
	/* Naming the process that has it is more helpful. */
	if (err == -EALREADY)
		vi_journal_fail_exists(ctx, b->journal.was.address);
	if (err)
		vi_bind_free(b);
	else
		*binding = b;
	return err;
}

/* --- Doing it --- */

/* The journal of a process that died before it changed anything is removed. */
static int create_journal(struct vi_ctx *ctx, const struct vi_journal *j)
{
	int fd = vi_journal_create(ctx, j);

	if (fd != -EALREADY)
		return fd;
	vi_bind_forget(ctx, j->was.address);
	return vi_journal_create(ctx, j);
}

/* Write and lock the journal, unless that was done earlier. */
static int reserve(struct vi_binding *b)
{
	struct vi_journal j;
	int err, fd;

	if (b->fd >= 0)
		return 0;
	err = vi_journal_init(b->ctx, &j);
	if (err)
		return err;
	j.was = b->journal.was;
	memcpy(j.to, b->journal.to, sizeof(j.to));
	fd = create_journal(b->ctx, &j);
	if (fd < 0)
		return fd;
	b->journal = j;
	b->fd = fd;
	b->back = false;
	return 0;
}

/*
 * If the device is no longer in the state that the journal records, another
 * process is changing it.
 */
static int check_unchanged(struct vi_binding *b, struct vi_bind_facts *now)
{
	const struct vi_bind_facts *was = &b->journal.was;
	int err = vi_bind_facts(b->ctx, was->address, now);

	if (!err && (strcmp(now->driver, was->driver) ||
		     strcmp(now->override, was->override) ||
		     strcmp(now->virtio, was->virtio) ||
		     strcmp(now->virtio_driver, was->virtio_driver)))
		err = vi_fail(b->ctx, -EBUSY,
			      "%s: someone else has just moved it to another driver; try again",
			      was->address);
	return err;
}

/* Write the journal, and make sure that it records the present state. */
static int claim(struct vi_binding *b)
{
	struct vi_bind_facts now;
	int err = check_virtio(b->ctx, b->journal.was.address);

	if (!err)
		err = reserve(b);
	if (err)
		return err;
	err = check_unchanged(b, &now);
	/* The device was not changed yet. */
	if (err && !vi_journal_remove(b->ctx, b->journal.was.address))
		let_go(b);
	return err;
}

VI_EXPORT int vi_bind_claim(struct vi_ctx *ctx, const char *address,
			    const struct vi_bind_options *options,
			    struct vi_binding **binding)
{
	struct vi_binding *b = NULL;
	int tries, err = 0;

	/* The process that had it may just be giving it back. */
	for (tries = 0; !tries || (err == -EBUSY && tries < 10); tries++) {
		vi_bind_free(b);
		b = NULL;
		err = prepare(ctx, NULL, address, options, &b);
		if (!err)
			err = claim(b);
	}
	if (err) {
		vi_bind_free(b);
		return err;
	}
	b->claimed = true;
	*binding = b;
	return 0;
}

/* Is a child still writing? */
static bool at_work(struct vi_binding *b)
{
	if (b->writer.left && vi_child_is_gone(b->writer.left))
		b->writer.left = 0;
	return b->writer.left;
}

/* Until the child is done, the present state says nothing about what to do. */
static int wait_for_work(struct vi_binding *b)
{
	struct vi_patience patience = { 0 };

	while (at_work(b))
		if (!vi_bind_wait(&patience, vi_bind_seconds))
			return vi_fail(b->ctx, -EINPROGRESS,
				       "%s: the kernel is still executing a step that timed out; see the kernel log",
				       b->journal.was.address);
	return 0;
}

/* A writing child keeps the journal locked, so that no other process starts. */
static int run(struct vi_binding *b, const struct vi_steps *steps)
{
	b->writer.keep = b->fd;
	return vi_steps_run(b->ctx, b->journal.was.address, steps, &b->writer);
}

/*
 * Check that it is unused only now that no other process can take it, even if a
 * plan has checked before. Its disks stay claimed until the driver is unbound:
 * others can still open them, but not mount them.
 */
static int take_unused(struct vi_binding *b)
{
	struct vi_bind_facts now;
	struct vi_steps steps;
	struct vi_use u;
	int err = check_unchanged(b, &now);

	if (!err && b->claimed)
		err = vi_scan(b->ctx);
	if (err)
		return err;
	err = check_binding(b, NULL, &u);
	if (!err) {
		b->claimed = false;
		vi_plan_take(&now, b->journal.to, &steps);
		err = run(b, &steps);
	}
	/* The name of a disk stays as long as a process has it open. */
	vi_use_end(&u);
	return err;
}

VI_EXPORT int vi_bind_take(struct vi_binding *b)
{
	char message[sizeof(b->ctx->error)];
	int err = reserve(b);

	if (err)
		return err;
	err = take_unused(b);
	if (!err)
		err = vi_journal_add(b->ctx, b->fd, VI_JOURNAL_TAKEN);
	if (!err)
		return 0;
	/* The first error is the one to report. */
	memcpy(message, b->ctx->error, sizeof(message));
	if (vi_bind_give_back(b))
		vi_warn(b->ctx, "%s", b->ctx->error);
	memcpy(b->ctx->error, message, sizeof(message));
	return err;
}

VI_EXPORT int vi_bind_keep(struct vi_binding *b)
{
	int err = vi_journal_add(b->ctx, b->fd, VI_JOURNAL_KEPT);

	if (err)
		return err;
	let_go(b);
	return 0;
}

/* A process that is exiting closes its descriptors in a moment. */
#define CLOSE_SECONDS	2

static int wait_closed(struct vi_binding *b, const struct vi_bind_facts *now)
{
	struct vi_patience patience = { 0 };
	int err;

	if (strcmp(now->driver, VFIO))
		return 0;
	do
		err = vi_check_openers(b->ctx, now->address);
	while (err && vi_bind_wait(&patience, CLOSE_SECONDS));
	return err;
}

VI_EXPORT int vi_bind_give_back(struct vi_binding *b)
{
	struct vi_bind_facts now;
	struct vi_steps steps;
	int err;

	if (b->back)
		return 0;
	/* A device without a journal: keep others from taking it meanwhile. */
	err = reserve(b);
	if (!err)
		err = wait_for_work(b);
	if (err)
		return err;
	err = vi_bind_facts(b->ctx, b->journal.was.address, &now);
	/* If it was unplugged meanwhile, nothing is left to undo. */
	if (!err) {
		vi_plan_back(&now, &b->journal.was, &steps);
		err = steps.count ? wait_closed(b, &now) : 0;
		if (!err)
			err = run(b, &steps);
	} else if (err == -ENODEV) {
		err = 0;
	}
	if (!err && b->fd >= 0)
		err = vi_journal_remove(b->ctx, b->journal.was.address);
	if (!err)
		let_go(b);
	return err;
}

/* --- Steps as records --- */

VI_EXPORT int vi_bind_steps(struct vi_binding *b, bool back,
			    struct vi_value *v)
{
	struct vi_bind_facts now;
	int err;

	if (!b->back || !back) {
		err = vi_bind_facts(b->ctx, b->journal.was.address, &now);
		if (err)
			return err;
	}
	if (b->back && back) {
		/* The state after it was taken. */
		now = b->journal.was;
		memcpy(now.driver, b->journal.to, sizeof(now.driver));
		snprintf(now.override, sizeof(now.override), "%s",
			 now.driver[0] ? now.driver : VI_NO_DRIVER);
		now.virtio[0] = '\0';
	}
	if (back)
		vi_plan_back(&now, &b->journal.was, &b->steps);
	else
		vi_plan_take(&now, b->journal.to, &b->steps);
	vi_set_records(v, vi_bind_step_schema(), b->steps.step, b->steps.count,
		       sizeof(b->steps.step[0]));
	return 0;
}

/* Steps that only wait write nothing. */
static int get_value(const void *object, struct vi_value *v)
{
	const struct vi_step *s = object;

	v->string = s->value;
	return s->kind == VI_STEP_WRITE ? 0 : -ENODATA;
}

static const struct vi_field step_fields[] = {
	VI_MEMBER("path", VI_STRING | VI_INLINE, "file", vi_step, path),
	VI_COMPUTED("value", VI_STRING, "value to write", get_value),
	VI_MEMBER("text", VI_STRING, "purpose", vi_step, text),
	VI_FIELDS_END,
};

static const struct vi_schema step_schema = { step_fields };

VI_EXPORT const struct vi_schema *vi_bind_step_schema(void)
{
	return &step_schema;
}
