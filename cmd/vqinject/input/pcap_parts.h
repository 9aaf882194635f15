/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the formats of packet captures share. */
#ifndef CMD_VQINJECT_INPUT_PCAP_PARTS_H
#define CMD_VQINJECT_INPUT_PCAP_PARTS_H

#include <stdbool.h>

#include "vqinject/input/pcap.h"

#define PCAPNG_SECTION	0x0a0d0d0a

/* A file being parsed. @why: room for a message. */
struct pcap_reader {
	struct pcap *p;
	bool big;
	char *why;
	size_t size;
};

/* Numbers at an offset that the caller has checked. */
uint16_t pcap_get16(const struct pcap_reader *r, size_t at);
uint32_t pcap_get32(const struct pcap_reader *r, size_t at);

/* Returns -EINVAL. */
int __attribute__((format(printf, 2, 3)))
pcap_fail(const struct pcap_reader *r, const char *fmt, ...);

/* The functions below return 0, or -EINVAL or -ENOMEM with a message. */

/* Are frames of this link type Ethernet frames? */
int pcap_check_link(const struct pcap_reader *r, uint32_t link);

/* Add a frame: @len bytes at @at, of @whole on the wire, in a record that ends
 * at @end. */
int pcap_add(struct pcap_reader *r, size_t at, size_t end, uint32_t len,
	     uint32_t whole);

/* Parse a file that begins with PCAPNG_SECTION. */
int pcapng_parse(struct pcap_reader *r);

#endif
