/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures of packets as libpcap's classic format has them: a header of 24
 * bytes, and frames with 16 bytes before each. In either byte order.
 */
#ifndef CMD_VQINJECT_INPUT_PCAP_H
#define CMD_VQINJECT_INPUT_PCAP_H

#include <stddef.h>
#include <stdint.h>

/* A frame is no longer than this, and there are no more of them. */
#define PCAP_MAX_FRAME	65535
#define PCAP_MAX_FRAMES	65536

struct pcap {
	const uint8_t *bytes;	/* of the file; the caller's */
	size_t len;
	size_t count;
	struct pcap_frame {
		size_t at;
		uint32_t len;
	} *frame;
};

/*
 * Find the frames in @bytes, which stay the caller's. 0; -EINVAL, -ENOMEM
 * with a message in @why. Ended by pcap_free().
 */
int pcap_parse(struct pcap *p, const uint8_t *bytes, size_t len, char *why,
	       size_t size);
void pcap_free(struct pcap *p);

#endif
