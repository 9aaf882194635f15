// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libpci as a reader of /sys/bus/pci below the sysroot. Only
 * vi_libpci_open_rw() opens files for writing.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pci/pci.h>

#include "access/pci/libpci.h"
#include "core/address.h"
#include "core/file.h"
#include "core/lazy.h"
#include "inspect/device.h"
#include "transport/pci/cap_walk.h"

static typeof(pci_alloc) *p_pci_alloc;
static typeof(pci_cleanup) *p_pci_cleanup;
static typeof(pci_free_dev) *p_pci_free_dev;
static typeof(pci_get_dev) *p_pci_get_dev;
static typeof(pci_init) *p_pci_init;
static typeof(pci_read_block) *p_pci_read_block;
static typeof(pci_set_param) *p_pci_set_param;
static typeof(pci_write_block) *p_pci_write_block;

static const struct vi_lazy_symbol symbols[] = {
	{ "pci_alloc", &p_pci_alloc },
	{ "pci_cleanup", &p_pci_cleanup },
	{ "pci_free_dev", &p_pci_free_dev },
	{ "pci_get_dev", &p_pci_get_dev },
	{ "pci_init", &p_pci_init },
	{ "pci_read_block", &p_pci_read_block },
	{ "pci_set_param", &p_pci_set_param },
	{ "pci_write_block", &p_pci_write_block },
	{ NULL, NULL },
};

static struct vi_lazy libpci = { "libpci.so.3", "libpci3", symbols, NULL };

/* --- Errors of libpci --- */

/*
 * A call into libpci. Its error hook must neither return nor exit, and jumps to
 * @out. The hook gets no argument to find the call, hence the thread-local
 * pointer.
 */
struct call {
	jmp_buf out;
	struct vi_ctx *ctx;
	struct pci_access *access;
	struct pci_dev *dev;
	const uint32_t *address;
	void *data;
	int *err;		/* where warnings go as an errno, or NULL */
};

static __thread struct call *current;

static void warn_of(const char *fmt, va_list ap)
{
	char text[256];

	int err = errno;

	vsnprintf(text, sizeof(text), fmt, ap);
	if (vi_is_fault(-err))
		vi_warn_fault(current->ctx, "libpci: %s", text);
	else
		vi_warn(current->ctx, "libpci: %s", text);
}

static void __attribute__((noreturn, format(printf, 1, 2)))
on_error(char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	warn_of(fmt, ap);
	va_end(ap);
	longjmp(current->out, 1);
}

static void VI_PRINTF(1, 2) on_warning(char *fmt, ...)
{
	int err = errno;
	va_list ap;

	if (current->err) {
		*current->err = err ? -err : -EIO;
		return;
	}
	va_start(ap, fmt);
	warn_of(fmt, ap);
	va_end(ap);
}

static void VI_PRINTF(1, 2) on_debug(char *fmt, ...)
{
	(void)fmt;
}

/* Run @fn; -EIO if libpci gives up. */
static int guarded(struct call *c, int (*fn)(struct call *c))
{
	int err;

	current = c;
	if (setjmp(c->out))
		err = -EIO;
	else
		err = fn(c);
	current = NULL;
	return err;
}

/* --- Opening --- */

static int set_up(struct call *c)
{
	static char name[] = "sysfs.path";
	char path[64];

	c->access->method = PCI_ACCESS_SYS_BUS_PCI;
	c->access->writeable = 0;
	c->access->error = on_error;
	c->access->warning = on_warning;
	c->access->debug = on_debug;
	if (c->ctx->root_fd >= 0) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d/sys/bus/pci",
			 c->ctx->root_fd);
		if (p_pci_set_param(c->access, name, path))
			return -EIO;
	}
	p_pci_init(c->access);
	return 0;
}

static int tear_down(struct call *c)
{
	p_pci_cleanup(c->access);
	return 0;
}

static void close_access(void *access)
{
	struct call c = { .access = access };

	guarded(&c, tear_down);
}

static int open_access(struct vi_ctx *ctx, void **data)
{
	struct call c = { .ctx = ctx };
	int err = vi_lazy_open(ctx, &libpci);

	if (err) {
		vi_warn(ctx, "%s", vi_error(ctx));
		return err;
	}
	c.access = p_pci_alloc();
	if (!c.access)
		return -ENOMEM;
	err = guarded(&c, set_up);
	/* Leak the access: cleanup could free what was never allocated. */
	if (err)
		return err;
	*data = c.access;
	return vi_pool_defer(&vi_inventory(ctx)->pool, close_access, c.access);
}

/*
 * libpci follows links of a recorded tree wherever they lead. Check that it
 * would open the same file that is found when links cannot leave the tree.
 */
static int check_file(struct vi_ctx *ctx, const char *address,
		      const char *file)
{
	struct stat inside, outside;
	char path[128];
	size_t n = 0;
	int fd, err;

	if (ctx->root_fd >= 0)
		n = snprintf(path, sizeof(path), "/proc/self/fd/%d",
			     ctx->root_fd);
	snprintf(path + n, sizeof(path) - n, "/sys/bus/pci/devices/%s/%s",
		 address, file);
	fd = vi_open(ctx, path + n, 0);
	if (fd < 0)
		return fd;
	err = fstat(fd, &inside) || stat(path, &outside) ? -errno : 0;
	close(fd);
	if (err)
		return err;
	return inside.st_dev == outside.st_dev &&
	       inside.st_ino == outside.st_ino ? 0 : -ELOOP;
}

static int check_address(const char *address, uint32_t part[4])
{
	char canonical[VI_PCI_ADDRESS_SIZE];
	int err = vi_pci_address_parse(address, part);

	/* libpci builds the path itself, from canonical addresses only. */
	return err || vi_pci_address(address, canonical) ||
	       strcmp(address, canonical) || part[0] > INT32_MAX ? -EINVAL : 0;
}

static int use(struct vi_ctx *ctx, const char *address,
	       int (*fn)(struct call *c), void *data)
{
	struct call c = { .ctx = ctx, .data = data };
	uint32_t part[4];
	void *access;
	int err = check_address(address, part);

	if (err)
		return err;
	err = check_file(ctx, address, "config");
	if (!err)
		err = vi_cached(ctx, VI_CACHE_LIBPCI, open_access, &access);
	if (err)
		return err;
	c.access = access;
	c.address = part;
	err = guarded(&c, fn);
	if (c.dev)
		p_pci_free_dev(c.dev);
	return err;
}

/* Make a structure for the device, without a scan. */
static int get_dev(struct call *c)
{
	const uint32_t *a = c->address;

	c->dev = p_pci_get_dev(c->access, a[0], a[1], a[2], a[3]);
	return c->dev ? 0 : -ENODEV;
}

/* --- Reading --- */

static bool read_block(void *data, unsigned int pos, uint8_t *buf,
		       unsigned int len)
{
	struct call *c = data;

	return p_pci_read_block(c->dev, pos, buf, len) == 1;
}

static int read_config(struct call *c)
{
	int err = get_dev(c);

	return err ? err : vi_pci_walk(c->data, read_block, c);
}

ssize_t vi_libpci_config(struct vi_ctx *ctx, const char *address,
			 uint8_t config[VI_LIBPCI_CONFIG_SIZE])
{
	return use(ctx, address, read_config, config);
}

/* --- Writing --- */

struct vi_libpci_rw {
	struct vi_ctx *ctx;
	struct pci_access *access;
	struct pci_dev *dev;
	uint32_t address[4];
};

/* One access; on failure, libpci's warning gives the reason. */
struct transfer {
	struct vi_libpci_rw *rw;
	unsigned int pos, len;
	uint8_t *bytes;
	bool write;
};

static int set_up_rw(struct call *c)
{
	struct vi_libpci_rw *rw = c->data;
	int err;

	c->access = rw->access;
	err = set_up(c);
	if (!err) {
		rw->access->writeable = 1;
		err = get_dev(c);
	}
	rw->dev = c->dev;
	return err;
}

static int run_transfer(struct call *c)
{
	struct transfer *t = c->data;
	int done;

	if (t->write)
		done = p_pci_write_block(t->rw->dev, t->pos, t->bytes, t->len);
	else
		done = p_pci_read_block(t->rw->dev, t->pos, t->bytes, t->len);
	return done ? 0 : -EIO;
}

static int transfer(struct transfer *t)
{
	int why = -EIO, err;
	struct call c = { .ctx = t->rw->ctx, .data = t, .err = &why };

	errno = 0;
	err = guarded(&c, run_transfer);
	return err ? why : 0;
}

int vi_libpci_read(struct vi_libpci_rw *rw, unsigned int pos, void *bytes,
		   unsigned int len)
{
	return transfer(&(struct transfer) { rw, pos, len, bytes, false });
}

int vi_libpci_write(struct vi_libpci_rw *rw, unsigned int pos,
		    const void *bytes, unsigned int len)
{
	uint8_t copy[4];

	if (len > sizeof(copy))
		return -EINVAL;
	memcpy(copy, bytes, len);
	return transfer(&(struct transfer) { rw, pos, len, copy, true });
}

int vi_libpci_open_rw(struct vi_ctx *ctx, const char *address,
		      struct vi_libpci_rw **rw)
{
	struct vi_libpci_rw *new;
	struct call c = { .ctx = ctx };
	int err;

	if (ctx->root_fd >= 0)
		return -EROFS;
	err = vi_lazy_open(ctx, &libpci);
	if (err)
		return err;
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->ctx = ctx;
	err = check_address(address, new->address);
	if (!err) {
		new->access = p_pci_alloc();
		c.data = new;
		c.address = new->address;
		err = guarded(&c, set_up_rw);
	}
	if (err) {
		vi_libpci_close_rw(new);
		return err;
	}
	*rw = new;
	return 0;
}

static int free_dev(struct call *c)
{
	struct vi_libpci_rw *rw = c->data;

	if (rw->dev)
		p_pci_free_dev(rw->dev);
	if (rw->access)
		p_pci_cleanup(rw->access);
	return 0;
}

void vi_libpci_close_rw(struct vi_libpci_rw *rw)
{
	struct call c = { .ctx = rw->ctx, .data = rw };

	guarded(&c, free_dev);
	free(rw);
}
