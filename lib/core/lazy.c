// SPDX-License-Identifier: LGPL-2.1-or-later
/* Open shared libraries on first use. */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "core/lazy.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int fill_slots(struct vi_ctx *ctx, const struct vi_lazy *lib,
		      void *handle)
{
	const struct vi_lazy_symbol *s;
	void *address;

	for (s = lib->symbols; s->name; s++) {
		address = dlsym(handle, s->name);
		if (!address)
			return vi_fail(ctx, -ENOENT,
				       "%s has no %s; install a newer %s",
				       lib->soname, s->name, lib->package);
		/* The slot may be a function pointer of any type. */
		memcpy(s->slot, &address, sizeof(address));
	}
	return 0;
}

/*
 * Turn the loader's message, its only report, into an errno: -ENOENT if the
 * library or one of its dependencies is missing. Other messages usually end
 * with the text of the error.
 */
static int why_not(const char *why)
{
	static const int faults[] = { ENOMEM, EMFILE, ENFILE };
	size_t i;

	/* The loader lacked memory even for the message. */
	if (!why)
		return -ENOMEM;
	if (strstr(why, strerror(ENOENT)))
		return -ENOENT;
	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (strstr(why, strerror(faults[i])))
			return -faults[i];
	return -EIO;
}

static int cannot_open(struct vi_ctx *ctx, const struct vi_lazy *lib)
{
	const char *why = dlerror();
	size_t n = strlen(lib->soname);
	int err = why_not(why);

	if (!why)
		why = strerror(-err);
	/* Most messages begin with the file name already. */
	if (!strncmp(why, lib->soname, n) && why[n] == ':')
		why += n + 1 + strspn(why + n + 1, " ");
	if (err != -ENOENT)
		return vi_fail(ctx, err, "cannot open %s: %s", lib->soname,
			       why);
	return vi_fail(ctx, err, "cannot open %s: %s; install %s", lib->soname,
		       why, lib->package);
}

static int open_locked(struct vi_ctx *ctx, struct vi_lazy *lib)
{
	void *handle;
	int ret;

	if (lib->handle)
		return 0;
	handle = dlopen(lib->soname, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		return cannot_open(ctx, lib);
	ret = fill_slots(ctx, lib, handle);
	if (ret) {
		dlclose(handle);
		return ret;
	}
	/* Publish the handle after the slots. */
	__atomic_store_n(&lib->handle, handle, __ATOMIC_RELEASE);
	return 0;
}

int vi_lazy_open(struct vi_ctx *ctx, struct vi_lazy *lib)
{
	int ret;

	if (__atomic_load_n(&lib->handle, __ATOMIC_ACQUIRE))
		return 0;
	pthread_mutex_lock(&lock);
	ret = open_locked(ctx, lib);
	pthread_mutex_unlock(&lock);
	return ret;
}
