/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a binding is; between the files that work on it. */
#ifndef VI_BIND_BINDING_H
#define VI_BIND_BINDING_H

#include <virtio-inspect/bind.h>

#include "bind/journal.h"
#include "bind/plan.h"
#include "bind/write.h"

/*
 * @fd:   the journal, locked; -1: there is none, or not any more.
 * @writer: knows the step that this process gave up on.
 */
struct vi_binding {
	struct vi_ctx *ctx;
	struct vi_journal journal;
	int fd;
	struct vi_writer writer;
	bool claimed;			/* and not looked at yet: with these */
	bool force_signature, force;	/* see struct vi_bind_options */
	bool back;			/* it was given back, or never taken */
	struct vi_steps steps;		/* that vi_bind_steps() gave out */
};

struct vi_binding *vi_binding_new(struct vi_ctx *ctx);

/*
 * Remove the journal of a device that nobody has any more, where nothing is to
 * be undone.
 */
void vi_bind_forget(struct vi_ctx *ctx, const char *address);

#endif
