/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages and exit status, the same in every tool. */
#ifndef CMD_COMMON_TOOL_H
#define CMD_COMMON_TOOL_H

#include <time.h>

#include <virtio-inspect/inspect.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define TOOL_PRINTF(fmt, args)	__attribute__((format(printf, fmt, args)))

enum tool_exit {
	EXIT_DONE = 0,
	EXIT_ERROR = 1,		/* after a message */
	EXIT_USAGE = 2,
	EXIT_FINDING = 4,	/* a check found an error */
	EXIT_UNDECIDED = 8,	/* a check found none, but could not tell all */
	EXIT_NONE_FOUND = 32,	/* none of the named devices */
	EXIT_SOME_FOUND = 64,
};

/* The tool's name, whatever argv[0] is. */
extern const char tool_name[];

/* Print one line on stderr: "lsvirtio: warning: …", "lsvirtio: …". */
void tool_warn(const char *fmt, ...) TOOL_PRINTF(1, 2);
void tool_error(const char *fmt, ...) TOOL_PRINTF(1, 2);

/*
 * Some of the output is missing, for want of memory or because of another
 * fault: the tool ends with EXIT_ERROR, and prints a message if none was
 * printed. tool_no_memory() says that memory ran out, and returns EXIT_ERROR.
 */
void tool_incomplete(void);
int tool_no_memory(void);

/* Print the message of the library's call that failed; returns EXIT_ERROR. */
int tool_failed(struct vi_ctx *ctx);

/* Print a line on stderr that reports no problem. */
void tool_note(const char *fmt, ...) TOOL_PRINTF(1, 2);

/* Report a wrong command line; returns EXIT_USAGE. */
int tool_usage(const char *fmt, ...) TOOL_PRINTF(1, 2);

/* Print advice, only if stderr is a terminal. */
void tool_hint(const char *fmt, ...) TOOL_PRINTF(1, 2);

/* Explains values shown as "?". */
#define TOOL_DENIED_HINT \
	"what is shown as ? may be read by root only; run as root to see it"

/* A context whose warnings go to stderr; NULL after a message. */
struct vi_ctx *tool_new_ctx(const char *sysroot);

/*
 * Use it in place of vi_ctx_free(). If the library failed to read something
 * (vi_failures()), the tool ends with EXIT_ERROR.
 */
void tool_free_ctx(struct vi_ctx *ctx);

/*
 * Call it first in main(). It opens closed standard file descriptors, so that
 * no other file becomes one of them, and ignores SIGPIPE.
 */
void tool_init(void);

/*
 * Write out what was printed so far. False: the reader closed the pipe, which
 * is not an error, or the disk is full.
 */
bool tool_flush(void);

/* Call it last in main(): returns @status, or EXIT_ERROR if output was lost or
 * is incomplete. */
int tool_close_output(int status);

/* The monotonic clock in nanoseconds, and in seconds. */
uint64_t tool_now_ns(void);
double tool_now(void);
/* Negative seconds become 0. */
struct timespec tool_timespec(double seconds);

/*
 * Make room in the list at *@list for one more than @count elements of @each
 * bytes. It reallocates at powers of two, so nothing else may resize the list.
 * False: out of memory.
 */
bool tool_grow(void *list, size_t count, size_t each);

/*
 * Create a file that only this user can read. Existing files are not
 * overwritten, nor symbolic links followed. Returns a file descriptor, or a
 * negative value: with errno, or, from tool_create(), after a message.
 */
int tool_new_file(const char *path);
int tool_create(const char *path);
/* Write all of it; false with errno if that fails. */
bool tool_write(int fd, const char *s, size_t len);

#endif
