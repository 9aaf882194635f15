// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A PCI function without a driver, accessed through its files in sysfs and
 * given physical addresses. Nothing prevents it from accessing other memory. No
 * interrupts.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/ctx.h"
#include "core/file.h"
#include "transport/pci/function.h"
#include "transport/pci/hugepages.h"
#include "transport/pci/mapped.h"
#include "transport/pci/sysfs.h"

/* Default size of the pool. */
#define POOL_SIZE	((size_t)2 << HUGEPAGE_SHIFT)

struct physical {
	struct vi_pci_function fn;
	int config;			/* -1: not open */
	bool enabled;			/* through the file of that name */
	uint16_t command;		/* original value */
	bool command_changed;
	int bar[VI_PCI_BARS];		/* I/O BARs; -1: not open */
	char *map[VI_PCI_BARS];		/* memory BARs */
	struct vi_hugepages pages;
};

static struct physical *to_physical(struct vi_pci_function *fn)
{
	return container_of(fn, struct physical, fn);
}

/* Explain why a file of the device cannot be used. */
static int explain(const struct physical *p, const char *file, int err)
{
	const char *name = p->fn.name;

	if (err == EPERM || err == EACCES)
		return vi_fail(NULL, -err,
			       geteuid() ? "%s: %s: %s; run as root" :
			       "%s: %s: %s; kernel lockdown (/sys/kernel/security/lockdown) forbids it; behind an IOMMU, VFIO works",
			       name, file, strerror(err));
	if (err == EINVAL || err == EBUSY)
		return vi_fail(NULL, -err,
			       "%s: %s: %s; a kernel driver uses the registers",
			       name, file, strerror(err));
	return vi_fail(NULL, -err, "%s: %s: %s", name, file, strerror(err));
}

static int open_file(const struct physical *p, const char *file, int flags)
{
	char path[80];
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s",
		 p->fn.address, file);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* --- Configuration space ------------------------------------------------- */

static int config_read(struct vi_pci_function *fn, unsigned int pos,
		       void *buf, unsigned int len)
{
	int err = vi_pread_all(to_physical(fn)->config, buf, len, pos, NULL);

	/* Even the mandatory part is incomplete. */
	return err == -ENODATA ? -EIO : err;
}

static int config_write(struct vi_pci_function *fn, unsigned int pos,
			const void *buf, unsigned int len)
{
	ssize_t n = pwrite(to_physical(fn)->config, buf, len, pos);

	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -EIO;
}

static int command(struct vi_pci_function *fn, uint16_t set, uint16_t clear)
{
	struct physical *p = to_physical(fn);
	uint16_t value;
	int err;

	err = config_read(fn, VI_PCI_COMMAND, &value, sizeof(value));
	if (err)
		return explain(p, "config", -err);
	if (!p->command_changed)
		p->command = value;
	value = vi_le16((uint16_t)((vi_le16(value) | set) & ~clear));
	err = config_write(fn, VI_PCI_COMMAND, &value, sizeof(value));
	if (err)
		return explain(p, "config", -err);
	p->command_changed = true;
	return 0;
}

/* --- BARs ---------------------------------------------------------------- */

static int open_bar(struct vi_pci_function *fn, unsigned int bar)
{
	struct physical *p = to_physical(fn);
	bool io = fn->bar[bar].io;
	char file[16];
	void *map;
	int fd, err = 0;

	if (p->map[bar] || p->bar[bar] >= 0)
		return 0;
	snprintf(file, sizeof(file), "resource%u", bar);
	fd = open_file(p, file, O_RDWR | O_SYNC);
	if (fd < 0)
		return explain(p, file, -fd);
	if (io) {
		p->bar[bar] = fd;
		return 0;
	}
	map = mmap(NULL, fn->bar[bar].size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   fd, 0);
	if (map == MAP_FAILED)
		err = errno;
	close(fd);
	if (err)
		return explain(p, file, err);
	madvise(map, fn->bar[bar].size, MADV_DONTFORK);
	p->map[bar] = map;
	return 0;
}

/* I/O BAR: the kernel makes one access of this width, in native byte order. */
static uint32_t read_io(const struct physical *p, unsigned int bar,
			uint64_t at, unsigned int width)
{
	union {
		uint8_t b;
		uint16_t w;
		uint32_t l;
	} value = { .l = 0 };

	if (pread(p->bar[bar], &value, width, (off_t)at) != (ssize_t)width)
		return UINT32_MAX;
	return width == 1 ? value.b : width == 2 ? value.w : value.l;
}

static void write_io(const struct physical *p, unsigned int bar, uint64_t at,
		     unsigned int width, uint32_t to)
{
	union {
		uint8_t b;
		uint16_t w;
		uint32_t l;
	} value = { .l = 0 };
	ssize_t n;

	if (width == 1)
		value.b = (uint8_t)to;
	else if (width == 2)
		value.w = (uint16_t)to;
	else
		value.l = to;
	vi_mapped_barrier();
	/* A failed write shows when the register is read. */
	n = pwrite(p->bar[bar], &value, width, (off_t)at);
	(void)n;
}

static uint32_t read_bar(struct vi_pci_function *fn, unsigned int bar,
			 uint64_t at, unsigned int width)
{
	struct physical *p = to_physical(fn);

	if (p->map[bar])
		return vi_mapped_read(p->map[bar] + at, width);
	return read_io(p, bar, at, width);
}

static void write_bar(struct vi_pci_function *fn, unsigned int bar,
		      uint64_t at, unsigned int width, uint32_t value)
{
	struct physical *p = to_physical(fn);

	if (p->map[bar])
		vi_mapped_write(p->map[bar] + at, width, value);
	else
		write_io(p, bar, at, width, value);
}

/* --- Memory -------------------------------------------------------------- */

static int make_pool(struct vi_pci_function *fn, size_t size)
{
	struct physical *p = to_physical(fn);
	size_t huge = (size_t)1 << HUGEPAGE_SHIFT;
	int err;

	if (!size)
		size = POOL_SIZE;
	size = (size + huge - 1) / huge * huge;
	err = vi_hugepages_get(fn->name, size, &p->pages);
	if (err)
		return err;
	err = vi_dma_pool_init(&fn->pool, fn->name, p->pages.base, size,
			   HUGEPAGE_SHIFT, p->pages.addr, true);
	return err ? vi_fail(NULL, err, "%s: out of memory", fn->name) : 0;
}

/* --- Lifetime ------------------------------------------------------------ */

static int no_watch(struct vi_pci_function *fn, unsigned int which)
{
	(void)fn;
	(void)which;
	return -1;
}

static int write_file(const struct physical *p, const char *file,
		      const char *text)
{
	int fd = open_file(p, file, O_WRONLY), err = 0;

	if (fd < 0)
		return fd;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* Function-level reset, if the device supports it. */
static int reset(struct vi_pci_function *fn)
{
	return write_file(to_physical(fn), "reset", "1");
}

/* Restore the original value, but leave bus mastering off. */
static void restore_command(struct physical *p)
{
	int err;

	p->command &= vi_le16((uint16_t)~VI_PCI_COMMAND_MASTER);
	err = config_write(&p->fn, VI_PCI_COMMAND, &p->command,
			   sizeof(p->command));
	if (err)
		vi_warn(NULL, "%s: config: cannot restore the command register: %s",
			p->fn.name, strerror(-err));
}

/*
 * Never free the pages of a device that may still write: leaking them beats
 * corrupting what would be stored there.
 */
static void leave_pages(struct physical *p)
{
	if (p->pages.size)
		vi_warn(NULL, "%s: the device does not reset; leaking %zu bytes of memory that it may still access",
			p->fn.name, p->pages.size);
	free(p->pages.addr);
}

static void close_physical(struct vi_pci_function *fn, bool quiet)
{
	struct physical *p = to_physical(fn);
	unsigned int i;

	vi_dma_pool_fini(&fn->pool);
	for (i = 0; i < VI_PCI_BARS; i++) {
		if (p->map[i])
			munmap(p->map[i], fn->bar[i].size);
		if (p->bar[i] >= 0)
			close(p->bar[i]);
	}
	if (p->command_changed)
		restore_command(p);
	if (p->enabled)
		write_file(p, "enable", "0");
	if (p->config >= 0)
		close(p->config);
	if (quiet)
		vi_hugepages_put(&p->pages);
	else
		leave_pages(p);
	free(p);
}

static const struct vi_pci_function_ops physical_ops = {
	.config_read	= config_read,
	.config_write	= config_write,
	.open_bar	= open_bar,
	.read		= read_bar,
	.write		= write_bar,
	.make_pool	= make_pool,
	.command	= command,
	.watch		= no_watch,
	.reset		= reset,
	.close		= close_physical,
};

static int check(const struct physical *p)
{
	const char *name = p->fn.name, *address = p->fn.address;
	char driver[64];

	if (!vi_pci_exists(address))
		return vi_fail(NULL, -ENODEV, "%s: no such PCI device",
			       name);
	vi_pci_driver(address, driver, sizeof(driver));
	if (*driver)
		return vi_fail(NULL, -EBUSY,
			       "%s: bound to driver %s, but must have none; if nothing uses it, run: echo %s > /sys/bus/pci/drivers/%s/unbind",
			       name, driver, address, driver);
	return 0;
}

/* Have the kernel power the function up and enable its BARs. */
static int enable(struct physical *p)
{
	int err = write_file(p, "enable", "1");

	if (err)
		return explain(p, "enable", -err);
	p->enabled = true;
	p->config = open_file(p, "config", O_RDWR);
	if (p->config < 0)
		return explain(p, "config", -p->config);
	err = vi_pci_bars(p->fn.address, p->fn.bar);
	return err ? explain(p, "resource", -err) : 0;
}

int vi_physical_open(const char *address, struct vi_pci_function **fn)
{
	struct physical *p = calloc(1, sizeof(*p));
	unsigned int i;
	int err;

	if (!p)
		return vi_fail(NULL, -ENOMEM, "%s: out of memory", address);
	p->fn.ops = &physical_ops;
	snprintf(p->fn.address, sizeof(p->fn.address), "%s", address);
	snprintf(p->fn.name, sizeof(p->fn.name), "physical:%s", address);
	p->config = -1;
	for (i = 0; i < VI_PCI_BARS; i++)
		p->bar[i] = -1;
	err = check(p);
	if (!err)
		err = enable(p);
	if (err) {
		close_physical(&p->fn, true);
		return err;
	}
	*fn = &p->fn;
	return 0;
}
