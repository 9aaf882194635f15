// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a check finds: the device is used, or whether it is cannot be told. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bind/use/proc.h"
#include "bind/use/use.h"

static const char *label(const struct vi_use *u)
{
	return u->dev ? vi_device_label(u->dev) : u->pci->address;
}

int vi_used(struct vi_use *u, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return vi_fail(u->ctx, -EBUSY, "%s: %s", label(u), text);
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
	return vi_fail(u->ctx, -EBUSY, "%s: %s", label(u), text);
}

int vi_unseen_used(struct vi_use *u, const struct vi_unseen *unseen)
{
	if (!unseen->err)
		return 0;
	return vi_cannot_tell(u, u->force,
			      "cannot determine whether process %u (%s) uses it: %s: %s%s",
			      unseen->pid, unseen->comm, unseen->path,
			      strerror(-unseen->err),
			      unseen->err == -ETIMEDOUT ?
			      ": one of its files does not respond; end the process, or use force" :
			      "; run as root, end the process, or use force");
}
