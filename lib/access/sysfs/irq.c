// SPDX-License-Identifier: LGPL-2.1-or-later
/* Interrupts of devices. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/sysfs/sysfs.h"
#include "core/file.h"
#include "inspect/interrupts.h"

/* Room for thousands of interrupts on thousands of CPUs. */
#define MAX_TEXT	(256 << 20)

static void free_text(void *text)
{
	free(text);
}

static int load_irqs(struct vi_ctx *ctx, void **data)
{
	struct vi_pool *pool = &vi_inventory(ctx)->pool;
	struct vi_irqs *irqs;
	size_t len;
	char *text = vi_read_all(ctx, "/proc/interrupts", MAX_TEXT, &len);
	int err = errno;

	if (!text) {
		vi_warn(ctx, "/proc/interrupts: %s", vi_why(-err));
		return -err;
	}
	if (vi_pool_defer(pool, free_text, text))
		return -ENOMEM;
	irqs = vi_pool_alloc(pool, sizeof(*irqs));
	if (!irqs)
		return -ENOMEM;
	*data = irqs;
	return vi_irqs_parse(pool, text, irqs);
}

int vi_device_irqs(struct vi_device *dev, const struct vi_irqs **irqs,
		   const struct vi_irq **first)
{
	void *data;
	int err = vi_cached(dev->ctx, VI_CACHE_INTERRUPTS, load_irqs, &data);

	if (err)
		return err;
	*irqs = data;
	*first = dev->index < 0 ? NULL :
		 vi_irqs_first(data, (uint32_t)dev->index);
	return *first ? 0 : -ENODATA;
}

/* The effective affinity, or else the configured one. */
static int read_affinity(struct vi_device *dev, struct vi_interrupt *out)
{
	static const char *const files[] = {
		"effective_affinity_list", "smp_affinity_list",
	};
	char path[64], line[8192];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "/proc/irq/%u/%s", out->irq,
			 files[i]);
		if (vi_read_line(dev->ctx, path, line, sizeof(line)) <= 0)
			continue;
		out->affinity = vi_pool_strdup(vi_device_pool(dev), line);
		return out->affinity ? 0 : -ENOMEM;
	}
	return 0;
}

static int add_interrupt(struct vi_device *dev, const struct vi_irqs *irqs,
			 const struct vi_irq *irq)
{
	struct vi_interrupt *out = &dev->interrupts[dev->num_interrupts];
	int err = vi_irq_decode(vi_device_pool(dev), irqs, irq, out);

	if (err == -EINVAL) {
		memset(out, 0, sizeof(*out));
		vi_device_warn(dev, "/proc/interrupts", err);
		return 0;
	}
	if (err)
		return err;
	dev->num_interrupts++;
	return read_affinity(dev, out);
}

int vi_read_interrupts(struct vi_device *dev)
{
	const struct vi_irq *first, *irq;
	const struct vi_irqs *irqs;
	size_t count = 0;
	int err = vi_device_irqs(dev, &irqs, &first);

	if (err)
		return err;
	for (irq = first; irq; irq = vi_irqs_next(irqs, irq))
		count++;
	dev->interrupts = vi_pool_alloc(vi_device_pool(dev),
					count * sizeof(*dev->interrupts));
	if (!dev->interrupts)
		return -ENOMEM;
	for (irq = first; irq && !err; irq = vi_irqs_next(irqs, irq))
		err = add_interrupt(dev, irqs, irq);
	if (!err && !dev->num_interrupts)
		err = -ENODATA;
	return err;
}
