// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * VFIO containers and groups, with the IOMMU interface type 1 (Linux:
 * Documentation/driver-api/vfio.rst).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/ctx.h"
#include "transport/pci/vfio.h"

#define CONTAINER	"/dev/vfio/vfio"

/* Preferred IOVA of the pool. */
#define WANTED_IOVA	0x10000000

static int open_container(struct vi_vfio *v)
{
	const char *name = v->fn.name;

	v->container = open(CONTAINER, O_RDWR | O_CLOEXEC);
	if (v->container < 0 && (errno == ENOENT || errno == ENODEV))
		return vi_fail(NULL, -ENODEV,
			       "%s: %s not found: load the module vfio-pci, or use a kernel with CONFIG_VFIO",
			       name, CONTAINER);
	if (v->container < 0)
		return vi_fail(NULL, -errno, "%s: %s: %s", name, CONTAINER,
			       strerror(errno));
	if (ioctl(v->container, VFIO_GET_API_VERSION) != VFIO_API_VERSION)
		return vi_fail(NULL, -ENOTSUP,
			       "%s: this kernel's VFIO has an unsupported version",
			       name);
	if (ioctl(v->container, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU) <= 0)
		return vi_fail(NULL, -ENOTSUP,
			       "%s: VFIO has no IOMMU backend: load the module vfio_iommu_type1",
			       name);
	return 0;
}

static int explain_group(const struct vi_vfio *v, const char *path, int err)
{
	const char *name = v->fn.name;

	switch (err) {
	case ENOENT:
		return vi_fail(NULL, -err, "%s: %s not found: is /dev a devtmpfs?",
			       name, path);
	case EACCES:
	case EPERM:
		return vi_fail(NULL, -err,
			       "%s: %s: %s; run as root, or change the owner of the file",
			       name, path, strerror(err));
	case EBUSY:
		return vi_fail(NULL, -err,
			       "%s: %s is already open: another process drives a device of the group",
			       name, path);
	default:
		return vi_fail(NULL, -err, "%s: %s: %s", name, path,
			       strerror(err));
	}
}

static int open_group(struct vi_vfio *v)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	char path[32];

	snprintf(path, sizeof(path), "/dev/vfio/%d", v->group_number);
	v->group = open(path, O_RDWR | O_CLOEXEC);
	if (v->group < 0)
		return explain_group(v, path, errno);
	if (ioctl(v->group, VFIO_GROUP_GET_STATUS, &status))
		return explain_group(v, path, errno);
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		return vi_fail(NULL, -EPERM,
			       "%s: IOMMU group %d is not viable: all devices in /sys/kernel/iommu_groups/%d/devices must be on vfio-pci or without a driver",
			       v->fn.name, v->group_number, v->group_number);
	if (ioctl(v->group, VFIO_GROUP_SET_CONTAINER, &v->container))
		return explain_group(v, path, errno);
	return 0;
}

static int set_iommu(const struct vi_vfio *v)
{
	if (!ioctl(v->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		return 0;
	if (errno == EPERM)
		return vi_fail(NULL, -EPERM,
			       "%s: the IOMMU does not remap interrupts, so the kernel refuses to assign the device to a process; use an IOMMU with interrupt remapping (QEMU: intremap=on)",
			       v->fn.name);
	return vi_fail(NULL, -errno, "%s: cannot set up the IOMMU: %s",
		       v->fn.name, strerror(errno));
}

static int type1_open(struct vi_vfio *v)
{
	int err;

	err = open_container(v);
	if (!err)
		err = open_group(v);
	if (!err)
		err = set_iommu(v);
	if (err)
		return err;
	v->device = ioctl(v->group, VFIO_GROUP_GET_DEVICE_FD, v->fn.address);
	if (v->device < 0)
		return vi_fail(NULL, -errno, "%s: VFIO does not provide it: %s",
			       v->fn.name, strerror(errno));
	return 0;
}

/* --- Addresses ----------------------------------------------------------- */

/* Place @size bytes in [start, end], at @wanted if possible. */
static bool place(uint64_t start, uint64_t end, uint64_t page, size_t size,
		  uint64_t wanted, uint64_t *iova)
{
	uint64_t at = start;

	if (wanted >= start && wanted <= end)
		at = wanted;
	/* Avoid 0, which looks like an unset address. */
	if (!at)
		at = page;
	if (at % page)
		at += page - at % page;
	if (at < start || at > end || size - 1 > end - at)
		return false;
	*iova = at;
	return true;
}

static const struct vfio_iommu_type1_info_cap_iova_range *
find_ranges(const void *info, size_t len, uint32_t at)
{
	const struct vfio_info_cap_header *header;
	unsigned int steps;

	for (steps = 0; at && steps < 64; steps++, at = header->next) {
		if (at > len || len - at <
		    sizeof(struct vfio_iommu_type1_info_cap_iova_range))
			return NULL;
		header = (const void *)((const char *)info + at);
		if (header->id == VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE)
			return (const void *)header;
	}
	return NULL;
}

static void choose(const struct vfio_iommu_type1_info_cap_iova_range *ranges,
		   size_t room, uint64_t page, size_t size, uint64_t *iova)
{
	uint32_t i, n = ranges->nr_iovas;

	room = (room - sizeof(*ranges)) / sizeof(ranges->iova_ranges[0]);
	if (n > room)
		n = (uint32_t)room;
	/* Prefer the range around WANTED_IOVA, then the first with room. */
	for (i = 0; i < n; i++)
		if (ranges->iova_ranges[i].start <= WANTED_IOVA &&
		    place(ranges->iova_ranges[i].start,
			  ranges->iova_ranges[i].end, page, size, WANTED_IOVA,
			  iova))
			return;
	for (i = 0; i < n; i++)
		if (place(ranges->iova_ranges[i].start,
			  ranges->iova_ranges[i].end, page, size,
			  ranges->iova_ranges[i].start, iova))
			return;
}

/* An IOVA that the IOMMU supports; kernels before 5.6 do not list ranges. */
static uint64_t choose_iova(const struct vi_vfio *v, size_t size)
{
	const struct vfio_iommu_type1_info_cap_iova_range *ranges;
	struct vfio_iommu_type1_info head = { .argsz = sizeof(head) }, *info;
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), iova = WANTED_IOVA;
	size_t len;

	if (ioctl(v->container, VFIO_IOMMU_GET_INFO, &head) ||
	    head.argsz <= sizeof(head) || head.argsz > 65536)
		return iova;
	len = head.argsz;
	info = calloc(1, len);
	if (!info)
		return iova;
	info->argsz = (uint32_t)len;
	if (!ioctl(v->container, VFIO_IOMMU_GET_INFO, info) &&
	    info->flags & VFIO_IOMMU_INFO_CAPS) {
		ranges = find_ranges(info, len, info->cap_offset);
		if (ranges)
			choose(ranges, len - (size_t)((const char *)ranges -
						      (const char *)info),
			       page, size, &iova);
	}
	free(info);
	return iova;
}

static int explain_map(const struct vi_vfio *v, size_t size, int err)
{
	struct rlimit limit;

	if (err == ENOMEM && !getrlimit(RLIMIT_MEMLOCK, &limit) &&
	    limit.rlim_cur != RLIM_INFINITY)
		return vi_fail(NULL, -err,
			       "%s: cannot lock %zu KiB in memory, the limit is %llu KiB; run as root, raise it (ulimit -l), or use a smaller pool (%s,pool=1M)",
			       v->fn.name, size >> 10,
			       (unsigned long long)limit.rlim_cur >> 10,
			       v->fn.address);
	return vi_fail(NULL, -err,
		       "%s: the IOMMU cannot map %zu bytes for it: %s",
		       v->fn.name, size, strerror(err));
}

static int type1_map(struct vi_vfio *v, void *base, size_t size,
		     uint64_t *iova)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)base,
		.iova = choose_iova(v, size),
		.size = size,
	};

	if (ioctl(v->container, VFIO_IOMMU_MAP_DMA, &map))
		return explain_map(v, size, errno);
	*iova = map.iova;
	return 0;
}

static void type1_unmap(struct vi_vfio *v, uint64_t iova, size_t size)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = iova, .size = size,
	};

	ioctl(v->container, VFIO_IOMMU_UNMAP_DMA, &unmap);
}

static void type1_close(struct vi_vfio *v)
{
	if (v->device >= 0)
		close(v->device);
	if (v->group >= 0)
		close(v->group);
	if (v->container >= 0)
		close(v->container);
}

const struct vi_vfio_iommu_ops vi_vfio_type1 = {
	.open	= type1_open,
	.map	= type1_map,
	.unmap	= type1_unmap,
	.close	= type1_close,
};
