/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file virtio.h
 * The virtio driver model in userspace: devices, drivers, and the bus that
 * brings them together (virtio specification 1.4, chapters 2 and 3).
 *
 * The shape is that of the original Linux driver API. A driver says which
 * ids it handles; the bus calls its probe for each device that matches; the
 * driver finds its queues, adds buffers, kicks, and gets buffers back:
 *
 *	static int probe(struct virtio_device *vdev)
 *	{
 *		struct virtqueue *vq = virtio_find_vq(vdev, 0, done);
 *		...
 *		vq->vq_ops->add_buf(vq, sg, 0, 1, token);
 *		vq->vq_ops->kick(vq);
 *	}
 *
 * All functions return 0 or a negative errno unless they say otherwise.
 */
#ifndef VIRTIO_INSPECT_VIRTIO_H
#define VIRTIO_INSPECT_VIRTIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>

#include <virtio-inspect/scatterlist.h>

/* What older system headers lack (spec 1.4, chapter 6 and section 2.1). */
#ifndef VIRTIO_F_NOTIFICATION_DATA
#define VIRTIO_F_NOTIFICATION_DATA	38
#endif
#ifndef VIRTIO_F_NOTIF_CONFIG_DATA
#define VIRTIO_F_NOTIF_CONFIG_DATA	39
#endif
#ifndef VIRTIO_F_RING_RESET
#define VIRTIO_F_RING_RESET		40
#endif
#ifndef VIRTIO_F_ADMIN_VQ
#define VIRTIO_F_ADMIN_VQ		41
#endif
#ifndef VIRTIO_F_SUSPEND
#define VIRTIO_F_SUSPEND		43
#endif
#ifndef VIRTIO_CONFIG_S_SUSPEND
#define VIRTIO_CONFIG_S_SUSPEND		0x10
#endif

#ifdef __cplusplus
extern "C" {
#endif

struct virtqueue;
struct virtio_device;
struct virtio_driver;
struct vi_drive_ops;

/**
 * struct vi_features - a set of feature bits, 128 wide (spec 1.4, 2.2)
 * @w: bits 0 to 63, then bits 64 to 127.
 */
struct vi_features {
	uint64_t w[2];
};

/** VIRTIO_FEATURES_BITS - how many feature bits are kept. */
#define VIRTIO_FEATURES_BITS	128

/**
 * struct virtqueue_ops - what can be done with a queue
 *
 * Locking is the caller's: no two of these at once on one queue, except
 * disable_cb, which may be called at any time. None of them allocates,
 * locks, or (but for the notification that kick sends) makes a system call.
 *
 * @add_buf:
 *	Give the device a buffer: @sg holds @out_num pieces that it reads,
 *	then @in_num that it writes. @data is the token that get_buf returns.
 *	The device may take the buffer from here on, but is told of it only by
 *	kick. Uses one descriptor a piece, or one in all where indirect
 *	descriptors were negotiated and a table is to be had.
 *	0; -ENOSPC: no room until get_buf has made some; -EINVAL: no pieces,
 *	more pieces than the queue has descriptors, more than 2^32 - 1
 *	bytes in all, or @data NULL; -EFAULT: a piece lies outside the memory
 *	that the device can reach; -EIO: the queue is broken. (spec 2.7.13,
 *	2.8.21)
 * @kick:
 *	Notify the device of the buffers added since the last kick, unless it
 *	asked for no notification. Without VIRTIO_RING_F_EVENT_IDX this also
 *	happens if no buffer was added. Does nothing if the queue is broken.
 *	(spec 2.7.13.4, 2.8.21.2)
 * @get_buf:
 *	The token of the next completed buffer; NULL: there is none. Call it
 *	until then: callbacks come only for buffers that are completed later.
 *	*@len, which must not be NULL: how many bytes the device says it wrote
 *	to the buffer, never more than its size (0 to 2^32 - 1); for buffers
 *	that the device skipped in an in-order batch, their full size. An
 *	answer that breaks the rules (an id that is not in flight; more bytes
 *	than the buffer has, from a device that negotiated VIRTIO_F_VERSION_1)
 *	breaks the queue: from then on get_buf returns NULL, and add_buf -EIO.
 *	(spec 2.7.14, 2.8.22)
 * @disable_cb:
 *	Ask for no callbacks. One that is under way may still come. (spec
 *	2.7.7, 2.8.10)
 * @enable_cb:
 *	Ask for callbacks again. False: there are completed buffers, for which
 *	no callback may come; get them and try again. True if the queue is
 *	broken: nothing will come.
 */
struct virtqueue_ops {
	int (*add_buf)(struct virtqueue *vq, struct scatterlist sg[],
		       unsigned int out_num, unsigned int in_num, void *data);
	void (*kick)(struct virtqueue *vq);
	void *(*get_buf)(struct virtqueue *vq, unsigned int *len);
	void (*disable_cb)(struct virtqueue *vq);
	bool (*enable_cb)(struct virtqueue *vq);
};

/**
 * struct virtqueue - one queue of a device, from its driver's side
 * @callback: called when the device has completed buffers; NULL: the driver
 *            polls. It runs in the thread that calls vring_interrupt(): for
 *            devices of vi_attach(), a thread of the library.
 * @vdev:     the device that the queue belongs to.
 * @vq_ops:   see struct virtqueue_ops.
 * @priv:     the driver's.
 */
struct virtqueue {
	void (*callback)(struct virtqueue *vq);
	struct virtio_device *vdev;
	const struct virtqueue_ops *vq_ops;
	void *priv;
};

/** VIRTIO_DEV_ANY_ID - in an id_table: matches every device or vendor. */
#define VIRTIO_DEV_ANY_ID	0xffffffffU

/**
 * struct virtio_device_id - what a device is, or what a driver handles
 * @device: device type (VIRTIO_ID_*, spec 1.4 chapter 5), or
 *          VIRTIO_DEV_ANY_ID. 0 ends an id_table.
 * @vendor: subsystem vendor, or VIRTIO_DEV_ANY_ID. 0 in an id_table matches
 *          vendor 0 only.
 */
struct virtio_device_id {
	uint32_t device;
	uint32_t vendor;
};

/** struct device_driver - @name: how the driver is called; never NULL. */
struct device_driver {
	const char *name;
};

/**
 * struct device - the bus's part of a device
 * @name:   "virtio%d" after the index; set by register_virtio_device().
 * @driver: the driver bound to it, or NULL.
 * @bus:    the library's.
 */
struct device {
	char name[24];
	const struct device_driver *driver;
	void *bus;
};

/**
 * struct virtio_config_ops - how to reach a device (spec 1.4, 2.1 to 2.5)
 *
 * Written by transports. Any of them may be NULL: what is missing is skipped
 * on the way to DRIVER_OK. They run in the thread that calls them. The bus
 * resets a device before it is probed and after its driver's remove.
 *
 * @get:      copy @len bytes of configuration space from @offset to @buf;
 *            what lies beyond its end reads as 0.
 * @set:      the same the other way.
 * @generation: changes whenever configuration space has (spec 2.5).
 * @get_status, @set_status: the device status field (spec 2.1).
 * @reset:    write status 0 and wait until it reads back as 0; the device
 *            touches no memory after it.
 * @find_vq:  set up queue @index with @callback and return it, or NULL with
 *            errno set (ENOENT: the device has no such queue; EBUSY: it is
 *            in use; ERANGE: it has no room for vdev->queue_size entries).
 * @del_vq:   give the queue up.
 * @get_features: what the device offers.
 * @finalize_features: write vdev->features, the accepted ones, to the device;
 *            -ENODEV when it refuses the set.
 */
struct virtio_config_ops {
	void (*get)(struct virtio_device *vdev, unsigned int offset, void *buf,
		    unsigned int len);
	void (*set)(struct virtio_device *vdev, unsigned int offset,
		    const void *buf, unsigned int len);
	uint32_t (*generation)(struct virtio_device *vdev);
	uint8_t (*get_status)(struct virtio_device *vdev);
	void (*set_status)(struct virtio_device *vdev, uint8_t status);
	int (*reset)(struct virtio_device *vdev);
	struct virtqueue *(*find_vq)(struct virtio_device *vdev,
				     unsigned int index,
				     void (*callback)(struct virtqueue *vq));
	void (*del_vq)(struct virtqueue *vq);
	void (*get_features)(struct virtio_device *vdev,
			     struct vi_features *features);
	int (*finalize_features)(struct virtio_device *vdev);
};

/** VIRTIO_DMA_ERROR - no address that the device could use. */
#define VIRTIO_DMA_ERROR	UINT64_MAX

/**
 * struct virtio_dma_ops - memory as the device addresses it
 *
 * Without these a descriptor holds the buffer's virtual address; a device that
 * has them has all three.
 *
 * @map:   the device's address of @len bytes at @buf, or VIRTIO_DMA_ERROR. It
 *         stays good as long as the device is registered. Called by add_buf
 *         for each piece, so it must be quick and must not sleep.
 * @alloc: @size zeroed bytes, page-aligned, that both sides can reach, and
 *         their device address in *@addr; NULL when there are none left.
 * @free:  give back what @alloc gave.
 */
struct virtio_dma_ops {
	uint64_t (*map)(struct virtio_device *vdev, const void *buf,
			size_t len);
	void *(*alloc)(struct virtio_device *vdev, size_t size, uint64_t *addr);
	void (*free)(struct virtio_device *vdev, void *buf, size_t size);
};

/**
 * struct virtio_device - a device on the bus
 *
 * Who makes one by hand zeroes it and fills in id, and config if it has any.
 *
 * @index:    unique on its bus, the lowest that is free; set by
 *            register_virtio_device().
 * @dev:      the bus's part.
 * @id:       what it is.
 * @config:   how to reach it; NULL for a device made by hand, which has no
 *            status, no reset and no configuration space.
 * @priv:     the driver's.
 * @features: those negotiated; see virtio_has_feature().
 * @dma:      NULL when buffers' virtual addresses are the device's.
 * @status:   the status bits that were set last (spec 1.4, 2.1).
 * @transport_priv: the transport's.
 * @queue_size: entries that virtio_find_vq() asks for, 1 to 32768; 0: as many
 *            as the device offers. Legacy PCI devices have it their way.
 * @drive:    the library's; NULL for a device made by hand.
 */
struct virtio_device {
	int index;
	struct device dev;
	struct virtio_device_id id;
	const struct virtio_config_ops *config;
	void *priv;
	struct vi_features features;
	const struct virtio_dma_ops *dma;
	uint8_t status;
	void *transport_priv;
	unsigned int queue_size;
	const struct vi_drive_ops *drive;
};

/**
 * struct virtio_driver - a driver for some types of device
 *
 * Registering twice on one bus is refused. The structure stays the
 * caller's, and unchanged, until it is unregistered.
 *
 * @driver:   its name.
 * @id_table: what it handles, ended by an entry with device 0.
 * @probe:    take the device: its features are negotiated and its status has
 *            DRIVER and, for a modern device, FEATURES_OK. 0, or a negative
 *            errno that leaves the device to the next driver. DRIVER_OK is
 *            set after it, or before by virtio_device_ready(), which a probe
 *            that waits for the device needs. NULL takes every device.
 * @remove:   give it up: called exactly once for each probe that succeeded.
 *            Reset the device (virtio_reset()) before freeing what the
 *            device may still write to. NULL when there is nothing to do.
 * @config_changed: the device's configuration space or status changed. Runs
 *            in the thread of who notices it, never before DRIVER_OK and
 *            never after remove was called. May be NULL.
 * @feature_table, @feature_table_size: the device type's feature bits (0 to
 *            127) that the driver understands. What the ring implements is
 *            accepted by the library; all else is refused.
 * @features: has the last word, before each probe: @accepted holds what the
 *            library would accept of what is @offered, to be changed at will,
 *            for tests also to sets that the device must refuse. May be NULL.
 */
struct virtio_driver {
	struct device_driver driver;
	const struct virtio_device_id *id_table;
	int (*probe)(struct virtio_device *vdev);
	void (*remove)(struct virtio_device *vdev);
	void (*config_changed)(struct virtio_device *vdev);
	const unsigned int *feature_table;
	unsigned int feature_table_size;
	void (*features)(struct virtio_device *vdev,
			 const struct vi_features *offered,
			 struct vi_features *accepted);
};

/**
 * register_virtio_device - put a device on the process's bus.
 *
 * Offers it to the registered drivers in the order of their registration;
 * the first whose id_table matches and whose probe succeeds has it. A device
 * that none takes waits for one.
 *
 * 0, also when a probe failed; -EINVAL: @vdev NULL or its device id 0 or
 * VIRTIO_DEV_ANY_ID; -EEXIST: registered already; -ENOMEM.
 *
 * This and the three functions below may be called from any thread, and from
 * within probe and remove: one lock covers the bus. For the very device or
 * driver that is being probed or removed, unregistering takes effect when that
 * is over. They must not be called from config_changed or from a queue's
 * callback, which another thread may be waiting for.
 */
int register_virtio_device(struct virtio_device *vdev);

/**
 * unregister_virtio_device - take a device off its bus, after its driver's
 * remove. Its index is free again. Does nothing for one that is not there.
 * The caller sees to it that nobody else uses the device meanwhile, also not
 * in virtio_config_changed().
 */
void unregister_virtio_device(struct virtio_device *vdev);

/**
 * register_virtio_driver - put a driver on the process's bus, and offer it
 * every device there that has none.
 *
 * 0, whether or not it took any; -EINVAL: @drv, its name or its id_table is
 * NULL; -EEXIST: registered already; -ENOMEM.
 */
int register_virtio_driver(struct virtio_driver *drv);

/**
 * unregister_virtio_driver - remove @drv from its devices and from the bus.
 * The devices wait for a driver that is registered later.
 */
void unregister_virtio_driver(struct virtio_driver *drv);

/**
 * virtio_config_changed - tell the driver of @vdev, if it has one, that the
 * configuration or the status changed. For transports and for devices made by
 * hand. While a probe runs it is kept until DRIVER_OK.
 */
void virtio_config_changed(struct virtio_device *vdev);

/** virtio_has_feature - was feature bit @fbit (0 to 127) negotiated? */
static inline bool virtio_has_feature(const struct virtio_device *vdev,
				      unsigned int fbit)
{
	return fbit < VIRTIO_FEATURES_BITS &&
	       (vdev->features.w[fbit / 64] >> (fbit % 64) & 1);
}

/**
 * virtio_set_feature - have feature bit @fbit (0 to 127) on a device that is
 * made by hand. Before its queues are made: they look at it then.
 */
static inline void virtio_set_feature(struct virtio_device *vdev,
				      unsigned int fbit)
{
	if (fbit < VIRTIO_FEATURES_BITS)
		vdev->features.w[fbit / 64] |= (uint64_t)1 << (fbit % 64);
}

/**
 * virtio_find_vq - set up queue @index (from 0) of @vdev. @callback: NULL to
 * poll. The queue, which the device owns until virtio_del_vq(), or NULL with
 * errno set. For a driver's probe.
 */
struct virtqueue *virtio_find_vq(struct virtio_device *vdev, unsigned int index,
				 void (*callback)(struct virtqueue *vq));

/** virtio_del_vq - give a queue of virtio_find_vq() up; NULL is fine. */
void virtio_del_vq(struct virtqueue *vq);

/**
 * virtio_device_ready - set DRIVER_OK, so that queues may be used
 * (spec 1.4, 3.1.1), while probe is still running.
 */
void virtio_device_ready(struct virtio_device *vdev);

/**
 * virtio_reset - reset the device (spec 1.4, 2.4). It touches no buffer after
 * that; queues can only be given up. 0, -ETIMEDOUT when the device does not
 * answer, -ENODEV when it is gone.
 */
int virtio_reset(struct virtio_device *vdev);

/**
 * virtio_cread - read @len bytes of device configuration space at @offset,
 * all from one generation (spec 1.4, 2.5). Numbers in it are little-endian
 * when VIRTIO_F_VERSION_1 was negotiated. 0; -ENOTSUP: the device has none;
 * -EAGAIN: it kept changing.
 */
int virtio_cread(struct virtio_device *vdev, unsigned int offset, void *buf,
		 unsigned int len);

/**
 * virtio_alloc - @size bytes, zeroed and page-aligned, that @vdev can reach:
 * for buffers. Memory from elsewhere is refused by add_buf (-EFAULT) on a
 * device that has an address space of its own, as all real ones have. NULL with
 * errno ENOMEM when there are none left. From any thread.
 */
void *virtio_alloc(struct virtio_device *vdev, size_t size);

/**
 * virtio_free - give back what virtio_alloc() gave, all @size bytes of it;
 * NULL is fine. Only when the device does not have it any more.
 */
void virtio_free(struct virtio_device *vdev, void *buf, size_t size);

/**
 * vi_attach - put a device that can be driven on the process's bus.
 *
 * @target: "sim:TYPE[,OPTION…]": a device simulated in this process, TYPE one
 *          of blk, rng, net, console. "0000:00:04.0[,OPTION…]": a PCI
 *          device that is bound to vfio-pci, which must offer
 *          VIRTIO_F_ACCESS_PLATFORM. With "physical:" before it, one without
 *          a driver, which is then given physical addresses: nothing keeps it
 *          from the rest of memory. Options are described in
 *          virtio-inspect(3).
 * @vdev:   the device, owned by the library; end it with vi_detach(), which
 *          resets it. It is bound and unbound by others: vi_attach() takes it
 *          as it is.
 *
 * The device is offered to the registered drivers, as by
 * register_virtio_device(). If none takes it, it waits on the bus for a driver
 * that is registered later: (*vdev)->dev.driver is NULL then, and
 * vi_error(NULL) says why.
 *
 * Callbacks of a PCI device run in a thread of its own, one at a time. A
 * process that is forked while a device is attached must not use it, but keeps
 * its memory from being given to others as long as it lives.
 *
 * 0, whether or not a driver took it; -EINVAL: @target cannot be read; -ENODEV:
 * there is no such device; -EBUSY: its driver is another; -EPERM: no privilege,
 * or the device would reach memory that it must not; others as the way in has
 * them. vi_error(NULL) tells more, in this thread.
 */
int vi_attach(const char *target, struct virtio_device **vdev);

/** vi_detach - unregister a device of vi_attach() and free it. */
void vi_detach(struct virtio_device *vdev);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_VIRTIO_H */
