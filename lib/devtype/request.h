/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Requests in one line: what a driver asks of its device, told by the header
 * that the buffer begins with, never by what it carries.
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
 * @header:   a private copy of how the device-readable part begins; NULL with
 *            @header_len 0 when it could not be read.
 * @header_len: bytes of it: those wanted, or what there is if that is less.
 * @out_len, @in_len: bytes that the device may read, and may write.
 * @status:   what the device answered, if @has_status; see
 *            vi_request_status_at(). Before the buffer is used it is what
 *            memory held before.
 * @features: negotiated on the device.
 */
struct vi_request {
	const uint8_t *header;
	size_t header_len;
	uint64_t out_len, in_len;
	bool has_status;
	uint8_t status;
	struct vi_features features;
};

/*
 * How many bytes of the device-readable part vi_request_describe() wants. No
 * byte of what the request carries is among them. @kind may be NULL.
 */
size_t vi_request_header_len(const struct vi_device_type *type,
			     const struct vi_queue_kind *kind);

/*
 * Where among the device-writable bytes the answer is; false: requests of
 * this kind have none of one byte, or the buffer has no room for it.
 */
bool vi_request_status_at(const struct vi_device_type *type,
			  const struct vi_queue_kind *kind,
			  const struct vi_request *req, uint64_t *at);

/*
 * One line into @buf, cut where it ends; its length there. @type and @kind
 * may be NULL: sizes are all that is told then.
 */
size_t vi_request_describe(const struct vi_device_type *type,
			   const struct vi_queue_kind *kind,
			   const struct vi_request *req, char *buf,
			   size_t size);

/* --- For the device types --- */

/* A line that grows, and stops growing where its buffer ends. */
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

/* The name, or @what and the number: "command 0x17". */
void vi_line_name(struct vi_line *line, const struct vi_name *names,
		  uint32_t value, const char *what);

/* .status of a kind of request: one of the device-writable bytes. */
#define VI_STATUS_FIRST	1
#define VI_STATUS_LAST	(-1)
#define VI_STATUS_AT(n)	((n) + 1)	/* byte @n of them */
#define VI_STATUS_FROM_END(n)	(-(n))	/* byte @n from their end */

/*
 * @header:   bytes that @describe may look at, up to VI_REQUEST_HEADER_MAX.
 * @min:      bytes without which it is not called; 0: all of @header. It asks
 *            vi_request_has() for those behind.
 * @optional: it is called without any, too.
 * @status:   where the answer is, 0: none of one byte.
 * @statuses: what answers are called.
 */
struct vi_request_kind {
	uint8_t header;
	uint8_t min;
	bool optional;
	int8_t status;
	const struct vi_name *statuses;
	void (*describe)(const struct vi_request *req, struct vi_line *line);
};

/* Are there that many bytes of header? */
static inline bool vi_request_has(const struct vi_request *req, size_t n)
{
	return req->header_len >= n;
}

/*
 * Numbers in the header: little-endian; those called "guest" in the guest's
 * own order on a device without VIRTIO_F_VERSION_1 (spec 2.4.3). 0 past its
 * end, which is for the caller to have ruled out.
 */
uint8_t vi_request_u8(const struct vi_request *req, size_t at);
uint16_t vi_request_le16(const struct vi_request *req, size_t at);
uint32_t vi_request_le32(const struct vi_request *req, size_t at);
uint64_t vi_request_le64(const struct vi_request *req, size_t at);
uint16_t vi_request_guest16(const struct vi_request *req, size_t at);
uint32_t vi_request_guest32(const struct vi_request *req, size_t at);
uint64_t vi_request_guest64(const struct vi_request *req, size_t at);

/* What is behind the header, or behind the status: @n, but not below 0. */
static inline uint64_t vi_less(uint64_t len, uint64_t n)
{
	return len > n ? len - n : 0;
}

#endif
