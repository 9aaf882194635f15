/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scripts, virtio-inject(5): each line is a chain or a command. */
#ifndef CMD_VQINJECT_INPUT_SCRIPT_H
#define CMD_VQINJECT_INPUT_SCRIPT_H

#include <stdio.h>

#include "vqinject/chain/chain.h"

#define SCRIPT_MAX_LINE		65536	/* bytes without the newline */
#define SCRIPT_MAX_LINES	65536
#define SCRIPT_MAX_SLEEP	3600.0

enum script_what {
	SCRIPT_CHAIN,
	SCRIPT_KICK,	/* notify the device */
	SCRIPT_WAIT,	/* notify the device and wait for all completions */
	SCRIPT_SLEEP,
};

struct script_op {
	enum script_what what;
	unsigned int line;
	struct chain chain;
	double seconds;
};

/*
 * What is wrong with which line, and where.
 * @text: the line; NULL: none, or it is too long.
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

/* 0, or an errno with *@e filled in. Call script_free() in either case. */
int script_read(struct script *s, FILE *file, struct script_error *e);

/* Read a script ("-": standard input) and the files that it names: 0, or the
 * exit status after a message. */
int script_load(struct script *s, const char *path);

void script_free(struct script *s);

#endif
