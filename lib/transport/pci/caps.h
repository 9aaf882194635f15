/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A virtio device's PCI configuration space (virtio spec 1.4, 4.1.2 and 4.1.4),
 * decoded and judged. A pure function of bytes; nothing here accesses a device.
 *
 * Callers that read the bytes from a live device: the last four of a PCI_CFG
 * capability are a window; reading them reads the register at which it was last
 * aimed. They are not needed here and may be left 0.
 */
#ifndef VI_TRANSPORT_PCI_CAPS_H
#define VI_TRANSPORT_PCI_CAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VI_PCI_BARS		6
#define VI_PCI_CONFIG_MAX	4096

/* cfg_type of a capability (spec 4.1.4). */
enum {
	VI_PCI_COMMON_CFG = 1,
	VI_PCI_NOTIFY_CFG = 2,
	VI_PCI_ISR_CFG = 3,
	VI_PCI_DEVICE_CFG = 4,
	VI_PCI_PCI_CFG = 5,
	VI_PCI_SHARED_MEMORY_CFG = 8,
	VI_PCI_VENDOR_CFG = 9,
};

/* Size of the common configuration in spec 1.0, which all devices have. */
#define VI_PCI_COMMON_CFG_LEN	56

/* @size 0: absent. @base is not used here. */
struct vi_pci_bar {
	uint64_t base;
	uint64_t size;
	bool io;
};

/*
 * @config: private copy of @len bytes of configuration space, from 64 (for
 *          unprivileged readers) to VI_PCI_CONFIG_MAX.
 * @vendor, @device: as known to the system; 0: use those in @config. Virtual
 *          functions have 0xffff there.
 * @notification_data: VIRTIO_F_NOTIFICATION_DATA is known to be offered.
 */
struct vi_pci_input {
	const uint8_t *config;
	size_t len;
	struct vi_pci_bar bar[VI_PCI_BARS];
	uint16_t vendor;
	uint16_t device;
	bool notification_data;
};

enum vi_pci_kind {
	VI_PCI_NOT_VIRTIO,
	VI_PCI_MODERN,
	VI_PCI_TRANSITIONAL,
	VI_PCI_LEGACY,
	/* Transitional or legacy: the capabilities could not be read. */
	VI_PCI_MAYBE_LEGACY,
	/* Configuration space is all-ones: the device was removed. */
	VI_PCI_GONE,
};

/* @table_size: number of vectors. Locations are an offset in a BAR. */
struct vi_pci_msix {
	bool present;
	bool enabled;
	bool masked;
	uint16_t table_size;
	uint16_t pos;
	/* Valid only if @has_tables. */
	bool has_tables;
	uint8_t table_bar;
	uint8_t pba_bar;
	uint32_t table_offset;
	uint32_t pba_offset;
	uint32_t absent;		/* as in struct vi_pci_cap */
};

enum vi_pci_cap_state {
	VI_PCI_CAP_USED,
	/* Drivers skip it, or an earlier one takes precedence. */
	VI_PCI_CAP_IGNORED,
	/* Invalid. */
	VI_PCI_CAP_REJECTED,
};

/*
 * @pos:   in configuration space.
 * @has_range: @bar, @id, @offset and @length are valid. Those of a PCI_CFG
 *         capability belong to the window, not to a structure.
 * @has_multiplier, @has_vendor: likewise, for NOTIFY_CFG and VENDOR_CFG.
 */
struct vi_pci_cap {
	uint16_t pos;
	uint8_t cap_len;
	uint8_t cfg_type;
	enum vi_pci_cap_state state;
	bool has_range;
	uint8_t bar;
	uint8_t id;
	uint64_t offset;
	uint64_t length;
	bool has_multiplier;
	uint32_t notify_off_multiplier;
	bool has_vendor;
	uint16_t vendor_id;
	uint32_t absent;		/* from a capture; see record/schema.h */
};

/*
 * A defect, or other remarkable finding.
 * @code:     the rule, "P7".
 * @severity: 'E' error, 'W' warning, 'I' information.
 * @pos:      of the capability or pointer concerned.
 */
struct vi_pci_hazard {
	const char *code;
	char severity;
	uint16_t pos;
	char message[152];
	uint32_t absent;		/* as in struct vi_pci_cap */
};

/* Capabilities begin at multiples of 4 from 64 to 252. */
#define VI_PCI_MAX_CAPS		48
#define VI_PCI_MAX_HAZARDS	64

struct vi_pci_config {
	uint16_t vendor;
	uint16_t device;
	uint16_t subsystem_vendor;
	uint16_t subsystem_device;
	uint8_t revision;
	enum vi_pci_kind kind;
	/* Device type (spec chapter 5); 0: unknown. */
	uint16_t virtio_id;

	/*
	 * Not defects: the list goes on beyond what this reader may read (64
	 * bytes; root may read more), or beyond what it did read.
	 */
	bool access_denied;
	bool truncated;

	struct vi_pci_msix msix;

	unsigned int num_caps;
	struct vi_pci_cap caps[VI_PCI_MAX_CAPS];

	unsigned int num_hazards;
	/* Number of hazards that did not fit. */
	unsigned int lost_hazards;
	struct vi_pci_hazard hazards[VI_PCI_MAX_HAZARDS];
};

/* 0; -EINVAL if @in has fewer than 64 or more than VI_PCI_CONFIG_MAX bytes. */
int vi_pci_parse(const struct vi_pci_input *in, struct vi_pci_config *out);

/* The capability that drivers use, or NULL. */
const struct vi_pci_cap *vi_pci_find_cap(const struct vi_pci_config *config,
					 uint8_t cfg_type);

/* The first valid capability in memory space, which can be mapped, or NULL. */
const struct vi_pci_cap *vi_pci_find_mapped(const struct vi_pci_config *config,
					    const struct vi_pci_bar *bars,
					    uint8_t cfg_type);

/*
 * The functions below check values of the common configuration. They return
 * true if the value is valid; otherwise they fill in *@hazard, which may be
 * NULL.
 */

/* P13: does queue_notify_off point into the structure @cap (spec 4.1.4.4)? */
bool vi_pci_notify_ok(const struct vi_pci_cap *cap, uint16_t queue_notify_off,
		      bool notification_data, struct vi_pci_hazard *hazard);

/* num_queues can be 65535 or all-ones; at most this many are examined. */
#define VI_PCI_QUEUE_LIMIT	4096

/* P21: can all queues be examined? *@limit: how many to examine. */
bool vi_pci_num_queues_ok(uint16_t num_queues, unsigned int *limit,
			  struct vi_pci_hazard *hazard);

#endif
