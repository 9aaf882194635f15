/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Libraries that are opened when something first needs them, so that a
 * command which does not need them starts without their cost and runs on a
 * machine that lacks them.
 *
 *	static typeof(json_object) *p_json_object;
 *	static const struct vi_lazy_symbol symbols[] = {
 *		{ "json_object", &p_json_object },
 *		{ NULL, NULL },
 *	};
 *	static struct vi_lazy jansson = { "libjansson.so.4", "libjansson4",
 *					  symbols, NULL };
 */
#ifndef VI_CORE_LAZY_H
#define VI_CORE_LAZY_H

#include "core/ctx.h"

struct vi_lazy_symbol {
	const char *name;
	void *slot;			/* where the function pointer is kept */
};

struct vi_lazy {
	const char *soname;
	const char *package;		/* that has it, for the message */
	const struct vi_lazy_symbol *symbols;	/* ended by a NULL name */
	void *handle;			/* NULL: not open */
};

/*
 * Open @lib and fill every slot; 0 at once when that was done before. From
 * any thread. It stays open until the process ends. -ENOENT with a message
 * when the library or one of its functions is missing, another error when it
 * may be there but could not be opened; no slot may be used then.
 */
int vi_lazy_open(struct vi_ctx *ctx, struct vi_lazy *lib);

#endif
