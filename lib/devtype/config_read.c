// SPDX-License-Identifier: LGPL-2.1-or-later
/* Read a consistent copy of device configuration space. */
#include <string.h>

#include "devtype/config_read.h"
#include "ring/endian.h"
#include "spec/features.h"

/* Maximum attempts to read a configuration that changes meanwhile. */
#define TRIES	8

static unsigned int width_of(const struct vi_config_field *f, size_t size)
{
	unsigned int width = size < 4 ? size : 4;

	if (f->kind == VI_CONFIG_MAC || f->kind == VI_CONFIG_STRING)
		return 1;
	/* In a packed layout, only single bytes are aligned. */
	return f->offset % width ? 1 : width;
}

static int read_field(const struct vi_config_source *source,
		      const struct vi_config_field *f,
		      struct vi_config_bytes *out)
{
	size_t size = vi_config_field_size(f), end = f->offset + size, at;
	unsigned int width;
	uint32_t value;
	int err;

	if (!size || end > sizeof(out->bytes) || end > source->length)
		return 0;
	width = width_of(f, size);
	for (at = f->offset; at < end; at += width) {
		err = source->read(source->data, at, width, &value);
		if (err)
			return err;
		value = vi_le32(value);
		memcpy(out->bytes + at, &value, width);
	}
	if (end > out->len)
		out->len = end;
	return 0;
}

/* Read the string after a tag's length, unless it does not fit. */
static int read_tag(const struct vi_config_source *source,
		    const struct vi_config_field *f, bool big,
		    struct vi_config_bytes *out)
{
	struct vi_config_field rest = {
		.offset = f->offset + 2, .kind = VI_CONFIG_STRING,
	};
	unsigned int low = f->offset + big, high = f->offset + !big;
	size_t len;

	if (f->kind != VI_CONFIG_TAG || out->len < rest.offset)
		return 0;
	len = out->bytes[low] | out->bytes[high] << 8;
	if (len > UINT8_MAX)
		return 0;
	rest.len = len;
	return read_field(source, &rest, out);
}

static int read_once(const struct vi_config_source *source,
		     const struct vi_config_field *f, struct vi_features have,
		     struct vi_config_bytes *out)
{
	bool big = VI_BIG_ENDIAN && !vi_features_test(have, VIRTIO_F_VERSION_1);
	int err = 0;

	memset(out, 0, sizeof(*out));
	for (; f->name && !err; f++) {
		if (!vi_config_field_exists(f, have))
			continue;
		err = read_field(source, f, out);
		if (!err)
			err = read_tag(source, f, big, out);
	}
	return err;
}

static int generation(const struct vi_config_source *source, uint32_t *value)
{
	*value = 0;
	return source->generation ? source->generation(source->data, value) :
	       0;
}

int vi_config_read(const struct vi_device_type *type,
		   struct vi_features features,
		   const struct vi_config_source *source,
		   struct vi_config_bytes *out)
{
	uint32_t before, after;
	int tries, err;

	memset(out, 0, sizeof(*out));
	if (!type || !type->config)
		return 0;
	for (tries = 0; tries < TRIES; tries++) {
		err = generation(source, &before);
		if (!err)
			err = read_once(source, type->config, features, out);
		if (!err)
			err = generation(source, &after);
		if (err)
			return err;
		out->generation = after;
		if (before == after)
			return 0;
	}
	out->torn = true;
	return 0;
}
