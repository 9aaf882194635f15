/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records of what was read of a queue, undecoded: fields, and captures. */
#ifndef VI_INSPECT_FIELDS_RAW_H
#define VI_INSPECT_FIELDS_RAW_H

#include "core/pool.h"
#include "record/schema.h"
#include "view/decode.h"

/* No error of Linux is larger. */
#define VI_MAX_ERRNO	4095

/* What the driver knows of a buffer: a record of vi_token_schema. */
struct vi_raw_token {
	uint32_t id;
	bool packed;
	struct vi_token *t;
};

/* A piece of memory: a record of the schema that its kind has. */
struct vi_raw_piece {
	struct vi_pool *pool;
	const char *hex;		/* once somebody asked for it, as error */
	char error[64];
	union {
		struct vi_table *table;
		struct vi_header *header;
		struct vi_content *content;
	};
};

extern const struct vi_schema vi_token_schema, vi_table_schema;
extern const struct vi_schema vi_header_schema, vi_content_schema;

/* How the driver's copies of descriptors lie in a capture. */
void vi_extra_unpack(const uint8_t from[16], struct vi_extra *e);

#endif
