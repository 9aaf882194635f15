/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every tool does the same way: how it speaks, and how it ends. */
#ifndef CMD_COMMON_TOOL_H
#define CMD_COMMON_TOOL_H

#include <virtio-inspect/inspect.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define TOOL_PRINTF(fmt, args)	__attribute__((format(printf, fmt, args)))

enum tool_exit {
	EXIT_DONE = 0,
	EXIT_ERROR = 1,		/* one line on stderr says what */
	EXIT_USAGE = 2,
	EXIT_FINDING = 4,	/* a check found an error */
	EXIT_NONE_FOUND = 32,	/* of the devices that were named */
	EXIT_SOME_FOUND = 64,
};

/* The tool's own name, whatever it was started as. */
extern const char tool_name[];

/* One line on stderr: "lsvirtio: warning: …", "lsvirtio: …". */
void tool_warn(const char *fmt, ...) TOOL_PRINTF(1, 2);
void tool_error(const char *fmt, ...) TOOL_PRINTF(1, 2);

/*
 * What was asked for is not all there, for want of memory or by another fault:
 * the tool ends with EXIT_ERROR, and says so if nobody did. The second one
 * says that it was memory.
 */
void tool_incomplete(void);
void tool_no_memory(void);

/* A line on stderr that is no complaint. */
void tool_note(const char *fmt, ...) TOOL_PRINTF(1, 2);

/* An error for a command line that makes no sense; returns EXIT_USAGE. */
int tool_usage(const char *fmt, ...) TOOL_PRINTF(1, 2);

/* A line of advice, for a person only: when stderr is a terminal. */
void tool_hint(const char *fmt, ...) TOOL_PRINTF(1, 2);

/* For values shown as "?". */
#define TOOL_DENIED_HINT \
	"what is shown as ? may be read by root only; run as root to see it"

/* A context whose warnings go to stderr; NULL after an error was printed. */
struct vi_ctx *tool_new_ctx(const char *sysroot);

/*
 * In place of vi_ctx_free(). Where reading failed of something that was asked
 * for (vi_failures()), the tool ends with EXIT_ERROR.
 */
void tool_free_ctx(struct vi_ctx *ctx);

/*
 * For the beginning of main(): standard files that are closed are opened, so
 * that no other becomes one of them; a reader that went away is not a signal.
 */
void tool_init(void);

/*
 * Has what was printed so far arrived? If not, the reader went away, which is
 * no error, or the disk is full.
 */
bool tool_flush(void);

/* For the end of main(): @status, or EXIT_ERROR when output was lost or is not
 * all that was asked for. */
int tool_close_output(int status);

/* The monotonic clock: nanoseconds, and seconds. */
uint64_t tool_now_ns(void);
double tool_now(void);

/*
 * A new file for what only root may read: nobody else may, and nothing else is
 * overwritten or followed to. Below 0 with errno; the second one after a
 * message.
 */
int tool_new_file(const char *path);
int tool_create(const char *path);

#endif
