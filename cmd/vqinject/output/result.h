/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes out of a run: dumps, files, JSON, and whether it was expected. */
#ifndef CMD_VQINJECT_OUTPUT_RESULT_H
#define CMD_VQINJECT_OUTPUT_RESULT_H

#include <stdio.h>

#include "vqinject/engine/engine.h"
#include "vqinject/recipes/recipe.h"

/*
 * @recipe: NULL: none.
 * @save:   what --save writes to, or -1.
 * @out:    where people read: stdout, or stderr where that is for data.
 * @json:   what is written to stdout for programs, or NULL.
 * @room:   for one buffer's bytes.
 */
struct result {
	struct engine *e;
	struct recipe_run *recipe;
	int save;
	bool saved, save_failed;	/* something was; writing it did */
	FILE *out;
	struct vi_json *json;
	uint8_t *room;
	size_t room_size;
	uint64_t printed;
	uint64_t hidden;	/* buffers whose bytes were not printed */
};

/* A buffer as it came back: all that is said of it is made from this. */
struct result_buffer {
	const struct slot *slot;
	const struct chain *chain;
	struct chain_check check;
	uint8_t *data;			/* what counts: the payload, or all */
	uint64_t len;
	uint64_t in_len;
};

/* result.c: 0 or what to end with. */
int result_begin(struct result *r);
int result_buffer(void *data, struct slot *slot);
int result_end(struct result *r, int status);

/* result_text.c */
void result_print_buffer(struct result *r, const struct result_buffer *b);
void result_print_end(struct result *r);
void dump_bytes(struct text *t, const uint8_t *bytes, uint64_t len,
		unsigned int indent);

/* result_json.c */
void result_json_begin(struct result *r);
void result_json_buffer(struct result *r, const struct result_buffer *b);
void result_json_end(struct result *r, int status);
/* Of a queue that was notified @n times, and nothing else. */
void result_json_kicks(const struct engine *e, uint64_t n);

/* Print it to @file, and begin it anew. */
void result_put(FILE *file, struct text *t);

double result_rate(const struct engine *e);

#endif
