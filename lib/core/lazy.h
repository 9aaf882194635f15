/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Open libraries on first use, so that commands which do not need them avoid
 * the cost of loading and run on machines that lack them.
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
	void *slot;			/* address of the function pointer */
};

struct vi_lazy {
	const char *soname;
	const char *package;		/* Debian package, for the message */
	const struct vi_lazy_symbol *symbols;	/* terminated by a NULL name */
	void *handle;			/* NULL: not open */
};

/*
 * Open @lib and fill all slots; 0 at once if already open. Thread-safe. The
 * library stays open until the process ends. -ENOENT with a message if the
 * library or one of its functions is missing, other errors if it could not be
 * opened; the slots are unusable then.
 */
int vi_lazy_open(struct vi_ctx *ctx, struct vi_lazy *lib);

#endif
