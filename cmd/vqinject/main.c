// SPDX-License-Identifier: GPL-2.0-or-later
/* vqinject: send hand-made buffers to a virtio device. */
#include "vqinject/device/target.h"
#include "vqinject/recipes/recipe.h"
#include "vqinject/vqinject.h"

const char tool_name[] = "vqinject";

static int run(struct vqinject_options *o)
{
	switch (o->mode) {
	case INJECT_LIST:
		recipe_print_all();
		return EXIT_DONE;
	case INJECT_BIND:
	case INJECT_RELEASE:
	case INJECT_RESTORE:
	case INJECT_STATUS:
		return target_manage(o);
	case INJECT_CONFORM:
	case INJECT_HOSTILE:
		return inject_cases(o);
	case INJECT_RUN:
	case INJECT_KICK:
		break;
	}
	return o->dry_run ? inject_dry_run(o) : inject_run(o);
}

int main(int argc, char **argv)
{
	static struct vqinject_options o;
	int status;

	tool_init();
	status = inject_parse(&o, argc, argv);
	if (!status) {
		term_init(&o.term, false);
		status = run(&o);
	}
	return tool_close_output(status < 0 ? EXIT_DONE : status);
}
