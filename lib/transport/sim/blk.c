// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sim:blk, a disk in memory or in a file (virtio specification 1.4, section
 * 5.2): read, write, flush and get-id.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/ctx.h"
#include "transport/sim/sim.h"

#define SECTOR		512
#define ID_LEN		20
#define HDR_LEN		16

#define F_RO		5
#define F_BLK_SIZE	6
#define F_FLUSH		9
#define F_MQ		12

enum { T_IN = 0, T_OUT = 1, T_FLUSH = 4, T_GET_ID = 8 };
enum { S_OK = 0, S_IOERR = 1, S_UNSUPP = 2 };

/* Offsets in struct virtio_blk_config (5.2.4). */
enum { C_CAPACITY = 0, C_BLK_SIZE = 20, C_NUM_QUEUES = 34, C_SIZE = 60 };

struct blk {
	uint64_t size;
	char *memory;		/* NULL: use fd */
	int fd;
	bool read_only;
};

static uint64_t get_le(const uint8_t *from, size_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | from[n];
	return v;
}

static void put_le(uint8_t *to, size_t n, uint64_t v)
{
	for (; n--; v >>= 8)
		*to++ = v;
}

static int open_file(struct blk *blk, const char *path)
{
	struct stat st;

	blk->fd = open(path, (blk->read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
	if (blk->fd < 0 || fstat(blk->fd, &st))
		return vi_fail(NULL, -errno, "sim:blk: %s: %s", path,
			       strerror(errno));
	if (!S_ISREG(st.st_mode))
		return vi_fail(NULL, -EINVAL, "sim:blk: %s: not a regular file",
			       path);
	blk->size = st.st_size / SECTOR * SECTOR;
	return 0;
}

static int blk_init(struct sim_device *dev)
{
	uint64_t queues = 1, size = 1 << 20;
	const char *file = sim_option(dev, "file");
	struct blk *blk = calloc(1, sizeof(*blk));
	int err;

	if (!blk)
		return -ENOMEM;
	blk->fd = -1;
	blk->read_only = sim_option(dev, "ro");
	dev->state = blk;
	err = sim_option_size(dev, "queues", 1, SIM_MAX_QUEUES, &queues);
	if (!err)
		err = sim_option_size(dev, "size", 0, 1 << 30, &size);
	if (err)
		return err;
	if (file)
		err = open_file(blk, file);
	else if (!(blk->memory = calloc(1, size + 1)))
		err = -ENOMEM;
	else
		blk->size = size / SECTOR * SECTOR;
	if (err)
		return err;
	dev->num_queues = queues;
	if (!blk->read_only)
		dev->offered.w[0] &= ~((uint64_t)1 << F_RO);
	put_le(dev->config + C_CAPACITY, 8, blk->size / SECTOR);
	put_le(dev->config + C_BLK_SIZE, 4, SECTOR);
	put_le(dev->config + C_NUM_QUEUES, 2, queues);
	return 0;
}

static void blk_fini(struct sim_device *dev)
{
	struct blk *blk = dev->state;

	if (!blk)
		return;
	if (blk->fd >= 0)
		close(blk->fd);
	free(blk->memory);
	free(blk);
}

static bool blk_read(struct blk *blk, uint64_t at, char *to, size_t len)
{
	if (blk->fd >= 0)
		return pread(blk->fd, to, len, at) == (ssize_t)len;
	memcpy(to, blk->memory + at, len);
	return true;
}

static bool blk_write(struct blk *blk, uint64_t at, const char *from,
		      size_t len)
{
	if (blk->fd >= 0)
		return pwrite(blk->fd, from, len, at) == (ssize_t)len;
	memcpy(blk->memory + at, from, len);
	return true;
}

/* Whole sectors, all of them on the disk (5.2.6). */
static bool in_range(const struct blk *blk, uint64_t sector, uint64_t len)
{
	return !(len % SECTOR) && len <= blk->size &&
	       sector <= (blk->size - len) / SECTOR;
}

static int do_in(struct blk *blk, const struct vi_buffer *buf,
		 uint64_t sector, uint64_t *written)
{
	uint64_t len = sim_in_len(buf) - 1, done;
	char block[SECTOR];

	if (!in_range(blk, sector, len))
		return S_IOERR;
	for (done = 0; done < len; done += SECTOR) {
		if (!blk_read(blk, sector * SECTOR + done, block, SECTOR))
			return S_IOERR;
		sim_write(buf, done, block, SECTOR);
		*written = done + SECTOR;
	}
	return S_OK;
}

static int do_out(struct blk *blk, const struct vi_buffer *buf,
		  uint64_t sector)
{
	uint64_t len = sim_out_len(buf) - HDR_LEN, done;
	char block[SECTOR];

	if (blk->read_only || !in_range(blk, sector, len))
		return S_IOERR;
	for (done = 0; done < len; done += SECTOR) {
		sim_read(buf, HDR_LEN + done, block, SECTOR);
		if (!blk_write(blk, sector * SECTOR + done, block, SECTOR))
			return S_IOERR;
	}
	return S_OK;
}

static int do_get_id(const struct vi_buffer *buf, uint64_t *written)
{
	static const char id[ID_LEN] = "virtio-inspect-sim";

	if (sim_in_len(buf) < ID_LEN + 1)
		return S_IOERR;
	*written = sim_write(buf, 0, id, ID_LEN);
	return S_OK;
}

/* Header, data, and a status byte at the end of the writable part (5.2.6). */
static uint32_t handle(struct blk *blk, const struct vi_buffer *buf)
{
	uint64_t in_len = sim_in_len(buf), written = 0, sector;
	uint8_t hdr[HDR_LEN], status = S_UNSUPP;

	if (!in_len)
		return 0;
	if (sim_read(buf, 0, hdr, HDR_LEN) < HDR_LEN) {
		status = S_IOERR;
	} else {
		sector = get_le(hdr + 8, 8);
		switch (get_le(hdr, 4)) {
		case T_IN:
			status = do_in(blk, buf, sector, &written);
			break;
		case T_OUT:
			status = do_out(blk, buf, sector);
			break;
		case T_FLUSH:
			status = blk->fd >= 0 && fdatasync(blk->fd) ?
				 S_IOERR : S_OK;
			break;
		case T_GET_ID:
			status = do_get_id(buf, &written);
			break;
		}
	}
	sim_write(buf, in_len - 1, &status, 1);
	/* Bytes written from the start without a gap (2.7.8.2). */
	return written + 1 == in_len ? in_len : written;
}

static void blk_serve(struct sim_device *dev, unsigned int q)
{
	struct vi_buffer buf;

	while (sim_pop(dev, q, &buf))
		sim_push(dev, q, &buf, handle(dev->state, &buf));
}

static const uint8_t features[] = { F_RO, F_BLK_SIZE, F_FLUSH, F_MQ };
static const char *const options[] = { "file", "ro", "size", "queues", NULL };

const struct sim_model sim_blk = {
	.name		= "blk",
	.device_id	= VIRTIO_ID_BLOCK,
	.features	= features,
	.num_features	= ARRAY_SIZE(features),
	.config_size	= C_SIZE,
	.options	= options,
	.init		= blk_init,
	.fini		= blk_fini,
	.serve		= blk_serve,
};
