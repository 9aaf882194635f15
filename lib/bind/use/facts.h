/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The current state of a PCI device, as far as binding drivers needs it. */
#ifndef VI_BIND_USE_FACTS_H
#define VI_BIND_USE_FACTS_H

#include "core/address.h"
#include "core/ctx.h"

#define VI_BIND_NAME_SIZE	64
#define VI_BIND_PATH_SIZE	160

/* An empty name: none. */
struct vi_bind_facts {
	char address[VI_PCI_ADDRESS_SIZE];
	char driver[VI_BIND_NAME_SIZE];		/* the PCI driver */
	char override[VI_BIND_NAME_SIZE];
	char virtio[VI_BIND_NAME_SIZE];		/* "virtio3" */
	char virtio_driver[VI_BIND_NAME_SIZE];
	bool has_status;
	uint8_t status;
};

/* 0; -ENODEV: no such device; or another errno. */
int vi_bind_facts(struct vi_ctx *ctx, const char *address,
		  struct vi_bind_facts *f);

/*
 * Can the name of a driver or device be part of a path? Letters, digits, '_',
 * '-', '.', '+', and short enough.
 */
bool vi_bind_name_ok(const char *name);

/* @path: /sys/bus/pci/devices/ADDRESS/FILE */
void vi_bind_path(char path[VI_BIND_PATH_SIZE], const char *address,
		  const char *file);

/* Is it a virtio device, by its PCI ids (spec 1.4, 4.1.2)? */
bool vi_bind_is_virtio(struct vi_ctx *ctx, const char *address);

#endif
