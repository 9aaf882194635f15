/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Read device configuration space over any transport. */
#ifndef VI_DEVTYPE_CONFIG_READ_H
#define VI_DEVTYPE_CONFIG_READ_H

#include "devtype/config.h"

/*
 * @read:   1, 2 or 4 bytes at @at in one access; 0 or a negative errno.
 * @generation: changes with the configuration (2.5.1); NULL: none, as on
 *          legacy devices.
 * @length: size in bytes.
 */
struct vi_config_source {
	int (*read)(void *data, uint32_t at, unsigned int len,
		    uint32_t *value);
	int (*generation)(void *data, uint32_t *value);
	void *data;
	uint64_t length;
};

/*
 * @bytes: the type's fields; bytes between fields are not read and are 0.
 * @len:   end of the last field read; 0: none.
 * @torn:  the configuration changed during each attempt.
 */
struct vi_config_bytes {
	uint8_t bytes[VI_CONFIG_MAX];
	size_t len;
	uint32_t generation;
	bool torn;
};

/*
 * Read the fields of a device with these features, each in accesses of its own
 * width (4.1.3.1, 4.2.2.2). @type may be NULL: no fields. 0, or the error of
 * @source.
 */
int vi_config_read(const struct vi_device_type *type,
		   struct vi_features features,
		   const struct vi_config_source *source,
		   struct vi_config_bytes *out);

#endif
