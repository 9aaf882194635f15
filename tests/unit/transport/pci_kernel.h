/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests: a fake kernel for PCI devices, with VFIO and sysfs. The linker's
 * --wrap redirects calls of the code under test to it. Each call can be made to
 * fail, and everything opened, mapped, or given to the device is counted until
 * its release.
 */
#ifndef VI_TESTS_PCI_KERNEL_H
#define VI_TESTS_PCI_KERNEL_H

#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include <virtio-inspect/inspect.h>

#include "transport/pci/function.h"
#include "transport/pci/hugepages.h"
#include "transport/pci/sysfs.h"
#include "transport/pci/vfio.h"

#define K_ADDRESS	"0000:00:04.0"
#define K_GROUP		5
#define K_BAR_SIZE	0x4000
/* Offsets of VFIO regions in the device's file. */
#define K_REGION(index)	((uint64_t)(index) << 40)

enum k_file {
	K_NO_FILE,
	K_CONTAINER, K_GROUP_FILE, K_DEVICE, K_CONFIG, K_BAR, K_BAR_IO,
	K_ENABLE, K_RESET, K_PAGEMAP, K_HUGE, K_EVENT,
	K_FILES
};

/* Its properties and answers. */
static struct {
	/* The call to fail, from 1; 0: none. And the number of calls. */
	unsigned int fails_at, calls;
	int err;
	const char *failed;		/* name of the failed call */
	/* All calls of this name fail. */
	const char *bad;
	int bad_err;

	const char *driver;		/* "": none */
	int group;
	const char *others;
	uint8_t config[256];
	uint8_t io[32];
	uint32_t group_flags;
	int api, type1;
	unsigned int irqs[VFIO_PCI_NUM_IRQS];
	uint32_t region_flags;
	uint32_t region_cap;		/* a region capability; 0: none */
	uint64_t config_size;
	const struct vfio_iova_range *ranges;
	uint32_t num_ranges;
	uint64_t (*frame)(uint64_t page);

	/* Its current state. */
	enum k_file file[256];
	unsigned int files, maps, dma;
	uint64_t iova;
	uintptr_t reached;		/* memory the device can reach */
	char log[4096];
	char warnings[2048];
} k;

/* --- Its state --- */

static void k_log(const char *fmt, ...)
{
	size_t n = strlen(k.log);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(k.log + n, sizeof(k.log) - n, fmt, ap);
	va_end(ap);
}

static bool k_fails(const char *call)
{
	if (k.bad && !strcmp(k.bad, call)) {
		errno = k.bad_err;
		return true;
	}
	if (++k.calls != k.fails_at)
		return false;
	k.failed = call;
	/* A read or write of 0 bytes did nothing. */
	errno = k.err ? k.err : EIO;
	return true;
}

int __real_memfd_create(const char *name, unsigned int flags);

/* A real descriptor, so that closing a wrong one shows. */
static int k_open(enum k_file file)
{
	int fd = __real_memfd_create("kernel", MFD_CLOEXEC);

	assert_true(fd >= 0 && fd < 256);
	k.file[fd] = file;
	k.files++;
	return fd;
}

static enum k_file k_file(int fd)
{
	return fd >= 0 && fd < 256 ? k.file[fd] : K_NO_FILE;
}

static void k_note(void *data, enum vi_log_level level, const char *message)
{
	size_t n = strlen(k.warnings);

	(void)data;
	if (level == VI_LOG_WARNING)
		snprintf(k.warnings + n, sizeof(k.warnings) - n, "%s\n",
			 message);
}

/* The frame of a page in a huge page, which is 2 MiB-aligned. */
static uint64_t k_frame(uint64_t page)
{
	return UINT64_C(1) << 63 | UINT64_C(1) << 32 | (page & 0xfffffff);
}

static void k_begin(void)
{
	memset(&k, 0, sizeof(k));
	k.err = EIO;
	k.driver = "vfio-pci";
	k.group = K_GROUP;
	k.others = "";
	k.group_flags = VFIO_GROUP_FLAGS_VIABLE;
	k.api = VFIO_API_VERSION;
	k.type1 = 1;
	k.irqs[VFIO_PCI_MSIX_IRQ_INDEX] = 4;
	k.irqs[VFIO_PCI_INTX_IRQ_INDEX] = 1;
	k.irqs[VFIO_PCI_REQ_IRQ_INDEX] = 1;
	k.irqs[VFIO_PCI_ERR_IRQ_INDEX] = 1;
	k.region_flags = VFIO_REGION_INFO_FLAG_MMAP;
	k.config_size = sizeof(k.config);
	k.frame = k_frame;
	k.config[0x10] = 1;		/* BAR 0 is in I/O space */
	vi_ctx_set_log(NULL, k_note, NULL);
}

/* Nothing is left open or mapped. */
static void k_end(void)
{
	assert_int_equal(k.files, 0);
	assert_int_equal(k.maps, 0);
	assert_int_equal(k.dma, 0);
	vi_ctx_set_log(NULL, NULL, NULL);
}

/* --- Files --- */

int __real_open(const char *path, int flags, ...);
int __real_close(int fd);
ssize_t __real_pread(int fd, void *buf, size_t len, off_t at);
ssize_t __real_pwrite(int fd, const void *buf, size_t len, off_t at);
ssize_t __real_write(int fd, const void *buf, size_t len);
void *__real_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off);
int __real_munmap(void *at, size_t len);
int __real_ftruncate(int fd, off_t len);

static int k_open_path(const char *path)
{
	static const struct {
		const char *path;
		enum k_file file;
	} files[] = {
		{ "/dev/vfio/vfio", K_CONTAINER },
		{ "/dev/vfio/5", K_GROUP_FILE },
		{ "/proc/self/pagemap", K_PAGEMAP },
#define K_SYS "/sys/bus/pci/devices/" K_ADDRESS
		{ K_SYS "/config", K_CONFIG },
		{ K_SYS "/enable", K_ENABLE },
		{ K_SYS "/reset", K_RESET },
		{ K_SYS "/resource0", K_BAR_IO },
		{ K_SYS "/resource1", K_BAR },
		{ K_SYS "/resource4", K_BAR },
	};
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (!strcmp(path, files[i].path))
			return k_fails(path) ? -1 : k_open(files[i].file);
	fail_msg("%s is opened", path);
	return -1;
}

int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	unsigned int mode;
	va_list ap;

	/* With COV=1 the program itself writes its counters. */
	if (strstr(path, ".gcda")) {
		va_start(ap, flags);
		mode = va_arg(ap, unsigned int);
		va_end(ap);
		return __real_open(path, flags, mode);
	}
	assert_true(flags & O_CLOEXEC);
	return k_open_path(path);
}

int __wrap___open_2(const char *path, int flags);
int __wrap___open_2(const char *path, int flags)
{
	assert_true(flags & O_CLOEXEC);
	return k_open_path(path);
}

int __wrap_close(int fd);
int __wrap_close(int fd)
{
	enum k_file file = k_file(fd);

	assert_int_not_equal(file, K_NO_FILE);
	/* The kernel resets the device and revokes its access to memory. */
	if (file == K_DEVICE) {
		k_log("device closed\n");
		k.config[VI_PCI_COMMAND] &= ~VI_PCI_COMMAND_MASTER;
	}
	if (file == K_CONTAINER)
		k.dma = 0;
	k.file[fd] = K_NO_FILE;
	k.files--;
	return __real_close(fd);
}

int __wrap_memfd_create(const char *name, unsigned int flags);
int __wrap_memfd_create(const char *name, unsigned int flags)
{
	(void)name;
	assert_true(flags & MFD_HUGETLB);
	return k_fails("memfd_create") ? -1 : k_open(K_HUGE);
}

int __wrap_ftruncate(int fd, off_t len);
int __wrap_ftruncate(int fd, off_t len)
{
	return k_fails("ftruncate") ? -1 : __real_ftruncate(fd, len);
}

int __wrap_eventfd(unsigned int value, int flags);
int __wrap_eventfd(unsigned int value, int flags)
{
	(void)value;
	(void)flags;
	return k_fails("eventfd") ? -1 : k_open(K_EVENT);
}

/* The place in configuration or I/O space, or NULL. */
static uint8_t *k_bytes(int fd, size_t len, off_t at)
{
	uint64_t config = K_REGION(VFIO_PCI_CONFIG_REGION_INDEX);

	switch (k_file(fd)) {
	case K_CONFIG:
		assert_true(at + len <= sizeof(k.config));
		return k.config + at;
	case K_BAR_IO:
		return at + len <= sizeof(k.io) ? k.io + at : NULL;
	case K_DEVICE:
		if ((uint64_t)at >= config && at - config + len <=
		    sizeof(k.config))
			return k.config + (at - config);
		return at + len <= sizeof(k.io) ? k.io + at : NULL;
	default:
		fail_msg("descriptor %d is read or written", fd);
		return NULL;
	}
}

static ssize_t k_pread(int fd, void *buf, size_t len, off_t at)
{
	const uint8_t *from;
	uint64_t entry;

	if (k_fails("pread"))
		return k.err ? -1 : 0;
	if (k_file(fd) == K_PAGEMAP) {
		assert_int_equal(len, sizeof(entry));
		entry = k.frame((uint64_t)at / sizeof(entry));
		memcpy(buf, &entry, len);
		return (ssize_t)len;
	}
	from = k_bytes(fd, len, at);
	if (!from)
		return 0;
	memcpy(buf, from, len);
	return (ssize_t)len;
}

ssize_t __wrap_pread(int fd, void *buf, size_t len, off_t at);
ssize_t __wrap_pread(int fd, void *buf, size_t len, off_t at)
{
	return k_pread(fd, buf, len, at);
}

ssize_t __wrap___pread_chk(int fd, void *buf, size_t len, off_t at, size_t max);
ssize_t __wrap___pread_chk(int fd, void *buf, size_t len, off_t at, size_t max)
{
	assert_true(len <= max);
	return k_pread(fd, buf, len, at);
}

ssize_t __wrap_pwrite(int fd, const void *buf, size_t len, off_t at);
ssize_t __wrap_pwrite(int fd, const void *buf, size_t len, off_t at)
{
	uint8_t *to = k_bytes(fd, len, at);

	if (k_fails("pwrite"))
		return k.err ? -1 : 0;
	if (!to)
		return 0;
	memcpy(to, buf, len);
	if (to == k.config + VI_PCI_COMMAND)
		k_log("command %02x%02x\n", to[1], to[0]);
	return (ssize_t)len;
}

ssize_t __wrap_write(int fd, const void *buf, size_t len);
ssize_t __wrap_write(int fd, const void *buf, size_t len)
{
	if (k_file(fd) == K_NO_FILE)
		return __real_write(fd, buf, len);
	if (k_fails("write"))
		return -1;
	k_log("%s %.*s\n", k_file(fd) == K_ENABLE ? "enable" : "reset",
	      (int)len, (const char *)buf);
	return (ssize_t)len;
}

/* --- Memory --- */

/* Huge pages are aligned to their size. */
static void *k_aligned(size_t len, int prot)
{
	size_t huge = (size_t)1 << HUGEPAGE_SHIFT, before;
	char *map = __real_mmap(NULL, len + huge, prot,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED)
		return map;
	before = -(uintptr_t)map % huge;
	if (before)
		__real_munmap(map, before);
	__real_munmap(map + before + len, huge - before);
	return map + before;
}

void *__wrap_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off);
void *__wrap_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off)
{
	void *map;

	(void)off;
	if (k_fails("mmap"))
		return MAP_FAILED;
	assert_true(fd < 0 || k_file(fd) == K_DEVICE || k_file(fd) == K_BAR ||
		    k_file(fd) == K_HUGE);
	/* Both kinds of memory for a device are shared. */
	assert_true(flags & MAP_SHARED);
	map = k_file(fd) == K_HUGE ? k_aligned(len, prot) :
	      __real_mmap(at, len, prot, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(map != MAP_FAILED);
	k.maps++;
	return map;
}

int __wrap_munmap(void *at, size_t len);
int __wrap_munmap(void *at, size_t len)
{
	k.maps--;
	/* Never while the device can still reach it. */
	k_log("unmapped%s\n", k.dma && (uintptr_t)at == k.reached ?
	      " under the device" : "");
	return __real_munmap(at, len);
}

int __wrap_madvise(void *at, size_t len, int advice);
int __wrap_madvise(void *at, size_t len, int advice)
{
	(void)at;
	(void)len;
	return advice != MADV_DONTFORK && k_fails("madvise") ? -1 : 0;
}

/* --- VFIO --- */

static int k_region(struct vfio_region_info *info)
{
	struct vfio_info_cap_header *header;

	info->size = info->index == VFIO_PCI_CONFIG_REGION_INDEX ?
		     k.config_size : info->index == 0 ? 32 :
		     info->index == 1 || info->index == 4 ? K_BAR_SIZE : 0;
	info->offset = info->index ? K_REGION(info->index) : 0;
	info->flags = info->index && info->size ? k.region_flags : 0;
	if (!k.region_cap)
		return 0;
	info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
	info->cap_offset = sizeof(*info);
	header = (void *)((char *)info + info->cap_offset);
	header->id = k.region_cap;
	header->next = 0;
	return 0;
}

static int k_iommu_info(struct vfio_iommu_type1_info *info)
{
	size_t need = sizeof(*info) +
		      sizeof(struct vfio_iommu_type1_info_cap_iova_range) +
		      k.num_ranges * sizeof(*k.ranges);
	struct vfio_iommu_type1_info_cap_iova_range *cap;

	info->flags = VFIO_IOMMU_INFO_PGSIZES;
	if (!k.ranges)
		return 0;
	if (info->argsz >= need) {
		info->flags |= VFIO_IOMMU_INFO_CAPS;
		info->cap_offset = sizeof(*info);
		cap = (void *)((char *)info + sizeof(*info));
		cap->header.id = VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE;
		cap->header.next = 0;
		cap->nr_iovas = k.num_ranges;
		memcpy(cap->iova_ranges, k.ranges,
		       k.num_ranges * sizeof(*k.ranges));
	}
	info->argsz = (uint32_t)need;
	return 0;
}

static int k_irq_info(struct vfio_irq_info *info)
{
	info->count = k.irqs[info->index];
	info->flags = info->count ? VFIO_IRQ_INFO_EVENTFD : 0;
	return 0;
}

static int k_map_dma(const struct vfio_iommu_type1_dma_map *map)
{
	k.dma++;
	k.iova = map->iova;
	k.reached = map->vaddr;
	return 0;
}

static int k_unmap_dma(const struct vfio_iommu_type1_dma_unmap *unmap)
{
	assert_int_equal(unmap->iova, k.iova);
	k.dma--;
	return 0;
}

int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
	void *arg;
	va_list ap;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
#define K_CALL(what, file_, ...)					\
	case what:							\
		assert_int_equal(k_file(fd), file_);			\
		return k_fails(#what) ? -1 : (__VA_ARGS__)
	switch (request) {
	K_CALL(VFIO_GET_API_VERSION, K_CONTAINER, k.api);
	K_CALL(VFIO_CHECK_EXTENSION, K_CONTAINER, k.type1);
	K_CALL(VFIO_SET_IOMMU, K_CONTAINER, 0);
	K_CALL(VFIO_IOMMU_GET_INFO, K_CONTAINER, k_iommu_info(arg));
	K_CALL(VFIO_IOMMU_MAP_DMA, K_CONTAINER, k_map_dma(arg));
	K_CALL(VFIO_IOMMU_UNMAP_DMA, K_CONTAINER, k_unmap_dma(arg));
	K_CALL(VFIO_GROUP_GET_STATUS, K_GROUP_FILE,
	       ((struct vfio_group_status *)arg)->flags = k.group_flags, 0);
	K_CALL(VFIO_GROUP_SET_CONTAINER, K_GROUP_FILE, 0);
	K_CALL(VFIO_GROUP_GET_DEVICE_FD, K_GROUP_FILE, k_open(K_DEVICE));
	K_CALL(VFIO_DEVICE_GET_REGION_INFO, K_DEVICE, k_region(arg));
	K_CALL(VFIO_DEVICE_GET_IRQ_INFO, K_DEVICE, k_irq_info(arg));
	K_CALL(VFIO_DEVICE_SET_IRQS, K_DEVICE, 0);
	K_CALL(VFIO_DEVICE_RESET, K_DEVICE, 0);
	}
	fail_msg("ioctl 0x%lx", request);
	return -1;
}

/* --- sysfs --- */

bool __wrap_vi_pci_exists(const char *address);
bool __wrap_vi_pci_exists(const char *address)
{
	return !strcmp(address, K_ADDRESS);
}

void __wrap_vi_pci_driver(const char *address, char *name, size_t size);
void __wrap_vi_pci_driver(const char *address, char *name, size_t size)
{
	(void)address;
	snprintf(name, size, "%s", k.driver);
}

int __wrap_vi_pci_iommu_group(const char *address);
int __wrap_vi_pci_iommu_group(const char *address)
{
	(void)address;
	return k.group;
}

void __wrap_vi_iommu_group_others(int group, const char *address, char *text,
				  size_t size);
void __wrap_vi_iommu_group_others(int group, const char *address, char *text,
				  size_t size)
{
	(void)group;
	(void)address;
	snprintf(text, size, "%s", k.others);
}

int __wrap_vi_pci_bars(const char *address, struct vi_pci_bar *bar);
int __wrap_vi_pci_bars(const char *address, struct vi_pci_bar *bar)
{
	(void)address;
	if (k_fails("resource"))
		return -errno;
	bar[0] = (struct vi_pci_bar){ .size = 32, .io = true };
	bar[1] = bar[4] = (struct vi_pci_bar){ .size = K_BAR_SIZE };
	return 0;
}

#endif
