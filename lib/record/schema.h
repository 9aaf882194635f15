/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Descriptions of records: each fact once, rendered many ways. A table of
 * these is all that a new column, JSON key or line of a report needs.
 */
#ifndef VI_RECORD_SCHEMA_H
#define VI_RECORD_SCHEMA_H

#include <virtio-inspect/inspect.h>

/*
 * With a field's type. On request: in JSON only where it is asked for by its
 * path, as in "queues.raw". Bytes: a string of hexadecimal digits and nothing
 * else, which captures have in pieces.
 */
#define VI_ON_REQUEST	0x100
#define VI_BYTES	0x200
#define VI_TYPE_MASK	0xff

struct vi_field {
	const char *name;
	unsigned int type;			/* enum vi_type; see above */
	const char *help;
	/* Fill in *value (its type is set already); 0 or a negative errno. */
	int (*get)(const void *object, struct vi_value *value);
	const struct vi_schema *schema;		/* VI_RECORDS, VI_RECORD */
};

struct vi_schema {
	const struct vi_field *fields;		/* ended by a NULL name */
};

#endif
