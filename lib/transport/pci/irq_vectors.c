// SPDX-License-Identifier: LGPL-2.1-or-later
/* Choose a device's interrupts, delivered as eventfds. */
#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "transport/pci/device.h"

unsigned int pci_irq_vector(const struct pci_device *dev, int index)
{
	/* The first vector is the configuration's if there are several. */
	if (dev->irq.n < 2)
		return index < 0 ? PCI_NO_VECTOR : 0;
	if (index < 0)
		return 0;
	return 1 + (unsigned int)index % (dev->irq.n - 1);
}

static int make_eventfds(struct pci_irq *irq, unsigned int n)
{
	for (; irq->n < n; irq->n++) {
		irq->eventfd[irq->n] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (irq->eventfd[irq->n] < 0)
			return -errno;
	}
	return 0;
}

static void close_eventfds(struct pci_irq *irq)
{
	while (irq->n)
		close(irq->eventfd[--irq->n]);
}

/* One for each queue and one for the configuration, if available. */
static unsigned int wanted_vectors(const struct pci_device *dev)
{
	unsigned int n = dev->num_queues + 1;

	if (n > dev->fn->max_vectors)
		n = dev->fn->max_vectors;
	return n < PCI_MAX_VECTORS ? n : PCI_MAX_VECTORS;
}

static int try_msix(struct pci_device *dev, unsigned int n)
{
	int err;

	err = make_eventfds(&dev->irq, n);
	if (!err)
		err = dev->fn->ops->set_vectors(dev->fn, dev->irq.eventfd, n);
	if (err)
		close_eventfds(&dev->irq);
	else
		dev->irq.mode = PCI_IRQ_MSIX;
	return err;
}

static int try_intx(struct pci_device *dev)
{
	int err;

	if (!dev->fn->has_intx || !dev->has_isr)
		return -ENOTSUP;
	err = make_eventfds(&dev->irq, 1);
	if (!err)
		err = dev->fn->ops->set_intx(dev->fn, dev->irq.eventfd[0]);
	if (err)
		close_eventfds(&dev->irq);
	else
		dev->irq.mode = PCI_IRQ_INTX;
	return err;
}

/* Use the best mode available; vectors may be scarce. */
static void choose_mode(struct pci_device *dev)
{
	unsigned int n = wanted_vectors(dev);

	if (!dev->fn->ops->set_vectors)
		return;
	if (n > 1 && (!try_msix(dev, n) || !try_msix(dev, 2)))
		return;
	if (try_intx(dev) && (!n || try_msix(dev, 1)))
		vi_warn(NULL, "%s: no interrupts available; polling the device",
			dev->fn->name);
}

/*
 * For polling: with MSI-X enabled, the device leaves its pin alone, which other
 * devices may share; without a vector, it signals nothing.
 */
static void silence(struct pci_device *dev)
{
	if (dev->fn->ops->set_vectors && dev->fn->max_vectors &&
	    !try_msix(dev, 1))
		dev->irq.mode = PCI_IRQ_NONE;
}

void pci_irq_choose(struct pci_device *dev)
{
	if (dev->poll)
		silence(dev);
	else
		choose_mode(dev);
}

void pci_irq_release(struct pci_device *dev)
{
	struct pci_irq *irq = &dev->irq;

	if (irq->n && irq->mode == PCI_IRQ_INTX)
		dev->fn->ops->set_intx(dev->fn, -1);
	else if (irq->n)
		dev->fn->ops->set_vectors(dev->fn, NULL, 0);
	close_eventfds(irq);
}
