/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A virtio PCI device that this process drives (virtio spec 1.4, 4.1), on top
 * of a PCI function that it owns. Modern and legacy devices share this code; a
 * struct pci_kind holds the differences.
 */
#ifndef VI_TRANSPORT_PCI_DEVICE_H
#define VI_TRANSPORT_PCI_DEVICE_H

#include "core/ctx.h"
#include "ring/vring.h"
#include "transport/pci/drive.h"
#include "transport/pci/function.h"

/* No vector (spec 4.1.5.1.2). */
#define PCI_NO_VECTOR	0xffff
/* Queues beyond this share vectors. */
#define PCI_MAX_VECTORS	64

struct pci_queue {
	struct virtqueue *vq;		/* NULL: unused */
	void *pages;
	size_t size;			/* of the ring, in bytes */
	uint64_t addr;
	unsigned int num;
	unsigned int vector;
	unsigned int notify_bar;
	uint64_t notify_at;
	uint64_t interrupts;		/* protected by irq.lock */
};

enum pci_irq_mode {
	PCI_IRQ_NONE,			/* polled */
	PCI_IRQ_MSIX,
	PCI_IRQ_INTX,
};

/* Interrupts, and the thread that handles them. */
struct pci_irq {
	enum pci_irq_mode mode;
	unsigned int n;			/* vectors, or 1 for the pin */
	int eventfd[PCI_MAX_VECTORS];
	int epoll, quit;
	pthread_t thread;
	bool has_thread;

	pthread_mutex_t lock;		/* protects the members below */
	pthread_cond_t cond;
	bool running;			/* callbacks are allowed */
	bool busy;			/* callbacks are in progress */
	bool signalled;			/* since the last wait */
	bool wanted_back, failed;
	uint64_t config_interrupts;
};

struct pci_device;

/* A register; @at: offset in the common structure or the legacy header. */
struct pci_register {
	const char *name;
	uint8_t at;
	uint8_t width;
	bool read_only;
};

/*
 * @queue_max:   select a queue and return its maximum size, 0 if it does not
 *               exist, or a negative errno.
 * @queue_start: pass the ring, size and vector to the device. 0, or a
 *               negative errno with a message.
 * @queue_stop:  the reverse, as far as the device supports it.
 * @status_at, @isr_at: offsets, as in @registers.
 */
struct pci_kind {
	const struct virtio_config_ops *config;
	unsigned int ring_align;
	bool fixed_size;		/* the device dictates the size of queues */
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

	/* Base of registers: the common structure, or the legacy header. */
	unsigned int bar;
	uint64_t at;
	uint64_t registers_len;
	/* NULL on legacy devices; @config also if the device has none. */
	const struct vi_pci_cap *notify;
	const struct vi_pci_cap *config;
	/* Interrupt status; read only when the pin is in use. */
	bool has_isr;
	unsigned int isr_bar;
	uint64_t isr_at;

	bool poll;
	bool stuck;			/* the last reset timed out */
	bool wide;			/* has feature bits 64 to 127 */
	unsigned int num_queues;	/* upper bound for find_vq() */
	unsigned int found;		/* highest index used, plus 1 */
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

/* status.c: the status register, reset, presence. */
uint8_t pci_get_status(struct virtio_device *vdev);
void pci_set_status(struct virtio_device *vdev, uint8_t status);
int pci_reset(struct virtio_device *vdev);
bool pci_gone(struct pci_device *dev);

/* State of a polling loop; zeroed at the start. */
struct pci_patience {
	uint64_t end;
	unsigned int turns;
};

/* Sleep briefly; false once @ms have passed since the first call. */
bool pci_wait(struct pci_patience *p, unsigned int ms);
/* Write @status unfiltered. */
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
int pci_modern_queue_max(struct pci_device *dev, unsigned int index);
int pci_modern_queue_start(struct pci_device *dev, unsigned int index,
			   const struct vi_ring_memory *mem);
void pci_modern_queue_stop(struct pci_device *dev, unsigned int index);
int pci_modern_queue_reset(struct virtqueue *vq);
void pci_modern_config_vector(struct pci_device *dev);
void pci_modern_setup(struct pci_device *dev);

/* irq.c */
int pci_irq_start(struct pci_device *dev);
void pci_irq_stop(struct pci_device *dev);
/* Allow callbacks. */
void pci_irq_run(struct pci_device *dev);
/* Disallow callbacks, and wait for one in progress unless called from it. */
void pci_irq_quiesce(struct pci_device *dev);
/* Check the watch descriptors. */
void pci_irq_watch(struct pci_device *dev);

/* irq_vectors.c: allocate and release interrupts. */
void pci_irq_choose(struct pci_device *dev);
void pci_irq_release(struct pci_device *dev);
/*
 * The vector of queue @index, or of the configuration if -1, which has none if
 * there is only one vector.
 */
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
