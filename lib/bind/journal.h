/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Journals: what a device was like before it was taken, and by whom. A file
 * for each below /run/virtio-inspect, named by its address, on disk before
 * anything is changed; who works on the device has it locked.
 *
 * Lines of "KEY VALUE", in this order; "-" is an empty value:
 *
 *	virtio-inspect-journal 1
 *	address 0000:00:04.0
 *	boot 6f1c…			the boot that it is of
 *	pid 1234			who took it
 *	start 56789			and when that process was started
 *	time 1763840000			in seconds since 1970
 *	to vfio-pci
 *	driver virtio-pci		what it was like
 *	override -
 *	virtio virtio3
 *	virtio_driver virtio_blk
 *	status 15
 *	state taking			then "taken", "kept": added as it goes
 *
 * A process that finds one trusts nothing in it.
 */
#ifndef VI_BIND_JOURNAL_H
#define VI_BIND_JOURNAL_H

#include "bind/use/facts.h"
#include "core/clock.h"

#define VI_JOURNALS	"/run/virtio-inspect"

enum vi_journal_state {
	VI_JOURNAL_TAKING,
	VI_JOURNAL_TAKEN,
	VI_JOURNAL_KEPT,
};

#define VI_BOOT_SIZE	40

struct vi_journal {
	char boot[VI_BOOT_SIZE];
	uint32_t pid;
	uint64_t start;			/* 0: not known */
	uint64_t time;
	char to[VI_BIND_NAME_SIZE];
	struct vi_bind_facts was;
	enum vi_journal_state state;
};

/* --- Text: pure functions --- */

#define VI_JOURNAL_SIZE	2048

/* Its text with the first state; the length. */
int vi_journal_format(const struct vi_journal *j, char text[VI_JOURNAL_SIZE]);

/* 0; -ENODATA: it ends too early; -EINVAL: it is not of this form. */
int vi_journal_parse(const char *text, size_t len, struct vi_journal *j);

/* --- Files --- */

/* This process, this boot, now. 0 or an error with a message. */
int vi_journal_init(struct vi_ctx *ctx, struct vi_journal *j);

/*
 * Write a new one: a locked descriptor, or a negative errno with a message;
 * -EALREADY when there is one.
 */
int vi_journal_create(struct vi_ctx *ctx, const struct vi_journal *j);

/* Note a further state. */
int vi_journal_add(struct vi_ctx *ctx, int fd, enum vi_journal_state state);

/*
 * Open and lock one: its descriptor; -ENOENT; -EBUSY: another process has it
 * locked; -EACCES, ... No message. With @j its contents too, see *@err.
 */
int vi_journal_open(struct vi_ctx *ctx, const char *address,
		    struct vi_journal *j, int *err);

/* Look at one without locking it. *@locked: somebody works on it. */
int vi_journal_peek(struct vi_ctx *ctx, const char *address,
		    struct vi_journal *j, bool *locked);

/* When it was written; empty: that cannot be said. */
#define VI_SINCE_SIZE	VI_TIME_SIZE

void vi_journal_since(const struct vi_journal *j, char since[VI_SINCE_SIZE]);

/* There is one: -EALREADY, and who has the device; -ENOENT: there is none any
 * more. */
int vi_journal_fail_exists(struct vi_ctx *ctx, const char *address);

/* Fail with @err: the process that it is of runs; it died, and another one is
 * at work. */
int vi_journal_fail_has(struct vi_ctx *ctx, int err, const char *address,
			const struct vi_journal *j);
int vi_journal_fail_back(struct vi_ctx *ctx, int err, const char *address,
			 const struct vi_journal *j);

/* Remove it; its descriptor stays to be closed. */
int vi_journal_remove(struct vi_ctx *ctx, const char *address);

/* Call @fn with the address of each. */
int vi_journals(struct vi_ctx *ctx, int (*fn)(void *data, const char *address),
		void *data);

/* Is it of this boot? Does the process that took it run? */
bool vi_journal_is_ours(struct vi_ctx *ctx, const struct vi_journal *j);
bool vi_journal_owner_runs(struct vi_ctx *ctx, const struct vi_journal *j);

#endif
