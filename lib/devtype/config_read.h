/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading device configuration space, whatever the transport. */
#ifndef VI_DEVTYPE_CONFIG_READ_H
#define VI_DEVTYPE_CONFIG_READ_H

#include "devtype/config.h"

/*
 * @read:   1, 2 or 4 bytes, in one access; a negative errno.
 * @generation: a number that changes with what there is to read (2.5.1);
 *          NULL: there is none, as on legacy devices.
 * @length: how many bytes there are.
 */
struct vi_config_source {
	int (*read)(void *data, uint32_t at, unsigned int len,
		    uint32_t *value);
	int (*generation)(void *data, uint32_t *value);
	void *data;
	uint64_t length;
};

/*
 * @bytes: as far as the type's fields go; what is between them was not read,
 *         and is 0. @len 0: none of it.
 * @torn:  it changed each time while it was read.
 */
struct vi_config_bytes {
	uint8_t bytes[VI_CONFIG_MAX];
	size_t len;
	uint32_t generation;
	bool torn;
};

/*
 * Read the fields that devices of the type with these features have, each in
 * accesses of its own width (4.1.3.1, 4.2.2.2). @type may be NULL. 0, or the
 * error of @source->read.
 */
int vi_config_read(const struct vi_device_type *type,
		   struct vi_features features,
		   const struct vi_config_source *source,
		   struct vi_config_bytes *out);

#endif
