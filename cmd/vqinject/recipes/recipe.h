/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recipes: complete requests by name. Each type of device has a file in
 * recipes/ with a table of its requests.
 */
#ifndef CMD_VQINJECT_RECIPES_RECIPE_H
#define CMD_VQINJECT_RECIPES_RECIPE_H

#include "vqinject/recipes/answer.h"
#include "vqinject/vqinject.h"

#define RECIPE_MAX_ARGS	4

/* A parsed argument. */
struct recipe_arg {
	bool given;
	uint64_t number;
	struct spec data;
	const char *text;
};

/*
 * A running recipe.
 * @vdev:    NULL in a dry run: assume what the device would answer.
 * @features: negotiated, or in a dry run those to ask for.
 * @chains:  of this step; .step adds them with recipe_chain().
 * @depth:   how many must be in flight together; 0: any number.
 * @state:   of the recipe; released with free().
 * @answer:  the results, for people and programs.
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

/* What the device returned for a chain. */
struct recipe_reply {
	const struct chain *chain;
	const uint8_t *in;	/* device-writable part, @used bytes */
	uint64_t used;
	const uint8_t *all;	/* all of it, @in_len bytes */
	uint64_t in_len;
};

enum arg_kind {
	ARG_NONE,
	ARG_NUMBER,
	ARG_DATA,	/* a SPEC */
	ARG_TEXT,
};

/*
 * @verb, @args, @help: as in "read", "SECTOR LEN".
 * @kinds:    of the arguments; the first @min are required.
 * @data:     the last argument, which --out may replace; -1: none. The user may
 *            omit optional arguments before it.
 * @queue:    the index of the queue by default.
 * @other:    the index + 1 of another queue that it needs.
 * @decoded:  do not dump the answer unless the user asks.
 * @wants:    feature bits of the type to accept if offered; 0xff ends them.
 * @needs:    likewise, but required.
 * @check:    check the arguments: 0, or the exit status.
 * @make:     make the chains. 0, or the exit status after a message.
 * @step:     instead, if each step depends on the answer to the last one: make
 *            the chains of step @n, counting from 0, once those of the last step
 *            have completed. No chains: done.
 * @reply:    handle a completed chain: 0, or the exit status after a message.
 *            May be NULL.
 */
struct recipe_verb {
	const char *verb, *args, *help;
	enum arg_kind kinds[RECIPE_MAX_ARGS];
	unsigned int min;
	int data;
	unsigned int queue, other;
	bool destroys, decoded;
	const uint8_t *wants, *needs;
	int (*check)(struct recipe_run *r);
	int (*make)(struct recipe_run *r);
	int (*step)(struct recipe_run *r, unsigned int n);
	int (*reply)(struct recipe_run *r, const struct recipe_reply *reply);
};

/* @verbs: an empty row ends them. */
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

/* Is the recipe for this type of device? 0, also for the unknown type 0, or the
 * exit status after a message. */
int recipe_check_type(const struct vqinject_options *o, uint32_t device);

/* Parse the arguments: 0, or the exit status. recipe_end() in either case. */
int recipe_begin(struct recipe_run *r, const struct vqinject_options *o);
void recipe_end(struct recipe_run *r);
/* Free the chains of a step. */
void recipe_drop_chains(struct recipe_run *r);

/* --- For the recipes; recipe_help.c --- */

/*
 * Add a chain to this step, for @queue unless the user named one. Pointers to
 * other chains become stale. NULL after a message: out of memory.
 */
struct chain *recipe_chain(struct recipe_run *r, unsigned int queue);

/* Add a device-readable or a device-writable piece: 0 or EXIT_ERROR. */
int recipe_out(struct chain *c, const char *label, const void *bytes,
	       size_t len);
int recipe_in(struct chain *c, const char *label, uint64_t len, bool payload);
/* Add a status byte; this value means that the device has not written it. */
#define RECIPE_NO_STATUS	0xff
int recipe_in_status(struct chain *c);
/* Add the user's data, from the argument or from all --out. */
int recipe_out_data(struct recipe_run *r, struct chain *c,
		    const struct recipe_arg *arg);
uint64_t recipe_data_len(const struct recipe_run *r,
			 const struct recipe_arg *arg);

/* Was the feature negotiated? */
bool recipe_has(const struct recipe_run *r, unsigned int bit);

/* Numbers in the device's byte order: little-endian, or this machine's for
 * legacy devices (virtio spec 1.4, 2.4.3). */
void put_16(const struct recipe_run *r, void *to, uint16_t v);
void put_32(const struct recipe_run *r, void *to, uint32_t v);
void put_64(const struct recipe_run *r, void *to, uint64_t v);
uint16_t get_16(const struct recipe_run *r, const void *from);
uint32_t get_32(const struct recipe_run *r, const void *from);

/* Numbers in a fixed byte order. */
void put_le(void *to, unsigned int bytes, uint64_t v);
uint64_t get_le(const void *from, unsigned int bytes);
void put_be(void *to, unsigned int bytes, uint64_t v);
uint64_t get_be(const void *from, unsigned int bytes);

/* Read a number of the configuration space; without a device, @assumed. 0, or
 * EXIT_ERROR after a message. */
int recipe_config(struct recipe_run *r, unsigned int offset,
		  unsigned int bytes, uint64_t assumed, uint64_t *value);

/* Report a bad answer; returns EXIT_ERROR. */
int recipe_bad(const struct recipe_run *r, const char *fmt, ...)
	TOOL_PRINTF(2, 3);

#endif
