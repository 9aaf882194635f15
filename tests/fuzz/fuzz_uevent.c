// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel messages about devices that appear and disappear. */
#include "access/uevent/uevent.h"
#include "fuzz.h"

const char *const fuzz_words[] = {
	"add@", "bind@", "unbind@", "remove@", "change@", "/devices/",
	"virtio3", "SUBSYSTEM=virtio", "DRIVER=", "MODALIAS=virtio:d",
	"v00001AF4", "SEQNUM=", "DEVPATH=", "ACTION=", "18446744073709551616",
	NULL
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vi_event ev;

	memset(&ev, 0, sizeof(ev));
	if (vi_uevent_parse((const char *)data, size, &ev) != 1)
		return 0;
	/* Its strings end within their arrays. */
	if (strnlen(ev.device, sizeof(ev.device)) == sizeof(ev.device) ||
	    strnlen(ev.driver, sizeof(ev.driver)) == sizeof(ev.driver) ||
	    strnlen(ev.address, sizeof(ev.address)) == sizeof(ev.address) ||
	    !strlen(ev.event))
		abort();
	return 0;
}

/* A | stands for the NUL after each part. */
static const char *const seeds[] = {
	"bind@/devices/pci0000:00/0000:00:04.0/virtio1|ACTION=bind|"
	"DEVPATH=/devices/pci0000:00/0000:00:04.0/virtio1|SUBSYSTEM=virtio|"
	"DRIVER=virtio_rng|MODALIAS=virtio:d00000004v00001AF4|SEQNUM=1234|",
	"remove@/devices/platform/a003e00.virtio_mmio/virtio7|ACTION=remove|"
	"DEVPATH=/devices/platform/a003e00.virtio_mmio/virtio7|"
	"SUBSYSTEM=virtio|MODALIAS=virtio:d00000001v554D4551|SEQNUM=9|",
	"add@/devices/virtual/net/lo|ACTION=add|SUBSYSTEM=net|",
};

size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	size_t n, k;

	if (i >= sizeof(seeds) / sizeof(seeds[0]))
		return 0;
	n = fuzz_text(buf, seeds[i]);
	for (k = 0; k < n; k++)
		if (buf[k] == '|')
			buf[k] = '\0';
	return n;
}
