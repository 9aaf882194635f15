/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vqinject: give a device exact buffers, and tell what it does with them. */
#ifndef CMD_VQINJECT_H
#define CMD_VQINJECT_H

#include <virtio-inspect/inject.h>

#include "common/term.h"
#include "vqinject/chain/chain.h"

enum vqinject_mode {
	INJECT_RUN,		/* buffers */
	INJECT_KICK,		/* notifications only */
	INJECT_BIND,
	INJECT_RELEASE,
	INJECT_RESTORE,
	INJECT_STATUS,
	INJECT_CONFORM,
	INJECT_HOSTILE,
	INJECT_LIST,		/* recipes */
};

enum vqinject_attach {
	ATTACH_VFIO,
	ATTACH_PHYSICAL,
};

struct recipe;

struct vqinject_options {
	enum vqinject_mode mode;
	const char *device;		/* as it was named; NULL: none */
	const struct recipe *recipe;	/* NULL: none */
	const char *const *args;	/* of the recipe, ended by NULL */
	unsigned int num_args;
	const char *script;
	struct chain chain;		/* of --out and --in */

	enum vqinject_attach attach;
	bool unprotected_dma;
	bool bind, release, restore, status;
	bool force, force_signature;
	bool conform, hostile, own_vmm, list;
	const char *only;		/* of the cases; NULL: all */

	const char *queue;		/* NULL: the first, or the recipe's */
	bool has_layout, packed;
	bool indirect, event_idx;
	const char *features;		/* "+NAME,-NAME" */
	unsigned int queue_size;	/* 0: as many as the device offers */

	uint64_t count;			/* 0: was not given */
	unsigned int depth;		/* likewise */
	double rate;			/* a second; 0: as fast as it goes */
	bool no_kick, kick_only, poll;
	bool has_timeout;
	double timeout;			/* seconds; 0: for ever */

	bool destroy;			/* --yes-destroy-data */
	bool dry_run, json, verbose;
	const char *save;		/* "-": standard output */
	struct expect expect;
	struct term term;
};

/* options.c: 0, or more than 0 what to end with, or -1 when all is done. */
int inject_parse(struct vqinject_options *o, int argc, char **argv);
/* options_check.c: what can be together; the mode. */
int inject_check_options(struct vqinject_options *o, char **operands);

/* inject.c: buffers, or notifications; what to end with. */
int inject_run(struct vqinject_options *o);

/* conform/command.c: --conform, --hostile; what to end with. */
int inject_cases(const struct vqinject_options *o);

/* dry_run/dry_run.c: what inject_run() would do. */
int inject_dry_run(struct vqinject_options *o);

/* Seconds without an answer after which a buffer is given up. */
#define INJECT_TIMEOUT	10.0
/* After notifications alone: for how long something may happen. */
#define INJECT_KICK_WAIT	0.1

static inline bool features_have(struct vi_features f, unsigned int bit)
{
	return bit < VIRTIO_FEATURES_BITS && (f.w[bit / 64] >> (bit % 64) & 1);
}

#endif
