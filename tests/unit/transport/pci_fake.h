/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fake PCI function: the registers of a virtio device, in tables behind the
 * ops of transport/pci/function.h. It follows the specification, or misbehaves
 * as a test demands. Nobody serves its queues.
 */
#ifndef TESTS_PCI_FAKE_H
#define TESTS_PCI_FAKE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "transport/pci/drive.h"
#include "transport/pci/function.h"

#define FAKE_QUEUES	3
#define FAKE_IOVA	0x10000000
#define FAKE_POOL	(1u << 20)
#define FAKE_BAR	4
#define FAKE_NOTIFY	0x300
#define FAKE_CONFIG	0x200

struct fake_queue {
	uint16_t size, vector, enable, notify_off, reset;
	uint32_t addr[6];		/* desc, driver, device, low half first */
	uint32_t page;			/* legacy */
};

struct fake {
	struct vi_pci_function fn;
	uint8_t config[256];		/* configuration space */

	/* The device's properties. */
	uint32_t offered[4];
	unsigned int words;		/* feature words it has */
	uint16_t num_queues;
	uint16_t max_size;
	uint16_t vectors;		/* vectors it accepts */
	uint8_t settings[16];		/* of the device's type */

	/* Its faults. */
	bool gone, deaf, never_ready;
	unsigned int slow_reset;	/* reads until status is 0 */
	uint32_t noise;			/* if not 0, most reads return this */

	/* The driver's settings. */
	uint32_t select[2], accepted[4];
	uint16_t queue_select, config_vector;
	uint8_t status, generation;
	unsigned int resetting;
	struct fake_queue queue[FAKE_QUEUES];
	int eventfd[64];
	unsigned int num_eventfds;
	int notified;			/* -1: not since the last check */
	uint64_t notified_at;
	uint16_t command;
	int watch[2];
	void *memory;
	char log[512];			/* a log of events */
};

static struct fake *to_fake(struct vi_pci_function *fn)
{
	return (struct fake *)(void *)fn;
}

static void fake_log(struct fake *f, const char *what)
{
	size_t len = strlen(f->log);

	snprintf(f->log + len, sizeof(f->log) - len, "%s;", what);
}

static struct fake_queue *fake_selected(struct fake *f)
{
	return f->queue_select < f->num_queues &&
	       f->queue_select < FAKE_QUEUES ? &f->queue[f->queue_select] :
					       NULL;
}

static void fake_clear(struct fake *f)
{
	unsigned int i;

	memset(f->queue, 0, sizeof(f->queue));
	for (i = 0; i < FAKE_QUEUES; i++) {
		f->queue[i].size = f->max_size;
		f->queue[i].vector = 0xffff;
		f->queue[i].notify_off = (uint16_t)i;
	}
	f->config_vector = 0xffff;
	memset(f->accepted, 0, sizeof(f->accepted));
}

static void fake_set_status(struct fake *f, uint8_t status)
{
	char word[16];

	snprintf(word, sizeof(word), "status %x", status);
	fake_log(f, word);
	if (!status) {
		fake_clear(f);
		f->resetting = f->slow_reset;
	}
	if (f->never_ready)
		status &= (uint8_t)~VIRTIO_CONFIG_S_FEATURES_OK;
	f->status = status;
}

static uint8_t fake_status(struct fake *f)
{
	if (!f->resetting)
		return f->status;
	f->resetting--;
	return 0x0f;
}

static uint16_t fake_vector(const struct fake *f, uint32_t vector)
{
	return vector < f->vectors ? (uint16_t)vector : 0xffff;
}

/* The common structure (virtio spec 1.4, 4.1.4.3). */
static uint32_t fake_get(struct fake *f, uint64_t at)
{
	const struct fake_queue none = { .vector = 0xffff };
	const struct fake_queue *q = fake_selected(f);

	q = q ? q : &none;
	switch (at) {
	case 0: return f->select[0];
	case 4: return f->select[0] < f->words ? f->offered[f->select[0]] : 0;
	case 8: return f->select[1];
	case 12: return f->select[1] < f->words ? f->accepted[f->select[1]] : 0;
	case 16: return f->config_vector;
	case 18: return f->num_queues;
	case 20: return fake_status(f);
	case 21: return f->generation;
	case 22: return f->queue_select;
	case 24: return q->size;
	case 26: return q->vector;
	case 28: return q->enable;
	case 30: return q->notify_off;
	case 32: case 36: case 40: case 44: case 48: case 52:
		return q->addr[(at - 32) / 4];
	case 58: return q->reset;
	default: return 0;
	}
}

static void fake_put_queue(struct fake *f, struct fake_queue *q, uint64_t at,
			   uint32_t value)
{
	if (at == 24 && value <= f->max_size)
		q->size = (uint16_t)value;
	else if (at == 26)
		q->vector = fake_vector(f, value);
	else if (at == 28)
		q->enable = (uint16_t)value;
	else if (at >= 32 && at < 56)
		q->addr[(at - 32) / 4] = value;
	else if (at == 58)
		q->enable = 0;
}

static void fake_put(struct fake *f, uint64_t at, uint32_t value)
{
	struct fake_queue *q = fake_selected(f);

	if (at == 0)
		f->select[0] = value;
	else if (at == 8)
		f->select[1] = value < f->words ? value : value & 1;
	else if (at == 12)
		f->accepted[f->select[1]] = value;
	else if (at == 16)
		f->config_vector = fake_vector(f, value);
	else if (at == 20)
		fake_set_status(f, (uint8_t)value);
	else if (at == 22)
		f->queue_select = (uint16_t)(value & 0x3ff);
	else if (q)
		fake_put_queue(f, q, at, value);
}

/* The header of a legacy device (spec 4.1.4.10). */
static uint32_t fake_legacy_get(struct fake *f, uint64_t at)
{
	const struct fake_queue *q = fake_selected(f);

	switch (at) {
	case 0: return f->offered[0];
	case 4: return f->accepted[0];
	case 8: return q ? q->page : 0;
	case 12: return q ? q->size : 0;
	case 14: return f->queue_select;
	case 18: return fake_status(f);
	default: return at >= 20 && at < 36 ? f->settings[at - 20] : 0;
	}
}

static void fake_legacy_put(struct fake *f, uint64_t at, uint32_t value)
{
	struct fake_queue *q = fake_selected(f);

	if (at == 4)
		f->accepted[0] = value;
	else if (at == 8 && q)
		q->page = value;
	else if (at == 14)
		f->queue_select = (uint16_t)value;
	else if (at == 16)
		f->notified = (int)value;
	else if (at == 18)
		fake_set_status(f, (uint8_t)value);
}

static uint32_t fake_settings(const struct fake *f, uint64_t at,
			      unsigned int width)
{
	uint32_t value = 0;

	if (at + width <= sizeof(f->settings))
		memcpy(&value, f->settings + at, width);
	return value;
}

static uint32_t fake_read(struct vi_pci_function *fn, unsigned int bar,
			  uint64_t at, unsigned int width)
{
	struct fake *f = to_fake(fn);

	if (f->gone)
		return UINT32_MAX;
	if (f->noise && (!bar || at != 20)) {
		f->noise = f->noise * 1103515245 + 12345;
		return (f->noise >> 8) & (UINT32_MAX >> (32 - 8 * width));
	}
	if (!bar)
		return fake_legacy_get(f, at);
	if (at >= FAKE_CONFIG && at < FAKE_NOTIFY)
		return fake_settings(f, at - FAKE_CONFIG, width);
	return fake_get(f, at);
}

static void fake_write(struct vi_pci_function *fn, unsigned int bar,
		       uint64_t at, unsigned int width, uint32_t value)
{
	struct fake *f = to_fake(fn);

	if (f->gone)
		return;
	if (!bar) {
		fake_legacy_put(f, at, value);
	} else if (at >= FAKE_NOTIFY) {
		f->notified = (int)value;
		f->notified_at = at;
	} else if (at >= FAKE_CONFIG) {
		memcpy(f->settings + (at - FAKE_CONFIG), &value, width);
	} else if (!f->deaf) {
		fake_put(f, at, value);
	}
}

static int fake_config_read(struct vi_pci_function *fn, unsigned int pos,
			    void *buf, unsigned int len)
{
	struct fake *f = to_fake(fn);

	memcpy(buf, f->config + pos, len);
	if (f->gone)
		memset(buf, 0xff, len);
	return 0;
}

static int fake_config_write(struct vi_pci_function *fn, unsigned int pos,
			     const void *buf, unsigned int len)
{
	memcpy(to_fake(fn)->config + pos, buf, len);
	return 0;
}

static int fake_open_bar(struct vi_pci_function *fn, unsigned int bar)
{
	(void)fn;
	(void)bar;
	return 0;
}

static int fake_make_pool(struct vi_pci_function *fn, size_t size)
{
	struct fake *f = to_fake(fn);
	const uint64_t iova = FAKE_IOVA;

	size = size ? size : FAKE_POOL;
	f->memory = aligned_alloc(4096, size);
	return vi_dma_pool_init(&fn->pool, fn->name, f->memory, size, 63, &iova,
				false);
}

static int fake_command(struct vi_pci_function *fn, uint16_t set,
			uint16_t clear)
{
	struct fake *f = to_fake(fn);

	f->command = (uint16_t)((f->command | set) & ~clear);
	if (set & VI_PCI_COMMAND_MASTER)
		fake_log(f, "master on");
	if (clear & VI_PCI_COMMAND_MASTER)
		fake_log(f, "master off");
	return 0;
}

static int fake_set_vectors(struct vi_pci_function *fn, const int *fds,
			    unsigned int n)
{
	struct fake *f = to_fake(fn);

	if (n)
		memcpy(f->eventfd, fds, n * sizeof(*fds));
	f->num_eventfds = n;
	return 0;
}

static int fake_watch(struct vi_pci_function *fn, unsigned int which)
{
	return to_fake(fn)->watch[which];
}

static void fake_close(struct vi_pci_function *fn, bool quiet)
{
	struct fake *f = to_fake(fn);

	vi_dma_pool_fini(&fn->pool);
	free(f->memory);
	f->memory = NULL;
	fake_log(f, quiet ? "close" : "close, not quiet");
}

static const struct vi_pci_function_ops fake_ops = {
	.config_read	= fake_config_read,
	.config_write	= fake_config_write,
	.open_bar	= fake_open_bar,
	.read		= fake_read,
	.write		= fake_write,
	.make_pool	= fake_make_pool,
	.command	= fake_command,
	.set_vectors	= fake_set_vectors,
	.watch		= fake_watch,
	.close		= fake_close,
};

/* QEMU's layout at other places; "POSITION: BYTE ...". */
static const char fake_space[] =
	"00: f4 1a 44 10 06 00 10 00 01 00 ff 00\n"
	"2c: f4 1a 44 10\n"
	"34: 40\n"
	"40: 09 50 10 01 04 00 00 00 00 00 00 00 3c 00 00 00\n"
	"50: 09 70 14 02 04 00 00 00 00 03 00 00 00 01 00 00 04 00 00 00\n"
	"70: 09 80 10 04 04 00 00 00 00 02 00 00 10 00 00 00\n"
	"80: 11 00 03 00 01 00 00 00 01 08 00 00\n";

static void fake_text(struct fake *f, const char *text)
{
	char *p = (char *)(uintptr_t)text;

	while (*p) {
		unsigned long pos = strtoul(p, &p, 16);

		for (p++; *p && *p != '\n';)
			f->config[pos++] = (uint8_t)strtoul(p, &p, 16);
		p += *p == '\n';
	}
}

static void fake_init(struct fake *f)
{
	memset(f, 0, sizeof(*f));
	f->fn.ops = &fake_ops;
	snprintf(f->fn.name, sizeof(f->fn.name), "fake");
	f->fn.bar[FAKE_BAR].size = 0x400;
	f->fn.bar[1].size = 0x1000;
	f->fn.max_vectors = 4;
	f->fn.translated = true;
	f->offered[0] = 1u << VIRTIO_RING_F_INDIRECT_DESC;
	f->offered[1] = 1u << (VIRTIO_F_VERSION_1 - 32) |
			1u << (VIRTIO_F_ACCESS_PLATFORM - 32);
	f->words = 2;
	f->num_queues = FAKE_QUEUES;
	f->max_size = 64;
	f->vectors = 4;
	f->notified = -1;
	f->watch[0] = eventfd(0, EFD_NONBLOCK);
	f->watch[1] = eventfd(0, EFD_NONBLOCK);
	fake_text(f, fake_space);
	fake_clear(f);
}

static void fake_signal(int fd)
{
	uint64_t one = 1;

	if (write(fd, &one, sizeof(one)) != sizeof(one))
		abort();
}

#endif
