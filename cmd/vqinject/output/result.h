/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The results of a run: dumps, files, JSON, comparison with --expect. */
#ifndef CMD_VQINJECT_OUTPUT_RESULT_H
#define CMD_VQINJECT_OUTPUT_RESULT_H

#include <stdio.h>

#include "vqinject/engine/engine.h"
#include "vqinject/recipes/recipe.h"

/*
 * @recipe: NULL: none.
 * @save:   descriptor for --save; -1: none.
 * @out:    text for people: stdout, or stderr if stdout is for data.
 * @json:   output for programs; NULL: none.
 * @room:   a buffer for one result.
 */
struct result {
	struct engine *e;
	struct recipe_run *recipe;
	int save;
	bool saved, save_failed;	/* some data was; an error occurred */
	FILE *out;
	struct vi_json *json;
	uint8_t *room;
	size_t room_size;
	uint64_t printed;
	uint64_t hidden;	/* how many buffers were not shown */
};

/* A completed buffer, from which all output is made. */
struct result_buffer {
	const struct slot *slot;
	const struct chain *chain;
	struct chain_check check;
	uint8_t *data;			/* the payload, or everything */
	uint64_t len;
	uint64_t in_len;
};

/* result.c: 0, or the exit status */
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
/* For a queue that was notified @n times without buffers. */
void result_json_kicks(const struct engine *e, uint64_t n);

/* Print @t to @file and empty it. */
void result_put(FILE *file, struct text *t);

#endif
