// SPDX-License-Identifier: LGPL-2.1-or-later
/* Device types (virtio spec 1.4, chapter 5; PCI ids: 4.1.2). */
#include <stddef.h>

#include <virtio-inspect/inspect.h>

#include "core/compiler.h"
#include "spec/fold.h"
#include "spec/ids.h"

#define ROW_NO_MACRO(id_, name_, title_, specified_)			\
	[id_] = { .id = (id_), .name = (name_), .title = (title_),	\
		  .pci_modern = VI_PCI_MODERN_BASE + (id_),		\
		  .specified = (specified_) }

#define ROW(id_, name_, title_, macro_, transitional_, specified_)	\
	[id_] = { .id = (id_), .name = (name_), .title = (title_),	\
		  .macro = "VIRTIO_ID_" macro_,				\
		  .pci_modern = VI_PCI_MODERN_BASE + (id_),		\
		  .pci_transitional = (transitional_),			\
		  .specified = (specified_) }

/* Indexed by id; the gaps (0, 14, 15) have no name. */
static const struct vi_id_info ids[] = {
	ROW(1, "net", "network device", "NET", 0x1000, true),
	ROW(2, "blk", "block device", "BLOCK", 0x1001, true),
	ROW(3, "console", "console", "CONSOLE", 0x1003, true),
	ROW(4, "rng", "entropy source", "RNG", 0x1005, true),
	ROW(5, "balloon", "memory balloon (traditional)", "BALLOON", 0x1002, true),
	ROW(6, "iomem", "I/O memory", "IOMEM", 0, false),
	ROW(7, "rpmsg", "remote processor messaging", "RPMSG", 0, false),
	ROW(8, "scsi", "SCSI host", "SCSI", 0x1004, true),
	ROW(9, "9p", "9P transport", "9P", 0x1009, false),
	ROW(10, "mac80211-wlan", "mac80211 WLAN", "MAC80211_WLAN", 0, false),
	ROW(11, "rproc-serial", "remote processor serial", "RPROC_SERIAL", 0, false),
	ROW(12, "caif", "CAIF", "CAIF", 0, false),
	ROW(13, "memory-balloon", "memory balloon", "MEMORY_BALLOON", 0, false),
	ROW(16, "gpu", "GPU", "GPU", 0, true),
	ROW(17, "rtc", "real-time clock", "CLOCK", 0, true),
	ROW(18, "input", "input device", "INPUT", 0, true),
	ROW(19, "vsock", "socket device", "VSOCK", 0, true),
	ROW(20, "crypto", "crypto device", "CRYPTO", 0, true),
	ROW(21, "signal-dist", "signal distribution module", "SIGNAL_DIST", 0, false),
	ROW(22, "pstore", "pstore device", "PSTORE", 0, false),
	ROW(23, "iommu", "IOMMU", "IOMMU", 0, true),
	ROW(24, "mem", "memory device", "MEM", 0, true),
	ROW(25, "sound", "sound device", "SOUND", 0, true),
	ROW(26, "fs", "file system", "FS", 0, true),
	ROW(27, "pmem", "persistent memory", "PMEM", 0, true),
	ROW(28, "rpmb", "replay-protected memory block", "RPMB", 0, true),
	ROW(29, "mac80211-hwsim", "mac80211 wireless simulation", "MAC80211_HWSIM", 0, false),
	ROW(30, "video-encoder", "video encoder", "VIDEO_ENCODER", 0, false),
	ROW(31, "video-decoder", "video decoder", "VIDEO_DECODER", 0, false),
	ROW(32, "scmi", "SCMI device", "SCMI", 0, true),
	ROW(33, "nitro-sec-mod", "Nitro secure module", "NITRO_SEC_MOD", 0, false),
	ROW(34, "i2c", "I2C adapter", "I2C_ADAPTER", 0, true),
	ROW(35, "watchdog", "watchdog", "WATCHDOG", 0, false),
	ROW(36, "can", "CAN controller", "CAN", 0, true),
	ROW(37, "dmabuf", "DMA buffer sharing", "DMABUF", 0, false),
	ROW(38, "param-serv", "parameter server", "PARAM_SERV", 0, false),
	ROW(39, "audio-policy", "audio policy device", "AUDIO_POLICY", 0, false),
	ROW(40, "bt", "Bluetooth controller", "BT", 0, false),
	ROW(41, "gpio", "GPIO controller", "GPIO", 0, true),
	ROW_NO_MACRO(42, "rdma", "RDMA device", false),
	ROW_NO_MACRO(43, "camera", "camera", false),
	ROW_NO_MACRO(44, "ism", "inter-system shared memory", false),
	ROW_NO_MACRO(45, "spi", "SPI controller", true),
	ROW_NO_MACRO(46, "tee", "trusted execution environment", false),
	ROW_NO_MACRO(47, "cpu-balloon", "CPU balloon", false),
	ROW_NO_MACRO(48, "media", "media device", true),
	ROW_NO_MACRO(49, "usb", "USB controller", false),
};

/* Ids sorted by name, and by macro, with vi_fold_cmp(). */
static const uint8_t by_name[] = {
	9, 39, 5, 2, 40, 12, 43, 36, 3, 47, 20, 37, 26, 41, 16, 34, 18,
	6, 23, 44, 29, 10, 48, 24, 13, 1, 33, 38, 27, 22, 42, 4, 28, 7,
	11, 17, 32, 8, 21, 25, 45, 46, 49, 31, 30, 19, 35,
};

static const uint8_t by_macro[] = {
	9, 39, 5, 2, 40, 12, 36, 17, 3, 20, 37, 26, 41, 16, 34, 18, 6,
	23, 29, 10, 24, 13, 1, 33, 38, 27, 22, 4, 28, 7, 11, 32, 8, 21,
	25, 31, 30, 19, 35,
};

/* Transitional PCI device ids, from 0x1000. */
static const uint8_t by_transitional[] = { 1, 2, 5, 3, 8, 4, 0, 0, 0, 9 };

const struct vi_id_info *vi_id_find(uint32_t id)
{
	return id < ARRAY_SIZE(ids) && ids[id].name ? &ids[id] : NULL;
}

static const char *name_of(const struct vi_id_info *info)
{
	return info->name;
}

static const char *macro_of(const struct vi_id_info *info)
{
	return info->macro;
}

static const struct vi_id_info *
search(const uint8_t *order, size_t n,
       const char *(*key)(const struct vi_id_info *), const char *name)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct vi_id_info *info = &ids[order[mid]];
		int cmp = vi_fold_cmp(name, key(info));

		if (!cmp)
			return info;
		if (cmp < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

const struct vi_id_info *vi_id_find_name(const char *name)
{
	const struct vi_id_info *info;

	if (!name)
		return NULL;
	info = search(by_name, ARRAY_SIZE(by_name), name_of, name);
	if (!info)
		info = search(by_macro, ARRAY_SIZE(by_macro), macro_of, name);
	return info;
}

const struct vi_id_info *vi_id_from_pci(uint16_t pci_device)
{
	unsigned int off;

	if (pci_device < VI_PCI_DEVICE_FIRST || pci_device > VI_PCI_DEVICE_LAST)
		return NULL;
	if (pci_device >= VI_PCI_MODERN_BASE)
		return vi_id_find(pci_device - VI_PCI_MODERN_BASE);
	off = pci_device - VI_PCI_DEVICE_FIRST;
	return off < ARRAY_SIZE(by_transitional) ?
	       vi_id_find(by_transitional[off]) : NULL;
}

const struct vi_id_info *vi_id_next(const struct vi_id_info *prev)
{
	size_t i = prev ? prev->id + 1 : 0;

	while (i < ARRAY_SIZE(ids) && !ids[i].name)
		i++;
	return i < ARRAY_SIZE(ids) ? &ids[i] : NULL;
}

VI_EXPORT const char *vi_type_name(uint32_t device)
{
	const struct vi_id_info *info = vi_id_find(device);

	return info ? info->name : NULL;
}
