/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A virtio device behind PCI that this process drives (virtio spec 1.4, 4.1),
 * over a PCI function that it owns. What modern and legacy devices share is
 * written once; how they differ is a struct pci_kind.
 */
#ifndef VI_TRANSPORT_PCI_DEVICE_H
#define VI_TRANSPORT_PCI_DEVICE_H

#include "core/ctx.h"
#include "ring/vring.h"
#include "transport/pci/drive.h"
#include "transport/pci/function.h"

/* No vector (spec 4.1.5.1.2). */
#define PCI_NO_VECTOR	0xffff
/* More than these are shared. */
#define PCI_MAX_VECTORS	64

struct pci_queue {
	struct virtqueue *vq;		/* NULL: not in use */
	void *pages;
	size_t size;			/* of the ring, in bytes */
	uint64_t addr;
	unsigned int num;
	unsigned int vector;
	unsigned int notify_bar;
	uint64_t notify_at;
	uint64_t interrupts;		/* under the lock of struct pci_irq */
};

enum pci_irq_mode {
	PCI_IRQ_NONE,			/* polled */
	PCI_IRQ_MSIX,
	PCI_IRQ_INTX,
};

/* Interrupts, and the thread that takes them. */
struct pci_irq {
	enum pci_irq_mode mode;
	unsigned int n;			/* vectors, or 1 for the pin */
	int eventfd[PCI_MAX_VECTORS];
	int epoll, quit;
	pthread_t thread;
	bool has_thread;

	pthread_mutex_t lock;		/* all below */
	pthread_cond_t cond;
	bool running;			/* callbacks may be called */
	bool busy;			/* some are */
	bool signalled;			/* since the last wait for it */
	bool wanted_back, failed;
	uint64_t config_interrupts;
};

struct pci_device;

/* A register; @at in the common structure, or in the legacy header. */
struct pci_register {
	const char *name;
	uint8_t at;
	uint8_t width;
	bool read_only;
};

/*
 * @queue_max:   select a queue; how many entries it may have, 0: there is none,
 *               or a negative errno.
 * @queue_start: tell the device of the queue's ring, size and vector. 0, or a
 *               negative errno with a message.
 * @queue_stop:  the opposite, as far as the device lets one.
 * @status_at, @isr_at: registers, as those in @registers.
 */
struct pci_kind {
	const struct virtio_config_ops *config;
	unsigned int ring_align;
	uint8_t status_at;
	uint8_t isr_at;			/* legacy only */
	int (*queue_max)(struct pci_device *dev, unsigned int index);
	int (*queue_start)(struct pci_device *dev, unsigned int index,
			   const struct vi_ring_memory *mem);
	void (*queue_stop)(struct pci_device *dev, unsigned int index);
	const struct pci_register *registers;
	size_t num_registers;
};

struct pci_device {
	struct virtio_device vdev;
	struct vi_pci_function *fn;
	const struct pci_kind *kind;
	struct vi_pci_config caps;

	/* Where registers are: the common structure, or the legacy header. */
	unsigned int bar;
	uint64_t at;
	uint64_t registers_len;
	/* NULL on legacy devices; @config also where there is none. */
	const struct vi_pci_cap *notify;
	const struct vi_pci_cap *config;
	/* Where the interrupt status is; only ever read for the pin. */
	bool has_isr;
	unsigned int isr_bar;
	uint64_t isr_at;

	bool poll;
	bool stuck;			/* it did not reset */
	bool wide;			/* feature bits 64 to 127 are there */
	unsigned int num_queues;	/* at most; find_vq() knows better */
	unsigned int found;		/* queues below this were in use */
	struct pci_queue *queue;
	struct pci_irq irq;
};

static inline struct pci_device *to_pci(const struct virtio_device *vdev)
{
	return container_of(vdev, struct pci_device, vdev);
}

static inline uint32_t pci_get(struct pci_device *dev, unsigned int at,
			       unsigned int width)
{
	return vi_bar_read(dev->fn, dev->bar, dev->at + at, width);
}

static inline void pci_put(struct pci_device *dev, unsigned int at,
			   unsigned int width, uint32_t value)
{
	vi_bar_write(dev->fn, dev->bar, dev->at + at, width, value);
}

/* status.c: the status register, reset, and whether the device answers. */
uint8_t pci_get_status(struct virtio_device *vdev);
void pci_set_status(struct virtio_device *vdev, uint8_t status);
int pci_reset(struct virtio_device *vdev);
bool pci_gone(struct pci_device *dev);

/* How long something is looked at again and again; begins as zeros. */
struct pci_patience {
	uint64_t end;
	unsigned int turns;
};

/* Pause; false once @ms went by since the first call. */
bool pci_wait(struct pci_patience *p, unsigned int ms);
/* Any value, as it stands. */
void pci_write_status(struct pci_device *dev, uint8_t status);

/* queue.c */
struct virtqueue *pci_find_vq(struct virtio_device *vdev, unsigned int index,
			      void (*callback)(struct virtqueue *vq));
void pci_del_vq(struct virtqueue *vq);
void pci_lay_ring(const struct pci_device *dev, const struct pci_queue *q,
		  struct vi_ring_memory *mem);
void pci_notify(struct pci_device *dev, const struct pci_queue *q);

static inline struct pci_queue *pci_queue_of(const struct virtqueue *vq)
{
	return to_vring(vq)->transport;
}

/* modern.c, modern_queue.c, legacy.c */
extern const struct pci_kind pci_modern, pci_legacy;
extern const struct virtio_config_ops pci_modern_config;
int pci_modern_queue_reset(struct virtqueue *vq);
void pci_modern_config_vector(struct pci_device *dev);
void pci_modern_setup(struct pci_device *dev);

/* irq.c */
int pci_irq_start(struct pci_device *dev);
void pci_irq_stop(struct pci_device *dev);
/* Callbacks may be called from here on. */
void pci_irq_run(struct pci_device *dev);
/* None any more, and none is under way, unless it is who calls this. */
void pci_irq_quiesce(struct pci_device *dev);
/* Take note of what watch descriptors say. */
void pci_irq_watch(struct pci_device *dev);

/* irq_vectors.c: what can be had, and giving it back. */
void pci_irq_choose(struct pci_device *dev);
void pci_irq_release(struct pci_device *dev);
/* The vector for a queue, or for the configuration with @index -1; there is
 * none for that where there is but one. */
unsigned int pci_irq_vector(const struct pci_device *dev, int index);

/* drive.c */
extern const struct vi_drive_ops pci_drive_ops;

/* Offsets in the common structure (spec 4.1.4.3). */
enum {
	PCI_DEVICE_FEATURE_SELECT = 0,
	PCI_DEVICE_FEATURE = 4,
	PCI_DRIVER_FEATURE_SELECT = 8,
	PCI_DRIVER_FEATURE = 12,
	PCI_CONFIG_VECTOR = 16,
	PCI_NUM_QUEUES = 18,
	PCI_STATUS = 20,
	PCI_GENERATION = 21,
	PCI_QUEUE_SELECT = 22,
	PCI_QUEUE_SIZE = 24,
	PCI_QUEUE_VECTOR = 26,
	PCI_QUEUE_ENABLE = 28,
	PCI_QUEUE_NOTIFY_OFF = 30,
	PCI_QUEUE_DESC = 32,
	PCI_QUEUE_DRIVER = 40,
	PCI_QUEUE_DEVICE = 48,
	PCI_QUEUE_NOTIFY_DATA = 56,
	PCI_QUEUE_RESET = 58,
};

#endif
