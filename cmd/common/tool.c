// SPDX-License-Identifier: GPL-2.0-or-later
/* How a tool speaks, and how it ends. */
#include <errno.h>
#include <fcntl.h>
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

static bool incomplete;		/* what was asked for is not all there */
static bool said;		/* something that was wrong */

/*
 * One write for the line, so that lines of several processes do not mix. It
 * may quote what somebody typed, so it passes the escaper. No memory is asked
 * for: that there is none may be what is to be said.
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

void tool_no_memory(void)
{
	incomplete = true;
	tool_error("out of memory");
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
		tool_error("%s", vi_error(ctx));
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
 * A file that is opened must not become one of the standard three. Each can
 * do what is not asked of it, so that using one that was closed fails as
 * before, and what was meant to be read or written is not lost unseen.
 */
static void fill_standard_files(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* The lowest that is free is this one. */
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
	/* A file that may not grow is an error as any other. */
	signal(SIGXFSZ, SIG_IGN);
	/* Of devices that a tool drives. */
	vi_ctx_set_log(NULL, log_message, NULL);
}

static int output_error;	/* the first one's errno; -1: not known */

bool tool_flush(void)
{
	if (fflush(stdout) && !output_error)
		output_error = errno;
	/* Lost earlier, in the middle of a print. */
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
	/* An error that was found is one, whatever else there may be. */
	if (incomplete && status != EXIT_FINDING)
		status = EXIT_ERROR;
	if (incomplete && !said)
		tool_error("out of memory: not all that was asked for is there");
	tool_flush();
	if (output_error && reader_is_gone())
		return status;
	/* Some file systems say only now that the disk is full. */
	if (fclose(stdout) && !output_error)
		output_error = errno;
	if (!output_error)
		return status;
	tool_error("cannot write the output: %s", output_error < 0 ?
		   "it was not all taken" : strerror(output_error));
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

int tool_new_file(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
}

int tool_create(const char *path)
{
	int fd = tool_new_file(path);

	if (fd < 0 && errno == EEXIST)
		tool_error("%s: it is there already, and is not overwritten; name a new file",
			   path);
	else if (fd < 0)
		tool_error("%s: cannot be written: %s", path, strerror(errno));
	return fd;
}
