// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Interrupts: a thread waits for them, counts them and calls back. The lock is
 * held briefly, and never during callbacks.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "ring/order.h"
#include "transport/pci/device.h"

/* Types of events; lower numbers are vectors. */
enum {
	EVENT_PIN = PCI_MAX_VECTORS,
	EVENT_QUIT,
	EVENT_WATCH,
};

/* --- Callbacks ----------------------------------------------------------- */

static bool is_for(const struct pci_device *dev, const struct pci_queue *q,
		   unsigned int vector)
{
	return q->vq && (dev->irq.mode == PCI_IRQ_INTX ||
			 q->vector == vector);
}

/* The queue if @vector is its vector and callbacks are allowed, or NULL. */
static struct virtqueue *callee(struct pci_device *dev, unsigned int i,
				unsigned int vector)
{
	struct virtqueue *vq = NULL;

	pthread_mutex_lock(&dev->irq.lock);
	if (dev->irq.running && is_for(dev, &dev->queue[i], vector))
		vq = dev->queue[i].vq;
	pthread_mutex_unlock(&dev->irq.lock);
	return vq;
}

static void call_queues(struct pci_device *dev, unsigned int vector)
{
	struct virtqueue *vq;
	unsigned int i;

	for (i = 0; i < vi_load(&dev->found); i++) {
		vq = callee(dev, i, vector);
		if (vq)
			vring_interrupt(vq);
	}
}

static void count(struct pci_device *dev, unsigned int vector, uint64_t times,
		  bool queues, bool config)
{
	unsigned int i;

	for (i = 0; queues && i < dev->found; i++)
		if (is_for(dev, &dev->queue[i], vector))
			dev->queue[i].interrupts += times;
	if (config)
		dev->irq.config_interrupts += times;
}

/* Handle @times interrupts of queues, the configuration, or both. */
static void signalled(struct pci_device *dev, unsigned int vector,
		      uint64_t times, bool queues, bool config)
{
	struct pci_irq *irq = &dev->irq;
	bool running;

	pthread_mutex_lock(&irq->lock);
	count(dev, vector, times, queues, config);
	running = irq->busy = irq->running;
	pthread_mutex_unlock(&irq->lock);
	if (running && queues)
		call_queues(dev, vector);
	if (running && config)
		virtio_config_changed(&dev->vdev);
	pthread_mutex_lock(&irq->lock);
	irq->busy = false;
	irq->signalled = true;
	pthread_cond_broadcast(&irq->cond);
	pthread_mutex_unlock(&irq->lock);
}

/* Reading the interrupt status acknowledges it (spec 4.1.4.5). */
static void pin(struct pci_device *dev)
{
	uint32_t isr = vi_bar_read(dev->fn, dev->isr_bar, dev->isr_at, 1);

	if (isr && isr != UINT32_MAX)
		signalled(dev, 0, 1, isr & 1, isr & 2);
	dev->fn->ops->ack_intx(dev->fn);
}

/* Number of signals since the last call. */
static uint64_t take(int fd)
{
	uint64_t n;

	return fd >= 0 && read(fd, &n, sizeof(n)) == sizeof(n) ? n : 0;
}

static void vector_fired(struct pci_device *dev, unsigned int vector)
{
	uint64_t times = take(dev->irq.eventfd[vector]);

	if (times)
		signalled(dev, vector, times, true,
			  vector == pci_irq_vector(dev, -1));
}

void pci_irq_watch(struct pci_device *dev)
{
	struct vi_pci_function *fn = dev->fn;
	bool wanted = take(fn->ops->watch(fn, 0));
	bool broken = take(fn->ops->watch(fn, 1));

	pthread_mutex_lock(&dev->irq.lock);
	dev->irq.wanted_back |= wanted;
	dev->irq.failed |= broken;
	pthread_cond_broadcast(&dev->irq.cond);
	pthread_mutex_unlock(&dev->irq.lock);
}

/* --- The thread ---------------------------------------------------------- */

static void *attend(void *arg)
{
	struct pci_device *dev = arg;
	struct epoll_event ev;

	for (;;) {
		if (epoll_wait(dev->irq.epoll, &ev, 1, -1) != 1)
			continue;
		if (ev.data.u32 == EVENT_QUIT)
			return NULL;
		if (ev.data.u32 == EVENT_WATCH)
			pci_irq_watch(dev);
		else if (ev.data.u32 != EVENT_PIN)
			vector_fired(dev, ev.data.u32);
		else if (take(dev->irq.eventfd[0]))
			pin(dev);
	}
}

static int add(struct pci_device *dev, int fd, uint32_t what)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u32 = what };

	if (fd < 0)
		return 0;
	return epoll_ctl(dev->irq.epoll, EPOLL_CTL_ADD, fd, &ev) ? -errno : 0;
}

static int add_all(struct pci_device *dev)
{
	struct pci_irq *irq = &dev->irq;
	unsigned int i;
	int err;

	err = add(dev, irq->quit, EVENT_QUIT);
	for (i = 0; !err && i < irq->n; i++)
		err = add(dev, irq->eventfd[i],
			  irq->mode == PCI_IRQ_INTX ? EVENT_PIN : i);
	for (i = 0; !err && i < 2; i++)
		err = add(dev, dev->fn->ops->watch(dev->fn, i), EVENT_WATCH);
	return err;
}

static int start_thread(struct pci_device *dev)
{
	struct pci_irq *irq = &dev->irq;
	sigset_t all, before;
	int err;

	irq->epoll = epoll_create1(EPOLL_CLOEXEC);
	irq->quit = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (irq->epoll < 0 || irq->quit < 0)
		return -errno;
	err = add_all(dev);
	/* Signals are for the program's own threads. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (!err)
		err = -pthread_create(&irq->thread, NULL, attend, dev);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	irq->has_thread = !err;
	return err;
}

/* --- Start and stop ------------------------------------------------------ */

int pci_irq_start(struct pci_device *dev)
{
	int err;

	pci_irq_choose(dev);
	if (dev->irq.mode == PCI_IRQ_NONE)
		return 0;
	err = start_thread(dev);
	return err ? vi_fail(NULL, err,
			     "%s: cannot start a thread for its interrupts: %s",
			     dev->fn->name, strerror(-err)) : 0;
}

void pci_irq_run(struct pci_device *dev)
{
	pthread_mutex_lock(&dev->irq.lock);
	dev->irq.running = true;
	pthread_mutex_unlock(&dev->irq.lock);
}

void pci_irq_quiesce(struct pci_device *dev)
{
	struct pci_irq *irq = &dev->irq;

	pthread_mutex_lock(&irq->lock);
	irq->running = false;
	while (irq->busy && !pthread_equal(pthread_self(), irq->thread))
		pthread_cond_wait(&irq->cond, &irq->lock);
	pthread_mutex_unlock(&irq->lock);
}

void pci_irq_stop(struct pci_device *dev)
{
	struct pci_irq *irq = &dev->irq;
	uint64_t one = 1;

	if (irq->has_thread && write(irq->quit, &one, sizeof(one)) > 0)
		pthread_join(irq->thread, NULL);
	irq->has_thread = false;
	pci_irq_release(dev);
	if (irq->epoll >= 0)
		close(irq->epoll);
	if (irq->quit >= 0)
		close(irq->quit);
	irq->epoll = irq->quit = -1;
}
