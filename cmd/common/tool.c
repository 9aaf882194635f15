// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages and exit status of a tool. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/text.h"
#include "common/tool.h"

static bool incomplete;		/* some of the output is missing */
static bool said;		/* a message was printed */

/*
 * Write the line at once, so that lines of several processes do not mix. Escape
 * it, as it may quote user input. Allocate no memory: the message may be that
 * there is none.
 */
static void TOOL_PRINTF(2, 0) say(const char *prefix, const char *fmt,
				  va_list ap)
{
	char raw[2048], safe[3 * sizeof(raw)];

	said = true;
	vsnprintf(raw, sizeof(raw), fmt, ap);
	vi_escape(safe, sizeof(safe), raw, NULL);
	fprintf(stderr, "%s: %s%s\n", tool_name, prefix, safe);
}

void tool_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("warning: ", fmt, ap);
	va_end(ap);
}

void tool_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

void tool_incomplete(void)
{
	incomplete = true;
}

int tool_no_memory(void)
{
	incomplete = true;
	tool_error("out of memory");
	return EXIT_ERROR;
}

int tool_failed(struct vi_ctx *ctx)
{
	tool_error("%s", vi_error(ctx));
	return EXIT_ERROR;
}

void tool_note(const char *fmt, ...)
{
	bool before = said;
	va_list ap;

	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
	said = before;
}

int tool_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
	fprintf(stderr, "Try '%s --help' for more information.\n", tool_name);
	return EXIT_USAGE;
}

void tool_hint(const char *fmt, ...)
{
	va_list ap;

	if (!isatty(STDERR_FILENO))
		return;
	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

static void log_message(void *data, enum vi_log_level level,
			const char *message)
{
	(void)data;
	if (level != VI_LOG_WARNING)
		return;
	said = true;
	fprintf(stderr, "%s: warning: %s\n", tool_name, message);
}

struct vi_ctx *tool_new_ctx(const char *sysroot)
{
	struct vi_ctx *ctx = vi_ctx_new();

	if (!ctx) {
		tool_no_memory();
		return NULL;
	}
	vi_ctx_set_log(ctx, log_message, NULL);
	if (sysroot && vi_ctx_set_sysroot(ctx, sysroot)) {
		tool_failed(ctx);
		vi_ctx_free(ctx);
		return NULL;
	}
	return ctx;
}

void tool_free_ctx(struct vi_ctx *ctx)
{
	incomplete |= ctx && vi_failures(ctx);
	vi_ctx_free(ctx);
}

/*
 * Fill closed standard file descriptors, so that no other file becomes one of
 * them. Open each in the opposite direction: reading from or writing to it
 * still fails, and no data is lost silently.
 */
static void fill_standard_files(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* open() returns the lowest free descriptor, which is @fd. */
		if (open("/dev/null", (fd == STDIN_FILENO ? O_WRONLY :
				       O_RDONLY) | O_NOCTTY) != fd) {
			tool_error("/dev/null: %s", strerror(errno));
			_exit(EXIT_ERROR);
		}
	}
}

void tool_init(void)
{
	fill_standard_files();
	signal(SIGPIPE, SIG_IGN);
	/* Writing beyond RLIMIT_FSIZE is then an error like any other. */
	signal(SIGXFSZ, SIG_IGN);
	/* Log messages of devices that the tool drives. */
	vi_ctx_set_log(NULL, log_message, NULL);
}

static int output_error;	/* errno of the first one; -1: unknown */

bool tool_flush(void)
{
	if (fflush(stdout) && !output_error)
		output_error = errno;
	/* An earlier write failed, inside printf(3). */
	if (ferror(stdout) && !output_error)
		output_error = -1;
	return !output_error;
}

static bool reader_is_gone(void)
{
	struct pollfd fd = { .fd = STDOUT_FILENO };

	return output_error == EPIPE ||
	       (poll(&fd, 1, 0) == 1 && fd.revents & POLLERR);
}

int tool_close_output(int status)
{
	/* A finding of a check takes precedence over other failures. */
	if (incomplete && status != EXIT_FINDING)
		status = EXIT_ERROR;
	if (incomplete && !said)
		tool_error("out of memory: the output is incomplete");
	tool_flush();
	if (output_error && reader_is_gone())
		return status;
	/* Some file systems report a full disk only on close. */
	if (fclose(stdout) && !output_error)
		output_error = errno;
	if (!output_error)
		return status;
	tool_error("cannot write output: %s", output_error < 0 ?
		   "not everything was written" : strerror(output_error));
	return EXIT_ERROR;
}

uint64_t tool_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

double tool_now(void)
{
	return tool_now_ns() / 1e9;
}

struct timespec tool_timespec(double seconds)
{
	struct timespec ts = { 0 };

	if (seconds > 0) {
		seconds = seconds < INT_MAX ? seconds : INT_MAX;
		ts.tv_sec = (time_t)seconds;
		ts.tv_nsec = (long)((seconds - ts.tv_sec) * 1e9);
	}
	return ts;
}

bool tool_grow(void *list, size_t count, size_t each)
{
	void **at = list, *grown;

	if (count & (count - 1))
		return true;
	grown = reallocarray(*at, count ? 2 * count : 1, each);
	if (grown)
		*at = grown;
	return grown;
}

int tool_new_file(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
}

bool tool_write(int fd, const char *s, size_t len)
{
	ssize_t n;

	for (; len; s += n, len -= n) {
		n = write(fd, s, len);
		if (n > 0)
			continue;
		if (!n)
			errno = ENOSPC;
		if (!n || errno != EINTR)
			return false;
		n = 0;
	}
	return true;
}

int tool_create(const char *path)
{
	int fd = tool_new_file(path);

	if (fd < 0 && errno == EEXIST)
		tool_error("%s: file exists; choose another name",
			   path);
	else if (fd < 0)
		tool_error("%s: cannot be written: %s", path, strerror(errno));
	return fd;
}
