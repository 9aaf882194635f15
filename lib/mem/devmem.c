// SPDX-License-Identifier: LGPL-2.1-or-later
/* Read physical memory through /dev/mem. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/file.h"
#include "core/hex.h"
#include "mem/devmem.h"

#define IOMEM		"/proc/iomem"
#define IOMEM_MAX	(4u << 20)
/* With STRICT_DEVMEM, x86 kernels return zeros for RAM below this address. */
#define FIRST_MIB	0x100000

/* --- /proc/iomem --- */

/* Parse hexadecimal digits followed by @end, and advance past both. */
static bool hex(const char **at, const char *end, uint64_t *value)
{
	size_t n = vi_hex_digits(*at, 16, value);

	if (!n || strncmp(*at + n, end, strlen(end)))
		return false;
	*at += n + strlen(end);
	return true;
}

/* "00100000-3ffdefff : System RAM"; nested ranges begin with blanks. */
bool vi_iomem_next(const char **at, struct vi_iomem *range)
{
	while (**at) {
		const char *line = *at, *end = line + strcspn(line, "\n");

		*at = *end ? end + 1 : end;
		if (!hex(&line, "-", &range->start) ||
		    !hex(&line, " : ", &range->end) ||
		    range->end < range->start)
			continue;
		range->name = line;
		range->name_len = end - line;
		return true;
	}
	return false;
}

static bool is_ram(const struct vi_iomem *range)
{
	static const char name[] = "System RAM";

	return range->name_len == sizeof(name) - 1 &&
	       !memcmp(range->name, name, sizeof(name) - 1);
}

/* --- RAM --- */

static int devmem_read(void *source, uint64_t offset, void *buf, size_t len)
{
	struct vi_devmem *dm = source;

	int err = vi_pread_all(dm->fd, buf, len, offset, &dm->reads);

	return err == -EFAULT ? err : vi_fault(dm->ctx, "/dev/mem", err);
}

static int explain_open(struct vi_ctx *ctx, int err)
{
	if (err == -ENOENT)
		return vi_fail(ctx, err,
			       "/dev/mem not found: the kernel lacks CONFIG_DEVMEM, or /dev has no node for it; use --attach=kernel");
	if (err == -EACCES)
		return vi_fail(ctx, err, "/dev/mem needs root");
	if (err == -EPERM)
		return vi_fail(ctx, err,
			       "/dev/mem: not permitted; it needs CAP_SYS_RAWIO, and lockdown forbids it (see /sys/kernel/security/lockdown); use --attach=kernel");
	return vi_fail(ctx, err, "/dev/mem: %s", strerror(-err));
}

static int open_fd(struct vi_ctx *ctx, int flags)
{
	int fd;

	if (ctx->root_fd >= 0)
		return vi_fail(ctx, -ENOTSUP,
			       "a --sysroot tree contains no /dev/mem; use a capture (--read)");
	fd = vi_open(ctx, "/dev/mem", flags);
	return fd < 0 ? explain_open(ctx, fd) : fd;
}

static int add_ram(struct vi_devmem *dm, const char *text, uint64_t *probe)
{
	struct vi_iomem range;
	int err;

	while (vi_iomem_next(&text, &range)) {
		/* Unprivileged users see zeros in place of addresses. */
		if (!is_ram(&range) || !range.end)
			continue;
		err = vi_mem_add(&dm->phys, range.start,
				 range.end - range.start + 1, devmem_read, dm,
				 range.start);
		if (err == -ENOMEM)
			return err;
		if (!err && range.end > FIRST_MIB && !*probe)
			*probe = range.start > FIRST_MIB ? range.start :
							   FIRST_MIB;
	}
	return 0;
}

/* Add all RAM, and probe one byte to find out whether reads are permitted. */
static int find_ram(struct vi_ctx *ctx, struct vi_devmem *dm)
{
	uint64_t probe = 0;
	uint8_t byte;
	size_t len;
	char *text = vi_read_all(ctx, IOMEM, IOMEM_MAX, &len);
	int err = text ? add_ram(dm, text, &probe) : -errno;

	free(text);
	if (err)
		return vi_fail(ctx, err, IOMEM ": %s", strerror(-err));
	if (!probe)
		return vi_fail(ctx, -ENODATA,
			       IOMEM " has no System RAM with addresses; it shows them to root only (CAP_SYS_ADMIN)");
	err = devmem_read(dm, probe, &byte, 1);
	if (err == -EPERM)
		return vi_fail(ctx, err,
			       "/dev/mem does not permit reading RAM because of CONFIG_STRICT_DEVMEM; use --attach=kernel, which reads /proc/kcore");
	if (err)
		return vi_fail(ctx, err, "/dev/mem at 0x%" PRIx64 ": %s",
			       probe, strerror(-err));
	return 0;
}

int vi_devmem_open(struct vi_ctx *ctx, struct vi_devmem *dm)
{
	int err;

	memset(dm, 0, sizeof(*dm));
	dm->ctx = ctx;
	dm->fd = open_fd(ctx, 0);
	if (dm->fd < 0)
		return dm->fd;
	err = find_ram(ctx, dm);
	if (err)
		vi_devmem_close(dm);
	return err;
}

void vi_devmem_close(struct vi_devmem *dm)
{
	if (dm->fd >= 0)
		close(dm->fd);
	dm->fd = -1;
	vi_mem_fini(&dm->phys);
}

/* --- Registers --- */

static int explain_map(struct vi_ctx *ctx, uint64_t addr, int err)
{
	if (err == -EPERM || err == -EINVAL)
		return vi_fail(ctx, err,
			       "/dev/mem does not permit reading the registers at 0x%" PRIx64 ", which a driver uses, because of CONFIG_IO_STRICT_DEVMEM; boot with iomem=relaxed, or use --attach=kernel",
			       addr);
	return vi_fail(ctx, err, "/dev/mem at 0x%" PRIx64 ": %s", addr,
		       strerror(-err));
}

/*
 * Refuse to map RAM: an uncached mapping of it could conflict with the kernel's
 * cached one, and RAM holds no registers.
 */
static int check_no_ram(struct vi_ctx *ctx, uint64_t addr, uint64_t len)
{
	struct vi_iomem range;
	const char *at;
	size_t size;
	char *text = vi_read_all(ctx, IOMEM, IOMEM_MAX, &size);
	int err = 0;

	/* Without the list, RAM cannot be ruled out. */
	if (!text)
		return vi_fail(ctx, -errno, IOMEM ": %s", strerror(errno));
	for (at = text; !err && vi_iomem_next(&at, &range);)
		if (is_ram(&range) && range.end && addr <= range.end &&
		    range.start < addr + len)
			err = vi_fail(ctx, -EINVAL,
				      "0x%" PRIx64 " is in RAM, so it cannot be a register",
				      addr);
	free(text);
	return err;
}

static int map_pages(int fd, uint64_t addr, struct vi_devmem_map *map)
{
	uint64_t page = sysconf(_SC_PAGESIZE), from = addr & ~(page - 1);
	void *at;

	map->size = (addr + map->len - from + page - 1) & ~(page - 1);
	at = mmap(NULL, map->size, map->fd < 0 ? PROT_READ :
		  PROT_READ | PROT_WRITE, MAP_SHARED, fd, from);
	if (at == MAP_FAILED)
		return -errno;
	map->page = at;
	map->at = (const volatile uint8_t *)at + (addr - from);
	return 0;
}

static int map_registers(struct vi_ctx *ctx, uint64_t addr, uint64_t len,
			 bool writable, struct vi_devmem_map *map)
{
	int fd, err;

	*map = (struct vi_devmem_map) { .fd = -1, .len = len };
	if (!len || len > (1u << 20) || addr > INT64_MAX - (2u << 20) ||
	    addr % 4)
		return vi_fail(ctx, -EINVAL,
			       "0x%" PRIx64 ": no registers can be there",
			       addr);
	/* O_SYNC makes the mapping uncached, as registers require. */
	fd = open_fd(ctx, O_SYNC | (writable ? O_RDWR : O_RDONLY));
	if (fd < 0)
		return fd;
	err = check_no_ram(ctx, addr, len);
	if (!err && writable && flock(fd, LOCK_EX))
		err = vi_fail(ctx, -errno, "/dev/mem: %s", strerror(errno));
	if (writable)
		map->fd = fd;
	if (!err) {
		err = map_pages(fd, addr, map);
		if (err)
			explain_map(ctx, addr, err);
	}
	if (err || !writable) {
		close(fd);
		map->fd = -1;
	}
	return err;
}

int vi_devmem_map(struct vi_ctx *ctx, uint64_t addr, uint64_t len,
		  struct vi_devmem_map *map)
{
	return map_registers(ctx, addr, len, false, map);
}

int vi_devmem_map_writable(struct vi_ctx *ctx, uint64_t addr, uint64_t len,
			   struct vi_devmem_map *map)
{
	return map_registers(ctx, addr, len, true, map);
}

void vi_devmem_unmap(struct vi_devmem_map *map)
{
	if (map->page)
		munmap(map->page, map->size);
	map->page = NULL;
	if (map->fd >= 0)
		close(map->fd);
	map->fd = -1;
}

int vi_devmem_read(const struct vi_devmem_map *map, uint64_t at,
		   unsigned int len, uint32_t *value)
{
	const volatile uint8_t *from = map->at + at;

	if (at > map->len || map->len - at < len || at % len)
		return -ERANGE;
	switch (len) {
	case 1:
		*value = *from;
		return 0;
	case 2:
		*value = *(const volatile uint16_t *)from;
		return 0;
	case 4:
		*value = *(const volatile uint32_t *)from;
		return 0;
	}
	return -EINVAL;
}

int vi_devmem_write(const struct vi_devmem_map *map, uint64_t at,
		    uint32_t value)
{
	if (map->fd < 0)
		return -EPERM;
	if (at > map->len || map->len - at < 4 || at % 4)
		return -ERANGE;
	*(volatile uint32_t *)((uintptr_t)map->at + at) = value;
	return 0;
}
