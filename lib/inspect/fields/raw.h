/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records of raw data of a queue, for fields and readers of captures. */
#ifndef VI_INSPECT_FIELDS_RAW_H
#define VI_INSPECT_FIELDS_RAW_H

#include "core/pool.h"
#include "record/schema.h"
#include "view/decode.h"

/* The largest error number of Linux. */
#define VI_MAX_ERRNO	4095

/* The driver's state for a buffer: a record of vi_token_schema. */
struct vi_raw_token {
	uint32_t id;
	bool packed;
	struct vi_token *t;
};

/* A piece of memory: a record of the schema for its kind. */
struct vi_raw_piece {
	struct vi_pool *pool;
	const char *hex;		/* made on demand, as is error */
	char error[64];
	union {
		struct vi_table *table;
		struct vi_header *header;
		struct vi_content *content;
	};
};

extern const struct vi_schema vi_token_schema, vi_table_schema;
extern const struct vi_schema vi_header_schema, vi_content_schema;

/* The format of the driver's copies of descriptors in captures. */
void vi_extra_unpack(const uint8_t from[16], struct vi_extra *e);

#endif
