/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory for devices that use physical addresses, in huge pages: the kernel
 * does not swap these, and each is contiguous.
 */
#ifndef VI_TRANSPORT_PCI_HUGEPAGES_H
#define VI_TRANSPORT_PCI_HUGEPAGES_H

#include <stddef.h>
#include <stdint.h>

/* A huge page is 1 << HUGEPAGE_SHIFT bytes. */
#define HUGEPAGE_SHIFT	21

struct vi_hugepages {
	char *base;
	size_t size;
	uint64_t *addr;			/* physical, per page */
};

/*
 * @size: whole huge pages. They are mapped shared, so that a forked process
 * keeps them while the device may still write to them. 0, or a negative errno
 * with a message; @name: the device, for messages.
 */
int vi_hugepages_get(const char *name, size_t size, struct vi_hugepages *h);
void vi_hugepages_put(struct vi_hugepages *h);

#endif
