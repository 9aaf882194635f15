// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A harmless request for each type of device: it reads, asks for a version, or
 * sends something nobody receives.
 */
#include <string.h>

#include "vqinject/conform/conform.h"

#define SECTOR	512

/* The request is VIRTIO_BLK_T_IN of sector 0, all zeros (spec 1.4, 5.2.6). */
static bool blk_good(const uint8_t *in)
{
	return !in[SECTOR];
}

/* A zero header and a frame of an experimental protocol, to a local address
 * that nobody has (spec 1.4, 5.1.6; IEEE 802, ethertype 0x88b5). */
static void net_fill(uint8_t *out)
{
	uint8_t *frame = out + 12;

	frame[0] = frame[6] = 0x02;
	frame[5] = 0xfe;
	frame[11] = 0xff;
	frame[12] = 0x88;
	frame[13] = 0xb5;
}

static void console_fill(uint8_t *out)
{
	memset(out, ' ', 16);
	out[15] = '\n';
}

/* TEST UNIT READY, all zeros, for the first unit (spec 1.4, 5.6.6.1). */
static void scsi_fill(uint8_t *out)
{
	out[0] = 1;
	out[2] = 0x40;
}

/* Tversion with 9P2000.L. */
static void p9_fill(uint8_t *out)
{
	static const uint8_t version[] = {
		21, 0, 0, 0, 100, 0xff, 0xff, 0, 0x10, 0, 0, 8, 0,
		'9', 'P', '2', '0', '0', '0', '.', 'L',
	};

	memcpy(out, version, sizeof(version));
}

static const struct conform_request requests[] = {
	{ VIRTIO_ID_NET, 1, 12 + 60, 0, 0, net_fill, NULL },
	{ VIRTIO_ID_BLOCK, 0, 16, SECTOR + 1, SECTOR + 1, NULL, blk_good },
	{ VIRTIO_ID_CONSOLE, 1, 16, 0, 0, console_fill, NULL },
	{ VIRTIO_ID_RNG, 0, 0, 64, 1, NULL, NULL },
	{ VIRTIO_ID_SCSI, 2, 51, 108, 12, scsi_fill, NULL },
	{ VIRTIO_ID_9P, 0, 21, 4096, 7, p9_fill, NULL },
};

const struct conform_request *conform_request_for(uint32_t device)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(requests); i++)
		if (requests[i].device == device)
			return &requests[i];
	return NULL;
}
