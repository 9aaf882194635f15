/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device at work: features, queues, buffers in flight. */
#ifndef CMD_VQINJECT_ENGINE_ENGINE_H
#define CMD_VQINJECT_ENGINE_ENGINE_H

#include "vqinject/engine/latency.h"
#include "vqinject/vqinject.h"

#define ENGINE_MAX_QUEUES	64

struct engine;

/* A queue in use. @added: buffers since the last kick. */
struct engine_queue {
	struct engine *engine;
	struct virtqueue *vq;
	unsigned int index, num;
	char name[40];			/* "requestq1", or "" */
	unsigned int in_flight, added;
	uint64_t completed;
};

/*
 * Memory for a chain, that the device can reach; in use or not.
 * @mem:   all of it; the chain's image is copied here.
 * @number: of the buffer, from 1.
 */
struct slot {
	uint8_t *mem;
	size_t size;
	const struct chain *chain;	/* NULL: it is free */
	struct engine_queue *queue;
	struct slot *next_done;
	uint64_t number;
	uint64_t added_ns, done_ns;
	unsigned int used;
};

/* Why a run ended. */
enum outcome {
	OUTCOME_RUNNING,
	OUTCOME_DONE,
	OUTCOME_TIMEOUT,
	OUTCOME_NEEDS_RESET,
	OUTCOME_GONE,
	OUTCOME_WANTED_BACK,
	OUTCOME_LOST_IRQ,
	OUTCOME_BROKEN,		/* the device broke the rules */
	OUTCOME_STOPPED,	/* by a signal */
	OUTCOME_ERROR,		/* a message was printed */
	OUTCOME_NO_READER,	/* of our output */
};

struct engine {
	const struct vqinject_options *o;
	const char *target;		/* for vi_attach() */
	struct virtio_device *vdev;
	bool attached;			/* and to be detached */
	bool mine;			/* our probe took it */
	bool refused;			/* a message was printed */
	int error;			/* what to end with for that */
	bool polled;
	bool reset_failed;
	bool armed;			/* callbacks are on */
	volatile bool changed;		/* the device wants attention */
	uint64_t looked_ns;		/* at the device */

	struct vi_features offered, asked;
	bool negotiated;		/* it came to that */
	unsigned int num_device_queues;	/* 0: not known */

	/* Chains whose queues are to be set up by probe. */
	struct chain **chains;
	unsigned int num_chains;
	unsigned int default_queue;
	unsigned int other_queue;	/* and one more; 0: none */

	struct engine_queue queue[ENGINE_MAX_QUEUES];
	unsigned int num_queues;
	struct slot **slot;
	struct slot *free_slot;		/* the last that became free */
	unsigned int num_slots, in_flight;

	enum outcome outcome;
	uint64_t submitted, completed, expected;
	uint64_t begin_ns, end_ns;
	uint64_t next_ns;		/* when --rate lets the next go */
	struct latency latency;

	/* What to do with each buffer that came back: 0, or what to end with. */
	int (*complete)(void *data, struct slot *slot);
	void *data;
	int status;			/* the first that it returned */

	/* Called when buffers came back. */
	void (*progress)(const struct engine *e);

	/* Called when the device is looked at, too. */
	void (*watch)(void *data);
	void *watched;
};

/* --- attach.c --- */

/*
 * Attach the device, negotiate, set up queues; 0 or what to end with, after a
 * message. engine_close() in any case.
 */
int engine_open(struct engine *e);
/* Reset, and give everything up. */
void engine_close(struct engine *e);

/* --- features.c --- */

/* What to ask for of what is @offered. 0, or what to end with. */
int features_choose(const struct vqinject_options *o, uint32_t device,
		    const struct vi_features *offered,
		    struct vi_features *asked);
/* "VIRTIO_F_VERSION_1, VIRTIO_BLK_F_FLUSH" */
void features_add_names(struct text *t, uint32_t device, struct vi_features f);
/* Warn of a device that took what it does not offer. */
void features_unoffered(const struct engine *e);
/* The device did not take the set. */
void features_refused(const struct engine *e);

/* --- queues.c --- */

/* The index that @name means, in @*index; 0 or what to end with. */
int queue_resolve(const struct engine *e, const char *name,
		  unsigned int *index);
/* The one that the specification calls so; "" where it has no name. */
void queue_name(uint32_t device, const struct vi_features *features,
		unsigned int num_queues, unsigned int index, char *buf,
		size_t size);
/* Set up those that chains are for. */
int queues_find(struct engine *e, void (*callback)(struct virtqueue *vq));
/* Another, as long as DRIVER_OK is not set; NULL after a message. */
struct engine_queue *queue_get(struct engine *e, unsigned int index);
/* Does it fit? 0 or what to end with. */
int queue_check_chain(const struct engine *e, const struct chain *c,
		      unsigned int num, unsigned int depth);

/* --- flight.c --- */

/* Add a chain's buffer: 0, or -1 with e->outcome set. */
int flight_add(struct engine *e, const struct chain *c);
/* Tell the device of all that was added. */
void flight_kick(struct engine *e);
/* It ends, for this reason unless there is one already; returns -1. */
int flight_end(struct engine *e, enum outcome outcome);
void flight_free(struct engine *e);

/* --- wait.c --- */

/* Wait until no more than @most are in flight: 0, or -1 with e->outcome. */
int flight_wait(struct engine *e, unsigned int most);
/* Wait for --rate to let another one go. */
int flight_pace(struct engine *e);
/* Is anything wrong with the device? Then -1, with e->outcome. */
int flight_check_device(struct engine *e);
/* Sleep, but not on. */
int flight_sleep(struct engine *e, double seconds);

#endif
