/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vqinject: send hand-made buffers to a virtio device. */
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
	const char *device;		/* as the user named it; NULL: none */
	const struct recipe *recipe;	/* NULL: none */
	const char *const *args;	/* the recipe's; NULL ends them */
	unsigned int num_args;
	const char *script;
	struct chain chain;		/* from --out and --in */

	enum vqinject_attach attach;
	bool unprotected_dma;
	bool bind, release, restore, status;
	bool force, force_signature;
	bool conform, hostile, own_vmm, list;
	const char *only;		/* prefix of cases; NULL: all */

	const char *queue;		/* NULL: the first, or the recipe's */
	bool has_layout, packed;
	bool indirect, event_idx;
	const char *features;		/* "+NAME,-NAME" */
	unsigned int queue_size;	/* 0: what the device offers */

	uint64_t count;			/* 0: not given */
	unsigned int depth;		/* 0: not given */
	double rate;			/* per second; 0: unlimited */
	bool no_kick, kick_only, poll;
	bool has_timeout;
	double timeout;			/* seconds; 0: never */

	bool destroy;			/* --yes-destroy-data */
	bool dry_run, json, verbose;
	const char *save;		/* "-": standard output */
	struct expect expect;
	struct term term;
};

/* options.c: 0, or an exit status, or -1 when there is nothing left to do */
int inject_parse(struct vqinject_options *o, int argc, char **argv);
/* options_check.c: check combinations of options and set the mode */
int inject_check_options(struct vqinject_options *o, char **operands);

/* inject.c: run buffers or notifications; returns the exit status */
int inject_run(struct vqinject_options *o);

/* conform/command.c: --conform, --hostile; returns the exit status */
int inject_cases(const struct vqinject_options *o);

/* dry_run/dry_run.c: print what inject_run() would do */
int inject_dry_run(struct vqinject_options *o);

/* default timeout of a buffer in seconds */
#define INJECT_TIMEOUT	10.0
/* seconds to wait for effects of notifications */
#define INJECT_KICK_WAIT	0.1

static inline bool features_have(struct vi_features f, unsigned int bit)
{
	return bit < VIRTIO_FEATURES_BITS && (f.w[bit / 64] >> (bit % 64) & 1);
}

#endif
