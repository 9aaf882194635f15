// SPDX-License-Identifier: LGPL-2.1-or-later
/* The part that all kinds of requests share. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "devtype/request.h"
#include "ring/endian.h"
#include "spec/features.h"

/* --- Lines --- */

void vi_line_add(struct vi_line *line, const char *fmt, ...)
{
	size_t room = line->size - line->len;
	va_list ap;
	int n;

	if (room <= 1)
		return;
	va_start(ap, fmt);
	n = vsnprintf(line->buf + line->len, room, fmt, ap);
	va_end(ap);
	if (n > 0)
		line->len += (size_t)n < room ? (size_t)n : room - 1;
}

/* Every request has a name, so without printf(3). */
static void add_text(struct vi_line *line, const char *s)
{
	size_t room = line->size - line->len, len = strnlen(s, room);

	if (room <= 1)
		return;
	len -= len == room;
	memcpy(line->buf + line->len, s, len);
	line->len += len;
	line->buf[line->len] = '\0';
}

void vi_line_count(struct vi_line *line, uint64_t n, const char *one,
		   const char *many)
{
	vi_line_add(line, "%" PRIu64 " %s", n, n == 1 ? one : many);
}

void vi_line_name(struct vi_line *line, const struct vi_name *names,
		  uint32_t value, const char *what)
{
	const char *name = vi_name(names, value);

	if (name)
		add_text(line, name);
	else
		vi_line_add(line, "%s 0x%" PRIx32, what, value);
}

/* --- Numbers --- */

static uint64_t number(const struct vi_request *req, size_t at, size_t size)
{
	uint64_t value = 0;
	size_t i;

	if (at > req->header_len || req->header_len - at < size)
		return 0;
	for (i = 0; i < size; i++)
		value |= (uint64_t)req->header[at + i] << 8 * i;
	return value;
}


uint8_t vi_request_u8(const struct vi_request *req, size_t at)
{
	return number(req, at, 1);
}

uint16_t vi_request_le16(const struct vi_request *req, size_t at)
{
	return number(req, at, 2);
}

uint32_t vi_request_le32(const struct vi_request *req, size_t at)
{
	return number(req, at, 4);
}

uint64_t vi_request_le64(const struct vi_request *req, size_t at)
{
	return number(req, at, 8);
}

uint16_t vi_request_guest16(const struct vi_request *req, size_t at)
{
	uint16_t v = number(req, at, 2);

	return req->big_endian ? __builtin_bswap16(v) : v;
}

uint32_t vi_request_guest32(const struct vi_request *req, size_t at)
{
	uint32_t v = number(req, at, 4);

	return req->big_endian ? __builtin_bswap32(v) : v;
}

uint64_t vi_request_guest64(const struct vi_request *req, size_t at)
{
	uint64_t v = number(req, at, 8);

	return req->big_endian ? __builtin_bswap64(v) : v;
}

/* --- Requests --- */

/*
 * A split ring and its requests have one byte order: the guest's for legacy
 * devices, else little-endian, as are all packed rings (spec 2.4.3, 2.7.3).
 */
struct vi_request vi_request_in(const struct vi_raw_queue *q,
				const uint8_t *header, size_t header_len,
				uint64_t out_len, uint64_t in_len)
{
	return (struct vi_request) {
		.header = header_len ? header : NULL, .header_len = header_len,
		.out_len = out_len, .in_len = in_len,
		.has_features = q->have & VI_Q_FEATURES,
		.features = q->features,
		.big_endian = !q->packed && q->swap != VI_BIG_ENDIAN,
	};
}

size_t vi_request_header_len(const struct vi_queue_kind *kind)
{
	return kind && kind->request ? kind->request->header : 0;
}

bool vi_request_status_at(const struct vi_queue_kind *kind,
			  const struct vi_request *req, uint64_t *at)
{
	int where = kind && kind->request ? kind->request->status : 0;

	if (!where)
		return false;
	if (where > 0)
		*at = where - 1;
	else if (req->in_len >= (unsigned int)-where)
		*at = req->in_len + where;
	else
		return false;
	return *at < req->in_len;
}

/* Sizes, known for any buffer. */
static void sizes(const struct vi_request *req, struct vi_line *line)
{
	if (req->out_len || !req->in_len)
		vi_line_bytes(line, req->out_len);
	if (req->out_len)
		vi_line_add(line, " out");
	if (req->out_len && req->in_len)
		vi_line_add(line, ", ");
	if (req->in_len) {
		vi_line_bytes(line, req->in_len);
		vi_line_add(line, " in");
	}
}

/* Say who cut the header short: the driver or the reader. */
static void short_header(const struct vi_request *req, unsigned int min,
			 struct vi_line *line)
{
	if (req->out_len < min)
		vi_line_add(line, "header cut short, %" PRIu64 " of %u bytes",
			    req->out_len, min);
	else
		vi_line_add(line, "header not read");
	if (req->out_len || req->in_len) {
		vi_line_add(line, ", ");
		sizes(req, line);
	}
}

static void add_status(const struct vi_request_kind *kind,
		       const struct vi_request *req, struct vi_line *line)
{
	if (!req->has_status || !kind->status)
		return;
	vi_line_add(line, ", status ");
	vi_line_name(line, kind->statuses, req->status, "number");
}

/* Was enough of the header read to call the kind's functions? */
static bool is_readable(const struct vi_request_kind *kind,
			const struct vi_request *req)
{
	return kind->optional ||
	       vi_request_has(req, kind->min ? kind->min : kind->header);
}

enum vi_waits vi_request_waits(const struct vi_queue_kind *kind,
			       const struct vi_request *req)
{
	const struct vi_request_kind *request = kind ? kind->request : NULL;

	if (kind && kind->role == VI_QUEUE_REQUEST)
		return VI_WAITS_NOT;
	if (!kind || kind->role == VI_QUEUE_PARKED || !request ||
	    !request->waits)
		return VI_WAITS_MAYBE;
	return is_readable(request, req) ? request->waits(req) :
					   VI_WAITS_UNKNOWN;
}

size_t vi_request_describe(const struct vi_queue_kind *kind,
			   const struct vi_request *req, char *buf,
			   size_t size)
{
	const struct vi_request_kind *request = kind ? kind->request : NULL;
	struct vi_line line = { buf, size, 0 };

	if (!size)
		return 0;
	*buf = '\0';
	if (!request) {
		sizes(req, &line);
		return line.len;
	}
	if (!is_readable(request, req))
		short_header(req, request->min ? request->min :
						 request->header, &line);
	else if (request->describe)
		request->describe(req, &line);
	else
		sizes(req, &line);
	add_status(request, req, &line);
	return line.len;
}
