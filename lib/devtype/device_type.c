// SPDX-License-Identifier: LGPL-2.1-or-later
/* Lookup of device types and their queues. */
#include <stdlib.h>
#include <string.h>

#include "core/compiler.h"
#include "devtype/device_type.h"
#include "spec/features.h"

/* The bounds of the section that VI_DEVICE_TYPE() fills. */
extern const struct vi_device_type *const __start_vi_device_types[]
	__attribute__((visibility("hidden")));
extern const struct vi_device_type *const __stop_vi_device_types[]
	__attribute__((visibility("hidden")));

const struct vi_device_type *vi_device_type_at(size_t i)
{
	const struct vi_device_type *const *first = __start_vi_device_types;
	size_t n = __stop_vi_device_types - first;

	return i < n ? first[i] : NULL;
}

const struct vi_device_type *
vi_device_type_of(const struct virtio_driver *driver)
{
	return driver ? container_of(driver, struct vi_device_type, driver) :
	       NULL;
}

bool vi_queue_exists(const struct vi_queue_kind *kind,
		     struct vi_features negotiated)
{
	return !kind->needs || vi_features_test(negotiated, kind->needs - 1);
}

/* Does any queue have the last index? */
static bool has_last(const struct vi_queue_kind *kind,
		     struct vi_features negotiated)
{
	for (; kind && kind->name; kind++)
		if (kind->at == VI_QUEUE_LAST &&
		    vi_queue_exists(kind, negotiated))
			return true;
	return false;
}

/* The search of vi_queue_at(). */
struct numbers {
	unsigned int index;	/* wanted */
	unsigned int num_queues;
	bool open;		/* the index of the last queue is unknown */
};

/* Is the wanted queue of this kind, whose first index is @at? */
static bool is_at(const struct vi_queue_kind *kind, unsigned int at,
		  const struct numbers *n)
{
	if (kind->at == VI_QUEUE_LAST)
		return n->num_queues && n->index == n->num_queues - 1;
	if (!kind->step || n->open)
		return n->index == at;
	return n->index >= at && (n->index - at) % kind->step == 0;
}

const struct vi_queue_kind *
vi_queue_at(const struct vi_device_type *type, struct vi_features negotiated,
	    unsigned int num_queues, unsigned int index, unsigned int *number)
{
	struct numbers n = { index, num_queues, false };
	const struct vi_queue_kind *kind, *found = NULL;
	unsigned int at = 0, gaps = 0;

	n.open = !num_queues && has_last(type->queues, negotiated);
	for (kind = type->queues; kind && kind->name; kind++) {
		if (!vi_queue_exists(kind, negotiated)) {
			gaps += type->closes_gaps;
			continue;
		}
		/* A queue with the last index overrides other kinds. */
		if ((found && kind->at != VI_QUEUE_LAST) ||
		    !is_at(kind, kind->at - gaps, &n))
			continue;
		found = kind;
		at = kind->at - gaps;
	}
	if (found && number)
		*number = found->from +
			  (found->step ? (index - at) / found->step : 0);
	return found;
}

/* Each feature adds queues, so none and all of them are the extremes. */
static const struct vi_queue_kind *
queue_at_any(const struct vi_device_type *type, unsigned int num_queues,
	     unsigned int index, unsigned int *number)
{
	struct vi_features none = { { 0 } }, all;
	const struct vi_queue_kind *least, *most;
	unsigned int n = 0;

	memset(&all, 0xff, sizeof(all));
	least = vi_queue_at(type, none, num_queues, index, number);
	most = vi_queue_at(type, all, num_queues, index, &n);
	return least == most && (!least || *number == n) ? least : NULL;
}

const struct vi_queue_kind *
vi_queue_of(const struct vi_device_type *type, const struct vi_raw_queue *q,
	    unsigned int num_queues, unsigned int *number)
{
	if (!(q->have & VI_Q_FEATURES))
		return queue_at_any(type, num_queues, q->index, number);
	return vi_queue_at(type, q->features, num_queues, q->index, number);
}

/* Does @name equal @pattern with digits in place of %u? */
static bool is_named(const char *name, const char *pattern)
{
	const char *number = strstr(pattern, "%u");
	size_t prefix, digits;

	if (!number)
		return !strcmp(name, pattern);
	prefix = number - pattern;
	if (strncmp(name, pattern, prefix))
		return false;
	digits = strspn(name + prefix, "0123456789");
	return digits && !strcmp(name + prefix + digits, number + 2);
}

static bool is_kind(const struct vi_queue_kind *kind, const char *name)
{
	return kind && kind->linux_name && is_named(name, kind->linux_name);
}

/* A PCI device of any type may have one (spec 1.4, 2.13), behind its others. */
static const struct vi_queue_kind admin = {
	.name = "adminq", .linux_name = "avq.%u", .at = VI_QUEUE_LAST,
	.role = VI_QUEUE_REQUEST,
};

const struct vi_queue_kind *
vi_queue_named(const struct vi_device_type *type, const char *name,
	       const struct vi_queue_kind *by_index, unsigned int *number)
{
	const struct vi_queue_kind *kind = type->queues;
	const char *digits;

	if (is_kind(&admin, name))
		return &admin;

	while (kind && kind->name && !is_kind(kind, name))
		kind++;
	if (!kind || !kind->name)
		return by_index;
	digits = strstr(kind->linux_name, "%u");
	if (!digits && is_kind(by_index, name))
		return by_index;
	*number = kind->from;
	if (digits)
		*number += strtoul(name + (digits - kind->linux_name), NULL,
				   10);
	return kind;
}
