/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bindings; internal to lib/bind. */
#ifndef VI_BIND_BINDING_H
#define VI_BIND_BINDING_H

#include <virtio-inspect/bind.h>

#include "bind/journal.h"
#include "bind/plan.h"
#include "bind/write.h"

/*
 * @fd:   the locked journal; -1: there is none, or none any more.
 * @writer: has the child that did not finish a step in time.
 */
struct vi_binding {
	struct vi_ctx *ctx;
	struct vi_journal journal;
	int fd;
	struct vi_writer writer;
	bool claimed;			/* claimed, but not yet checked */
	bool force_signature, force;	/* see struct vi_bind_options */
	bool back;			/* was given back, or never taken */
	struct vi_steps steps;		/* what vi_bind_steps() returned */
};

struct vi_binding *vi_binding_new(struct vi_ctx *ctx);

/*
 * Remove the journal of a device if its process has died and nothing is to be
 * undone.
 */
void vi_bind_forget(struct vi_ctx *ctx, const char *address);

#endif
