// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames of a packet capture. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tool.h"
#include "vqinject/input/pcap.h"

#define HEADER		24
#define RECORD		16
#define MAGIC_US	0xa1b2c3d4
#define MAGIC_NS	0xa1b23c4d
#define MAGIC_NG	0x0a0d0d0a
#define ETHERNET	1

static int __attribute__((format(printf, 3, 4)))
fail(char *why, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, size, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

static uint32_t get(const struct pcap *p, size_t at, bool big)
{
	const uint8_t *b = p->bytes + at;

	if (big)
		return (uint32_t)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
	return (uint32_t)b[3] << 24 | b[2] << 16 | b[1] << 8 | b[0];
}

static bool is_magic(uint32_t magic)
{
	return magic == MAGIC_US || magic == MAGIC_NS;
}

/* Check the file's header and find its byte order. */
static int parse_header(const struct pcap *p, bool *big, char *why,
			size_t size)
{
	uint32_t link;

	if (p->len >= 4 && get(p, 0, false) == MAGIC_NG)
		return fail(why, size, "pcapng is not supported; convert it with: editcap -F pcap");
	if (p->len < HEADER)
		return fail(why, size, "too short for a pcap file");
	*big = is_magic(get(p, 0, true));
	if (!*big && !is_magic(get(p, 0, false)))
		return fail(why, size, "not a pcap file: it begins with 0x%08" PRIx32,
			    get(p, 0, true));
	link = get(p, 20, *big) & 0xffff;
	if (link != ETHERNET)
		return fail(why, size, "not a capture of Ethernet frames (link type %" PRIu32 ")",
			    link);
	return 0;
}

static bool add(struct pcap *p, size_t at, uint32_t len)
{
	if (!tool_grow(&p->frame, p->count, sizeof(*p->frame)))
		return false;
	p->frame[p->count].at = at;
	p->frame[p->count++].len = len;
	return true;
}

/* Parse the frame at *@at and move *@at behind it. */
static int parse_frame(struct pcap *p, size_t *at, bool big, char *why,
		       size_t size)
{
	size_t left = p->len - *at, n = p->count + 1;
	uint32_t len, whole;

	if (left < RECORD)
		return fail(why, size, "frame %zu: the file ends inside the frame header",
			    n);
	len = get(p, *at + 8, big);
	whole = get(p, *at + 12, big);
	if (len > PCAP_MAX_FRAME)
		return fail(why, size, "frame %zu: invalid length of %" PRIu32 " bytes",
			    n, len);
	if (!len)
		return fail(why, size, "frame %zu: empty frame", n);
	if (left - RECORD < len)
		return fail(why, size, "frame %zu: the file ends after %zu of its %" PRIu32 " bytes",
			    n, left - RECORD, len);
	if (whole != len)
		return fail(why, size, "frame %zu: truncated to %" PRIu32 " of %" PRIu32 " bytes; capture whole frames",
			    n, len, whole);
	if (p->count == PCAP_MAX_FRAMES)
		return fail(why, size, "more than %d frames",
			    PCAP_MAX_FRAMES);
	if (!add(p, *at + RECORD, len)) {
		tool_incomplete();
		fail(why, size, "out of memory");
		return -ENOMEM;
	}
	*at += RECORD + len;
	return 0;
}

int pcap_parse(struct pcap *p, const uint8_t *bytes, size_t len, char *why,
	       size_t size)
{
	size_t at = HEADER;
	bool big = false;
	int err;

	memset(p, 0, sizeof(*p));
	p->bytes = bytes;
	p->len = len;
	err = parse_header(p, &big, why, size);
	while (!err && at < len)
		err = parse_frame(p, &at, big, why, size);
	if (!err && !p->count)
		err = fail(why, size, "no frames");
	return err;
}

void pcap_free(struct pcap *p)
{
	free(p->frame);
	memset(p, 0, sizeof(*p));
}
