// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames of a packet capture. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tool.h"
#include "vqinject/input/pcap_parts.h"

#define HEADER		24

/* The classic format, whose variants differ in the header of frames. */
static const struct format {
	uint32_t magic;
	unsigned int record;
} formats[] = {
	{ 0xa1b2c3d4, 16 },		/* microseconds */
	{ 0xa1b23c4d, 16 },		/* nanoseconds */
	{ 0xa1b2cd34, 24 },		/* modified: also with an interface */
};

/* Link types that captures of other interfaces often have. */
static const struct {
	uint32_t link;
	const char *name;
} links[] = {
	{ 0, "BSD loopback" }, { 12, "raw IP" }, { 101, "raw IP" },
	{ 105, "Wi-Fi" }, { 113, "Linux cooked, as of \"any\"" },
	{ 127, "Wi-Fi with radiotap" }, { 228, "raw IPv4" },
	{ 229, "raw IPv6" }, { 276, "Linux cooked, as of \"any\"" },
};

#define ETHERNET	1

int pcap_fail(const struct pcap_reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, r->size, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

uint16_t pcap_get16(const struct pcap_reader *r, size_t at)
{
	const uint8_t *b = r->p->bytes + at;

	return r->big ? b[0] << 8 | b[1] : b[1] << 8 | b[0];
}

uint32_t pcap_get32(const struct pcap_reader *r, size_t at)
{
	uint32_t first = pcap_get16(r, at), second = pcap_get16(r, at + 2);

	return r->big ? first << 16 | second : second << 16 | first;
}

int pcap_check_link(const struct pcap_reader *r, uint32_t link)
{
	size_t i;

	if (link == ETHERNET)
		return 0;
	for (i = 0; i < ARRAY_SIZE(links); i++)
		if (links[i].link == link)
			return pcap_fail(r, "its frames are not Ethernet, but %s (link type %" PRIu32 "); capture on an Ethernet interface",
					 links[i].name, link);
	return pcap_fail(r, "its frames are not Ethernet (link type %" PRIu32 ")",
			 link);
}

int pcap_add(struct pcap_reader *r, size_t at, size_t end, uint32_t len,
	     uint32_t whole)
{
	struct pcap *p = r->p;
	size_t n = p->count + 1;

	if (len > whole)
		return pcap_fail(r, "frame %zu: damaged: %" PRIu32 " bytes were captured of a frame of %" PRIu32,
				 n, len, whole);
	if (len > PCAP_MAX_FRAME)
		return pcap_fail(r, "frame %zu: invalid length of %" PRIu32 " bytes",
				 n, len);
	if (!len)
		return pcap_fail(r, "frame %zu: empty frame", n);
	if (end - at < len)
		return pcap_fail(r, "frame %zu: the file ends after %zu of its %" PRIu32 " bytes",
				 n, end - at, len);
	if (whole != len)
		return pcap_fail(r, "frame %zu: truncated to %" PRIu32 " of %" PRIu32 " bytes; capture whole frames",
				 n, len, whole);
	if (p->count == PCAP_MAX_FRAMES)
		return pcap_fail(r, "more than %d frames", PCAP_MAX_FRAMES);
	if (!tool_grow(&p->frame, p->count, sizeof(*p->frame))) {
		tool_incomplete();
		pcap_fail(r, "out of memory");
		return -ENOMEM;
	}
	p->frame[p->count].at = at;
	p->frame[p->count++].len = len;
	return 0;
}

/* Find the variant and the byte order. NULL: neither fits. */
static const struct format *find_format(struct pcap_reader *r)
{
	size_t i;

	for (i = 0; i < 2 * ARRAY_SIZE(formats); i++) {
		r->big = i % 2;
		if (pcap_get32(r, 0) == formats[i / 2].magic)
			return &formats[i / 2];
	}
	return NULL;
}

static int parse_classic(struct pcap_reader *r)
{
	const struct format *format;
	size_t at = HEADER, end = r->p->len;
	uint32_t len;
	int err;

	if (end < HEADER)
		return pcap_fail(r, "too short for a pcap file");
	format = find_format(r);
	if (!format)
		return pcap_fail(r, "not a pcap file: it begins with 0x%08" PRIx32,
				 pcap_get32(r, 0));
	err = pcap_check_link(r, pcap_get32(r, 20) & 0xffff);
	while (!err && at < end) {
		if (end - at < format->record)
			return pcap_fail(r, "frame %zu: the file ends inside the frame header",
					 r->p->count + 1);
		len = pcap_get32(r, at + 8);
		err = pcap_add(r, at + format->record, end, len,
			       pcap_get32(r, at + 12));
		at += format->record + (size_t)len;
	}
	return err;
}

int pcap_parse(struct pcap *p, const uint8_t *bytes, size_t len, char *why,
	       size_t size)
{
	struct pcap_reader r = { .p = p, .why = why, .size = size };
	int err;

	memset(p, 0, sizeof(*p));
	p->bytes = bytes;
	p->len = len;
	err = len >= 4 && pcap_get32(&r, 0) == PCAPNG_SECTION ?
	      pcapng_parse(&r) : parse_classic(&r);
	if (!err && !p->count)
		err = pcap_fail(&r, "no frames");
	return err;
}

void pcap_free(struct pcap *p)
{
	free(p->frame);
	memset(p, 0, sizeof(*p));
}
