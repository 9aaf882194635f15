/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Feature bits that tests write as text. */
#ifndef VI_TESTS_FEATURE_BIT_H
#define VI_TESTS_FEATURE_BIT_H

#include <string.h>
#include <strings.h>

#include <virtio-inspect/inspect.h>

/* "VIRTIO_NET_F_MQ" -> "MQ" */
static inline const char *after_f(const char *name)
{
	const char *p = strstr(name, "_F_");

	return p ? p + 3 : name;
}

/* The bit of a device type that is called "mq", or in whole; -1: none. */
static inline int feature_bit(uint32_t device, const char *wanted)
{
	const char *name;
	int bit;

	for (bit = 0; bit < VIRTIO_FEATURES_BITS; bit++) {
		name = vi_feature_name(device, bit);
		if (name && (!strcasecmp(name, wanted) ||
			     !strcasecmp(after_f(name), wanted)))
			return bit;
	}
	return -1;
}

#endif
