// SPDX-License-Identifier: LGPL-2.1-or-later
/* Decode device configuration space by the tables of the device types. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "devtype/config.h"
#include "spec/features.h"

bool vi_config_field_exists(const struct vi_config_field *field,
			    struct vi_features f)
{
	if (field->unless && vi_features_test(f, field->unless - 1))
		return false;
	return !field->needs || vi_features_test(f, field->needs - 1) ||
	       (field->or_needs && vi_features_test(f, field->or_needs - 1));
}

size_t vi_config_field_size(const struct vi_config_field *field)
{
	switch (field->kind) {
	case VI_CONFIG_U8:
	case VI_CONFIG_X8:
		return 1;
	case VI_CONFIG_U16:
	case VI_CONFIG_X16:
	case VI_CONFIG_TAG:
		return 2;
	case VI_CONFIG_U32:
	case VI_CONFIG_X32:
	case VI_CONFIG_LE32:
		return 4;
	case VI_CONFIG_U64:
	case VI_CONFIG_X64:
		return 8;
	case VI_CONFIG_MAC:
		return 6;
	}
	return field->len;
}

static uint64_t number(const struct vi_config_field *field,
		       struct vi_features f, const uint8_t *bytes)
{
	bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ &&
		   field->kind != VI_CONFIG_LE32 &&
		   !vi_features_test(f, VIRTIO_F_VERSION_1);
	size_t i, size = vi_config_field_size(field);
	uint64_t value = 0;

	for (i = 0; i < size; i++)
		value |= (uint64_t)bytes[i] << 8 * (big ? size - 1 - i : i);
	return value;
}

/* Append the names of set bits: " (a, b)". */
static void add_flags(const struct vi_config_field *field, uint64_t value,
		      char *text, size_t size)
{
	const struct vi_name *name;
	const char *before = " (";
	size_t n = strlen(text);

	for (name = field->names; name->name; name++) {
		if (!(value & name->value) || n >= size)
			continue;
		n += snprintf(text + n, size - n, "%s%s", before, name->name);
		before = ", ";
	}
	if (*before == ',' && n < size)
		snprintf(text + n, size - n, ")");
}

static void format_number(const struct vi_config_field *field, uint64_t value,
			  char *text, size_t size)
{
	bool hex = field->kind >= VI_CONFIG_X8 && field->kind <= VI_CONFIG_X64;
	const char *name = field->flags || value > UINT32_MAX ? NULL :
			   vi_name(field->names, value);
	size_t n;

	if (hex)
		n = snprintf(text, size, "0x%" PRIx64, value);
	else
		n = snprintf(text, size, "%" PRIu64, value);
	if (field->flags)
		add_flags(field, value, text, size);
	else if (name)
		snprintf(text + n, size - n, " (%s)", name);
}

static void copy_string(const uint8_t *bytes, size_t len, char *text,
			size_t size)
{
	if (len >= size)
		len = size - 1;
	memcpy(text, bytes, len);
	text[len] = '\0';
}

/* False if @len is too short for the field. */
static bool format(const struct vi_config_field *field, struct vi_features f,
		   const uint8_t *bytes, size_t len, char *text, size_t size)
{
	size_t tag;

	switch (field->kind) {
	case VI_CONFIG_MAC:
		snprintf(text, size, "%02x:%02x:%02x:%02x:%02x:%02x", bytes[0],
			 bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
		return true;
	case VI_CONFIG_STRING:
		copy_string(bytes, field->len, text, size);
		return true;
	case VI_CONFIG_TAG:
		tag = number(field, f, bytes);
		if (tag > len - 2)
			return false;
		copy_string(bytes + 2, tag, text, size);
		return true;
	}
	format_number(field, number(field, f, bytes), text, size);
	return true;
}

size_t vi_config_decode(const struct vi_device_type *type,
			struct vi_features features, const uint8_t *bytes,
			size_t len, struct vi_config_row rows[VI_CONFIG_ROWS])
{
	const struct vi_config_field *field = type ? type->config : NULL;
	size_t n = 0;

	for (; field && field->name && n < VI_CONFIG_ROWS; field++) {
		if (!vi_config_field_exists(field, features) || field->offset > len ||
		    len - field->offset < vi_config_field_size(field))
			continue;
		rows[n].name = field->name;
		n += format(field, features, bytes + field->offset,
			    len - field->offset, rows[n].value,
			    sizeof(rows[n].value));
	}
	return n;
}
