/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet captures, in either byte order: in the classic format, a header of 24
 * bytes, then frames with a header each; or as pcapng.
 */
#ifndef CMD_VQINJECT_INPUT_PCAP_H
#define CMD_VQINJECT_INPUT_PCAP_H

#include <stddef.h>
#include <stdint.h>

/* Limits on the length and number of frames: 64 KiB less one byte after an
 * Ethernet header, as segmentation offload makes them; and rounded up. */
#define PCAP_MAX_FRAME	65550
#define PCAP_MAX_FRAMES	65536

struct pcap {
	const uint8_t *bytes;	/* the whole file; the caller owns it */
	size_t len;
	size_t count;
	struct pcap_frame {
		size_t at;
		uint32_t len;
	} *frame;
};

/*
 * Find the frames in @bytes, which must outlive @p. Returns 0, or -EINVAL or
 * -ENOMEM and a message in @why. Call pcap_free() in either case.
 */
int pcap_parse(struct pcap *p, const uint8_t *bytes, size_t len, char *why,
	       size_t size);
void pcap_free(struct pcap *p);

#endif
