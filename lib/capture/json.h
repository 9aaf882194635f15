/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Get values out of the JSON of a capture, which may contain anything: each
 * function checks its value, and messages name the place.
 */
#ifndef VI_CAPTURE_JSON_H
#define VI_CAPTURE_JSON_H

#include <jansson.h>

#include "capture/capture.h"

/* The file that is being read, and the first error in it. */
struct vi_cap {
	struct vi_ctx *ctx;
	const char *file;
	bool is_line;			/* .file includes its number */
	struct vi_pool *pool;		/* for what is kept */
	struct vi_pool parsed;		/* for the JSON */
	int err;			/* once it is set, reading stops */
	unsigned int schema;		/* 1 to VI_CAPTURE_SCHEMA */
	bool knows_order, big_endian;	/* byte order of the captured machine */
	size_t left;			/* allowance in bytes: vi_cap_take() */
};

/* An object or array, and its place in the file. */
struct vi_cap_at {
	const struct vi_cap_at *up;
	const char *name;		/* key; NULL: entry of an array */
	size_t index;
	const json_t *json;
};

/* Open the JSON library; 0 or a negative errno with a message. */
int vi_cap_open(struct vi_ctx *ctx);
/* Set c->left and parse @text into c->parsed. NULL with a message: it is no
 * JSON, or contains more than its length allows. */
const json_t *vi_cap_parse(struct vi_cap *c, const char *text, size_t len);

/* Set c->err, with a message about value @name of @at. Returns false. */
bool vi_cap_bad(struct vi_cap *c, const struct vi_cap_at *at,
		const char *name, const char *fmt, ...) VI_PRINTF(4, 5);

/*
 * Charge memory to the allowance, which grows with the length of the file. A
 * few digits can stand for many bytes, such as a ring of zeros or its size, and
 * a record can be larger than its text. Returns false, with c->err set, when
 * the allowance is used up: a small file must not take much memory.
 */
bool vi_cap_take(struct vi_cap *c, const struct vi_cap_at *at,
		 const char *name, size_t count, size_t each);

/* Set c->err to -ENOMEM, with a message. Returns false. */
bool vi_cap_no_memory(struct vi_cap *c);

/*
 * Get the value of a key. Returns true if it exists and is valid; otherwise
 * *@value stays unchanged. Returns false without an error if it is absent or
 * null, and with c->err set if it is invalid: the whole file is refused then.
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
/* In the pool, without escapes: the original bytes stand beside the text. */
bool vi_cap_string(struct vi_cap *c, const struct vi_cap_at *at,
		   const char *name, const char **value);
bool vi_cap_strings(struct vi_cap *c, const struct vi_cap_at *at,
		    const char *name, struct vi_strings *list);
/* At most @max bytes, in one string or in pieces; the caller frees them. */
bool vi_cap_bytes(struct vi_cap *c, const struct vi_cap_at *at,
		  const char *name, size_t max, uint8_t **bytes, size_t *len);

/* Get an object, or an array and then its entries. */
bool vi_cap_object(struct vi_cap *c, const struct vi_cap_at *at,
		   const char *name, struct vi_cap_at *object);
bool vi_cap_array(struct vi_cap *c, const struct vi_cap_at *at,
		  const char *name, struct vi_cap_at *array, size_t *count);
bool vi_cap_entry(struct vi_cap *c, const struct vi_cap_at *array, size_t i,
		  struct vi_cap_at *entry);

/* Allocate zeroed memory in the pool, charged to the allowance. NULL with
 * c->err set. */
void *vi_cap_alloc(struct vi_cap *c, size_t count, size_t each);

/*
 * Get an array, and allocate a record of @each bytes for each of its entries
 * in the pool. NULL, with *@count 0: it is absent, or c->err is set.
 */
void *vi_cap_records(struct vi_cap *c, const struct vi_cap_at *at,
		     const char *name, size_t each, struct vi_cap_at *array,
		     size_t *count);

/*
 * evidence.c: named values, VI_VALUES, which schema 1 stores as pairs of texts.
 * Returns true, without values, if the key is absent.
 */
bool vi_cap_values(struct vi_cap *c, const struct vi_cap_at *at,
		   const char *name, const struct vi_named **values,
		   size_t *count);

/* Recover a number or a boolean from its text; anything else is a string. */
void vi_cap_value_of(const char *text, struct vi_value *value);

/*
 * Check that all values in @at and in the records below have the types that
 * @schema says, and that each "_hex" has the bytes of the text beside it. Keys
 * that the schema does not have are ignored.
 */
bool vi_cap_types(struct vi_cap *c, const struct vi_schema *schema,
		  const struct vi_cap_at *at);

/*
 * fields.c: set the members of @object that @schema names, and note which of
 * them are known. Ignore computed fields. False, with c->err set: a value is
 * wrong, or a required one is missing.
 */
bool vi_cap_fields(struct vi_cap *c, const struct vi_cap_at *at,
		   const struct vi_schema *schema, void *object);
/* Likewise, a single one. */
bool vi_cap_field(struct vi_cap *c, const struct vi_cap_at *at,
		  const struct vi_field *field, void *object);

/* device.c */
bool vi_cap_device(struct vi_cap *c, const struct vi_cap_at *at);
/* queue.c: read a queue into the snapshot, and its interrupt into *@irq. */
bool vi_cap_queue(struct vi_cap *c, const struct vi_cap_at *at,
		  struct vi_snapshot *snap, struct vi_queue_irq *irq);
/* raw.c: read what is below "raw". */
bool vi_cap_raw(struct vi_cap *c, const struct vi_cap_at *queue,
		struct vi_raw_queue *q);
/* registers.c */
bool vi_cap_registers(struct vi_cap *c, const struct vi_cap_at *at,
		      struct vi_device *dev);

#endif
