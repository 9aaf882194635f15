/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One-line descriptions of requests, from the header of a buffer, never from
 * its data.
 *
 *	static const struct vi_request_kind flush = {
 *		.header = 4, .describe = describe,
 *	};
 */
#ifndef VI_DEVTYPE_REQUEST_H
#define VI_DEVTYPE_REQUEST_H

#include "core/compiler.h"
#include "devtype/device_type.h"
#include "devtype/names.h"

/* Long enough for the header of every kind. */
#define VI_REQUEST_HEADER_MAX	64

/*
 * @header:   private copy of the start of the device-readable part; NULL
 *            with @header_len 0 if it could not be read.
 * @header_len: bytes copied: those wanted, or fewer if the part is shorter.
 * @out_len, @in_len: device-readable and device-writable bytes.
 * @status:   the device's answer if @has_status, see
 *            vi_request_status_at(). Stale memory until completion.
 * @has_features: the negotiated features are known; else @features has none.
 * @big_endian: in the byte order of the guest.
 */
struct vi_request {
	const uint8_t *header;
	size_t header_len;
	uint64_t out_len, in_len;
	bool has_status;
	uint8_t status;
	bool has_features, big_endian;
	struct vi_features features;
};

/* A request in a queue, with @header_len bytes at @header. */
struct vi_request vi_request_in(const struct vi_raw_queue *q,
				const uint8_t *header, size_t header_len,
				uint64_t out_len, uint64_t in_len);

/*
 * How many bytes of the device-readable part vi_request_describe() wants. They
 * never include data of the request. @kind may be NULL.
 */
size_t vi_request_header_len(const struct vi_queue_kind *kind);

/*
 * Offset of the status among the device-writable bytes; false if this kind has
 * no one-byte status or the buffer is too short.
 */
bool vi_request_status_at(const struct vi_queue_kind *kind,
			  const struct vi_request *req, uint64_t *at);

/*
 * Describe a request in @buf, truncated to @size; returns the length. @kind may
 * be NULL: the line then has sizes only.
 */
size_t vi_request_describe(const struct vi_queue_kind *kind,
			   const struct vi_request *req, char *buf,
			   size_t size);

/* Does a request wait by its nature, for something that may never happen? */
enum vi_waits {
	VI_WAITS_NOT,		/* the device can complete it on its own */
	VI_WAITS_MAYBE,
	VI_WAITS_UNKNOWN,	/* its header was not read, or is too short */
};

/* @kind may be NULL: nothing says that the request may not wait. */
enum vi_waits vi_request_waits(const struct vi_queue_kind *kind,
			       const struct vi_request *req);

/* --- For the device types --- */

/* A line of text, truncated at the end of its buffer. */
struct vi_line {
	char *buf;
	size_t size, len;
};

void vi_line_add(struct vi_line *line, const char *fmt, ...)
	VI_PRINTF(2, 3);

/* "1 byte", "4096 bytes". */
void vi_line_count(struct vi_line *line, uint64_t n, const char *one,
		   const char *many);

static inline void vi_line_bytes(struct vi_line *line, uint64_t n)
{
	vi_line_count(line, n, "byte", "bytes");
}

/* Add the name, or @what and the number: "command 0x17". */
void vi_line_name(struct vi_line *line, const struct vi_name *names,
		  uint32_t value, const char *what);

/* .status of a request kind: one of the device-writable bytes. */
#define VI_STATUS_FIRST	1
#define VI_STATUS_LAST	(-1)
#define VI_STATUS_AT(n)	((n) + 1)	/* byte @n */
#define VI_STATUS_FROM_END(n)	(-(n))	/* @n bytes from the end */

/*
 * @header:   bytes that @describe may read, at most VI_REQUEST_HEADER_MAX.
 * @min:      least header bytes for a call of @describe; 0: all of @header.
 *            For later bytes, @describe must check vi_request_has().
 * @optional: @describe also works without a header.
 * @status:   place of the status, 0: no one-byte status.
 * @statuses: names of statuses.
 * @waits:    in a queue that may wait, does this request? NULL: it may.
 * @limit_s:  in a queue that may wait, seconds after which it is odd that a
 *            request still does; 0: no limit.
 */
struct vi_request_kind {
	uint8_t header;
	uint8_t min;
	bool optional;
	int8_t status;
	const struct vi_name *statuses;
	enum vi_waits (*waits)(const struct vi_request *req);
	uint16_t limit_s;
	void (*describe)(const struct vi_request *req, struct vi_line *line);
};

/* Does the header have at least @n bytes? */
static inline bool vi_request_has(const struct vi_request *req, size_t n)
{
	return req->header_len >= n;
}

/*
 * Numbers in the header, little-endian; "guest" ones of a legacy device are in
 * the guest's byte order (spec 2.4.3). Past the end: 0; callers check the length
 * first.
 */
uint8_t vi_request_u8(const struct vi_request *req, size_t at);
uint16_t vi_request_le16(const struct vi_request *req, size_t at);
uint32_t vi_request_le32(const struct vi_request *req, size_t at);
uint64_t vi_request_le64(const struct vi_request *req, size_t at);
uint16_t vi_request_guest16(const struct vi_request *req, size_t at);
uint32_t vi_request_guest32(const struct vi_request *req, size_t at);
uint64_t vi_request_guest64(const struct vi_request *req, size_t at);

/* Length after a header or status of @n bytes; not below 0. */
static inline uint64_t vi_less(uint64_t len, uint64_t n)
{
	return len > n ? len - n : 0;
}

#endif
