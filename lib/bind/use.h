/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does anything use a device? One file for each type, and nothing else needs
 * to know of it:
 *
 *	VI_USE_CHECK(blk, 2, .used = blk_used);
 *
 * A type without one counts as used as soon as a driver has it.
 */
#ifndef VI_BIND_USE_H
#define VI_BIND_USE_H

#include "attach/sysfs.h"

struct vi_use {
	struct vi_ctx *ctx;
	struct vi_device *dev;
	bool force_signature;		/* see struct vi_bind_options */
	bool force;
};

/*
 * @used:  0, or what vi_used() or vi_cannot_tell() returns. Called only when
 *         the device has a driver.
 * @never: why it is never given away while it has one; NULL: it may be.
 */
struct vi_use_check {
	uint32_t device;
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

/* Refuse it, if anything uses it: 0 or -EBUSY with a message. */
int vi_check_use(struct vi_use *u);

/* "virtio1: " and the message. Returns -EBUSY. */
int vi_used(struct vi_use *u, const char *fmt, ...) VI_PRINTF(2, 3);

/* It could not be found out; 0 when that is waived, @waived. */
int vi_cannot_tell(struct vi_use *u, bool waived, const char *fmt, ...)
	VI_PRINTF(3, 4);

/* What several types have. */

/* The disk at @path in sysfs, its partitions, what is on them. */
int vi_disk_used(struct vi_use *u, const char *path);

/* Is it the disk's, or one of its partitions', "signature"? In @found; empty:
 * there is none. @name as below /dev. 0 or a negative errno with a message. */
#define VI_SIGNATURE_SIZE	128
int vi_disk_signature(struct vi_ctx *ctx, const char *name, unsigned int major,
		      unsigned int minor, char found[VI_SIGNATURE_SIZE]);

/* The interfaces of the device. */
int vi_interfaces_used(struct vi_use *u);

/* Does a process have this open? See vi_find_opener_of(). */
int vi_open_used(struct vi_use *u, const char *path);

#endif
