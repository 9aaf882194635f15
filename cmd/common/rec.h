/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields of records by name, for views that want certain ones. */
#ifndef CMD_COMMON_REC_H
#define CMD_COMMON_REC_H

#include <virtio-inspect/inspect.h>

/* A record with what describes it; object NULL: there is none. */
struct rec {
	const struct vi_schema *schema;
	const void *object;
};

/* Several; v.count of them. */
struct recs {
	const struct vi_schema *schema;
	struct vi_value v;
};

struct rec rec_device(const struct vi_device *dev);

/*
 * The value of a field, which may be one of a record in it: "avail.idx".
 * False, NULL: it is not known.
 */
bool rec_get(struct rec r, const char *path, struct vi_value *v);
bool rec_number(struct rec r, const char *path, uint64_t *n);
bool rec_real(struct rec r, const char *path, double *n);
const char *rec_string(struct rec r, const char *path);

/* True only where it is known to be so, or known not to be so. */
bool rec_is(struct rec r, const char *path);
bool rec_is_not(struct rec r, const char *path);
bool rec_says(struct rec r, const char *path, const char *s);

/* The records of a field. False, with none of them: they are not known. */
bool rec_records(struct rec r, const char *path, struct recs *list);
struct rec recs_at(const struct recs *list, size_t i);

#endif
