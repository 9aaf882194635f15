// SPDX-License-Identifier: LGPL-2.1-or-later
/* The window onto registers in PCI configuration space. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "access/registers/window.h"
#include "core/file.h"
#include "ring/endian.h"

/* Offsets in the capability (4.1.4). */
#define CAP_BAR		4
#define CAP_OFFSET	8
#define CAP_LENGTH	12
#define CAP_DATA	16

#define COMMON_DEVICE_STATUS	20

/* --- Accesses --- */

static int read_field(struct vi_window *w, unsigned int field,
		      unsigned int len, uint32_t *value)
{
	uint32_t bytes = 0;
	int err = w->io->read(w->state, w->window->pos + field, &bytes, len);

	*value = vi_le32(bytes);
	return err;
}

static int write_field(struct vi_window *w, unsigned int field,
		       unsigned int len, uint32_t value)
{
	uint32_t bytes = vi_le32(value);

	return w->io->write(w->state, w->window->pos + field, &bytes, len);
}

/*
 * Write length last, and keep it 0 while bar and offset do not match: a
 * concurrent dump of configuration space must not read any other register.
 */
static int aim(struct vi_window *w, uint8_t bar, uint32_t offset,
	       uint32_t length)
{
	int err = 0;

	if (!w->aimed || w->bar != bar) {
		err = write_field(w, CAP_LENGTH, 4, 0);
		if (err)
			return err;
		w->aimed = true;
		w->length = 0;
		err = write_field(w, CAP_BAR, 1, bar);
		if (!err)
			err = write_field(w, CAP_OFFSET, 4, offset);
	} else if (w->offset != offset) {
		err = write_field(w, CAP_OFFSET, 4, offset);
	}
	if (err)
		return err;
	w->bar = bar;
	w->offset = offset;
	if (w->length != length)
		err = write_field(w, CAP_LENGTH, 4, length);
	w->length = length;
	return err;
}

/* Does the range touch the interrupt status, in any capability? */
static bool is_isr(const struct vi_window *w, uint8_t bar, uint64_t offset,
		   unsigned int len)
{
	const struct vi_pci_config *pci = w->dev->pci;
	unsigned int i;

	for (i = 0; i < pci->num_caps; i++) {
		const struct vi_pci_cap *cap = &pci->caps[i];

		if (cap->cfg_type == VI_PCI_ISR_CFG && cap->has_range &&
		    cap->bar == bar && offset <= cap->offset +
		    (cap->length ? cap->length - 1 : 0) &&
		    cap->offset < offset + len)
			return true;
	}
	return false;
}

/* Check that the access lies in the structure and the window can reach it. */
static int check_place(const struct vi_window *w, const struct vi_pci_cap *cap,
		       uint32_t at, unsigned int len)
{
	if (at > cap->length || cap->length - at < len ||
	    cap->offset + at > UINT32_MAX - len || at % len)
		return -ERANGE;
	return is_isr(w, cap->bar, cap->offset + at, len) ? -EPERM : 0;
}

int vi_window_read(struct vi_window *w, const struct vi_pci_cap *cap,
		   uint32_t at, unsigned int len, uint32_t *value)
{
	int err = check_place(w, cap, at, len);

	if (!err)
		err = aim(w, cap->bar, cap->offset + at, len);
	if (!err)
		err = read_field(w, CAP_DATA, len, value);
	return err;
}

int vi_window_select(struct vi_window *w, enum vi_window_select which,
		     uint32_t value)
{
	unsigned int len = vi_window_select_len(which);
	uint32_t now;
	int err = check_place(w, w->common, which, len);

	if (!err)
		err = aim(w, w->common->bar, w->common->offset + which, len);
	if (!err)
		err = write_field(w, CAP_DATA, len, value);
	/* A device may ignore an unsupported value. */
	if (!err)
		err = vi_window_read(w, w->common, which, len, &now);
	return err ? err : now == value ? 0 : -ERANGE;
}

/* --- Opening --- */

/* The current lockdown mode, " (lockdown is: integrity)", or "". */
static const char *lockdown(struct vi_ctx *ctx, char *buf, size_t size)
{
	char line[128], *begin, *end;

	*buf = '\0';
	if (vi_read_line(ctx, "/sys/kernel/security/lockdown", line,
			 sizeof(line)) <= 0)
		return buf;
	begin = strchr(line, '[');
	end = begin ? strchr(begin, ']') : NULL;
	if (end)
		snprintf(buf, size, " (lockdown is: %.*s)",
			 (int)(end - begin - 1), begin + 1);
	return buf;
}

int vi_window_explain(struct vi_device *dev, int err)
{
	const char *label = vi_device_title(dev);
	char state[64];

	if (err == -EPERM)
		return vi_fail(dev->ctx, err,
			       "%s: kernel lockdown forbids writing PCI configuration space%s; use --attach=kernel, which is read-only",
			       label, lockdown(dev->ctx, state, sizeof(state)));
	if (err == -EACCES)
		return vi_fail(dev->ctx, err,
			       "%s: writing PCI configuration space needs root",
			       label);
	if (err == -EROFS)
		return vi_fail(dev->ctx, err,
			       "%s: cannot write PCI configuration space: %s; use --attach=kernel",
			       label, dev->ctx->root_fd >= 0 ?
			       "this is a --sysroot tree" :
			       "sysfs is mounted read-only");
	return vi_fail(dev->ctx, err,
		       "%s: cannot use the window in its PCI configuration space: %s; use --attach=kernel",
		       label, strerror(-err));
}

/* Explain why the capabilities have no window. */
static int no_window(struct vi_device *dev)
{
	const struct vi_pci_config *pci = dev->pci;
	unsigned int i;

	if (pci->access_denied)
		return vi_fail(dev->ctx, -EACCES,
			       "%s: cannot read its PCI capabilities; run as root",
			       vi_device_title(dev));
	for (i = 0; i < pci->num_caps; i++)
		if (pci->caps[i].cfg_type == VI_PCI_PCI_CFG)
			return vi_fail(dev->ctx, -ENOTSUP,
				       "%s: its PCI_CFG capability has only %u bytes, too few for the window, so the device does not implement it; use --attach=kernel",
				       vi_device_title(dev),
				       pci->caps[i].cap_len);
	return vi_fail(dev->ctx, -ENOTSUP,
		       "%s: %s; use --attach=kernel", vi_device_title(dev),
		       pci->kind == VI_PCI_LEGACY ?
		       "a legacy device has no window onto its registers" :
		       "its PCI capabilities have no window onto its registers (PCI_CFG)");
}

static int find_caps(struct vi_window *w)
{
	struct vi_device *dev = w->dev;
	int err = vi_load(dev, VI_FACT_PARENT);

	if (!err)
		err = vi_load(dev, VI_FACT_PCI_CONFIG);
	if (err)
		return vi_fail(dev->ctx, -ENOTSUP,
			       "%s: not a PCI device with readable configuration space; use --attach=kernel",
			       vi_device_title(dev));
	w->window = vi_pci_find_cap(dev->pci, VI_PCI_PCI_CFG);
	w->common = vi_pci_find_cap(dev->pci, VI_PCI_COMMON_CFG);
	w->config = vi_pci_find_cap(dev->pci, VI_PCI_DEVICE_CFG);
	if (!w->window)
		return no_window(dev);
	if (!w->common || w->common->length < VI_PCI_COMMON_CFG_LEN)
		return vi_fail(dev->ctx, -ENOTSUP,
			       "%s: its PCI capabilities have no common configuration structure; use --attach=kernel",
			       vi_device_title(dev));
	return 0;
}

static void block_signals(struct vi_window *w)
{
	sigset_t all;

	sigfillset(&all);
	w->blocked = !pthread_sigmask(SIG_SETMASK, &all, &w->signals);
}

static int remember(struct vi_window *w)
{
	uint32_t bar;
	int err = read_field(w, CAP_BAR, 1, &bar);

	w->was_bar = bar;
	return err ? err : read_field(w, CAP_OFFSET, 4, &w->was_offset);
}

/* Check that the window works; some devices have it but do not implement it. */
static int test(struct vi_window *w)
{
	struct vi_device *dev = w->dev;
	uint32_t status = 0, length = 0;
	int err = vi_window_read(w, w->common, COMMON_DEVICE_STATUS, 1,
				 &status);

	if (!err)
		err = read_field(w, CAP_LENGTH, 4, &length);
	if (err)
		return vi_window_explain(dev, err);
	if (status == 0xff)
		return vi_fail(dev->ctx, -ENODEV,
			       "%s: its registers read all ones: the device was removed or is asleep",
			       vi_device_title(dev));
	if (!status || length != 1)
		return vi_fail(dev->ctx, -ENOTSUP,
			       "%s: the window in its PCI configuration space does not work: device_status reads %s; the device has the capability, but does not implement it; use --attach=kernel",
			       vi_device_title(dev),
			       status ? "through a window of another length" :
			       "0 although the kernel uses the device");
	return 0;
}

int vi_window_open(struct vi_device *dev, const struct vi_window_io *io,
		   struct vi_window *w)
{
	int err;

	*w = (struct vi_window) { .dev = dev, .io = io };
	err = find_caps(w);
	if (err)
		return err;
	err = io->open(dev, &w->state);
	if (!err) {
		block_signals(w);
		err = remember(w);
		if (err)
			vi_window_explain(dev, err);
	}
	if (!err)
		err = test(w);
	if (err)
		vi_window_close(w);
	return err;
}

/* --- Closing --- */

/* Length first: then the window shows nothing. Read it back to make sure. */
static int put_back(struct vi_window *w)
{
	uint32_t length = UINT32_MAX;
	int err = write_field(w, CAP_LENGTH, 4, 0), more;

	more = write_field(w, CAP_OFFSET, 4, w->was_offset);
	err = err ? err : more;
	more = write_field(w, CAP_BAR, 1, w->was_bar);
	err = err ? err : more;
	more = read_field(w, CAP_LENGTH, 4, &length);
	err = err ? err : more;
	return err ? err : length ? -EIO : 0;
}

int vi_window_close(struct vi_window *w)
{
	int err = 0;

	if (w->state && w->aimed) {
		err = put_back(w);
		w->aimed = false;
		if (err)
			vi_fail(w->dev->ctx, err,
				"%s: the window in its PCI configuration space could not be aimed at nothing: %s; do not dump its configuration space (lspci -xxx)",
				vi_device_title(w->dev), strerror(-err));
	}
	if (w->state)
		w->io->close(w->state);
	w->state = NULL;
	if (w->blocked)
		pthread_sigmask(SIG_SETMASK, &w->signals, NULL);
	w->blocked = false;
	return err;
}
