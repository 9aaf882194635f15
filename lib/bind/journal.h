/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Journals: the state of a device before it was taken, and the process that
 * took it. Each is a file below /run/virtio-inspect, named after the address,
 * and is on disk before anything is changed. A process that works on the device
 * holds its lock.
 *
 * Lines of "KEY VALUE", in this order; "-" is an empty value:
 *
 *	virtio-inspect-journal 1
 *	address 0000:00:04.0
 *	boot 6f1c…			the boot that it is from
 *	pid 1234			the process that took it
 *	start 56789			its start time
 *	time 1763840000			in seconds since 1970
 *	to vfio-pci
 *	driver virtio-pci		the state before
 *	override -
 *	virtio virtio3
 *	virtio_driver virtio_blk
 *	status 15
 *	state taking			then "taken", "kept" are appended
 *
 * A process that reads one trusts nothing in it.
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
	uint64_t start;			/* 0: unknown */
	uint64_t time;
	char to[VI_BIND_NAME_SIZE];
	struct vi_bind_facts was;
	enum vi_journal_state state;
};

/* --- Text: pure functions --- */

#define VI_JOURNAL_SIZE	2048

/* Write its text with the first state; returns the length. */
int vi_journal_format(const struct vi_journal *j, char text[VI_JOURNAL_SIZE]);

/* 0; -ENODATA: it is truncated; -EINVAL: it does not have this form. */
int vi_journal_parse(const char *text, size_t len, struct vi_journal *j);

/* --- Files --- */

/* Set process, boot and time; 0, or a negative errno with a message. */
int vi_journal_init(struct vi_ctx *ctx, struct vi_journal *j);

/*
 * Create a journal. Returns a locked descriptor, or a negative errno with a
 * message; -EALREADY: there is one.
 */
int vi_journal_create(struct vi_ctx *ctx, const struct vi_journal *j);

/* Append a state. */
int vi_journal_add(struct vi_ctx *ctx, int fd, enum vi_journal_state state);

/*
 * Open and lock one. Returns its descriptor; -ENOENT; -EBUSY: another process
 * has it locked; -EACCES, ... No message. Reads the contents to @j; *@err: 0,
 * or why they cannot be used.
 */
int vi_journal_open(struct vi_ctx *ctx, const char *address,
		    struct vi_journal *j, int *err);

/* Read one without locking it. *@locked: a process is working on it. */
int vi_journal_peek(struct vi_ctx *ctx, const char *address,
		    struct vi_journal *j, bool *locked);

/* When it was written; empty: unknown. */
#define VI_SINCE_SIZE	VI_TIME_SIZE

void vi_journal_since(const struct vi_journal *j, char since[VI_SINCE_SIZE]);

/* Fail because there is one: -EALREADY with a message that names the process;
 * -ENOENT: it has just been removed. */
int vi_journal_fail_exists(struct vi_ctx *ctx, const char *address);

/* Fail with @err, with a message: its process is running; its process died, and
 * another one is giving the device back. */
int vi_journal_fail_has(struct vi_ctx *ctx, int err, const char *address,
			const struct vi_journal *j);
int vi_journal_fail_back(struct vi_ctx *ctx, int err, const char *address,
			 const struct vi_journal *j);

/* Remove it; the caller closes its descriptor. */
int vi_journal_remove(struct vi_ctx *ctx, const char *address);

/* Call @fn with the address of each. */
int vi_journals(struct vi_ctx *ctx, int (*fn)(void *data, const char *address),
		void *data);

/* Is it from this boot? Is the process that took the device running? */
bool vi_journal_is_ours(struct vi_ctx *ctx, const struct vi_journal *j);
bool vi_journal_owner_runs(struct vi_ctx *ctx, const struct vi_journal *j);

#endif
