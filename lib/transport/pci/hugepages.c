// SPDX-License-Identifier: LGPL-2.1-or-later
/* Locked huge pages, and their physical addresses. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/ctx.h"
#include "core/file.h"
#include "transport/pci/hugepages.h"

#ifndef MFD_HUGE_SHIFT
#define MFD_HUGE_SHIFT	26
#endif

/* An entry of /proc/PID/pagemap (Linux: admin-guide/mm/pagemap.rst). */
#define PAGEMAP_PRESENT	(UINT64_C(1) << 63)
#define PAGEMAP_FRAME	((UINT64_C(1) << 55) - 1)

#define PAGE	((size_t)1 << HUGEPAGE_SHIFT)

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE	23
#endif

static int no_pages(const char *name, size_t size, int err)
{
	return vi_fail(NULL, -err,
		       "%s: cannot get %zu huge pages of 2 MiB (%s); run: echo %zu > /proc/sys/vm/nr_hugepages",
		       name, size / PAGE, strerror(err), size / PAGE + 2);
}

/*
 * Fault in all pages, or return an error: touching a page that a control group
 * denies would kill the process. Kernels before 5.14 lack this.
 */
static int populate(void *map, size_t size)
{
	return madvise(map, size, MADV_POPULATE_WRITE) && errno != EINVAL ?
	       errno : 0;
}

static int map_pages(const char *name, size_t size, struct vi_hugepages *h)
{
	void *map;
	int fd, err = 0;

	fd = memfd_create("virtio-inspect", MFD_CLOEXEC | MFD_HUGETLB |
			  (HUGEPAGE_SHIFT << MFD_HUGE_SHIFT));
	if (fd < 0)
		return no_pages(name, size, errno);
	if (ftruncate(fd, (off_t)size))
		err = errno;
	map = err ? MAP_FAILED :
	      mmap(NULL, size, PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_POPULATE, fd, 0);
	if (map == MAP_FAILED && !err)
		err = errno;
	close(fd);
	if (err)
		return no_pages(name, size, err);
	h->base = map;
	h->size = size;
	err = populate(map, size);
	if (err)
		return no_pages(name, size, err);
	/* Huge pages are never swapped; keep them from being discarded, too. */
	mlock(map, size);
	return 0;
}

static int find_one(const char *name, int pagemap, char *page, uint64_t *addr)
{
	size_t small = (size_t)sysconf(_SC_PAGESIZE);
	uint64_t entry;
	int err;

	/* Fault the page in. */
	*(volatile char *)page = 0;
	err = vi_pread_all(pagemap, &entry, sizeof(entry),
			   (uintptr_t)page / small * sizeof(entry), NULL);
	if (err == -ENODATA)
		err = -EIO;
	if (err)
		return vi_fail(NULL, err, "%s: /proc/self/pagemap: %s", name,
			       strerror(-err));
	if (!(entry & PAGEMAP_PRESENT))
		return vi_fail(NULL, -EIO,
			       "%s: /proc/self/pagemap: page not present",
			       name);
	/* To unprivileged readers, frame numbers are 0. */
	if (!(entry & PAGEMAP_FRAME))
		return vi_fail(NULL, -EPERM,
			       "%s: /proc/self/pagemap hides physical addresses; run as root (CAP_SYS_ADMIN)",
			       name);
	*addr = (entry & PAGEMAP_FRAME) * small;
	if (*addr % PAGE)
		return vi_fail(NULL, -EIO,
			       "%s: /proc/self/pagemap: huge page is not contiguous",
			       name);
	return 0;
}

static int find_pages(const char *name, struct vi_hugepages *h)
{
	size_t i;
	int fd, err = 0;

	h->addr = calloc(h->size / PAGE, sizeof(*h->addr));
	if (!h->addr)
		return vi_fail(NULL, -ENOMEM, "%s: out of memory", name);
	fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return vi_fail(NULL, -errno, "%s: /proc/self/pagemap: %s",
			       name, strerror(errno));
	for (i = 0; !err && i < h->size / PAGE; i++)
		err = find_one(name, fd, h->base + i * PAGE, &h->addr[i]);
	close(fd);
	return err;
}

int vi_hugepages_get(const char *name, size_t size, struct vi_hugepages *h)
{
	int err;

	memset(h, 0, sizeof(*h));
	err = map_pages(name, size, h);
	if (!err)
		err = find_pages(name, h);
	if (err)
		vi_hugepages_put(h);
	return err;
}

void vi_hugepages_put(struct vi_hugepages *h)
{
	if (h->base)
		munmap(h->base, h->size);
	free(h->addr);
	memset(h, 0, sizeof(*h));
}
