/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a virtio device says of itself in PCI configuration space (virtio spec
 * 1.4, 4.1.2 and 4.1.4), decoded and judged. Pure: bytes in, structure out;
 * nothing is read from or written to a device here.
 *
 * For who reads those bytes from a live device: the last four of a PCI_CFG
 * capability are a window, and reading them is reading the register it was
 * last aimed at. They are not needed here and may be left 0.
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

/* Of the common configuration: spec 1.0's fields, which every device has. */
#define VI_PCI_COMMON_CFG_LEN	56

/* @size 0: absent. @base is not looked at here. */
struct vi_pci_bar {
	uint64_t base;
	uint64_t size;
	bool io;
};

/*
 * @config: a private copy of @len bytes of configuration space, 64 (what an
 *          unprivileged reader gets) to VI_PCI_CONFIG_MAX.
 * @vendor, @device: as the system has them, where it does; 0: take those in
 *          @config. A virtual function has 0xffff there.
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
	/* One of the two above: the capabilities could not be read. */
	VI_PCI_MAYBE_LEGACY,
	/* All-ones: the device is gone. */
	VI_PCI_GONE,
};

/* @table_size: vectors; the table and the array are at @..offset in @..bar. */
struct vi_pci_msix {
	bool present;
	bool enabled;
	bool masked;
	uint16_t table_size;
	uint16_t pos;
	/* The rest is valid only with @has_tables. */
	bool has_tables;
	uint8_t table_bar;
	uint8_t pba_bar;
	uint32_t table_offset;
	uint32_t pba_offset;
};

enum vi_pci_cap_state {
	VI_PCI_CAP_USED,
	/* Drivers pass over it, or another one like it came first. */
	VI_PCI_CAP_IGNORED,
	/* Broken. */
	VI_PCI_CAP_REJECTED,
};

/*
 * @pos: where it is in configuration space.
 * @has_range: @bar, @id, @offset and @length were there and mean something.
 *         Those of a PCI_CFG capability are the window's, not a structure's.
 * @has_multiplier, @has_vendor: likewise; for NOTIFY_CFG and VENDOR_CFG.
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
};

/*
 * Something wrong, or worth knowing.
 * @code:     the rule, "P7".
 * @severity: 'E' error, 'W' warning, 'I' information.
 * @pos:      the capability, or the pointer, that it is about.
 */
struct vi_pci_hazard {
	const char *code;
	char severity;
	uint16_t pos;
	char message[152];
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
	/* Device type (spec chapter 5); 0: cannot be told. */
	uint16_t virtio_id;

	/*
	 * Not the device's fault: the list goes on where this reader may not
	 * look (64 bytes were read: root sees more), or where it did not.
	 */
	bool access_denied;
	bool truncated;

	struct vi_pci_msix msix;

	unsigned int num_caps;
	struct vi_pci_cap caps[VI_PCI_MAX_CAPS];

	unsigned int num_hazards;
	/* Hazards that found no room above. */
	unsigned int lost_hazards;
	struct vi_pci_hazard hazards[VI_PCI_MAX_HAZARDS];
};

/* 0; -EINVAL: fewer than 64 bytes, or more than VI_PCI_CONFIG_MAX. */
int vi_pci_parse(const struct vi_pci_input *in, struct vi_pci_config *out);

/* The one to use, or NULL. Of shared memory regions: the one with that id. */
const struct vi_pci_cap *vi_pci_find_cap(const struct vi_pci_config *config,
					 uint8_t cfg_type);
const struct vi_pci_cap *vi_pci_find_shm(const struct vi_pci_config *config,
					 uint8_t id);

/*
 * The rest judges values of the common configuration. Each returns true when
 * all is well; else *@hazard is written. Where it is of no interest: NULL.
 */

/*
 * P13: does queue_notify_off lead to a place inside the notification
 * structure @cap? (spec 4.1.4.4)
 */
bool vi_pci_notify_ok(const struct vi_pci_cap *cap, uint16_t queue_notify_off,
		      bool notification_data, struct vi_pci_hazard *hazard);

/* num_queues can be 65535, or be all-ones; this many are gone through. */
#define VI_PCI_QUEUE_LIMIT	4096

/*
 * P21: can all queues be gone through? *@limit: how many to go through, in
 * either case.
 */
bool vi_pci_num_queues_ok(uint16_t num_queues, unsigned int *limit,
			  struct vi_pci_hazard *hazard);

/*
 * P22: do the administration queues lie behind the others, and end with
 * 65535? Only where VIRTIO_F_ADMIN_VQ was negotiated. (spec 4.1.4.3.1)
 */
bool vi_pci_admin_queues_ok(uint16_t num_queues, uint16_t admin_queue_index,
			    uint16_t admin_queue_num,
			    struct vi_pci_hazard *hazard);

#endif
