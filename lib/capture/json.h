/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Taking values out of the JSON of a capture. It may hold anything: each
 * function checks what it takes, and a message names the place.
 */
#ifndef VI_CAPTURE_JSON_H
#define VI_CAPTURE_JSON_H

#include <jansson.h>

#include "capture/capture.h"

/* What is being read, and the first thing that is wrong with it. */
struct vi_cap {
	struct vi_ctx *ctx;
	const char *file;
	bool is_line;			/* of which .file has the number */
	struct vi_pool *pool;		/* of what is kept */
	struct vi_pool parsed;		/* of the JSON */
	int err;			/* nothing more is read once it is set */
	unsigned int schema;		/* 1 to VI_CAPTURE_SCHEMA */
	bool big_endian;		/* the machine that it is of */
	size_t left;			/* bytes that may yet be made: vi_cap_take() */
};

/* An object or array of it, and where that is. */
struct vi_cap_at {
	const struct vi_cap_at *up;
	const char *name;		/* key; NULL: entry of an array */
	size_t index;
	const json_t *json;
};

/* Open the JSON library; 0 or a negative errno with a message. */
int vi_cap_open(struct vi_ctx *ctx);
/* Parse @text into c->parsed, unless it has more in it than its length allows,
 * and set c->left. NULL with a message. */
const json_t *vi_cap_parse(struct vi_cap *c, const char *text, size_t len);

/* Note that the value called @name at @at is wrong. Returns false. */
bool vi_cap_bad(struct vi_cap *c, const struct vi_cap_at *at,
		const char *name, const char *fmt, ...) VI_PRINTF(4, 5);

/*
 * Take from the memory that a file of its size may make. Some digits stand for
 * many bytes (a ring of zeros, the number of its entries), and a record may be
 * larger than what is written of it. False, and c->err is set, where it is all
 * gone: a small file makes no more than a small amount.
 */
bool vi_cap_take(struct vi_cap *c, const struct vi_cap_at *at,
		 const char *name, size_t count, size_t each);

/* Note that memory is short. Returns false. */
bool vi_cap_no_memory(struct vi_cap *c);

/*
 * Values by key: true when there is one and it is sound, and only then is
 * anything set. False when there is none, or null; or else when it is wrong,
 * and c->err is set: the file is refused as a whole.
 */
bool vi_cap_number(struct vi_cap *c, const struct vi_cap_at *at,
		   const char *name, uint64_t max, uint64_t *value);
bool vi_cap_hex(struct vi_cap *c, const struct vi_cap_at *at, const char *name,
		uint64_t max, uint64_t *value);
bool vi_cap_features(struct vi_cap *c, const struct vi_cap_at *at,
		     const char *name, struct vi_features *value);
bool vi_cap_bool(struct vi_cap *c, const struct vi_cap_at *at,
		 const char *name, bool *value);
bool vi_cap_real(struct vi_cap *c, const struct vi_cap_at *at,
		 const char *name, double *value);
/* In the pool; as it was before it was escaped, by the bytes beside it. */
bool vi_cap_string(struct vi_cap *c, const struct vi_cap_at *at,
		   const char *name, const char **value);
bool vi_cap_strings(struct vi_cap *c, const struct vi_cap_at *at,
		    const char *name, struct vi_strings *list);
/* Bytes, in one string or in pieces, to be freed; at most @max of them. */
bool vi_cap_bytes(struct vi_cap *c, const struct vi_cap_at *at,
		  const char *name, size_t max, uint8_t **bytes, size_t *len);

/* An object, or an array and then its entries. */
bool vi_cap_object(struct vi_cap *c, const struct vi_cap_at *at,
		   const char *name, struct vi_cap_at *object);
bool vi_cap_array(struct vi_cap *c, const struct vi_cap_at *at,
		  const char *name, struct vi_cap_at *array, size_t *count);
bool vi_cap_entry(struct vi_cap *c, const struct vi_cap_at *array, size_t i,
		  struct vi_cap_at *entry);

/* The pool's, zeroed, and taken of what there may be; NULL with c->err set. */
void *vi_cap_alloc(struct vi_cap *c, size_t count, size_t each);

/*
 * An array, and room of the pool's for a record of @each bytes for each of its
 * entries. NULL, and *@count 0: there is none, or c->err is set.
 */
void *vi_cap_records(struct vi_cap *c, const struct vi_cap_at *at,
		     const char *name, size_t each, struct vi_cap_at *array,
		     size_t *count);

/*
 * evidence.c: values with names of their own, VI_VALUES; in a capture of schema
 * 1 they are pairs of texts. As vi_cap_string(), with none where there are none.
 */
bool vi_cap_values(struct vi_cap *c, const struct vi_cap_at *at,
		   const char *name, const struct vi_named **values,
		   size_t *count);

/* What a text is: a number or a boolean, where it is plainly one. */
void vi_cap_value_of(const char *text, struct vi_value *value);

/*
 * Do all values of @at, down to its deepest records, have the types that
 * @schema gives them, and are all "_hex" the bytes of the text that they stand
 * beside? What the schema does not know is passed over.
 */
bool vi_cap_types(struct vi_cap *c, const struct vi_schema *schema,
		  const struct vi_cap_at *at);

/*
 * fields.c: set the members of @object that @schema names, and note which of
 * them are known. What fields compute is passed over. False, with c->err set:
 * something is wrong, or a required value is missing.
 */
bool vi_cap_fields(struct vi_cap *c, const struct vi_cap_at *at,
		   const struct vi_schema *schema, void *object);
/* Likewise, a single one. */
bool vi_cap_field(struct vi_cap *c, const struct vi_cap_at *at,
		  const struct vi_field *field, void *object);

/* device.c */
bool vi_cap_device(struct vi_cap *c, const struct vi_cap_at *at);
/* queue.c: one queue into the look; its interrupt into *@irq. */
bool vi_cap_queue(struct vi_cap *c, const struct vi_cap_at *at,
		  struct vi_snapshot *snap, struct vi_queue_irq *irq);
/* raw.c: what is below "raw". */
bool vi_cap_raw(struct vi_cap *c, const struct vi_cap_at *queue,
		struct vi_raw_queue *q);
/* registers.c */
bool vi_cap_registers(struct vi_cap *c, const struct vi_cap_at *at,
		      struct vi_device *dev);

#endif
