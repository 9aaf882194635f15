/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a PCI device is now, as far as taking it and giving it back matter. */
#ifndef VI_BIND_USE_FACTS_H
#define VI_BIND_USE_FACTS_H

#include "core/address.h"
#include "core/ctx.h"

#define VI_BIND_NAME_SIZE	64
#define VI_BIND_PATH_SIZE	160

/* Empty names: there is none. */
struct vi_bind_facts {
	char address[VI_PCI_ADDRESS_SIZE];
	char driver[VI_BIND_NAME_SIZE];		/* of the PCI bus */
	char override[VI_BIND_NAME_SIZE];
	char virtio[VI_BIND_NAME_SIZE];		/* "virtio3" */
	char virtio_driver[VI_BIND_NAME_SIZE];
	bool has_status;
	uint8_t status;
};

/* 0; -ENODEV when there is no such device, or another errno. */
int vi_bind_facts(struct vi_ctx *ctx, const char *address,
		  struct vi_bind_facts *f);

/*
 * A name of a driver or a device that can stand in a path: letters, digits,
 * '_', '-', '.', '+', and no more than fit.
 */
bool vi_bind_name_ok(const char *name);

/* @path: /sys/bus/pci/devices/ADDRESS/FILE */
void vi_bind_path(char path[VI_BIND_PATH_SIZE], const char *address,
		  const char *file);

/* Is it a virtio device, by its PCI ids (spec 1.4, 4.1.2)? */
bool vi_bind_is_virtio(struct vi_ctx *ctx, const char *address);

#endif
