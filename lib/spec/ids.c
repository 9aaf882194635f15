// SPDX-License-Identifier: LGPL-2.1-or-later
/* Names of device types (virtio spec 1.4, chapter 5). */
#include <stddef.h>
#include <string.h>

#include <virtio-inspect/inspect.h>

#include "core/compiler.h"

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

/* Types whose macro in the kernel's headers has another name. */
static const struct {
	uint32_t id;
	const char *macro;
} macros[] = {
	{ 2, "block" }, { 17, "clock" }, { 34, "i2c-adapter" },
};

static const char *macro_name(uint32_t id)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(macros); i++)
		if (macros[i].id == id)
			return macros[i].macro;
	return names[id];
}

/* Whatever the locale: a name must not depend on the user's language. */
static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c == '_' ? '-' : c;
}

/* The part of @s after @prefix, which is in lower case; or NULL. */
static const char *skip(const char *s, const char *prefix)
{
	while (*prefix && fold(*s) == *prefix)
		s++, prefix++;
	return *prefix ? NULL : s;
}

static bool is_called(const char *s, const char *name)
{
	const char *rest = s ? skip(s, name) : NULL;

	return rest && !*rest;
}

VI_EXPORT uint32_t vi_type_id(const char *name)
{
	const char *macro = skip(name, "virtio-id-");
	uint32_t id;

	for (id = 0; id < ARRAY_SIZE(names); id++)
		if (names[id] && (is_called(name, names[id]) ||
				  is_called(macro, macro_name(id))))
			return id;
	return 0;
}
