// SPDX-License-Identifier: GPL-2.0-or-later
/* Registers of virtio-mmio devices, as far as reading goes. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "attach/mmio_registers.h"
#include "mem/devmem.h"
#include "ring/endian.h"

/* 4.2.2 */
#define MAGIC_VALUE		0x000
#define VERSION			0x004
#define DEVICE_ID		0x008
#define VENDOR_ID		0x00c
#define STATUS			0x070
#define CONFIG_GENERATION	0x0fc
#define CONFIG			0x100

#define MAGIC			0x74726976	/* "virt" */
/* A slot where nothing is known of its size: what all devices have. */
#define DEFAULT_SIZE		0x200

struct source {
	int (*read)(void *data, uint32_t at, unsigned int len,
		    uint32_t *value);
	void *data;
};

static int get(const struct source *s, uint32_t at, uint32_t *value)
{
	return s->read(s->data, at, 4, value);
}

static int config_at(void *data, uint32_t at, unsigned int len,
		     uint32_t *value)
{
	const struct source *s = data;

	return s->read(s->data, CONFIG + at, len, value);
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

static int read_identity(const struct source *s, uint32_t *magic,
			 struct vi_mmio_registers *regs)
{
	int err = get(s, MAGIC_VALUE, magic);

	if (!err)
		err = get(s, VERSION, &regs->version);
	if (!err)
		err = get(s, DEVICE_ID, &regs->device_id);
	return err;
}

/* Legacy devices (version 1) have no generation. */
static int read_rest(struct source *s, uint64_t size,
		     struct vi_features features,
		     struct vi_mmio_registers *regs)
{
	struct vi_config_source config = {
		.read = config_at, .data = s,
		.generation = regs->version >= 2 ? generation : NULL,
		.length = size > CONFIG ? size - CONFIG : 0,
	};
	int err = get(s, VENDOR_ID, &regs->vendor_id);

	if (!err)
		err = get(s, STATUS, &regs->status);
	if (!err)
		err = vi_config_read(type_of(regs->device_id), features,
				     &config, &regs->config);
	return err;
}

int vi_mmio_registers_decode(struct vi_ctx *ctx, const char *name,
			     int (*read)(void *data, uint32_t at,
					 unsigned int len, uint32_t *value),
			     void *data, uint64_t size,
			     struct vi_features features,
			     struct vi_mmio_registers *regs)
{
	struct source s = { read, data };
	uint32_t magic;
	int err;

	memset(regs, 0, sizeof(*regs));
	if (size < CONFIG)
		return vi_fail(ctx, -EINVAL,
			       "%s: %" PRIu64 " bytes are too few for the registers of a virtio device",
			       name, size);
	err = read_identity(&s, &magic, regs);
	if (!err && magic != MAGIC)
		return vi_fail(ctx, -ENODEV,
			       "%s: no virtio device: its first register is 0x%08" PRIx32 ", not 0x%08x (\"virt\")",
			       name, magic, MAGIC);
	if (!err && regs->version != 1 && regs->version != 2)
		return vi_fail(ctx, -ENOTSUP,
			       "%s: virtio-mmio version %" PRIu32 " is not known; 1 and 2 are",
			       name, regs->version);
	if (!err && regs->device_id)
		err = read_rest(&s, size, features, regs);
	return err ? vi_fail(ctx, err, "%s: %s", name, strerror(-err)) : 0;
}

static int mapped(void *data, uint32_t at, unsigned int len, uint32_t *value)
{
	int err = vi_devmem_read(data, at, len, value);

	/* Registers are little-endian; so are numbers here, until decoded. */
	if (!err && VI_BIG_ENDIAN)
		*value = __builtin_bswap32(*value) >> (32 - 8 * len);
	return err;
}

int vi_mmio_registers_read(struct vi_ctx *ctx, uint64_t base, uint64_t size,
			   struct vi_features features,
			   struct vi_mmio_registers *regs)
{
	struct vi_devmem_map map;
	char name[32];
	int err;

	if (!size || size > 0x1000)
		size = size ? 0x1000 : DEFAULT_SIZE;
	err = vi_devmem_map(ctx, base, size, &map);
	if (err)
		return err;
	snprintf(name, sizeof(name), "mmio:0x%" PRIx64, base);
	err = vi_mmio_registers_decode(ctx, name, mapped, &map, size, features,
				       regs);
	vi_devmem_unmap(&map);
	return err;
}
