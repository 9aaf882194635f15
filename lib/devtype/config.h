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

/* How the bytes of a field are read, and shown. */
enum vi_config_kind {
	VI_CONFIG_U8,
	VI_CONFIG_U16,
	VI_CONFIG_U32,
	VI_CONFIG_U64,
	VI_CONFIG_X8,		/* the same in hexadecimal: masks and so on */
	VI_CONFIG_X16,
	VI_CONFIG_X32,
	VI_CONFIG_X64,
	VI_CONFIG_LE32,		/* of a legacy device, too */
	VI_CONFIG_MAC,		/* 6 bytes */
	VI_CONFIG_STRING,	/* .len bytes, or up to the first that is 0 */
	VI_CONFIG_TAG,		/* a u16: how many bytes follow */
};

/*
 * @offset:  in the configuration space.
 * @kind:    numbers are little-endian, and those of a device without
 *           VIRTIO_F_VERSION_1 in the guest's order (2.5.3).
 * @len:     of a string.
 * @needs, @unless, @feature: see VI_NEEDS() and VI_UNLESS().
 * @or_needs: another feature that is enough.
 * @flags:   names are those of single bits.
 * @names:   what values are called.
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

/* .kind of a row. */
#define VI_KIND(kind_)		.kind = VI_CONFIG_##kind_

/* .or_needs of a row. */
#define VI_OR_NEEDS(bit)	.or_needs = (bit) + 1

/* No type has more that are there at once. */
#define VI_CONFIG_ROWS		32

/* No field reaches past this many bytes, but for a long tag. */
#define VI_CONFIG_MAX		256

/* Is it there on a device with these features? */
bool vi_config_field_exists(const struct vi_config_field *field,
			    struct vi_features features);

/* Its bytes, but for those of a tag behind its length. */
size_t vi_config_field_size(const struct vi_config_field *field);

/*
 * @value: text. What a device sent as a string is in it as it came, up to its
 *         first NUL: whoever shows it escapes it.
 */
struct vi_config_row {
	const char *name;
	char value[VI_CONFIG_MAX + 1];
};

/*
 * The fields of a device with these features that are within @len bytes of
 * its configuration space; how many. @features: those offered, as a field is
 * there when its feature is offered (2.5.1); those negotiated, where the
 * others are not known. @type may be NULL: there are none.
 */
size_t vi_config_decode(const struct vi_device_type *type,
			struct vi_features features, const uint8_t *bytes,
			size_t len, struct vi_config_row rows[VI_CONFIG_ROWS]);

/* How many bytes there are to read for it: 0 to VI_CONFIG_MAX. */
size_t vi_config_size(const struct vi_device_type *type,
		      struct vi_features features);

#endif
