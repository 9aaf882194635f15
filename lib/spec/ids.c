// SPDX-License-Identifier: LGPL-2.1-or-later
/* Names of device types (virtio spec 1.4, chapter 5). */
#include <stddef.h>
#include <string.h>

#include <virtio-inspect/inspect.h>

#include "core/compiler.h"
#include "spec/ids.h"

/* The gaps (0, 14, 15) have no name. */
static const char *const names[] = {
	[1] = "net",
	[2] = "blk",
	[3] = "console",
	[4] = "rng",
	[5] = "balloon",
	[6] = "iomem",
	[7] = "rpmsg",
	[8] = "scsi",
	[9] = "9p",
	[10] = "mac80211-wlan",
	[11] = "rproc-serial",
	[12] = "caif",
	[13] = "memory-balloon",
	[16] = "gpu",
	[17] = "rtc",
	[18] = "input",
	[19] = "vsock",
	[20] = "crypto",
	[21] = "signal-dist",
	[22] = "pstore",
	[23] = "iommu",
	[24] = "mem",
	[25] = "sound",
	[26] = "fs",
	[27] = "pmem",
	[28] = "rpmb",
	[29] = "mac80211-hwsim",
	[30] = "video-encoder",
	[31] = "video-decoder",
	[32] = "scmi",
	[33] = "nitro-sec-mod",
	[34] = "i2c",
	[35] = "watchdog",
	[36] = "can",
	[37] = "dmabuf",
	[38] = "param-serv",
	[39] = "audio-policy",
	[40] = "bt",
	[41] = "gpio",
	[42] = "rdma",
	[43] = "camera",
	[44] = "ism",
	[45] = "spi",
	[46] = "tee",
	[47] = "cpu-balloon",
	[48] = "media",
	[49] = "usb",
};

VI_EXPORT const char *vi_type_name(uint32_t device)
{
	return device < ARRAY_SIZE(names) ? names[device] : NULL;
}

uint32_t vi_type_id(const char *name)
{
	uint32_t id;

	for (id = 0; id < ARRAY_SIZE(names); id++)
		if (names[id] && !strcmp(names[id], name))
			return id;
	return 0;
}
