/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an answer says, by name: for people, and for JSON. */
#ifndef CMD_VQINJECT_RECIPES_ANSWER_H
#define CMD_VQINJECT_RECIPES_ANSWER_H

#include <virtio-inspect/json.h>

#include "common/text.h"

#define ANSWER_MAX	16

struct answer {
	unsigned int count;
	struct answer_fact {
		const char *name;	/* "max_write"; lives for ever */
		bool is_number;
		uint64_t number;
		char text[80];		/* may hold anything */
	} fact[ANSWER_MAX];
};

/* The same name again replaces what was there. */
void answer_number(struct answer *a, const char *name, uint64_t n);
void answer_text(struct answer *a, const char *name, const char *fmt, ...)
	TOOL_PRINTF(3, 4);

/* "status: OK", each in a line. */
void answer_print(const struct answer *a, struct text *t);
/* "{"status":"OK"}" */
void answer_json(const struct answer *a, struct vi_json *json);

#endif
