/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Devices simulated in this process, "sim:TYPE": real rings, real request
 * formats, a thread that serves them, and faults to order.
 *
 * A type is one file beside this one with a struct sim_model in it.
 */
#ifndef VI_SIM_H
#define VI_SIM_H

#include <errno.h>
#include <pthread.h>

#include "bus/drive.h"
#include "ring/devq.h"

#define SIM_MAX_QUEUES	64
#define SIM_MAX_CONFIG	128

struct sim_device;

/* What a device can be told to do wrong, once @after buffers went well. */
enum sim_fault {
	SIM_HEALTHY,
	SIM_LOST_KICK,		/* kicks are not heard */
	SIM_LOST_IRQ,		/* completions are not announced */
	SIM_STUCK,		/* buffers are taken and never completed */
	SIM_BAD_USED_ID,	/* completions name a buffer that cannot be */
	SIM_NEEDS_RESET,	/* the device gives up */
};

/* A word of the target, "key=value"; value is "" for a bare "key". */
struct sim_option {
	const char *key, *value;
};

struct sim_model {
	const char *name;	/* as in sim:NAME */
	uint32_t device_id;
	const uint8_t *features;	/* device-type bits offered... */
	size_t num_features;
	size_t config_size;
	const char *const *options;	/* keys beyond those of all types */

	/* Set up @dev (queues, config) for its options; 0 or -errno with a
	 * message for vi_error(NULL). */
	int (*init)(struct sim_device *dev);
	void (*fini)(struct sim_device *dev);
	/* Queue @q may have buffers: serve them all. In the device's thread. */
	void (*serve)(struct sim_device *dev, unsigned int q);
	/* Forget what was under way. May be NULL. */
	void (*reset)(struct sim_device *dev);
};

struct sim_queue {
	struct virtqueue *vq;
	void *pages;
	unsigned int num;	/* entries of the ring in pages */
	struct vi_devq dq;
	uint64_t taken;		/* buffers that the model popped */
	uint64_t interrupts;	/* that were raised; read by other threads */
};

struct sim_device {
	struct virtio_device vdev;
	const struct sim_model *model;
	void *state;			/* the model's */
	struct sim_option *options;	/* ended by a NULL key */
	char *target;			/* what options point into */
	unsigned int num_queues;
	unsigned int queue_size;
	struct vi_features offered;

	enum sim_fault fault;
	uint64_t after;
	uint64_t completed;		/* buffers that went well */

	pthread_t thread;
	pthread_mutex_t lock;		/* all below */
	pthread_cond_t cond;
	uint64_t kicked;		/* a bit a queue */
	uint8_t status;
	bool running;			/* DRIVER_OK: queues may be served */
	bool busy;			/* the thread is serving */
	bool exit;
	bool signalled;			/* since the last wait for it */
	uint64_t config_interrupts;
	uint32_t generation;
	uint8_t config[SIM_MAX_CONFIG];
	uint16_t select;		/* queue_select */

	struct sim_queue queue[SIM_MAX_QUEUES];
};

static inline struct sim_device *to_sim(const struct virtio_device *vdev)
{
	return container_of(vdev, struct sim_device, vdev);
}

extern const struct sim_model sim_blk, sim_rng, sim_net, sim_console;

/* Make the device that @target, "sim:…", means; the caller registers it. */
int sim_new(const char *target, struct virtio_device **vdev);
void sim_free(struct virtio_device *vdev);

/* Wait until the device has nothing to do. Not in one of its callbacks. */
void sim_settle(struct virtio_device *vdev);

/* How many interrupts queue @q has raised. */
uint64_t sim_interrupts(struct virtio_device *vdev, unsigned int q);

/* sim_drive.c: what tests of devices need beyond the driver API. */
extern const struct vi_drive_ops sim_drive_ops;

/* Where a ring of @num entries has its parts; at multiples of this. */
#define SIM_ALIGN	4096
void sim_lay_ring(const struct sim_device *dev, void *pages, unsigned int num,
		  struct vi_ring_memory *mem);

/* The device has signalled something: for who waits. */
void sim_signal(struct sim_device *dev);

/* sim_options.c: what follows "sim:", into dev's model, options and offer. */
int sim_parse(struct sim_device *dev, const char *target);
/* The value of an option, or NULL. */
const char *sim_option(const struct sim_device *dev, const char *key);
/* A number with an optional k, M or G, into *@value if it is given. */
int sim_option_size(const struct sim_device *dev, const char *key,
		    uint64_t min, uint64_t max, uint64_t *value);

/*
 * For models, in the device's thread. The next buffer of queue @q, or false
 * when there is none, or none that may be served.
 */
bool sim_pop(struct sim_device *dev, unsigned int q, struct vi_buffer *buf);
/* Give a buffer back with @len bytes written. */
void sim_push(struct sim_device *dev, unsigned int q,
	      const struct vi_buffer *buf, uint32_t len);
/* Buffers of another queue than the one being served were given back. */
void sim_interrupt(struct sim_device *dev, unsigned int q);
/* The driver broke the rules: NEEDS_RESET (spec 1.4, 2.1). */
void sim_needs_reset(struct sim_device *dev);

/* Bytes of the readable, and of the writable part of a buffer. */
uint64_t sim_out_len(const struct vi_buffer *buf);
uint64_t sim_in_len(const struct vi_buffer *buf);
/* Copy out of the readable part, or into the writable one, from @offset on;
 * how many bytes there were. Pieces may be cut anywhere (spec 2.7.4). */
size_t sim_read(const struct vi_buffer *buf, uint64_t offset, void *dst,
		size_t len);
size_t sim_write(const struct vi_buffer *buf, uint64_t offset,
		 const void *src, size_t len);

#endif
