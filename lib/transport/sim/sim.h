/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Devices simulated in this process, "sim:TYPE": real rings, real request
 * formats, a thread that serves them, and faults on demand.
 *
 * Each type is a file in this directory with a struct sim_model.
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

/* Faults on demand, which start once @after buffers completed. */
enum sim_fault {
	SIM_HEALTHY,
	SIM_LOST_KICK,		/* ignores kicks */
	SIM_LOST_IRQ,		/* completes without interrupts */
	SIM_STUCK,		/* takes buffers and never completes them */
	SIM_BAD_USED_ID,	/* completes buffers with an invalid id */
	SIM_NEEDS_RESET,	/* sets NEEDS_RESET */
	SIM_LOST_REQUEST,	/* never completes one buffer, and serves all
				 * others, at a pace of its own */
};

/* An option of the target, "key=value"; @value is "" for a bare "key". */
struct sim_option {
	const char *key, *value;
};

struct sim_model {
	const char *name;	/* NAME in sim:NAME */
	uint32_t device_id;
	const uint8_t *features;	/* device-type bits to offer */
	size_t num_features;
	size_t config_size;
	const char *const *options;	/* in addition to common ones */

	/*
	 * Set up @dev (queues, config) from its options; 0 or -errno with a
	 * message for vi_error(NULL).
	 */
	int (*init)(struct sim_device *dev);
	void (*fini)(struct sim_device *dev);
	/* Serve all buffers in queue @q, if any. In the device's thread. */
	void (*serve)(struct sim_device *dev, unsigned int q);
	/* Drop all state of the last session. May be NULL. */
	void (*reset)(struct sim_device *dev);
};

struct sim_queue {
	struct virtqueue *vq;
	void *pages;
	unsigned int num;	/* ring size in entries */
	struct vi_devq dq;
	uint64_t taken;		/* buffers popped by the model */
	uint64_t unlooked;	/* of these, before serve_some() saw a look */
	bool looked;		/* sim_looked(); other threads set it */
	uint64_t interrupts;	/* raised; other threads read it */
};

struct sim_device {
	struct virtio_device vdev;
	const struct sim_model *model;
	void *state;			/* private to the model */
	struct sim_option *options;	/* terminated by a NULL key */
	char *target;			/* text that options point into */
	unsigned int num_queues;
	unsigned int queue_size;
	struct vi_features offered;

	enum sim_fault fault;
	uint64_t after;
	uint64_t completed;		/* buffers completed so far */
	bool lost;			/* the one buffer of SIM_LOST_REQUEST */

	pthread_t thread;
	pthread_mutex_t lock;		/* protects the members below */
	pthread_cond_t cond;
	uint64_t kicked;		/* one bit per queue */
	uint8_t status;
	bool running;			/* DRIVER_OK: queues are served */
	bool busy;			/* the thread is serving */
	bool rests;			/* it does not, for a while */
	unsigned int holds;		/* of sim_hold() */
	bool exit;
	bool signalled;			/* since the last wait */
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

#define VI_SIM_PREFIX	"sim:"

/* Create the device for @target, "sim:…"; the caller registers it. */
int sim_new(const char *target, struct virtio_device **vdev);
void sim_free(struct virtio_device *vdev);

/* Wait until the device is idle. Not from its callbacks. */
void sim_settle(struct virtio_device *vdev);
/* Likewise, and keep it idle until sim_release(). */
void sim_hold(struct virtio_device *vdev);
void sim_release(struct virtio_device *vdev);
/* Queue @q was looked at; not needed with sim_hold(). Any thread. */
void sim_looked(struct virtio_device *vdev, unsigned int q);

/* Number of interrupts that queue @q has raised. */
uint64_t sim_interrupts(struct virtio_device *vdev, unsigned int q);

/* sim_drive.c: the functions of <virtio-inspect/inject.h>. */
extern const struct vi_drive_ops sim_drive_ops;

/* Alignment of rings, and layout of a ring of @num entries. */
#define SIM_ALIGN	4096
void sim_lay_ring(const struct sim_device *dev, void *pages, unsigned int num,
		  struct vi_ring_memory *mem);

/* Wake waiters: the device has signalled an interrupt. */
void sim_signal(struct sim_device *dev);

/* sim_options.c: parse @target into the model, options and offered features. */
int sim_parse(struct sim_device *dev, const char *target);
/* The value of an option; NULL: not given. */
const char *sim_option(const struct sim_device *dev, const char *key);
/* Parse a number with an optional k, M or G into *@value, if given. */
int sim_option_size(const struct sim_device *dev, const char *key,
		    uint64_t min, uint64_t max, uint64_t *value);

/*
 * For models, in the device's thread: take the next buffer of queue @q. False
 * if none is pending or may be served.
 */
bool sim_pop(struct sim_device *dev, unsigned int q, struct vi_buffer *buf);
/* Complete a buffer with @len bytes written. */
void sim_push(struct sim_device *dev, unsigned int q,
	      const struct vi_buffer *buf, uint32_t len);
/* Raise an interrupt for a queue other than the one being served. */
void sim_interrupt(struct sim_device *dev, unsigned int q);

/* Bytes in the readable and in the writable part of a buffer. */
uint64_t sim_out_len(const struct vi_buffer *buf);
uint64_t sim_in_len(const struct vi_buffer *buf);
/*
 * Copy from the readable or to the writable part, starting at @offset; returns
 * the bytes copied. Pieces may be split anywhere (spec 2.7.4).
 */
size_t sim_read(const struct vi_buffer *buf, uint64_t offset, void *dst,
		size_t len);
size_t sim_write(const struct vi_buffer *buf, uint64_t offset,
		 const void *src, size_t len);

#endif
