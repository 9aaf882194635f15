/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scripts, virtio-inject(5): a chain a line, and what is to be done between
 * them.
 */
#ifndef CMD_VQINJECT_INPUT_SCRIPT_H
#define CMD_VQINJECT_INPUT_SCRIPT_H

#include <stdio.h>

#include "vqinject/chain/chain.h"

#define SCRIPT_MAX_LINE		65536	/* bytes, without the newline */
#define SCRIPT_MAX_LINES	65536
#define SCRIPT_MAX_SLEEP	3600.0

enum script_what {
	SCRIPT_CHAIN,
	SCRIPT_KICK,	/* tell the device of what was added */
	SCRIPT_WAIT,	/* the same, and wait for all of it */
	SCRIPT_SLEEP,
};

struct script_op {
	enum script_what what;
	unsigned int line;
	struct chain chain;
	double seconds;
};

/*
 * A line that does not parse: which, what is wrong, and where.
 * @text: the line, or NULL where it is about none, or it is too long.
 */
struct script_error {
	unsigned int line;
	struct spec_error e;
	char *text;
};

struct script {
	struct script_op *op;
	unsigned int count;
};

/* 0; -EINVAL, -ENOMEM, -EIO with *@e filled in. Ended by script_free(). */
int script_read(struct script *s, FILE *file, struct script_error *e);

/* Open it, read it, and the files that it names: 0 or what to end with, after
 * a message. "-": standard input. */
int script_load(struct script *s, const char *path);

void script_free(struct script *s);

#endif
