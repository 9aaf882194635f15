/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Captures: devices, their last look and what was found, as JSON. Between the
 * files that write and read them.
 */
#ifndef VI_CAPTURE_CAPTURE_H
#define VI_CAPTURE_CAPTURE_H

#include "inspect/host.h"
#include "inspect/snapshot.h"

/* What the bytes of rings are called: in a capture they are in pieces. */
bool vi_capture_is_bytes(const char *name, size_t len);

/* Text that grows. */
struct vi_text {
	char *s;
	size_t len, room;
	bool failed;			/* out of memory, at some time */
};

void vi_text_add(struct vi_text *t, const char *s, size_t len);

/*
 * JSON without white space, in lines that survive being pasted: ASCII, of
 * moderate length, bytes in pieces.
 */
void vi_capture_fold(struct vi_text *t, const char *json);

extern const struct vi_access vi_capture_access;

#endif
