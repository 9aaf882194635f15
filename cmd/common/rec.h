/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields of records by name, for output that needs particular fields. */
#ifndef CMD_COMMON_REC_H
#define CMD_COMMON_REC_H

#include <virtio-inspect/inspect.h>

/* A record and its schema; object NULL: none. */
struct rec {
	const struct vi_schema *schema;
	const void *object;
};

/* v.count records. */
struct recs {
	struct vi_value v;
};

struct rec rec_device(const struct vi_device *dev);

/*
 * The value of a field, or of a field of a nested record: "avail.idx". False or
 * NULL: unknown.
 */
bool rec_get(struct rec r, const char *path, struct vi_value *v);
bool rec_number(struct rec r, const char *path, uint64_t *n);
bool rec_real(struct rec r, const char *path, double *n);
const char *rec_string(struct rec r, const char *path);

/* The string, or "-" if it is unknown. */
const char *rec_or_dash(struct rec r, const char *path);

/* True only if the value is known. */
bool rec_is(struct rec r, const char *path);
bool rec_is_not(struct rec r, const char *path);
bool rec_says(struct rec r, const char *path, const char *s);

/* The records of a field. False, and an empty list: unknown. */
bool rec_records(struct rec r, const char *path, struct recs *list);
struct rec recs_at(const struct recs *list, size_t i);

#endif
