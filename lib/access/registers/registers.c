// SPDX-License-Identifier: LGPL-2.1-or-later
/* Read registers of a virtio-pci device (spec 4.1.4.3) in use. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access/registers/registers.h"
#include "access/registers/window.h"
#include "core/clock.h"
#include "ring/endian.h"
#include "spec/features.h"
#include "view/raw_mem.h"

/* Offsets in struct virtio_pci_common_cfg. */
#define DEVICE_FEATURE		4
#define DRIVER_FEATURE		12
#define CONFIG_MSIX_VECTOR	16
#define NUM_QUEUES		18
#define DEVICE_STATUS		20
#define CONFIG_GENERATION	21
#define QUEUE_SIZE		24
#define QUEUE_MSIX_VECTOR	26
#define QUEUE_ENABLE		28
#define QUEUE_NOTIFY_OFF	30
#define QUEUE_DESC		32
#define QUEUE_DRIVER		40
#define QUEUE_DEVICE		48

/* A select register, and its old value to restore. */
struct selects {
	struct vi_window *w;
	enum vi_window_select which;
	uint32_t was;
	bool changed;
};

static int common(struct vi_window *w, uint32_t at, unsigned int len,
		  uint32_t *value)
{
	return vi_window_read(w, w->common, at, len, value);
}

/* Read 64-bit registers in halves (4.1.3.1). */
static int common64(struct vi_window *w, uint32_t at, uint64_t *value)
{
	uint32_t low, high;
	int err = common(w, at, 4, &low);

	if (!err)
		err = common(w, at + 4, 4, &high);
	if (!err)
		*value = (uint64_t)high << 32 | low;
	return err;
}

static int remember(struct selects *s)
{
	return common(s->w, s->which, vi_window_select_len(s->which), &s->was);
}

static int select_one(struct selects *s, uint32_t value)
{
	s->changed = true;
	return vi_window_select(s->w, s->which, value);
}

/* Restore in any case; an earlier error takes precedence. */
static int put_back(struct selects *s, int err)
{
	int again = s->changed ? vi_window_select(s->w, s->which, s->was) : 0;

	return err ? err : again;
}

/* --- Features --- */

/* Read as many 32-bit words as can be selected, at least two. */
static int read_feature_words(struct selects *s, uint32_t at,
			      struct vi_features *f, unsigned int *bits)
{
	unsigned int word;
	uint32_t value;
	int err;

	for (word = 0; word < VIRTIO_FEATURES_BITS / 32; word++) {
		err = select_one(s, word);
		if (err == -ERANGE && word >= 2)
			break;
		if (!err)
			err = common(s->w, at, 4, &value);
		if (err)
			return err;
		f->w[word / 2] |= (uint64_t)value << 32 * (word % 2);
		*bits = 32 * (word + 1);
	}
	return 0;
}

static int read_features(struct vi_window *w, enum vi_window_select which,
			 uint32_t at, struct vi_features *f,
			 unsigned int *bits)
{
	struct selects s = { .w = w, .which = which };
	int err = remember(&s);

	if (!err)
		err = read_feature_words(&s, at, f, bits);
	return put_back(&s, err);
}

/* --- Queues --- */

/* Read the registers of the selected queue. */
static int read_selected(struct vi_window *w, struct vi_queue_registers *q)
{
	uint32_t size, vector, enable, notify;
	int err = common(w, QUEUE_SIZE, 2, &size);

	if (!err)
		err = common(w, QUEUE_MSIX_VECTOR, 2, &vector);
	if (!err)
		err = common(w, QUEUE_ENABLE, 2, &enable);
	if (!err)
		err = common(w, QUEUE_NOTIFY_OFF, 2, &notify);
	if (!err)
		err = common64(w, QUEUE_DESC, &q->desc);
	if (!err)
		err = common64(w, QUEUE_DRIVER, &q->driver);
	if (!err)
		err = common64(w, QUEUE_DEVICE, &q->device);
	if (err)
		return err;
	q->size = size;
	q->msix_vector = vector;
	q->enabled = enable == 1;
	q->notify_off = notify;
	q->has_addresses = q->desc && q->driver && q->device;
	return 0;
}

/*
 * The driver also selects queues, to set up or reset one. If it did so
 * meanwhile, the registers belong to another queue: retry.
 */
static int read_queue(struct selects *s, struct vi_queue_registers *q)
{
	uint32_t now = q->index;
	int tries, err = 0;

	for (tries = 0; tries < 3; tries++) {
		err = select_one(s, q->index);
		if (err == -ERANGE)
			continue;
		if (!err)
			err = read_selected(s->w, q);
		if (!err)
			err = common(s->w, VI_SELECT_QUEUE, 2, &now);
		if (err || now == q->index)
			return err;
	}
	return err ? err : -EAGAIN;
}

static int read_all_queues(struct selects *s, struct vi_registers *regs,
			   unsigned int limit)
{
	unsigned int i;
	int err;

	regs->queues = calloc(limit ? limit : 1, sizeof(*regs->queues));
	if (!regs->queues)
		return -ENOMEM;
	for (i = 0; i < limit; i++) {
		regs->queues[i].index = i;
		err = read_queue(s, &regs->queues[i]);
		/* The device has more queues than can be selected. */
		if (err == -ERANGE)
			break;
		if (err)
			return err;
		regs->count = i + 1;
	}
	return 0;
}

static int read_queues(struct vi_window *w, struct vi_registers *regs)
{
	struct selects s = { .w = w, .which = VI_SELECT_QUEUE };
	unsigned int limit;
	int err = remember(&s);

	vi_pci_num_queues_ok(regs->num_queues, &limit, NULL);
	if (!err)
		err = read_all_queues(&s, regs, limit);
	return put_back(&s, err);
}

/* --- Device configuration space --- */

static int config_at(void *data, uint32_t at, unsigned int len,
		     uint32_t *value)
{
	struct vi_window *w = data;

	return vi_window_read(w, w->config, at, len, value);
}

static int generation(void *data, uint32_t *value)
{
	return common(data, CONFIG_GENERATION, 1, value);
}

static int read_config(struct vi_window *w, struct vi_registers *regs)
{
	struct vi_config_source source = {
		.read = config_at, .generation = generation, .data = w,
		.length = w->config ? w->config->length : 0,
	};

	return vi_config_read(vi_device_type(w->dev), regs->offered, &source,
			      &regs->config);
}

/* --- All registers --- */

static int read_common(struct vi_window *w, struct vi_registers *regs)
{
	uint32_t status, vector, queues;
	int err = common(w, DEVICE_STATUS, 1, &status);

	if (!err)
		err = common(w, CONFIG_MSIX_VECTOR, 2, &vector);
	if (!err)
		err = common(w, NUM_QUEUES, 2, &queues);
	if (err)
		return err;
	regs->status = status;
	regs->config_msix_vector = vector;
	regs->num_queues = queues;
	return 0;
}

static int read_all(struct vi_window *w, struct vi_registers *regs)
{
	int err = read_common(w, regs);

	if (!err)
		err = read_features(w, VI_SELECT_DEVICE_FEATURE,
				    DEVICE_FEATURE, &regs->offered,
				    &regs->offered_bits);
	if (!err)
		err = read_features(w, VI_SELECT_DRIVER_FEATURE,
				    DRIVER_FEATURE, &regs->accepted,
				    &regs->accepted_bits);
	if (!err)
		err = read_queues(w, regs);
	if (!err)
		err = read_config(w, regs);
	return err;
}

static int explain(struct vi_device *dev, int err)
{
	if (err == -ENOMEM)
		return vi_fail(dev->ctx, err, "out of memory");
	if (err == -EAGAIN)
		return vi_fail(dev->ctx, err,
			       "%s: its driver is setting up queues; try again",
			       vi_device_title(dev));
	if (err == -ERANGE || err == -EPERM)
		return vi_fail(dev->ctx, err,
			       "%s: cannot read its registers: a select register does not keep the value written to it, or the structures of its PCI capabilities overlap; use --attach=kernel",
			       vi_device_title(dev));
	return vi_fail(dev->ctx, err, "%s: cannot read its registers: %s; use --attach=kernel",
		       vi_device_title(dev), strerror(-err));
}

int vi_registers_read(struct vi_ctx *ctx, struct vi_device *dev,
		      struct vi_registers *regs)
{
	return vi_registers_read_io(ctx, dev, &vi_libpci_window_io, regs);
}

int vi_registers_read_io(struct vi_ctx *ctx, struct vi_device *dev,
			 const struct vi_window_io *io,
			 struct vi_registers *regs)
{
	struct vi_window w;
	int err, closed;

	(void)ctx;
	memset(regs, 0, sizeof(*regs));
	err = vi_window_open(dev, io, &w);
	if (err)
		return err;
	err = read_all(&w, regs);
	if (err)
		explain(dev, err);
	closed = vi_window_close(&w);
	err = closed ? closed : err;
	if (err)
		vi_registers_free(regs);
	return err;
}

void vi_registers_free(struct vi_registers *regs)
{
	free(regs->queues);
	memset(regs, 0, sizeof(*regs));
}

/* --- Queues with rings --- */

static void set_queue(const struct vi_registers *regs,
		      const struct vi_queue_registers *r,
		      struct vi_raw_queue *q)
{
	*q = (struct vi_raw_queue) {
		.have = VI_Q_INDEX | VI_Q_SIZE | VI_Q_READY | VI_Q_VECTOR |
			(regs->accepted_bits ? VI_Q_FEATURES : 0),
		.index = r->index, .size = r->size, .ready = r->enabled,
		.vector = r->msix_vector, .features = regs->accepted,
		.packed = vi_features_test(regs->accepted,
					   VIRTIO_F_RING_PACKED),
		.swap = VI_BIG_ENDIAN && vi_features_test(regs->accepted,
							  VIRTIO_F_VERSION_1),
		.memory_err = -ENODATA,
	};
	if (!r->has_addresses)
		return;
	q->desc = r->desc;
	q->driver = r->driver;
	q->device = r->device;
	q->have |= VI_Q_ADDRESSES;
}

int vi_registers_queue(struct vi_ctx *ctx, struct vi_device *dev,
		       const struct vi_registers *regs, unsigned int index,
		       struct vi_mem *phys, struct vi_raw_queue *q)
{
	const struct vi_queue_registers *r;
	int err = 0;

	if (index >= regs->count)
		return -ENOENT;
	r = &regs->queues[index];
	if (!r->enabled || !r->size || r->size > VIRTQUEUE_MAX_SIZE)
		return -ENOENT;
	if (!r->has_addresses)
		return vi_fail(ctx, -ENODATA,
			       "%s: queue %u: the device does not reveal its ring addresses; use --attach=kernel",
			       vi_device_title(dev), index);
	set_queue(regs, r, q);
	q->time_ns = vi_real_ns();
	if (phys) {
		q->memory_err = 0;
		err = vi_raw_queue_read(q, phys);
	}
	if (err) {
		vi_raw_queue_free(q);
		return vi_fail(ctx, err, "%s: queue %u: %s",
			       vi_device_title(dev), index, strerror(-err));
	}
	return 0;
}
