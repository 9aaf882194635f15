/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Device configuration space (virtio spec 1.4, 2.5), field by field.
 *
 *	static const struct vi_config_field config[] = {
 *		{ "guest_cid", 0, VI_KIND(U64) },
 *		{ },
 *	};
 */
#ifndef VI_DEVTYPE_CONFIG_H
#define VI_DEVTYPE_CONFIG_H

#include "devtype/device_type.h"
#include "devtype/names.h"

/* How a field is read and shown. */
enum vi_config_kind {
	VI_CONFIG_U8,
	VI_CONFIG_U16,
	VI_CONFIG_U32,
	VI_CONFIG_U64,
	VI_CONFIG_X8,		/* hexadecimal, for masks and the like */
	VI_CONFIG_X16,
	VI_CONFIG_X32,
	VI_CONFIG_X64,
	VI_CONFIG_LE32,		/* little-endian on legacy devices, too */
	VI_CONFIG_MAC,		/* 6 bytes */
	VI_CONFIG_STRING,	/* .len bytes, or up to the first NUL */
	VI_CONFIG_TAG,		/* a u16 length and as many bytes */
};

/*
 * @offset:  in the configuration space.
 * @kind:    numbers are little-endian; without VIRTIO_F_VERSION_1, in the
 *           guest's byte order (2.5.3).
 * @len:     of a string.
 * @needs, @unless, @feature: see VI_NEEDS() and VI_UNLESS().
 * @or_needs: an alternative feature, plus 1.
 * @flags:   names belong to single bits.
 * @names:   of values; may be NULL.
 */
struct vi_config_field {
	const char *name;
	uint16_t offset;
	uint8_t kind;
	uint8_t len;
	uint8_t needs;
	uint8_t or_needs;
	uint8_t unless;
	bool flags;
	const char *feature;
	const struct vi_name *names;
};

/* Sets .kind of a row. */
#define VI_KIND(kind_)		.kind = VI_CONFIG_##kind_

/* Sets .or_needs of a row. */
#define VI_OR_NEEDS(bit)	.or_needs = (bit) + 1

/* Upper bound of fields present at once, over all types. */
#define VI_CONFIG_ROWS		32

/* No field reaches past this many bytes, except a long tag. */
#define VI_CONFIG_MAX		256

/* Does a device with these features have the field? */
bool vi_config_field_exists(const struct vi_config_field *field,
			    struct vi_features features);

/* Size in bytes; of a tag, only the length field. */
size_t vi_config_field_size(const struct vi_config_field *field);

/*
 * @value: text. A string from the device is copied unescaped, up to its first
 * NUL: whoever shows it must escape it.
 */
struct vi_config_row {
	const char *name;
	char value[VI_CONFIG_MAX + 1];
};

/*
 * Decode the fields of a device with these features that lie within @len bytes
 * of its configuration space; returns their number. @features: those offered,
 * as an offered feature makes a field exist (2.5.1), or else those negotiated.
 * @type may be NULL: no fields.
 */
size_t vi_config_decode(const struct vi_device_type *type,
			struct vi_features features, const uint8_t *bytes,
			size_t len, struct vi_config_row rows[VI_CONFIG_ROWS]);

#endif
