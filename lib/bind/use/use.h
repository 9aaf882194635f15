/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Does anything use a device? Checks for all types: who has its nodes open, and
 * what is on its disks. Checks for one type are in a file each, which nothing
 * else needs to know:
 *
 *	VI_USE_CHECK(net, 1, .used = interfaces_used);
 *
 * A type without one counts as used as soon as it has a driver. So does
 * whatever cannot be determined.
 */
#ifndef VI_BIND_USE_H
#define VI_BIND_USE_H

#include "access/sysfs/sysfs.h"
#include "bind/use/facts.h"
#include "bind/use/nodes.h"

struct vi_use {
	struct vi_ctx *ctx;
	struct vi_device *dev;		/* NULL: no virtio device */
	const struct vi_bind_facts *pci;
	bool force_signature;		/* see struct vi_bind_options */
	bool force;
	/* What vi_check_use() found; vi_use_end() releases it. */
	struct vi_nodes nodes;		/* sorted */
	struct vi_pool pool;		/* of paths in sysfs */
	int *claim;			/* claimed disks, see claims.c */
	size_t num_claims;
};

/*
 * @nodes: add its nodes that are not below its folder in sysfs. 0, or what
 *         vi_used() returns.
 * @used:  0, or what vi_used() or vi_cannot_tell() returns; NULL: its nodes
 *         tell everything.
 * @never: why a bound device is never given away; NULL: it may be.
 */
struct vi_use_check {
	uint32_t device;
	int (*nodes)(struct vi_use *u);
	int (*used)(struct vi_use *u);
	const char *never;
};

/* The linker collects these into one array. */
#define VI_USE_CHECK(name_, device_, ...)				\
	static const struct vi_use_check use_##name_ = {		\
		.device = (device_), __VA_ARGS__			\
	};								\
	static const struct vi_use_check *const use_entry_##name_	\
	__attribute__((used, section("vi_use_checks"))) = &use_##name_

/*
 * Refuse a device that anything uses: 0 or -EBUSY with a message. Until
 * vi_use_end() nobody else can mount its disks, or claim them otherwise.
 */
int vi_check_use(struct vi_use *u);
void vi_use_end(struct vi_use *u);

/* Report a use: "virtio1: " and the message. Returns -EBUSY. */
int vi_used(struct vi_use *u, const char *fmt, ...) VI_PRINTF(2, 3);

/* Report that a use could not be determined; 0 if @waived. */
int vi_cannot_tell(struct vi_use *u, bool waived, const char *fmt, ...)
	VI_PRINTF(3, 4);

/* Report a process that could not be examined; 0 if none, or by force. */
struct vi_unseen;
int vi_unseen_used(struct vi_use *u, const struct vi_unseen *unseen);

/* Checks for all types. */

/* Its disks: mounts, swap, devices on top. */
int vi_disks_used(struct vi_use *u);
/* Its disks are idle, and hold nothing worth keeping. */
int vi_disks_empty(struct vi_use *u);
/* Claim its disks, so that no one else can: claims.c. */
int vi_disks_claim(struct vi_use *u);
/* The kernel counts no more openers than the search found; call after it. */
int vi_disks_counted(struct vi_use *u);
void vi_disks_unclaim(struct vi_use *u);

/* Find a signature on the disk or partition @name (below /dev); @found is empty
 * if there is none. 0 or a negative errno with a message. */
#define VI_SIGNATURE_SIZE	128
int vi_disk_signature(struct vi_ctx *ctx, const char *name, unsigned int major,
		      unsigned int minor, char found[VI_SIGNATURE_SIZE]);

#endif
