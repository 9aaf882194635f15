/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Does anything use a device? What holds for all types is asked of each: who
 * has its nodes open, what is on its disks. What only a type has is in a file
 * for each, and nothing else needs to know of it:
 *
 *	VI_USE_CHECK(net, 1, .used = interfaces_used);
 *
 * A type without one counts as used as soon as a driver has it. What cannot be
 * found out counts as used, too.
 */
#ifndef VI_BIND_USE_H
#define VI_BIND_USE_H

#include "access/sysfs/sysfs.h"
#include "bind/use/facts.h"
#include "bind/use/nodes.h"

struct vi_use {
	struct vi_ctx *ctx;
	struct vi_device *dev;		/* NULL: there is no virtio device */
	const struct vi_bind_facts *pci;
	bool force_signature;		/* see struct vi_bind_options */
	bool force;
	/* What vi_check_use() found, to be let go of by vi_use_end(). */
	struct vi_nodes nodes;		/* sorted */
	struct vi_pool pool;		/* of paths in sysfs */
	int *claim;			/* disks that are held, see claims.c */
	size_t num_claims;
};

/*
 * @nodes: add nodes that are its and not below its folder in sysfs. 0, or
 *         what vi_used() returns.
 * @used:  0, or what vi_used() or vi_cannot_tell() returns; NULL: its nodes
 *         tell all.
 * @never: why it is never given away while it has a driver; NULL: it may be.
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
 * Refuse it, if anything uses it: 0 or -EBUSY with a message. Until
 * vi_use_end() nobody else can mount its disks, or claim them otherwise.
 */
int vi_check_use(struct vi_use *u);
void vi_use_end(struct vi_use *u);

/* "virtio1: " and the message. Returns -EBUSY. */
int vi_used(struct vi_use *u, const char *fmt, ...) VI_PRINTF(2, 3);

/* It could not be found out; 0 when that is waived, @waived. */
int vi_cannot_tell(struct vi_use *u, bool waived, const char *fmt, ...)
	VI_PRINTF(3, 4);

/* Somebody could not be looked at: 0 where there is none such, or by force. */
struct vi_unseen;
int vi_unseen_used(struct vi_use *u, const struct vi_unseen *unseen);

/* What all types have. */

/* The disks among its nodes: mounts, swap, other devices on top. */
int vi_disks_used(struct vi_use *u);
/* They are idle, and nothing is on them that is worth keeping. */
int vi_disks_empty(struct vi_use *u);
/* Claim them, so that no one else can: claims.c. */
int vi_disks_claim(struct vi_use *u);
/* As many have them open as processes were found: after those. */
int vi_disks_counted(struct vi_use *u);
void vi_disks_unclaim(struct vi_use *u);

/* Is it a partition, and not a whole disk? */
bool vi_is_partition(struct vi_ctx *ctx, const struct vi_node *node);

/* Is it the disk's, or one of its partitions', "signature"? In @found; empty:
 * there is none. @name as below /dev. 0 or a negative errno with a message. */
#define VI_SIGNATURE_SIZE	128
int vi_disk_signature(struct vi_ctx *ctx, const char *name, unsigned int major,
		      unsigned int minor, char found[VI_SIGNATURE_SIZE]);

#endif
