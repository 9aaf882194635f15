/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recipes: whole requests by name. A type of device is one file in recipes/,
 * with a table of what can be asked of it.
 */
#ifndef CMD_VQINJECT_RECIPES_RECIPE_H
#define CMD_VQINJECT_RECIPES_RECIPE_H

#include "vqinject/recipes/answer.h"
#include "vqinject/vqinject.h"

#define RECIPE_MAX_ARGS	4

/* An argument, once it was understood. */
struct recipe_arg {
	bool given;
	uint64_t number;
	struct spec data;
	const char *text;
};

/*
 * A recipe at work.
 * @vdev:    NULL for --dry-run: then nothing can be asked of the device, and
 *           what it would say is assumed.
 * @features: negotiated, or for --dry-run those that would be asked for.
 * @chains:  of this step, to be filled by .step with recipe_chain().
 * @depth:   so many of them have to be in flight together; 0: any number.
 * @state:   the recipe's, to be freed with free().
 * @answer:  what was learned, for people and programs.
 */
struct recipe_run {
	const struct vqinject_options *o;
	const struct recipe *recipe;
	struct virtio_device *vdev;
	struct vi_features features;
	struct recipe_arg arg[RECIPE_MAX_ARGS];
	struct chain *chains;
	unsigned int num_chains;
	unsigned int depth;
	void *state;
	struct answer answer;
};

/* What the device gave back for a chain. */
struct recipe_reply {
	const struct chain *chain;
	const uint8_t *in;	/* the writable part, @used bytes of it */
	uint64_t used;
	const uint8_t *all;	/* the whole of it, in_len bytes */
	uint64_t in_len;
};

enum arg_kind {
	ARG_NONE,
	ARG_NUMBER,
	ARG_DATA,	/* a SPEC */
	ARG_TEXT,
};

/*
 * @verb, @args, @help: as in "blk", "read", "SECTOR LEN".
 * @kinds:    of its arguments; the first @min of them must be there.
 * @data:     the argument that --out may stand for, and the last; -1: none.
 *            It may come without those between it and the first @min.
 * @queue:    its index where the user names none.
 * @other:    the index of another one that it needs, and one more.
 * @several:  what a step asks depends on the answer to the one before.
 * @decoded:  the answer says it all: its bytes are for those who ask.
 * @wants, @needs: bits of features of the type, ended by 0xff: those taken
 *            where they are offered, those without which it cannot be.
 * @check:    of the arguments alone; 0 or what to end with.
 * @step:     make the chains of step @n, from 0, of which all have come back
 *            before the next; 0, or what to end with after a message. No
 *            chains: it was the last.
 * @reply:    look at what came back: 0, or what to end with after a message.
 *            May be NULL.
 */
struct recipe_verb {
	const char *verb, *args, *help;
	enum arg_kind kinds[RECIPE_MAX_ARGS];
	unsigned int min;
	int data;
	unsigned int queue, other;
	bool destroys, decoded, several;
	const uint8_t *wants, *needs;
	int (*check)(struct recipe_run *r);
	int (*step)(struct recipe_run *r, unsigned int n);
	int (*reply)(struct recipe_run *r, const struct recipe_reply *reply);
};

/* @verbs: ended by an empty row. */
struct recipe_type {
	const char *name;
	uint32_t device;
	const struct recipe_verb *verbs;
};

#define RECIPE_NO_MORE	0xff

/* A verb of a type. */
struct recipe {
	const struct recipe_type *type;
	const struct recipe_verb *verb;
};

extern const struct recipe_type recipe_rng, recipe_blk, recipe_net,
	recipe_console, recipe_scsi, recipe_balloon, recipe_vsock, recipe_fs,
	recipe_9p;

/* recipe.c */
int recipe_find(struct vqinject_options *o, char **operands);
void recipe_print_all(void);
bool recipe_takes_data(const struct recipe *r);
bool recipe_destroys(const struct recipe *r);
const char *recipe_type(const struct recipe *r);
const char *recipe_verb(const struct recipe *r);

/* Is the recipe for devices of this type? 0 (also for type 0, which is not
 * known), or what to end with after a message. */
int recipe_check_type(const struct vqinject_options *o, uint32_t device);

/* Understand the arguments: 0 or what to end with. Ended by recipe_end(),
 * also after an error. */
int recipe_begin(struct recipe_run *r, const struct vqinject_options *o);
void recipe_end(struct recipe_run *r);
/* Forget the chains of a step. */
void recipe_drop_chains(struct recipe_run *r);

/* --- For the recipes; recipe_help.c --- */

/*
 * One more chain of this step, for queue @queue unless the user has named
 * one. NULL when out of memory, with a message. A pointer to another one is
 * stale then.
 */
struct chain *recipe_chain(struct recipe_run *r, unsigned int queue);

/* Pieces: bytes to read; bytes to be written. 0 or EXIT_ERROR. */
int recipe_out(struct chain *c, const char *label, const void *bytes,
	       size_t len);
int recipe_in(struct chain *c, const char *label, uint64_t len, bool payload);
/* One byte, which holds this until the device writes its status there. */
#define RECIPE_NO_STATUS	0xff
int recipe_in_status(struct chain *c);
/* What the user gave, as an argument or as any number of --out. */
int recipe_out_data(struct recipe_run *r, struct chain *c,
		    const struct recipe_arg *arg);
uint64_t recipe_data_len(const struct recipe_run *r,
			 const struct recipe_arg *arg);

/* Is it offered and accepted? */
bool recipe_has(const struct recipe_run *r, unsigned int bit);

/* Numbers as the device reads them: little-endian, or in this machine's order
 * if it is a legacy device (virtio spec 1.4, 2.4.3). */
void put_16(const struct recipe_run *r, void *to, uint16_t v);
void put_32(const struct recipe_run *r, void *to, uint32_t v);
void put_64(const struct recipe_run *r, void *to, uint64_t v);
uint16_t get_16(const struct recipe_run *r, const void *from);
uint32_t get_32(const struct recipe_run *r, const void *from);
uint64_t get_64(const struct recipe_run *r, const void *from);

/* Always so. */
void put_le(void *to, unsigned int bytes, uint64_t v);
uint64_t get_le(const void *from, unsigned int bytes);
void put_be(void *to, unsigned int bytes, uint64_t v);
uint64_t get_be(const void *from, unsigned int bytes);

/* A number of configuration space; @assumed where there is no device. 0, or
 * EXIT_ERROR after a message. */
int recipe_config(struct recipe_run *r, unsigned int offset,
		  unsigned int bytes, uint64_t assumed, uint64_t *value);

/* The device's answer is not what it should be: a message; EXIT_ERROR. */
int recipe_bad(const struct recipe_run *r, const char *fmt, ...)
	TOOL_PRINTF(2, 3);

#endif
