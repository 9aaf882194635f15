// SPDX-License-Identifier: GPL-2.0-or-later
/* Find the device that the user means, and take it. */
#include <stdio.h>
#include <string.h>

#include "common/rec.h"
#include "common/select.h"
#include "vqinject/device/target.h"

/* --- Finding it --- */

/* "0000:00:04.0", or "00:04.0" in domain 0. */
static bool parse_address(const char *s, char *address, size_t size)
{
	unsigned int domain = 0, bus, slot, function;
	int n = -1;

	if (sscanf(s, "%4x:%2x:%2x.%1x%n", &domain, &bus, &slot, &function,
		   &n) != 4 || n < 0 || s[n]) {
		domain = 0;
		n = -1;
		if (sscanf(s, "%2x:%2x.%1x%n", &bus, &slot, &function,
			   &n) != 3 || n < 0 || s[n])
			return false;
	}
	if (slot > 31 || function > 7)
		return false;
	snprintf(address, size, "%04x:%02x:%02x.%x", domain, bus, slot,
		 function);
	return true;
}

/* The device type of "sim:TYPE"; 0: unknown. */
static uint32_t simulated_type(const char *device)
{
	char name[32];
	size_t len = strcspn(device + 4, ",");

	if (len >= sizeof(name))
		return 0;
	memcpy(name, device + 4, len);
	name[len] = '\0';
	return vi_type_id(name);
}

static int use_device(struct target *t, const struct vqinject_options *o)
{
	struct rec r = rec_device(t->dev);
	const char *address = rec_string(r, "address");
	uint64_t id;

	if (rec_number(r, "device_id", &id))
		t->device_type = id;
	if (address && parse_address(address, t->address, sizeof(t->address)))
		return 0;
	tool_error("%s: not a PCI device; only PCI devices can be taken",
		   o->device);
	return EXIT_ERROR;
}

static void set_attach(struct target *t, const struct vqinject_options *o)
{
	snprintf(t->attach, sizeof(t->attach), "%s%s%s",
		 o->attach == ATTACH_PHYSICAL ? "physical:" : "", t->address,
		 o->poll && o->attach == ATTACH_VFIO ? ",poll" : "");
}

/* Find a taken device by the name that it had, to say which process has it. */
static int find_taken(struct target *t, const struct vqinject_options *o)
{
	struct rec r = { .schema = vi_taken_schema() };
	const char *name, *address;
	struct vi_value list;
	size_t i;

	if (vi_taken(t->ctx, &list))
		list.count = 0;
	for (i = 0; i < list.count; i++) {
		r.object = vi_record(&list, i);
		name = rec_string(r, "name");
		address = rec_string(r, "address");
		if (name && address && !strcmp(name, o->device) &&
		    parse_address(address, t->address, sizeof(t->address)))
			return 0;
	}
	tool_error("%s: no such virtio device; see lsvirtio, or %s --status for taken devices",
		   o->device, tool_name);
	return EXIT_NONE_FOUND;
}

int target_find(struct target *t, const struct vqinject_options *o)
{
	int status = 0;

	memset(t, 0, sizeof(*t));
	if (tool_is_simulated(o->device)) {
		snprintf(t->attach, sizeof(t->attach), "%s", o->device);
		t->device_type = simulated_type(o->device);
		return 0;
	}
	t->ctx = tool_new_ctx(NULL);
	if (!t->ctx)
		return EXIT_ERROR;
	if (vi_scan(t->ctx))
		return tool_failed(t->ctx);
	t->dev = vi_device_find(t->ctx, o->device);
	/* A device that is being removed may lack facts. */
	if (t->dev && !rec_string(rec_device(t->dev), "address") &&
	    !vi_scan(t->ctx))
		t->dev = vi_device_find(t->ctx, o->device);
	/* A function that virtio-pci does not hold is taken by its address. */
	if (t->dev && !rec_string(rec_device(t->dev), "name"))
		t->dev = NULL;
	if (t->dev)
		status = use_device(t, o);
	else if (!parse_address(o->device, t->address, sizeof(t->address)))
		status = find_taken(t, o);
	set_attach(t, o);
	return status;
}

/* --- Taking it --- */

static struct take_options take_options(const struct target *t,
					const struct vqinject_options *o)
{
	return (struct take_options){
		.to = o->attach == ATTACH_PHYSICAL ? "" : NULL,
		.address = t->address,
		.dry_run = o->dry_run,
		.force_signature = o->force_signature,
		.force = o->force,
	};
}

int target_take(struct target *t, const struct vqinject_options *o)
{
	struct take_options options = take_options(t, o);
	bool physical = o->attach == ATTACH_PHYSICAL;
	const char *driver;

	if (tool_is_simulated(o->device)) {
		if (!o->bind && !physical)
			return 0;
		return tool_usage("%s: simulated devices have no kernel driver; %s is for real ones",
				  o->device, o->bind ? "--bind" :
				  "--attach physical");
	}
	if (t->dev && !o->bind) {
		driver = rec_string(rec_device(t->dev), "driver");
		tool_error("%s: in use by kernel driver%s%s; add --bind to borrow it for this run",
			   o->device, driver ? " " : "", driver ? driver : "");
		return EXIT_ERROR;
	}
	/* A device that can access all memory always gets a guardian. */
	if (!o->bind && !physical)
		return 0;
	/* Taking it replaces the context's devices. */
	t->dev = NULL;
	return take_device(t->ctx, &options, &t->taken);
}

int target_guard(struct target *t, const struct vqinject_options *o)
{
	if (o->attach != ATTACH_PHYSICAL || !t->taken)
		return 0;
	return taken_guard(t->taken, true);
}

void target_watch(void *target)
{
	const struct target *t = target;

	taken_watch(t->taken);
}

int target_end(struct target *t, int status)
{
	int back = 0;

	if (t->taken) {
		back = take_back(t->taken);
		taken_free(t->taken);
	}
	t->taken = NULL;
	tool_free_ctx(t->ctx);
	t->ctx = NULL;
	return status ? status : back;
}

/* --- Taking and giving back only --- */

static int bind_only(const struct vqinject_options *o)
{
	struct take_options options;
	struct target t;
	int status;

	if (tool_is_simulated(o->device))
		return tool_usage("%s: simulated devices have no kernel driver; --bind is for real ones",
				  o->device);
	status = target_find(&t, o);
	if (!status) {
		options = take_options(&t, o);
		status = take_bind_only(t.ctx, &options);
	}
	return target_end(&t, status);
}

static int manage(struct vi_ctx *ctx, const struct vqinject_options *o)
{
	switch (o->mode) {
	case INJECT_RELEASE:
		return take_release(ctx, o->device, o->dry_run);
	case INJECT_RESTORE:
		return take_restore(ctx);
	default:
		return take_status(ctx, o->json);
	}
}

int target_manage(const struct vqinject_options *o)
{
	struct vi_ctx *ctx;
	int status;

	if (o->mode == INJECT_BIND)
		return bind_only(o);
	ctx = tool_new_ctx(NULL);
	if (!ctx)
		return EXIT_ERROR;
	status = manage(ctx, o);
	tool_free_ctx(ctx);
	return status;
}
