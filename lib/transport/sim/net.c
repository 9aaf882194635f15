// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sim:net, a loopback interface: each frame sent comes back (virtio
 * specification 1.4, section 5.1). A frame is dropped, as on a wire, if there
 * is no receive buffer or the next one is too short.
 */
#include <stdlib.h>
#include <string.h>

#include "transport/sim/sim.h"

#define RECEIVEQ	0
#define TRANSMITQ	1

#define F_MTU		3
#define F_MAC		5
#define F_STATUS	16

/* struct virtio_net_hdr of VERSION_1 devices, with num_buffers (5.1.6). */
#define HDR_LEN		12
#define HDR_NUM_BUFFERS	10
#define FRAME_MAX	65535

static int net_init(struct sim_device *dev)
{
	/* Locally administered address; link up; MTU 1500. */
	static const uint8_t config[12] = {
		0x02, 0x76, 0x69, 0x00, 0x00, 0x01, 1, 0, 0, 0,
		1500 & 0xff, 1500 >> 8,
	};

	dev->num_queues = 2;
	memcpy(dev->config, config, sizeof(config));
	dev->state = malloc(HDR_LEN + FRAME_MAX);
	return dev->state ? 0 : -ENOMEM;
}

static void net_fini(struct sim_device *dev)
{
	free(dev->state);
}

/* One buffer per frame: num_buffers is 1 without MRG_RXBUF (5.1.6.4). */
static bool deliver(struct sim_device *dev, uint8_t *frame, size_t len)
{
	struct vi_buffer buf;

	if (!sim_pop(dev, RECEIVEQ, &buf))
		return false;
	memset(frame, 0, HDR_LEN);
	frame[HDR_NUM_BUFFERS] = 1;
	if (sim_in_len(&buf) < len)
		len = 0;
	sim_push(dev, RECEIVEQ, &buf, sim_write(&buf, 0, frame, len));
	return true;
}

static void net_serve(struct sim_device *dev, unsigned int q)
{
	uint8_t *frame = dev->state;
	struct vi_buffer buf;
	bool any = false;

	while (q == TRANSMITQ && sim_pop(dev, q, &buf)) {
		uint64_t len = sim_out_len(&buf);

		if (len > HDR_LEN && len <= HDR_LEN + FRAME_MAX) {
			sim_read(&buf, 0, frame, len);
			any |= deliver(dev, frame, len);
		}
		sim_push(dev, q, &buf, 0);
	}
	if (any)
		sim_interrupt(dev, RECEIVEQ);
}

static const uint8_t features[] = { F_MTU, F_MAC, F_STATUS };

const struct sim_model sim_net = {
	.name		= "net",
	.device_id	= VIRTIO_ID_NET,
	.features	= features,
	.num_features	= ARRAY_SIZE(features),
	.config_size	= 12,
	.init		= net_init,
	.fini		= net_fini,
	.serve		= net_serve,
};
