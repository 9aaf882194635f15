// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Read a capability list, and nothing else, in two passes: the first follows
 * the list and finds the windows, the second reads the capabilities' contents.
 */
#include <errno.h>
#include <string.h>

#include "transport/pci/cap_walk.h"
#include "transport/pci/caps.h"

#define HEADER_SIZE	64
#define CONFIG_SIZE	256
#define REG_STATUS	0x06
#define STATUS_CAP_LIST	0x10
#define REG_CAP_LIST	0x34
#define CAP_ID_VENDOR	0x09
#define CAP_ID_MSIX	0x11

/* pci_cfg_data in a PCI_CFG capability. */
#define WINDOW_AT	16
#define WINDOW_END	20

struct walk {
	uint8_t *config;
	vi_pci_read_fn read;
	void *data;
	/* One bit per four bytes. */
	uint64_t done;
	uint64_t windows;
	uint64_t caps;			/* starts of capabilities */
};

static uint64_t bit_of(unsigned int pos)
{
	return UINT64_C(1) << (pos / 4);
}

/* Read the four bytes at @pos once, unless they are a window. */
static bool read4(struct walk *w, unsigned int pos)
{
	if (w->done & bit_of(pos))
		return true;
	if (w->windows & bit_of(pos) ||
	    !w->read(w->data, pos, w->config + pos, 4))
		return false;
	w->done |= bit_of(pos);
	return true;
}

static bool is_window(const uint8_t *cap)
{
	return cap[0] == CAP_ID_VENDOR && cap[3] == VI_PCI_PCI_CFG &&
	       cap[2] >= WINDOW_END;
}

/* Follow the list, visiting each position once; caps.c reports defects. */
static bool find_caps(struct walk *w)
{
	unsigned int pos = w->config[REG_CAP_LIST] & ~3u;

	while (pos >= HEADER_SIZE && !(w->caps & bit_of(pos))) {
		if (!read4(w, pos))
			return w->caps != 0;
		w->caps |= bit_of(pos);
		if (is_window(w->config + pos) &&
		    pos + WINDOW_END <= CONFIG_SIZE)
			w->windows |= bit_of(pos + WINDOW_AT);
		pos = w->config[pos + 1] & ~3u;
	}
	return true;
}

/* Number of bytes to read of the capability at @pos. */
static unsigned int body_len(const struct walk *w, unsigned int pos)
{
	const uint8_t *cap = w->config + pos;

	if (cap[0] == CAP_ID_MSIX)
		return 12;
	if (cap[0] != CAP_ID_VENDOR)
		return 4;
	return cap[3] == VI_PCI_PCI_CFG ? WINDOW_AT : 24;
}

static void read_bodies(struct walk *w)
{
	unsigned int pos, at, end;

	for (pos = HEADER_SIZE; pos < CONFIG_SIZE; pos += 4) {
		if (!(w->caps & bit_of(pos)))
			continue;
		end = pos + body_len(w, pos);
		for (at = pos; at < end && at < CONFIG_SIZE; at += 4)
			read4(w, at);
	}
}

int vi_pci_walk(uint8_t config[256], vi_pci_read_fn read, void *data)
{
	struct walk w = { .config = config, .read = read, .data = data };

	memset(config, 0, CONFIG_SIZE);
	if (!read(data, 0, config, HEADER_SIZE))
		return -EIO;
	w.done = (UINT64_C(1) << (HEADER_SIZE / 4)) - 1;
	if (!(config[REG_STATUS] & STATUS_CAP_LIST))
		return CONFIG_SIZE;
	if (!find_caps(&w))
		return HEADER_SIZE;
	read_bodies(&w);
	return CONFIG_SIZE;
}
