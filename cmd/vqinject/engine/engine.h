/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device in use: features, queues, buffers in flight. */
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
 * DMA memory for a buffer, in use or free.
 * @mem:    starts as a copy of the chain's image.
 * @number: counts buffers from 1.
 */
struct slot {
	uint8_t *mem;
	size_t size;
	const struct chain *chain;	/* NULL: free */
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
	OUTCOME_ERROR,		/* after a message */
	OUTCOME_NO_READER,	/* nobody reads our output */
};

struct engine {
	const struct vqinject_options *o;
	const char *target;		/* for vi_attach() */
	struct virtio_device *vdev;
	bool attached;			/* needs vi_detach() */
	bool mine;			/* our probe accepted it */
	bool refused;			/* after a message */
	int error;			/* then: the exit status */
	bool polled;
	bool reset_failed;
	bool armed;			/* callbacks are enabled */
	volatile bool changed;		/* the config changed */
	uint64_t looked_ns;		/* when the device was last checked */

	struct vi_features offered, asked;
	bool negotiated;		/* got as far as feature negotiation */
	unsigned int num_device_queues;	/* 0: unknown */

	/* Chains whose queues probe sets up. */
	struct chain **chains;
	unsigned int num_chains;
	unsigned int default_queue;
	unsigned int other_queue;	/* its index + 1; 0: none */

	struct engine_queue queue[ENGINE_MAX_QUEUES];
	unsigned int num_queues;
	struct slot **slot;
	struct slot *free_slot;		/* the last one freed */
	unsigned int num_slots, in_flight;

	enum outcome outcome;
	uint64_t submitted, completed, expected;
	uint64_t begin_ns, end_ns;
	uint64_t next_ns;		/* when --rate allows the next buffer */
	struct latency latency;

	/* Handles each completed buffer: 0, or an exit status. */
	int (*complete)(void *data, struct slot *slot);
	void *data;
	int status;			/* the first non-zero result */

	/* Called after completions. */
	void (*progress)(const struct engine *e);

	/* Called at each check of the device. */
	void (*watch)(void *data);
	void *watched;
};

/* --- attach.c --- */

/*
 * Attach the device, negotiate features, set up queues: 0, or the exit status
 * after a message. Call engine_close() in either case.
 */
int engine_open(struct engine *e);
/* Reset the device and release everything. */
void engine_close(struct engine *e);

/* --- features.c --- */

/* Choose from @offered what to ask for: 0, or the exit status. */
int features_choose(const struct vqinject_options *o, uint32_t device,
		    const struct vi_features *offered,
		    struct vi_features *asked);
/* "VIRTIO_F_VERSION_1, VIRTIO_BLK_F_FLUSH" */
void features_add_names(struct text *t, uint32_t device, struct vi_features f);
/* Warn if the device accepted features that it does not offer. */
void features_unoffered(const struct engine *e);
/* Report that the device rejected the features. */
void features_refused(const struct engine *e);

/* --- queues.c --- */

/* Find the queue called @name: 0, or the exit status. */
int queue_resolve(const struct engine *e, const char *name,
		  unsigned int *index);
/* The queue with this index; NULL: it is not set up. */
struct engine_queue *queue_find(struct engine *e, unsigned int index);
/* The queue's name in the specification; "" if it has none. */
void queue_name(uint32_t device, const struct vi_features *features,
		unsigned int num_queues, unsigned int index, char *buf,
		size_t size);
/* Set up the queues that chains use. */
int queues_find(struct engine *e, void (*callback)(struct virtqueue *vq));
/* Does the chain fit into the queue? 0, or the exit status. */
int queue_check_chain(const struct engine *e, const struct chain *c,
		      unsigned int num, unsigned int depth);

/* --- flight.c --- */

/* Submit a chain as a buffer: 0, or -1 with e->outcome set. */
int flight_add(struct engine *e, const struct chain *c);
/* Notify the device of buffers submitted since the last call. */
void flight_kick(struct engine *e);
/* Set e->outcome unless it is set already; returns -1. */
int flight_end(struct engine *e, enum outcome outcome);
void flight_free(struct engine *e);

/* --- wait.c --- */

/* Wait until at most @most are in flight: 0, or -1 with e->outcome set. */
int flight_wait(struct engine *e, unsigned int most);
/* Wait until --rate allows the next buffer. */
int flight_pace(struct engine *e);
/* 0, or -1 with e->outcome set: a signal, or the device has failed. */
int flight_check_device(struct engine *e);
/* Sleep, but notice signals and failures of the device. */
int flight_sleep(struct engine *e, double seconds);

#endif
