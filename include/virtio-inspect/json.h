/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file json.h
 * Streaming JSON: records of <virtio-inspect/inspect.h>, and values that a
 * program adds around them.
 *
 *	struct vi_json *json = vi_json_new(ctx, to_stdout, NULL);
 *
 *	vi_json_begin_array(json);
 *	while ((dev = vi_device_next(ctx, dev)))
 *		vi_json_record(json, vi_device_schema(), dev, NULL);
 *	vi_json_close(json);
 *	if (vi_json_end(json))
 *		errx(1, "%s", vi_error(ctx));
 *
 * All functions accept NULL, which stands for a writer that could not be
 * allocated. After an error they do nothing: it is enough to check the result
 * of vi_json_end().
 */
#ifndef VIRTIO_INSPECT_JSON_H
#define VIRTIO_INSPECT_JSON_H

#include <virtio-inspect/inspect.h>

#ifdef __cplusplus
extern "C" {
#endif

/** struct vi_json - a writer of JSON. */
struct vi_json;

/**
 * struct vi_json_options - which parts of a record to write, and their layout
 *
 * @size:   sizeof(struct vi_json_options).
 * @names:  fields and paths, as for vi_to_json().
 * @keep:   write this record of the field @list? It may read fields, whose
 *          values are valid until it returns. NULL: write all records.
 * @data:   passed to @keep.
 * @lines:  down to this level, each member of an object or array gets a line of
 *          its own; 1: only members of the record itself. 0: all in one line.
 * @margin: number of blanks that these lines begin with; each level adds one.
 */
struct vi_json_options {
	size_t size;
	const char *const *names;
	bool (*keep)(void *data, const struct vi_field *list,
		     const void *record);
	void *data;
	unsigned int lines;
	unsigned int margin;
};

/**
 * vi_write_json - write one record as a JSON object, piece by piece, to a
 * function.
 *
 * With @options NULL the text is that of vi_to_json(). It is never held in
 * memory as a whole.
 * @write: takes @len bytes, followed by a NUL. It returns 0, or a negative
 *         errno, which ends the writing and becomes the result. It must not use
 *         @ctx.
 */
int vi_write_json(struct vi_ctx *ctx, const struct vi_schema *schema,
		  const void *object, const struct vi_json_options *options,
		  int (*write)(void *data, const char *s, size_t len),
		  void *data);

/**
 * vi_json_new - create a writer; NULL: out of memory.
 * @ctx: the context of the records, and for messages; may be NULL.
 * @write, @data: as for vi_write_json().
 */
struct vi_json *vi_json_new(struct vi_ctx *ctx,
			    int (*write)(void *data, const char *s,
					 size_t len),
			    void *data);

/** vi_json_flush - pass on all text so far; 0, or the first error. */
int vi_json_flush(struct vi_json *json);

/** vi_json_end - the same, and free the writer; -ENOMEM for NULL. */
int vi_json_end(struct vi_json *json);

/** vi_json_begin_object, vi_json_begin_array - begin one, inside at most 62
 * others; vi_json_close() ends it. */
void vi_json_begin_object(struct vi_json *json);
void vi_json_begin_array(struct vi_json *json);
void vi_json_close(struct vi_json *json);

/** vi_json_key - the name of the next value; it must need no escaping. */
void vi_json_key(struct vi_json *json, const char *name);

/**
 * vi_json_newline - end the line and begin the next one with @margin blanks.
 * The writer adds no other white space, except for options of records.
 */
void vi_json_newline(struct vi_json *json, unsigned int margin);

/** vi_json_string - text, which may hold anything and is escaped as by
 * vi_escape(). */
void vi_json_string(struct vi_json *json, const char *s);

/** vi_json_bytes - a string of hexadecimal digits. */
void vi_json_bytes(struct vi_json *json, const void *bytes, size_t len);

/** vi_json_number, vi_json_hex, vi_json_bool - a number in decimal, a number as
 * "0x…", true or false. */
void vi_json_number(struct vi_json *json, uint64_t n);
void vi_json_hex(struct vi_json *json, const struct vi_features *n);
void vi_json_bool(struct vi_json *json, bool yes);

/** vi_json_fixed - a number with @digits decimals, at most 9. */
void vi_json_fixed(struct vi_json *json, double n, unsigned int digits);

/**
 * vi_json_record - a record as an object.
 * @options: NULL: all fields, in one line.
 * 0; -EINVAL: a name or an option is wrong; or an earlier error.
 */
int vi_json_record(struct vi_json *json, const struct vi_schema *schema,
		   const void *object, const struct vi_json_options *options);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_JSON_H */
