/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vqdump: show and diagnose virtio queues. */
#ifndef CMD_VQDUMP_H
#define CMD_VQDUMP_H

#include <virtio-inspect/capture.h>
#include <virtio-inspect/check.h>
#include <virtio-inspect/memory.h>
#include <virtio-inspect/snapshot.h>

#include "common/rec.h"
#include "common/select.h"
#include "common/term.h"

enum vq_mode {
	VQ_VIEW,
	VQ_IN_FLIGHT,
	VQ_SAMPLE,
	VQ_CHECK,
	VQ_CAPTURE,	/* show nothing */
	VQ_DIFF,
	VQ_EXPLAIN,
};

/* -q: queues by index; count 0: all. */
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
	double sample;			/* seconds between two snapshots */
	bool explain;
	const char *code;		/* a rule's code; NULL: see targets */
	const char *attach, *capture, *read, *ring, *memory, *sysroot;
	bool has_buffers;
	uint64_t buffers;		/* how many bytes of each to capture */
	struct vq_ranges queues;
	struct tool_filters filters;
	const char *const *targets;	/* NULL ends them */
	struct term term;
};

/* options.c: 0, or an exit status, or -1 when there is nothing left to do */
int vq_parse(struct vq_options *o, int argc, char **argv);

/* queue/ranges.c */
int vq_ranges_parse(struct vq_ranges *r, const char *s);
bool vq_is_chosen(const struct vq_options *o, uint64_t index);
bool vq_wanted(const struct vq_options *o, struct rec queue);

/* devices.c: the exit status; EXIT_ERROR comes after a message */
int vq_find(struct vi_ctx *ctx, const struct vq_options *o,
	    struct tool_devices *d);
/* Returns how many devices could not be read; messages name them. */
size_t vq_look(struct vi_ctx *ctx, const struct vq_options *o,
	       const struct tool_devices *d);
/* Returns the number of errors found; *@failed counts devices not read. */
int vq_check(struct vi_ctx *ctx, const struct vq_options *o,
	     const struct tool_devices *d, size_t *failed);
/* Find what the latest snapshots show, without waiting. */
void vq_judge(struct vi_ctx *ctx, const struct vq_options *o,
	      const struct tool_devices *d);

/* queue/queue.c: properties of queues that several views show */
void vq_add_queue_name(struct text *t, struct rec queue);
void vq_add_state(const struct term *term, struct text *t, struct rec queue,
		  size_t columns);
/* The entries in use; false: unknown. *@bound: *@n is a lower bound. */
bool vq_slots_taken(struct rec queue, uint64_t *n, bool *bound);
bool vq_is_parked(struct rec queue);
/* Was the ring read? */
bool vq_has_ring(struct rec queue);
/* Is the queue empty, and nothing wrong with it? */
bool vq_is_quiet(struct rec queue);
/* Pad the text after offset @from to @columns. */
void vq_pad(struct text *t, size_t from, size_t columns);
/* How long a request has been in flight; false in a first snapshot. */
bool vq_age(struct rec chain, uint64_t *ms);
/* Milliseconds as "1.2 s". */
void vq_add_age(struct text *t, uint64_t ms);

/* queue/index.c: records by key; those with the same key keep their order */
struct vq_entry {
	uint64_t key;
	size_t at;
};

struct vq_index {
	struct recs list;
	struct vq_entry *entries;
};

#define VQ_NO_KEY	UINT64_MAX

/* False: out of memory. Call vq_index_free() in either case. */
bool vq_index_make(struct vq_index *x, const struct recs *list,
		   uint64_t (*key)(struct rec r));
void vq_index_free(struct vq_index *x);
/* The next record with @key; start with *@pos 0. False: no more. */
bool vq_index_next(const struct vq_index *x, uint64_t key, size_t *pos,
		   struct rec *r);
/* Keys: the queue of a record; VQ_NO_KEY if it has none. */
uint64_t vq_key_index(struct rec r);
uint64_t vq_key_queue(struct rec r);
/* To build other keys: hash bytes, or a field. */
#define VQ_HASH		UINT64_C(0xcbf29ce484222325)
uint64_t vq_hash(uint64_t hash, const void *bytes, size_t len);
uint64_t vq_hash_field(uint64_t hash, struct rec r, const char *field);

/* check/findings.c */
size_t vq_count_findings(struct rec dev, const char *severity);
/* All findings of a device, by queue. If memory runs out, the index is empty
 * and t->failed is set. Call vq_index_free() in either case. */
struct vq_index vq_findings(struct text *t, struct rec dev);
bool vq_has_findings(const struct vq_index *findings, uint64_t queue,
		     bool remarks);
/* Findings of a queue; with VQ_NO_KEY, those that belong to no queue. */
void vq_add_findings(const struct vq_options *o, struct text *t,
		     const struct vq_index *findings, uint64_t queue,
		     unsigned int indent, bool evidence);

/* Each view appends text about a device or a queue. */
void vq_add_device_line(const struct vq_options *o, struct text *t,
			struct rec dev);
void vq_add_view(const struct vq_options *o, struct text *t,
		 struct vi_device *dev);
void vq_add_details(const struct vq_options *o, struct text *t,
		    struct rec queue);
/* Related fields of a record, wrapped into lines. */
void vq_add_group(const struct vq_options *o, struct text *t, struct rec r,
		  const char *label, const char *const *fields);
/* The same for records with a name and a value. */
void vq_add_pairs(const struct vq_options *o, struct text *t,
		  const struct recs *pairs, const char *label);
/* The device's registers, if they were read. */
void vq_add_registers(const struct vq_options *o, struct text *t,
		      struct rec dev);
/* Where registers and the kernel disagree. */
void vq_add_disagreements(const struct vq_options *o, struct text *t,
			  struct rec dev);
/* Hexadecimal digits as rows of bytes; nothing for NULL. */
void vq_add_hex(struct text *t, const char *hex, unsigned int indent);
void vq_add_raw(const struct vq_options *o, struct text *t, struct rec queue);
void vq_add_check(const struct vq_options *o, struct text *t,
		  struct vi_device *dev);
/* Does a check leave open whether some device hangs? */
bool vq_any_undecided(const struct tool_devices *d);
void vq_add_sample(const struct vq_options *o, struct text *t,
		   struct vi_device *dev);

/* view/in_flight.c */
bool vq_print_in_flight(const struct vq_options *o,
			const struct tool_devices *d);

/* compare/moved.c: what a queue did between two snapshots */
struct vq_moved {
	bool known;
	const char *why;		/* the reason, if not known */
	bool slots;			/* counts slots, not requests */
	uint64_t submitted, completed;	/* lower bounds: they may wrap */
	bool has_submitted, has_completed;
	bool has_interrupts;
	uint64_t interrupts;
	double seconds;			/* 0: unknown */
};

/* Equal, or unknown in both. */
bool vq_same_number(struct rec a, struct rec b, const char *field);
void vq_compare(struct rec before, struct rec after, struct vq_moved *m);

/* compare/sample.c: that as text; and the queue with the same index, or none */
void vq_add_flow(struct text *t, const struct vq_moved *m);
struct rec vq_same_queue(const struct vq_index *queues, struct rec like);

/* False after a message. */
bool vq_print_json(struct vi_ctx *ctx, const struct vq_options *o,
		   const struct tool_devices *d);
bool vq_capture(struct vi_ctx *ctx, const struct vq_options *o,
		const struct tool_devices *d);

/* Returns the exit status. */
int vq_diff(const struct vq_options *o);
int vq_explain(const struct vq_options *o);

/* Print a text and empty it. False after a message: out of memory. */
bool vq_print(struct text *t);

/* Add @what, and @s wrapped beside it. */
void vq_add_remark(const struct vq_options *o, struct text *t,
		   unsigned int indent, const char *what, const char *s);

/* Print what a long text holds so far, and go on with the rest. */
void vq_flush(struct text *t);

#endif
