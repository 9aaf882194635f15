// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The number of a device's queues, from its driver's files in sysfs or else
 * from interrupts.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "access/sysfs/sysfs.h"
#include "core/file.h"
#include "inspect/interrupts.h"
#include "spec/features.h"

static int count_name(void *data, const char *name)
{
	uint32_t *count = data;

	(void)name;
	return ++*count > UINT16_MAX ? -ERANGE : 0;
}

/* Find the only path below @start that matches @pattern. */
static int one_path(struct vi_device *dev, const char *start,
		    const char *pattern, const char **path)
{
	struct vi_strings paths;
	int err = vi_glob(dev, vi_device_pool(dev), start, pattern,
			  &paths);

	if (err)
		return err;
	if (paths.count != 1)
		return -ENODATA;
	*path = paths.v[0];
	return 0;
}

/*
 * Count subdirectories. The kernel counts links: one from each subdirectory,
 * one from its own name, one from its ".".
 */
static int count_folders(struct vi_ctx *ctx, const char *path, uint32_t *count)
{
	struct stat st;

	*count = 0;
	if (ctx->root_fd < 0 && !stat(path, &st) && st.st_nlink > 2 &&
	    st.st_nlink - 2 <= UINT16_MAX) {
		*count = st.st_nlink - 2;
		return 0;
	}
	return vi_readdir(ctx, path, count_name, count);
}

static int count_shown(struct vi_device *dev, const struct vi_count_rule *rule,
		       uint32_t *count)
{
	const char *path;
	uint64_t value;
	int err = vi_load(dev, VI_FACT_KNAMES);

	if (err)
		return err;
	/* With several names, it is unclear which applies. */
	if (dev->kname_paths.count != 1)
		return -ENODATA;
	err = one_path(dev, dev->kname_paths.v[0],
		       rule->folder ? rule->folder : rule->file, &path);
	if (err)
		return err;
	if (rule->folder) {
		err = count_folders(dev->ctx, path, count);
		return err || *count ? err : -ENODATA;
	}
	err = vi_read_u64(dev->ctx, path, &value);
	if (!err && (!value || value > UINT16_MAX))
		err = -ERANGE;
	*count = err ? 0 : value;
	return err;
}

static int add_hidden(struct vi_device *dev, const struct vi_count_rule *rule,
		      uint32_t *count)
{
	int err = rule->needs ? vi_load(dev, VI_FACT_FEATURES) : 0;

	if (err)
		return err;
	*count += rule->plus;
	*count += rule->needs && vi_device_negotiated(dev, rule->needs - 1);
	return 0;
}

/*
 * Do all queues of the type have interrupts? A polled queue has none, unless
 * the driver is newer than these tables.
 */
static int all_have_interrupts(struct vi_device *dev,
			       const struct vi_device_type *type,
			       const struct vi_irqs *irqs,
			       const struct vi_irq *first)
{
	const struct vi_queue_kind *kind;
	int err;

	for (kind = type->queues; kind && kind->name; kind++) {
		if (!kind->polled)
			continue;
		err = kind->needs ? vi_load(dev, VI_FACT_FEATURES) : 0;
		if (err)
			return err;
		if (vi_queue_exists(kind, dev->vdev.features) &&
		    !vi_irqs_have(irqs, first, kind->linux_name))
			return -ENODATA;
	}
	return 0;
}

static int count_interrupts(struct vi_device *dev,
			    const struct vi_device_type *type, uint32_t *count)
{
	const struct vi_irq *first;
	const struct vi_irqs *irqs;
	int err = vi_device_irqs(dev, &irqs, &first);

	if (err)
		return err;
	*count = vi_irqs_count_queues(irqs, first);
	if (!*count)
		return -ENODATA;
	return all_have_interrupts(dev, type, irqs, first);
}

int vi_read_num_queues(struct vi_device *dev)
{
	const struct vi_device_type *type = vi_device_type(dev);
	const struct vi_count_rule *rule;
	int err;

	if (!type || !type->queues)
		return -ENODATA;
	rule = &type->count;
	if (rule->folder || rule->file) {
		err = count_shown(dev, rule, &dev->num_queues);
		if (!err)
			err = add_hidden(dev, rule, &dev->num_queues);
		if (!err)
			return 0;
		if (err == -ERANGE)
			vi_device_warn(dev, rule->folder ? rule->folder :
				       rule->file, err);
	}
	return count_interrupts(dev, type, &dev->num_queues);
}
