// SPDX-License-Identifier: LGPL-2.1-or-later
/* Names of queues in the specification. */
#include <stdio.h>
#include <string.h>

#include <virtio-inspect/inspect.h>

#include "core/compiler.h"
#include "devtype/device_type.h"

static const struct vi_device_type *find_type(uint32_t device)
{
	const struct vi_device_type *type;
	size_t i;

	for (i = 0; (type = vi_device_type_at(i)); i++)
		if (type->driver.id_table[0].device == device)
			return type;
	return NULL;
}

void vi_number_name(char *buf, size_t size, const char *pattern,
		    unsigned int number)
{
	const char *end = strstr(pattern, "%u");

	if (end)
		snprintf(buf, size, "%.*s%u%s", (int)(end - pattern), pattern,
			 number, end + 2);
	else
		snprintf(buf, size, "%s", pattern);
}

VI_EXPORT const char *vi_queue_name(uint32_t device,
				    const struct vi_features *features,
				    unsigned int num_queues,
				    unsigned int index, char *buf, size_t size)
{
	const struct vi_device_type *type = find_type(device);
	const struct vi_queue_kind *kind;
	unsigned int number = 0;

	if (!type || !features)
		return NULL;
	kind = vi_queue_at(type, *features, num_queues, index, &number);
	if (!kind)
		return NULL;
	vi_number_name(buf, size, kind->name, number);
	return buf;
}
