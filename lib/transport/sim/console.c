// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sim:console, a port that echoes its output (virtio specification 1.4, section
 * 5.3). Text waits for receive buffers up to a limit; beyond it, new text is
 * lost, as on a slow line.
 */
#include <stdlib.h>
#include <string.h>

#include "transport/sim/sim.h"

#define RECEIVEQ	0
#define TRANSMITQ	1
#define ECHO_MAX	65536

/* VIRTIO_CONSOLE_F_SIZE: the config has cols and rows. */
#define F_SIZE		0

struct console {
	size_t len;
	char text[ECHO_MAX];
};

static void put16(struct sim_device *dev, size_t at, uint64_t v)
{
	dev->config[at] = v;
	dev->config[at + 1] = v >> 8;
}

static int console_init(struct sim_device *dev)
{
	uint64_t cols = 80, rows = 25;
	int err;

	dev->num_queues = 2;
	dev->state = calloc(1, sizeof(struct console));
	if (!dev->state)
		return -ENOMEM;
	err = sim_option_size(dev, "cols", 1, UINT16_MAX, &cols);
	if (!err)
		err = sim_option_size(dev, "rows", 1, UINT16_MAX, &rows);
	put16(dev, 0, cols);
	put16(dev, 2, rows);
	return err;
}

static void console_fini(struct sim_device *dev)
{
	free(dev->state);
}

static void console_reset(struct sim_device *dev)
{
	struct console *console = dev->state;

	console->len = 0;
}

/* Move waiting text to receive buffers; true if any was completed. */
static bool echo(struct sim_device *dev, struct console *console)
{
	struct vi_buffer buf;
	bool any = false;
	size_t n;

	while (console->len && sim_pop(dev, RECEIVEQ, &buf)) {
		n = sim_write(&buf, 0, console->text, console->len);
		console->len -= n;
		memmove(console->text, console->text + n, console->len);
		sim_push(dev, RECEIVEQ, &buf, n);
		any = true;
	}
	return any;
}

static void console_serve(struct sim_device *dev, unsigned int q)
{
	struct console *console = dev->state;
	struct vi_buffer buf;
	bool any = false;

	while (q == TRANSMITQ && sim_pop(dev, q, &buf)) {
		console->len += sim_read(&buf, 0, console->text + console->len,
					 ECHO_MAX - console->len);
		sim_push(dev, q, &buf, 0);
		any |= echo(dev, console);
	}
	any |= echo(dev, console);
	if (any && q != RECEIVEQ)
		sim_interrupt(dev, RECEIVEQ);
}

static const uint8_t features[] = { F_SIZE };
static const char *const options[] = { "cols", "rows", NULL };

const struct sim_model sim_console = {
	.name		= "console",
	.device_id	= VIRTIO_ID_CONSOLE,
	.features	= features,
	.num_features	= ARRAY_SIZE(features),
	.config_size	= 12,
	.options	= options,
	.init		= console_init,
	.fini		= console_fini,
	.reset		= console_reset,
	.serve		= console_serve,
};
