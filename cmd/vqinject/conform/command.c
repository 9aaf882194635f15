// SPDX-License-Identifier: GPL-2.0-or-later
/* --conform, --hostile */
#include "vqinject/conform/conform.h"
#include "vqinject/device/target.h"
#include "vqinject/device/wakeup.h"

int inject_cases(const struct vqinject_options *o)
{
	struct target t = { 0 };
	struct conform_options options = {
		.target = t.attach, .only = o->only, .json = o->json,
		.hostile = o->mode == INJECT_HOSTILE,
		.timeout = o->has_timeout ? o->timeout : 0,
		.stop = &caught_signal,
		.watch = target_watch, .watched = &t,
	};
	int status = catch_signals();

	if (!status)
		status = target_find(&t, o);
	if (!status)
		status = target_take(&t, o);
	if (!status && !caught_signal)
		status = conform_run(&options);
	if (caught_signal)
		status = caught_signal_status();
	return target_end(&t, status);
}
