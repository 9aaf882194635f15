/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON a word at a time, of a line that may hold anything. */
#ifndef CMD_VQTOP_MODEL_JSON_READ_H
#define CMD_VQTOP_MODEL_JSON_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "vqtop/model/arena.h"

struct vt_json {
	const char *begin, *at, *end;
	const char *why;	/* what is wrong; NULL: nothing so far */
};

/* The next word that counts, without taking it; '\0' at the end. */
char vt_json_peek(struct vt_json *j);
/* Take @c if it comes next; false: it does not, which is no mistake. */
bool vt_json_take(struct vt_json *j, char c);
/* The same where nothing else may come. */
bool vt_json_expect(struct vt_json *j, char c);

/* Each false after a mistake, with @why set. Text is copied to the arena. */
bool vt_json_text(struct vt_json *j, struct vt_arena *a, char **s);
bool vt_json_real(struct vt_json *j, double *n);
bool vt_json_count(struct vt_json *j, uint64_t *n);
bool vt_json_bool(struct vt_json *j, bool *yes);
/* Pass over a value, whatever it is. */
bool vt_json_skip(struct vt_json *j);
bool vt_json_fail(struct vt_json *j, const char *why);

#endif
