// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Packet captures in the pcapng format: blocks with a type and a length, in
 * sections that each have a byte order and interfaces of their own.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "common/tool.h"
#include "vqinject/input/pcap_parts.h"

#define ORDER		0x1a2b3c4d	/* after the section's length */
#define ORDER_SWAPPED	0x4d3c2b1a

/* Types of blocks; all others are skipped. */
enum { INTERFACE = 1, OLD_PACKET = 2, SIMPLE = 3, PACKET = 6 };

/* Type and length, and the length again at the end. */
#define BLOCK_MIN	12

struct section {
	struct pcap_reader *r;
	size_t at, len;			/* the current block */
	struct interface {
		uint32_t link, snap;
	} *interface;
	size_t count;
};

/* A number in the current block. */
static uint32_t word(const struct section *s, size_t at)
{
	return pcap_get32(s->r, s->at + at);
}

static int too_short(const struct section *s)
{
	return pcap_fail(s->r, "pcapng: the block at byte %zu is too short",
			 s->at);
}

static int begin_section(struct section *s)
{
	uint32_t order;

	if (s->r->p->len - s->at < BLOCK_MIN + 4)
		return pcap_fail(s->r, "pcapng: the file ends inside a block");
	order = word(s, 8);
	if (order == ORDER_SWAPPED)
		s->r->big = !s->r->big;
	else if (order != ORDER)
		return pcap_fail(s->r, "pcapng: unknown byte order");
	s->count = 0;
	return 0;
}

static int add_interface(struct section *s)
{
	if (s->len < BLOCK_MIN + 8)
		return too_short(s);
	if (!tool_grow(&s->interface, s->count, sizeof(*s->interface))) {
		tool_incomplete();
		pcap_fail(s->r, "out of memory");
		return -ENOMEM;
	}
	s->interface[s->count].link = pcap_get16(s->r, s->at + 8);
	s->interface[s->count++].snap = word(s, 12);
	return 0;
}

static int check_interface(const struct section *s, uint32_t i)
{
	if (i >= s->count)
		return pcap_fail(s->r, "pcapng: frame %zu is from an unknown interface",
				 s->r->p->count + 1);
	return pcap_check_link(s->r, s->interface[i].link);
}

static int add_packet(struct section *s, uint32_t interface)
{
	int err;

	if (s->len < BLOCK_MIN + 20)
		return too_short(s);
	err = check_interface(s, interface);
	return err ? err : pcap_add(s->r, s->at + 28, s->at + s->len - 4,
				    word(s, 20), word(s, 24));
}

/* Its interface is the first; the length is as cut by that. */
static int add_simple(struct section *s)
{
	uint32_t whole, len;
	int err;

	if (s->len < BLOCK_MIN + 4)
		return too_short(s);
	err = check_interface(s, 0);
	if (err)
		return err;
	len = whole = word(s, 8);
	if (s->interface[0].snap && len > s->interface[0].snap)
		len = s->interface[0].snap;
	return pcap_add(s->r, s->at + 12, s->at + s->len - 4, len, whole);
}

static int add_block(struct section *s, uint32_t type)
{
	switch (type) {
	case INTERFACE:
		return add_interface(s);
	case PACKET:
		return s->len < BLOCK_MIN + 4 ? too_short(s) :
		       add_packet(s, word(s, 8));
	case OLD_PACKET:
		return s->len < BLOCK_MIN + 4 ? too_short(s) :
		       add_packet(s, pcap_get16(s->r, s->at + 8));
	case SIMPLE:
		return add_simple(s);
	default:
		return 0;
	}
}

/* Only a section's first block may change the byte order of its length. */
static int parse_block(struct section *s)
{
	size_t left = s->r->p->len - s->at;
	uint32_t type;
	int err = 0;

	if (left < BLOCK_MIN)
		return pcap_fail(s->r, "pcapng: the file ends inside a block");
	type = word(s, 0);
	if (type == PCAPNG_SECTION)
		err = begin_section(s);
	if (err)
		return err;
	s->len = word(s, 4);
	if (s->len < BLOCK_MIN || s->len % 4)
		return pcap_fail(s->r, "pcapng: the block at byte %zu has an invalid length",
				 s->at);
	if (s->len > left)
		return pcap_fail(s->r, "pcapng: the file ends inside a block");
	if (word(s, s->len - 4) != s->len)
		return pcap_fail(s->r, "pcapng: the block at byte %zu has two different lengths",
				 s->at);
	return add_block(s, type);
}

int pcapng_parse(struct pcap_reader *r)
{
	struct section s = { .r = r };
	int err = 0;

	while (!err && s.at < r->p->len) {
		err = parse_block(&s);
		s.at += s.len;
	}
	free(s.interface);
	return err;
}
