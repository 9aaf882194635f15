/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames of a packet capture in any format that libpcap reads. It is opened when
 * needed, so that all else works without it.
 */
#ifndef CMD_VQINJECT_INPUT_FRAMES_H
#define CMD_VQINJECT_INPUT_FRAMES_H

#include <stddef.h>
#include <stdint.h>

/* Limits on the length and number of frames: 64 KiB less one byte after an
 * Ethernet header, as segmentation offload makes them; and rounded up. */
#define FRAMES_MAX_LEN	65550
#define FRAMES_MAX	65536

struct frames {
	/* Called for each frame, whose bytes are gone when it returns. Returns
	 * 0, or an exit status after a message. NULL: nothing is called. */
	int (*each)(void *data, const uint8_t *bytes, uint32_t len);
	void *data;
	size_t count;		/* of frames read */
	char why[600];		/* what is wrong */
};

/*
 * Read the Ethernet frames of a capture, the @len bytes at @bytes. Returns 0; a
 * negative errno and a message in @why; or what @each returned.
 */
int frames_read(struct frames *f, const uint8_t *bytes, size_t len);

#endif
