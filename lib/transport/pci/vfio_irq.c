// SPDX-License-Identifier: LGPL-2.1-or-later
/* Interrupts of a vfio-pci device, delivered as eventfds. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include "core/ctx.h"
#include "transport/pci/vfio.h"

unsigned int vi_vfio_irqs(const struct vi_vfio *v, unsigned int index)
{
	struct vfio_irq_info info = { .argsz = sizeof(info), .index = index };

	if (ioctl(v->device, VFIO_DEVICE_GET_IRQ_INFO, &info) ||
	    !(info.flags & VFIO_IRQ_INFO_EVENTFD))
		return 0;
	return info.count;
}

static int set_irqs(const struct vi_vfio *v, unsigned int index,
		    uint32_t flags, const int *eventfd, unsigned int n)
{
	struct vfio_irq_set *set;
	int ret;

	set = calloc(1, sizeof(*set) + n * sizeof(*eventfd));
	if (!set)
		return -ENOMEM;
	set->argsz = (uint32_t)(sizeof(*set) + (eventfd ? n : 0) *
				sizeof(*eventfd));
	set->flags = flags;
	set->index = index;
	set->count = n;
	if (eventfd)
		memcpy(set->data, eventfd, n * sizeof(*eventfd));
	ret = ioctl(v->device, VFIO_DEVICE_SET_IRQS, set);
	if (ret < 0)
		ret = -errno;
	free(set);
	/* A positive result is the number of vectors available. */
	return ret > 0 ? -ENOSPC : ret;
}

#define BY_EVENTFD	(VFIO_IRQ_SET_DATA_EVENTFD | \
			 VFIO_IRQ_SET_ACTION_TRIGGER)
/* With a count of 0, disables all interrupts of the type. */
#define OFF		(VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER)

int vi_vfio_set_vectors(struct vi_pci_function *fn, const int *eventfd,
			unsigned int n)
{
	return set_irqs(to_vfio(fn), VFIO_PCI_MSIX_IRQ_INDEX,
			n ? BY_EVENTFD : OFF, n ? eventfd : NULL, n);
}

int vi_vfio_set_intx(struct vi_pci_function *fn, int eventfd)
{
	if (eventfd < 0)
		return set_irqs(to_vfio(fn), VFIO_PCI_INTX_IRQ_INDEX, OFF,
				NULL, 0);
	return set_irqs(to_vfio(fn), VFIO_PCI_INTX_IRQ_INDEX, BY_EVENTFD,
			&eventfd, 1);
}

/* The kernel masks the pin when it fires, as other devices may share it. */
void vi_vfio_ack_intx(struct vi_pci_function *fn)
{
	set_irqs(to_vfio(fn), VFIO_PCI_INTX_IRQ_INDEX,
		 VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK, NULL, 1);
}

/* A device may lack either; if present, registration must succeed. */
static int watch_one(struct vi_vfio *v, unsigned int which, unsigned int index)
{
	int err = 0;

	if (!vi_vfio_irqs(v, index))
		return 0;
	v->watch[which] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (v->watch[which] < 0)
		err = -errno;
	return err ? err : set_irqs(v, index, BY_EVENTFD, &v->watch[which], 1);
}

/* Unbinding a device blocks until we close it: listen for the request. */
int vi_vfio_watch(struct vi_vfio *v)
{
	int err = watch_one(v, 0, VFIO_PCI_REQ_IRQ_INDEX);

	if (err)
		return vi_fail(NULL, err,
			       "%s: cannot register for the kernel's requests to return the device: %s",
			       v->fn.name, strerror(-err));
	err = watch_one(v, 1, VFIO_PCI_ERR_IRQ_INDEX);
	return err ? vi_fail(NULL, err,
			     "%s: cannot register for device errors: %s",
			     v->fn.name, strerror(-err)) : 0;
}
