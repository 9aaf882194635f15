// SPDX-License-Identifier: GPL-2.0-or-later
/* Finding the check of a device's type, and saying what it found. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bind/proc.h"
#include "bind/use.h"
#include "bus/ids.h"

/* The bounds of the section that VI_USE_CHECK() fills. */
extern const struct vi_use_check *const __start_vi_use_checks[]
	__attribute__((visibility("hidden")));
extern const struct vi_use_check *const __stop_vi_use_checks[]
	__attribute__((visibility("hidden")));

int vi_used(struct vi_use *u, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return vi_fail(u->ctx, -EBUSY, "%s: %s", vi_device_label(u->dev),
		       text);
}

int vi_cannot_tell(struct vi_use *u, bool waived, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	if (waived)
		return 0;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return vi_fail(u->ctx, -EBUSY, "%s: %s", vi_device_label(u->dev),
		       text);
}

int vi_open_used(struct vi_use *u, const char *path)
{
	struct vi_opener who;
	int ret = vi_find_opener_of(u->ctx, path, &who);

	if (ret > 0)
		return vi_used(u, "%s is open in process %u (%s)", who.path,
			       who.pid, who.comm);
	return ret ? vi_used(u, "cannot see who has %s open: %s", path,
			     strerror(-ret)) : 0;
}

static const struct vi_use_check *find(uint32_t device)
{
	const struct vi_use_check *const *c = __start_vi_use_checks;

	for (; c < __stop_vi_use_checks; c++)
		if ((*c)->device == device)
			return *c;
	return NULL;
}

int vi_check_use(struct vi_use *u)
{
	struct vi_device *dev = u->dev;
	const struct vi_use_check *check;
	const struct vi_id_info *info;

	/* Without a driver nobody uses it. */
	if (vi_know(dev, VI_FACT_DRIVER))
		return 0;
	if (vi_know(dev, VI_FACT_ID))
		return vi_cannot_tell(u, u->force,
				      "its type cannot be read, so it cannot be told whether anything uses it");
	check = find(dev->vdev.id.device);
	if (check && check->never)
		return vi_used(u, "%s", check->never);
	if (check)
		return check->used(u);
	info = vi_id_find(dev->vdev.id.device);
	return vi_cannot_tell(u, u->force,
			      "%s has it, and of a device of type %s it cannot be told whether anything uses it; make sure that nothing does, then use force",
			      dev->driver, info ? info->name : "that is not known");
}
