// SPDX-License-Identifier: LGPL-2.1-or-later
/* A PCI function bound to vfio-pci and owned by this process. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/ctx.h"
#include "transport/pci/mapped.h"
#include "transport/pci/vfio.h"

/* Default size of the pool. */
#define POOL_SIZE	(8u << 20)

/* --- Configuration space ------------------------------------------------- */

static int config_read(struct vi_pci_function *fn, unsigned int pos,
		       void *buf, unsigned int len)
{
	struct vi_vfio *v = to_vfio(fn);

	if (pos > v->config.size || len > v->config.size - pos)
		return -EINVAL;
	if (pread(v->device, buf, len, (off_t)(v->config.offset + pos)) !=
	    (ssize_t)len)
		return -EIO;
	return 0;
}

static int config_write(struct vi_pci_function *fn, unsigned int pos,
			const void *buf, unsigned int len)
{
	struct vi_vfio *v = to_vfio(fn);

	if (pos > v->config.size || len > v->config.size - pos)
		return -EINVAL;
	if (pwrite(v->device, buf, len, (off_t)(v->config.offset + pos)) !=
	    (ssize_t)len)
		return -EIO;
	return 0;
}

static int command(struct vi_pci_function *fn, uint16_t set, uint16_t clear)
{
	uint16_t value = 0;
	int err;

	err = config_read(fn, VI_PCI_COMMAND, &value, sizeof(value));
	value = vi_le16((uint16_t)((vi_le16(value) | set) & ~clear));
	if (!err)
		err = config_write(fn, VI_PCI_COMMAND, &value, sizeof(value));
	return err ? vi_fail(NULL, err,
			     "%s: cannot access its command register: %s",
			     fn->name, strerror(-err)) : 0;
}

/* --- BARs ---------------------------------------------------------------- */

static int open_bar(struct vi_pci_function *fn, unsigned int bar)
{
	struct vi_vfio *v = to_vfio(fn);
	struct vi_vfio_region *r = &v->bar[bar];
	void *map;

	if (r->map || !r->mappable)
		return 0;
	map = mmap(NULL, r->size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   v->device, (off_t)r->offset);
	/* pread() and pwrite() work, too. */
	if (map == MAP_FAILED)
		return 0;
	/* A forked process must not keep the device open. */
	madvise(map, r->size, MADV_DONTFORK);
	r->map = map;
	return 0;
}

static uint32_t read_bar(struct vi_pci_function *fn, unsigned int bar,
			 uint64_t at, unsigned int width)
{
	struct vi_vfio *v = to_vfio(fn);
	const struct vi_vfio_region *r = &v->bar[bar];
	uint32_t value = 0;

	if (r->map)
		return vi_mapped_read(r->map + at, width);
	if (pread(v->device, &value, width, (off_t)(r->offset + at)) !=
	    (ssize_t)width)
		return UINT32_MAX;
	return vi_le32(value);
}

static void write_bar(struct vi_pci_function *fn, unsigned int bar,
		      uint64_t at, unsigned int width, uint32_t value)
{
	struct vi_vfio *v = to_vfio(fn);
	const struct vi_vfio_region *r = &v->bar[bar];
	ssize_t n;

	if (r->map) {
		vi_mapped_write(r->map + at, width, value);
		return;
	}
	vi_mapped_barrier();
	value = vi_le32(value);
	/* A failed write shows when the register is read. */
	n = pwrite(v->device, &value, width, (off_t)(r->offset + at));
	(void)n;
}

/* --- Memory -------------------------------------------------------------- */

/*
 * Use shared memory: after a fork, copy-on-write would give this process pages
 * other than those that the device accesses.
 */
static int make_pool(struct vi_pci_function *fn, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct vi_vfio *v = to_vfio(fn);
	void *memory;
	int err;

	if (!size)
		size = POOL_SIZE;
	size = (size + page - 1) / page * page;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return vi_fail(NULL, -errno,
			       "%s: cannot allocate %zu bytes for it: %s",
			       fn->name, size, strerror(errno));
	err = v->iommu->map(v, memory, size, &v->iova);
	if (err) {
		munmap(memory, size);
		return err;
	}
	v->memory = memory;
	v->memory_size = size;
	/* A single chunk covers the pool. */
	err = vi_dma_pool_init(&fn->pool, fn->name, memory, size,
			   8 * sizeof(size) - 1, &v->iova, false);
	return err ? vi_fail(NULL, err, "%s: out of memory", fn->name) : 0;
}

/* --- Lifetime ------------------------------------------------------------ */

static int watch(struct vi_pci_function *fn, unsigned int which)
{
	return to_vfio(fn)->watch[which];
}

static int reset(struct vi_pci_function *fn)
{
	return ioctl(to_vfio(fn)->device, VFIO_DEVICE_RESET) ? -errno : 0;
}

/*
 * Memory of a device that may still write stays mapped until the kernel has
 * closed, and thereby reset, the device.
 */
static void close_vfio(struct vi_pci_function *fn, bool quiet)
{
	struct vi_vfio *v = to_vfio(fn);
	unsigned int i;

	vi_dma_pool_fini(&fn->pool);
	if (v->memory && quiet)
		v->iommu->unmap(v, v->iova, v->memory_size);
	for (i = 0; i < VI_PCI_BARS; i++)
		if (v->bar[i].map)
			munmap(v->bar[i].map, v->bar[i].size);
	v->iommu->close(v);
	for (i = 0; i < ARRAY_SIZE(v->watch); i++)
		if (v->watch[i] >= 0)
			close(v->watch[i]);
	if (v->memory)
		munmap(v->memory, v->memory_size);
	free(v);
}

static const struct vi_pci_function_ops vfio_ops = {
	.config_read	= config_read,
	.config_write	= config_write,
	.open_bar	= open_bar,
	.read		= read_bar,
	.write		= write_bar,
	.make_pool	= make_pool,
	.command	= command,
	.set_vectors	= vi_vfio_set_vectors,
	.set_intx	= vi_vfio_set_intx,
	.ack_intx	= vi_vfio_ack_intx,
	.watch		= watch,
	.reset		= reset,
	.close		= close_vfio,
};

/* Room for a region's capabilities. */
union region_info {
	struct vfio_region_info info;
	char bytes[1024];
};

/* Is only part of the region mappable? Then it is not mapped at all. */
static bool in_parts(const union region_info *u)
{
	const struct vfio_info_cap_header *header;
	uint32_t at = u->info.cap_offset;
	unsigned int steps;

	if (!(u->info.flags & VFIO_REGION_INFO_FLAG_CAPS))
		return false;
	for (steps = 0; at && steps < 64; steps++, at = header->next) {
		if (at > sizeof(*u) - sizeof(*header))
			return true;
		header = (const void *)(u->bytes + at);
		if (header->id == VFIO_REGION_INFO_CAP_SPARSE_MMAP)
			return true;
	}
	return false;
}

static void find_region(const struct vi_vfio *v, unsigned int index,
			struct vi_vfio_region *r)
{
	union region_info u = {
		.info = { .argsz = sizeof(u), .index = index },
	};

	if (ioctl(v->device, VFIO_DEVICE_GET_REGION_INFO, &u.info))
		return;
	r->size = u.info.size;
	r->offset = u.info.offset;
	r->mappable = u.info.flags & VFIO_REGION_INFO_FLAG_MMAP &&
		      u.info.argsz <= sizeof(u) && !in_parts(&u);
}

static int find_regions(struct vi_vfio *v)
{
	struct vi_pci_function *fn = &v->fn;
	unsigned int i;
	uint32_t bar;

	find_region(v, VFIO_PCI_CONFIG_REGION_INDEX, &v->config);
	if (v->config.size < 256)
		return vi_fail(NULL, -EIO,
			       "%s: VFIO shows no configuration space",
			       fn->name);
	for (i = 0; i < VI_PCI_BARS; i++) {
		find_region(v, VFIO_PCI_BAR0_REGION_INDEX + i, &v->bar[i]);
		fn->bar[i].size = v->bar[i].size;
		if (!config_read(fn, 0x10 + 4 * i, &bar, sizeof(bar)))
			fn->bar[i].io = v->bar[i].size && vi_le32(bar) & 1;
	}
	return 0;
}

int vi_vfio_open(const char *address, struct vi_pci_function **fn)
{
	struct vi_vfio *v = calloc(1, sizeof(*v));
	int err;

	if (!v)
		return vi_fail(NULL, -ENOMEM, "%s: out of memory", address);
	v->fn.ops = &vfio_ops;
	v->fn.translated = true;
	snprintf(v->fn.address, sizeof(v->fn.address), "%s", address);
	snprintf(v->fn.name, sizeof(v->fn.name), "%s", address);
	v->iommu = &vi_vfio_type1;
	v->container = v->group = v->device = -1;
	v->watch[0] = v->watch[1] = -1;
	err = vi_vfio_check(address, v->fn.name, &v->group_number);
	if (!err)
		err = v->iommu->open(v);
	if (!err)
		err = find_regions(v);
	if (!err)
		err = vi_vfio_watch(v);
	if (err) {
		close_vfio(&v->fn, true);
		return err;
	}
	v->fn.max_vectors = vi_vfio_irqs(v, VFIO_PCI_MSIX_IRQ_INDEX);
	v->fn.has_intx = vi_vfio_irqs(v, VFIO_PCI_INTX_IRQ_INDEX);
	*fn = &v->fn;
	return 0;
}
