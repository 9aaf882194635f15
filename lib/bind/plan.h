/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The steps to take a device and to give it back, as lists that depend only on
 * its present and its former state.
 */
#ifndef VI_BIND_PLAN_H
#define VI_BIND_PLAN_H

#include "bind/use/facts.h"

/* The override for no driver: a name that no driver has excludes all. */
#define VI_NO_DRIVER	"virtio-inspect"

enum vi_step_kind {
	VI_STEP_WRITE,		/* value to path */
	VI_STEP_DRIVER,		/* wait until path leads to value, or is gone */
	VI_STEP_VIRTIO,		/* wait until the virtio driver value runs */
	VI_STEP_MASTER,		/* bus master off in path */
};

struct vi_step {
	enum vi_step_kind kind;
	char path[VI_BIND_PATH_SIZE];
	char value[VI_BIND_NAME_SIZE];
	const char *text;
};

#define VI_MAX_STEPS	8

struct vi_steps {
	size_t count;
	struct vi_step step[VI_MAX_STEPS];
};

/* From @now to the driver @to; "": to none. */
void vi_plan_take(const struct vi_bind_facts *now, const char *to,
		  struct vi_steps *steps);

/* From @now back to @was; no steps if nothing has changed. */
void vi_plan_back(const struct vi_bind_facts *now,
		  const struct vi_bind_facts *was, struct vi_steps *steps);

#endif
