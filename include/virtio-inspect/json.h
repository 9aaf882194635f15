/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file json.h
 * Writing JSON as it is made: records of <virtio-inspect/inspect.h>, and what a
 * program has to say around them.
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
 * All functions take NULL for a writer that there was no memory for. After an
 * error they do nothing: it is enough to look at what vi_json_end() returns.
 */
#ifndef VIRTIO_INSPECT_JSON_H
#define VIRTIO_INSPECT_JSON_H

#include <virtio-inspect/inspect.h>

#ifdef __cplusplus
extern "C" {
#endif

/** struct vi_json - JSON that is being written. */
struct vi_json;

/**
 * struct vi_json_options - what of a record is written, and in which layout
 *
 * @size:   sizeof(struct vi_json_options).
 * @names:  fields and paths, as for vi_to_json().
 * @keep:   is this record of the field @list wanted? It may read fields; what
 *          they give is good for that long. NULL: all records are.
 * @data:   for @keep.
 * @lines:  objects and arrays down to this level have a line for each of their
 *          members; 1: the record itself. 0: all of it is in one line.
 * @margin: blanks that these lines begin with; each level adds one.
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
 * vi_write_json - one record as a JSON object, in pieces to a function.
 *
 * The text is that of vi_to_json() with @options NULL. It is never held as a
 * whole, however long it is.
 * @write: takes @len bytes, with a NUL behind them. 0, or a negative errno,
 *         which ends it and is returned. It must not use @ctx.
 */
int vi_write_json(struct vi_ctx *ctx, const struct vi_schema *schema,
		  const void *object, const struct vi_json_options *options,
		  int (*write)(void *data, const char *s, size_t len),
		  void *data);

/**
 * vi_json_new - begin to write; NULL when out of memory.
 * @ctx: for messages, and the context of the records; it may be NULL.
 * @write, @data: as for vi_write_json().
 */
struct vi_json *vi_json_new(struct vi_ctx *ctx,
			    int (*write)(void *data, const char *s,
					 size_t len),
			    void *data);

/** vi_json_flush - hand on what was written so far; 0, or the first error, with
 * a message. */
int vi_json_flush(struct vi_json *json);

/** vi_json_end - the same, and free the writer. -ENOMEM for NULL. */
int vi_json_end(struct vi_json *json);

/** vi_json_begin_object, vi_json_begin_array - to be ended by vi_json_close().
 * Within 63 others. */
void vi_json_begin_object(struct vi_json *json);
void vi_json_begin_array(struct vi_json *json);
void vi_json_close(struct vi_json *json);

/** vi_json_key - the name of what is written next, which needs no escaping. */
void vi_json_key(struct vi_json *json, const char *name);

/**
 * vi_json_newline - end the line: what comes next begins with @margin blanks.
 * Otherwise there is no white space, but what options of records say.
 */
void vi_json_newline(struct vi_json *json, unsigned int margin);

/** vi_json_string - text, which may be anything and is made safe as
 * vi_escape() does. */
void vi_json_string(struct vi_json *json, const char *s);

/** vi_json_bytes - a string of hexadecimal digits. */
void vi_json_bytes(struct vi_json *json, const void *bytes, size_t len);

/** vi_json_number, vi_json_hex, vi_json_bool - a number in decimal, one as
 * "0x…", true or false. */
void vi_json_number(struct vi_json *json, uint64_t n);
void vi_json_hex(struct vi_json *json, const struct vi_features *n);
void vi_json_bool(struct vi_json *json, bool yes);

/** vi_json_fixed - a number with @digits behind the point, up to 9. */
void vi_json_fixed(struct vi_json *json, double n, unsigned int digits);

/**
 * vi_json_record - a record as an object.
 * @options: NULL: all there is, in one line.
 * 0, or a negative errno with a message: there is no such field.
 */
int vi_json_record(struct vi_json *json, const struct vi_schema *schema,
		   const void *object, const struct vi_json_options *options);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_JSON_H */
