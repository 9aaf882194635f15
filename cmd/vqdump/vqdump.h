/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vqdump: the queues of virtio devices, and what is wrong with them. */
#ifndef CMD_VQDUMP_H
#define CMD_VQDUMP_H

#include <virtio-inspect/queues.h>

#include "common/rec.h"
#include "common/select.h"
#include "common/term.h"

enum vq_mode {
	VQ_VIEW,
	VQ_IN_FLIGHT,
	VQ_SAMPLE,
	VQ_CHECK,
	VQ_CAPTURE,	/* and nothing else */
	VQ_DIFF,
	VQ_EXPLAIN,
};

/* -q: queues by index; none: all. */
#define VQ_MAX_RANGES	32

struct vq_ranges {
	size_t count;
	struct {
		uint32_t first, last;
	} range[VQ_MAX_RANGES];
};

struct vq_options {
	enum vq_mode mode;
	unsigned int verbose;
	bool json, raw, ascii, in_flight, check, diff;
	bool sampling;
	double sample;			/* seconds between two looks */
	bool explain;
	const char *code;		/* of a rule; NULL: see the targets */
	const char *attach, *capture, *read, *ring, *memory, *sysroot;
	bool has_buffers;
	uint64_t buffers;		/* bytes of each, for a capture */
	struct vq_ranges queues;
	struct tool_filters filters;
	const char *const *targets;	/* ended by NULL */
	struct term term;
};

/* options.c: 0, or more than 0 what to end with, or -1 when all is done */
int vq_parse(struct vq_options *o, int argc, char **argv);

/* ranges.c */
int vq_ranges_parse(struct vq_ranges *r, const char *s);
bool vq_is_chosen(const struct vq_options *o, uint64_t index);
bool vq_wanted(const struct vq_options *o, struct rec queue);

/* devices.c: what to end with; EXIT_ERROR: a message was printed */
int vq_find(struct vi_ctx *ctx, const struct vq_options *o,
	    struct tool_devices *d);
/* How many could not be read; messages were printed. */
size_t vq_look(struct vi_ctx *ctx, const struct vq_options *o,
	       const struct tool_devices *d);
/* How many errors were found; *@failed as above. */
int vq_check(struct vi_ctx *ctx, const struct vq_options *o,
	     const struct tool_devices *d, size_t *failed);
/* Find what can be found in what was read already. */
void vq_judge(struct vi_ctx *ctx, const struct vq_options *o,
	      const struct tool_devices *d);

/* queue.c: what the views say of a queue, each time the same way */
void vq_add_queue_name(struct text *t, struct rec queue);
void vq_add_state(const struct term *term, struct text *t, struct rec queue,
		  size_t columns);
/* Entries taken; false: not known. *@bound: at least so many. */
bool vq_slots_taken(struct rec queue, uint64_t *n, bool *bound);
bool vq_is_parked(struct rec queue);
/* Was its ring read? */
bool vq_has_ring(struct rec queue);
/* Nothing is in it, and nothing is wrong with it. */
bool vq_is_quiet(struct rec queue);
/* Blanks, until what was added after @from takes so many columns. */
void vq_pad(struct text *t, size_t from, size_t columns);
/* For how long a request is known to be there; false in a first look. */
bool vq_age(struct rec chain, uint64_t *ms);
/* "1.2 s", of milliseconds. */
void vq_add_age(struct text *t, uint64_t ms);

/* index.c: records of a list by a number, those of one in the list's order */
struct vq_entry {
	uint64_t key;
	size_t at;
};

struct vq_index {
	struct recs list;
	struct vq_entry *entries;
};

#define VQ_NO_KEY	UINT64_MAX

/* False when out of memory; end with vq_index_free() nevertheless. */
bool vq_index_make(struct vq_index *x, const struct recs *list,
		   uint64_t (*key)(struct rec r));
void vq_index_free(struct vq_index *x);
/* The next record with @key; *@pos is 0 at first. False: there is none. */
bool vq_index_next(const struct vq_index *x, uint64_t key, size_t *pos,
		   struct rec *r);
/* Keys: what a record says of itself, VQ_NO_KEY where it says nothing. */
uint64_t vq_key_index(struct rec r);
uint64_t vq_key_queue(struct rec r);
/* For keys of other kinds: of bytes, and of a field. */
#define VQ_HASH		UINT64_C(0xcbf29ce484222325)
uint64_t vq_hash(uint64_t hash, const void *bytes, size_t len);
uint64_t vq_hash_field(uint64_t hash, struct rec r, const char *field);

/* findings.c */
size_t vq_count_findings(struct rec dev, const char *severity);
/* All of a device, by queue; an index with nothing in it, and t->failed, when
 * out of memory. End with vq_index_free(). */
struct vq_index vq_findings(struct text *t, struct rec dev);
bool vq_has_findings(const struct vq_index *findings, uint64_t queue);
/* Of one queue; or with VQ_NO_KEY those of none. */
void vq_add_findings(const struct vq_options *o, struct text *t,
		     const struct vq_index *findings, uint64_t queue,
		     unsigned int indent, bool evidence);

/* The views add what they say of a device; NULL for print_json(). */
void vq_add_device_line(const struct vq_options *o, struct text *t,
			struct rec dev);
void vq_add_view(const struct vq_options *o, struct text *t,
		 struct vi_device *dev);
void vq_add_details(const struct vq_options *o, struct text *t,
		    struct rec queue);
/* Fields of a record that belong together, in a line or more. */
void vq_add_group(const struct vq_options *o, struct text *t, struct rec r,
		  const char *label, const char *const *fields);
/* The same of records with a name and a value. */
void vq_add_pairs(const struct vq_options *o, struct text *t,
		  const struct recs *pairs, const char *label);
/* What its registers say of a device, if they were looked at. */
void vq_add_registers(const struct vq_options *o, struct text *t,
		      struct rec dev);
/* Where the kernel says something else. */
void vq_add_disagreements(const struct vq_options *o, struct text *t,
			  struct rec dev);
/* Bytes, given as digits, in rows; nothing for NULL. */
void vq_add_hex(struct text *t, const char *hex, unsigned int indent);
void vq_add_raw(const struct vq_options *o, struct text *t, struct rec queue);
void vq_add_check(const struct vq_options *o, struct text *t,
		  struct vi_device *dev);
void vq_add_sample(const struct vq_options *o, struct text *t,
		   struct vi_device *dev);

/* in_flight.c */
bool vq_print_in_flight(const struct vq_options *o,
			const struct tool_devices *d);

/* moved.c: what happened in a queue between two looks at it */
struct vq_moved {
	bool known;
	const char *why;		/* not known: the reason */
	bool slots;			/* counted in slots, not requests */
	uint64_t submitted, completed;	/* at least: they may have wrapped */
	bool has_submitted, has_completed;
	bool has_interrupts;
	uint64_t interrupts;
	double seconds;			/* 0: not known */
};

void vq_compare(struct rec before, struct rec after, struct vq_moved *m);

/* sample.c: the same in words; and the queue with the same index, or none. */
void vq_add_flow(struct text *t, const struct vq_moved *m);
struct rec vq_same_queue(const struct vq_index *queues, struct rec like);

/* False after a message. */
bool vq_print_json(struct vi_ctx *ctx, const struct vq_options *o,
		   const struct tool_devices *d);
bool vq_capture(struct vi_ctx *ctx, const struct vq_options *o,
		const struct tool_devices *d);

/* What to end with. */
int vq_diff(const struct vq_options *o);
int vq_explain(const struct vq_options *o);

/* Print a text and begin it anew. False when out of memory, with a message. */
bool vq_print(struct text *t);

/* Print what there is of a long one, which goes on. */
void vq_flush(struct text *t);

#endif
