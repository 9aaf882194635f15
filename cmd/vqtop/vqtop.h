/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vqtop: the queues of virtio devices over time. */
#ifndef CMD_VQTOP_H
#define CMD_VQTOP_H

#include <virtio-inspect/sampler.h>

#include "common/filter.h"
#include "vqtop/model/recording.h"
#include "vqtop/screen/config.h"
#include "vqtop/screen/view.h"

enum vt_format {
	VT_TABLE,
	VT_JSON,
	VT_CSV,
	VT_OPENMETRICS,
};

struct vt_options {
	bool batch, ascii, no_colour, list_columns;
	enum vt_format format;
	bool has_delay;
	double delay;
	bool has_samples;
	uint64_t samples;		/* of has_samples */
	double max_cpu;			/* 0: as it is */
	const char *columns, *sort, *filter;
	const char *attach, *sysroot, *record, *replay, *textfile;
	struct tool_filters types;
	const char *const *targets;	/* ended by NULL */
};

#define VT_DEFAULT_DELAY	1.0

/* options.c: 0, or more than 0 what to end with, or -1 when all is done */
int vt_parse(struct vt_options *o, int argc, char **argv);

/* Where samples come from: a machine, or a recording. */
struct vt_source {
	const struct vt_options *o;
	struct vi_ctx *ctx;
	struct vi_sampler *sampler;
	struct vt_replay *replay;
	struct vt_record *record;
	uint64_t taken, failed;		/* samples; those that were not whole */
	uint64_t lost;			/* for which there was no memory here */
	bool record_lost;		/* it could not be written to its end */
	const char **names;		/* of devices that are wanted; or none */
	size_t num_names;
	char why[512];
};

/* model/source.c: what to end with; EXIT_ERROR, EXIT_NONE_FOUND: after a message */
int vt_source_open(struct vt_source *s, const struct vt_options *o);
/* False after a message: the recording is not whole. */
bool vt_source_close(struct vt_source *s);
/* Is not all there that was asked for? True after a message. */
bool vt_source_failed(const struct vt_source *s);
/* The sample cannot be shown. */
void vt_source_lost(struct vt_source *s, struct vt_snapshot *snapshot,
		    const char *why);
/*
 * 1; 0: there are no more; below 0: what is wrong is in @why. One that could not
 * be taken, or not all of it, is a sample that says so: see vt_error().
 */
int vt_source_next(struct vt_source *s, struct vt_snapshot *snapshot);
/* Of one that is not shown, as rates are of two. */
void vt_source_begin(struct vt_source *s);
/* Seconds of the monotonic clock. */
double vt_now(void);
/* Look at queues between samples, as they need it: how many seconds until
 * this is to be called again. */
double vt_source_between(struct vt_source *s);

/* model/warn_seldom.c: a warning, but not each time that it comes. */
void vt_warn_seldom(const char *what);

/* batch/batch.c: what to end with */
int vt_batch(struct vt_source *s, const struct vt_options *o);

/* batch/output.c: one sample; false when out of memory: then nothing of it was
 * printed. */
struct vt_printing {
	const struct vt_options *o;
	struct vt_columns columns;
	const struct vt_column *sort;
	bool begun;			/* it is not the first one */
};

bool vt_print_sample(const struct vt_printing *p, const struct vt_source *from,
		     const struct vt_snapshot *s);

void vt_print_end(void);

/* screen/detail.c: what there is to know of the queue that is selected. */
void vt_detail(struct vt_pane *p, struct vt_source *s,
	       const struct vt_model *m, const struct vt_view *v);

/* screen/check.c: for keys; each says on the view what came of it. */
void vt_check(struct vt_source *s, struct vt_view *v);
void vt_capture(struct vt_source *s, struct vt_view *v);

/* screen/interactive.c: the screen, what to end with */
int vt_interactive(struct vt_source *s, const struct vt_options *o,
		   const struct vt_config *config);

#endif
