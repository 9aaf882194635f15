// SPDX-License-Identifier: LGPL-2.1-or-later
/* Registers of virtio-mmio devices. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/registers/mmio.h"
#include "mem/devmem.h"
#include "ring/endian.h"

/* Register offsets (4.2.2). InterruptStatus, 0x060, is never read. */
#define MAGIC_VALUE		0x000
#define VERSION			0x004
#define DEVICE_ID		0x008
#define VENDOR_ID		0x00c
#define DEVICE_FEATURES		0x010
#define DEVICE_FEATURES_SEL	0x014
#define QUEUE_SEL		0x030
#define QUEUE_SIZE_MAX		0x034
#define QUEUE_PFN		0x040	/* legacy, 4.2.4 */
#define QUEUE_READY		0x044
#define STATUS			0x070
#define CONFIG_GENERATION	0x0fc
#define CONFIG			0x100

#define MAGIC			0x74726976	/* "virt" */
/* Assumed size of a slot of unknown size. */
#define DEFAULT_SIZE		0x200
#define MAX_QUEUES		1024

static int get(const struct vi_mmio_io *io, uint32_t at, uint32_t *value)
{
	return io->read(io->data, at, 4, value);
}

static int config_at(void *data, uint32_t at, unsigned int len,
		     uint32_t *value)
{
	const struct vi_mmio_io *io = data;

	return io->read(io->data, CONFIG + at, len, value);
}

static int generation(void *data, uint32_t *value)
{
	return get(data, CONFIG_GENERATION, value);
}

static const struct vi_device_type *type_of(uint32_t id)
{
	const struct vi_device_type *type;
	size_t i;

	for (i = 0; (type = vi_device_type_at(i)); i++)
		if (type->driver.id_table[0].device == id)
			return type;
	return NULL;
}

static int read_identity(const struct vi_mmio_io *io, uint32_t *magic,
			 struct vi_registers *regs)
{
	int err = get(io, MAGIC_VALUE, magic);

	if (!err)
		err = get(io, VERSION, &regs->version);
	if (!err)
		err = get(io, DEVICE_ID, &regs->device_id);
	return err;
}

/* --- Registers behind a select register --- */

/* Reset the select register in any case; an earlier error takes precedence. */
static int unselect(const struct vi_mmio_io *io, uint32_t select, int err)
{
	int again = io->write(io->data, select, 0);

	return err ? err : again;
}

/* Current devices have two feature words, legacy devices one. */
static int read_offered(const struct vi_mmio_io *io, struct vi_registers *regs)
{
	unsigned int words = regs->version >= 2 ? 2 : 1, i;
	uint32_t value;
	int err = 0;

	for (i = 0; i < words && !err; i++) {
		err = io->write(io->data, DEVICE_FEATURES_SEL, i);
		if (!err)
			err = get(io, DEVICE_FEATURES, &value);
		if (!err)
			regs->offered.w[0] |= (uint64_t)value << 32 * i;
	}
	regs->offered_bits = 32 * words;
	return unselect(io, DEVICE_FEATURES_SEL, err);
}

/* -ENOENT: the queue does not exist (4.2.2: QueueSizeMax is 0). */
static int read_queue(const struct vi_mmio_io *io, uint32_t version,
		      struct vi_queue_registers *q)
{
	uint32_t ready;
	int err = io->write(io->data, QUEUE_SEL, q->index);

	q->msix_vector = VI_NO_VECTOR;
	if (!err)
		err = get(io, QUEUE_SIZE_MAX, &q->max_size);
	if (!err && !q->max_size)
		return -ENOENT;
	if (!err)
		err = get(io, version >= 2 ? QUEUE_READY : QUEUE_PFN, &ready);
	q->enabled = !err && ready;
	return err;
}

static int read_queues(const struct vi_mmio_io *io, struct vi_registers *regs)
{
	size_t i;
	int err = 0;

	regs->queues = calloc(MAX_QUEUES, sizeof(*regs->queues));
	if (!regs->queues)
		return -ENOMEM;
	for (i = 0; i < MAX_QUEUES && !err; i++) {
		regs->queues[i].index = i;
		err = read_queue(io, regs->version, &regs->queues[i]);
		regs->count += !err;
	}
	return unselect(io, QUEUE_SEL, err == -ENOENT ? 0 : err);
}

static int read_selected(const struct vi_mmio_io *io,
			 struct vi_registers *regs)
{
	int err = read_offered(io, regs);

	return err ? err : read_queues(io, regs);
}

/* --- All registers --- */

/* Legacy devices (version 1) have no generation. */
static int read_rest(const struct vi_mmio_io *io, uint64_t size,
		     struct vi_features features, struct vi_registers *regs)
{
	struct vi_config_source config = {
		.read = config_at, .data = (void *)io,
		.generation = regs->version >= 2 ? generation : NULL,
		.length = size > CONFIG ? size - CONFIG : 0,
	};
	uint32_t status;
	int err = get(io, VENDOR_ID, &regs->vendor_id);

	if (!err)
		err = get(io, STATUS, &status);
	if (err)
		return err;
	regs->status = status;
	if (io->write) {
		err = read_selected(io, regs);
		features = regs->offered;
	}
	if (!err)
		err = vi_config_read(type_of(regs->device_id), features,
				     &config, &regs->config);
	return err;
}

int vi_mmio_registers_decode(struct vi_ctx *ctx, const char *name,
			     const struct vi_mmio_io *io, uint64_t size,
			     struct vi_features features,
			     struct vi_registers *regs)
{
	uint32_t magic;
	int err;

	memset(regs, 0, sizeof(*regs));
	regs->config_msix_vector = VI_NO_VECTOR;
	if (size < CONFIG)
		return vi_fail(ctx, -EINVAL,
			       "%s: region of %" PRIu64 " bytes is too small for the registers of a virtio device",
			       name, size);
	err = read_identity(io, &magic, regs);
	if (!err && magic != MAGIC)
		return vi_fail(ctx, -ENODEV,
			       "%s: not a virtio device: its first register is 0x%08" PRIx32 ", not 0x%08x (\"virt\")",
			       name, magic, MAGIC);
	if (!err && regs->version != 1 && regs->version != 2)
		return vi_fail(ctx, -ENOTSUP,
			       "%s: virtio-mmio version %" PRIu32 " is not supported; 1 and 2 are",
			       name, regs->version);
	if (!err && regs->device_id)
		err = read_rest(io, size, features, regs);
	if (!err)
		return 0;
	vi_registers_free(regs);
	return vi_fail(ctx, err, "%s: %s", name, strerror(-err));
}

static int mapped(void *data, uint32_t at, unsigned int len, uint32_t *value)
{
	int err = vi_devmem_read(data, at, len, value);

	/* Registers are little-endian; return their numeric value. */
	if (!err && VI_BIG_ENDIAN)
		*value = __builtin_bswap32(*value) >> (32 - 8 * len);
	return err;
}

static int mapped_write(void *data, uint32_t at, uint32_t value)
{
	return vi_devmem_write(data, at, vi_le32(value));
}

int vi_mmio_registers_read(struct vi_ctx *ctx, uint64_t base, uint64_t size,
			   struct vi_features features, bool select,
			   struct vi_registers *regs)
{
	struct vi_devmem_map map;
	const struct vi_mmio_io io = {
		mapped, select ? mapped_write : NULL, &map,
	};
	char name[32];
	int err;

	memset(regs, 0, sizeof(*regs));
	if (!size || size > 0x1000)
		size = size ? 0x1000 : DEFAULT_SIZE;
	err = select ? vi_devmem_map_writable(ctx, base, size, &map) :
		       vi_devmem_map(ctx, base, size, &map);
	if (err)
		return err;
	snprintf(name, sizeof(name), "mmio:0x%" PRIx64, base);
	err = vi_mmio_registers_decode(ctx, name, &io, size, features, regs);
	vi_devmem_unmap(&map);
	return err;
}
