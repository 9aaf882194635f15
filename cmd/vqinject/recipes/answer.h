/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The named values in an answer, as text and as JSON. */
#ifndef CMD_VQINJECT_RECIPES_ANSWER_H
#define CMD_VQINJECT_RECIPES_ANSWER_H

#include <virtio-inspect/json.h>

#include "common/text.h"

#define ANSWER_MAX	16

struct answer {
	unsigned int count;
	struct answer_fact {
		const char *name;	/* "max_write"; not copied */
		bool is_number;
		uint64_t number;
		char text[80];		/* untrusted */
	} fact[ANSWER_MAX];
};

/* Set a value; replaces one of the same name. */
void answer_number(struct answer *a, const char *name, uint64_t n);
void answer_text(struct answer *a, const char *name, const char *fmt, ...)
	TOOL_PRINTF(3, 4);

/* Print "status: OK", one per line. */
void answer_print(const struct answer *a, struct text *t);
/* Print {"status":"OK"}. */
void answer_json(const struct answer *a, struct vi_json *json);

#endif
