// SPDX-License-Identifier: LGPL-2.1-or-later
/* Contexts, and the error messages that functions leave. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/ctx.h"

static __thread char thread_error[1024];

/* Receives messages of functions without a context. */
static struct {
	void (*log)(void *data, enum vi_log_level level, const char *message);
	void *data;
} process_log;

VI_EXPORT const char *vi_version(void)
{
	return VI_VERSION;
}

VI_EXPORT struct vi_ctx *vi_ctx_new(void)
{
	struct vi_ctx *ctx = calloc(1, sizeof(*ctx));

	if (!ctx)
		return NULL;
	ctx->refs = 1;
	ctx->root_fd = -1;
	return ctx;
}

void vi_ctx_get(struct vi_ctx *ctx)
{
	ctx->refs++;
}

void vi_ctx_put(struct vi_ctx *ctx)
{
	if (--ctx->refs)
		return;
	/* A device still held may have reopened access methods. */
	if (ctx->free_accesses)
		ctx->free_accesses(ctx);
	if (ctx->free_memory)
		ctx->free_memory(ctx);
	if (ctx->root_fd >= 0)
		close(ctx->root_fd);
	free(ctx);
}

VI_EXPORT void vi_ctx_free(struct vi_ctx *ctx)
{
	if (!ctx)
		return;
	if (ctx->drop_inventory)
		ctx->drop_inventory(ctx);
	if (ctx->free_accesses)
		ctx->free_accesses(ctx);
	ctx->free_accesses = NULL;
	/* The logger's data may not outlive this call. */
	ctx->log = NULL;
	vi_ctx_put(ctx);
}

VI_EXPORT int vi_ctx_set_sysroot(struct vi_ctx *ctx, const char *dir)
{
	int fd = -1;

	if (dir && strcmp(dir, "/")) {
		fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			return vi_fail(ctx, -errno, "sysroot %s: %s", dir,
				       strerror(errno));
	}
	if (ctx->free_accesses)
		ctx->free_accesses(ctx);
	if (ctx->root_fd >= 0)
		close(ctx->root_fd);
	ctx->root_fd = fd;
	return 0;
}

VI_EXPORT void vi_ctx_set_log(struct vi_ctx *ctx,
			      void (*log)(void *data, enum vi_log_level level,
					  const char *message),
			      void *data)
{
	if (!ctx) {
		process_log.data = data;
		process_log.log = log;
		return;
	}
	ctx->log = log;
	ctx->log_data = data;
}

VI_EXPORT const char *vi_error(const struct vi_ctx *ctx)
{
	return ctx ? ctx->error : thread_error;
}

/* Faults of functions without a context, over all threads. */
static size_t process_failures;

int vi_count_fault(struct vi_ctx *ctx, int err)
{
	if (!vi_is_fault(err))
		return err;
	if (ctx)
		ctx->failures++;
	else
		__atomic_add_fetch(&process_failures, 1, __ATOMIC_RELAXED);
	return err;
}

int vi_fail(struct vi_ctx *ctx, int err, const char *fmt, ...)
{
	char raw[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	vi_escape(ctx ? ctx->error : thread_error, sizeof(thread_error), raw,
		  NULL);
	return vi_count_fault(ctx, err);
}

static void VI_PRINTF(3, 0) say(struct vi_ctx *ctx, enum vi_log_level level,
				const char *fmt, va_list ap)
{
	char raw[256], safe[512];

	if (ctx ? !ctx->log : !process_log.log)
		return;
	vsnprintf(raw, sizeof(raw), fmt, ap);
	vi_escape(safe, sizeof(safe), raw, NULL);
	if (ctx)
		ctx->log(ctx->log_data, level, safe);
	else
		process_log.log(process_log.data, level, safe);
}

void vi_warn(struct vi_ctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(ctx, VI_LOG_WARNING, fmt, ap);
	va_end(ap);
}

/*
 * Other errors are answers: sysfs returns ENOENT, ENODATA, EINVAL, ENXIO or
 * (for a device just removed) ENODEV when there is no value, and EACCES or
 * EPERM when this user may not see the value.
 */
bool vi_is_fault(int err)
{
	switch (-err) {
	case ENOMEM:
	case ENOBUFS:
	case EMFILE:
	case ENFILE:
	case EIO:
	case EFAULT:
	case EBADF:
	case EINTR:
	case EAGAIN:
	case ENOSPC:
	case EDQUOT:
		return true;
	default:
		return false;
	}
}

void vi_warn_fault(struct vi_ctx *ctx, const char *fmt, ...)
{
	char text[sizeof(ctx->fault)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (ctx) {
		ctx->failures++;
		if (!strcmp(ctx->fault, text))
			return;
		memcpy(ctx->fault, text, sizeof(text));
	}
	vi_warn(ctx, "%s", text);
}

int vi_fault(struct vi_ctx *ctx, const char *what, int err)
{
	if (!vi_is_fault(err))
		return err;
	if (what)
		vi_warn_fault(ctx, "%s could not be read: %s", what,
			      strerror(-err));
	else
		vi_warn_fault(ctx,
			      "out of memory: some data is missing");
	return err;
}

VI_EXPORT size_t vi_failures(const struct vi_ctx *ctx)
{
	return ctx ? ctx->failures :
		     __atomic_load_n(&process_failures, __ATOMIC_RELAXED);
}

void vi_debug(struct vi_ctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(ctx, VI_LOG_DEBUG, fmt, ap);
	va_end(ap);
}
