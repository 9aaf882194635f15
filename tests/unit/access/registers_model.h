/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests: a PCI device with registers behind the window in its configuration
 * space.
 */
#ifndef VI_TESTS_REGISTERS_MODEL_H
#define VI_TESTS_REGISTERS_MODEL_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "access/registers/registers.h"
#include "access/registers/window.h"
#include "spec/features.h"

#define BAR	4
#define COMMON	0x0000
#define ISR	0x1000
#define CONFIG	0x2000
#define POS	0x84		/* the window's capability */

#define QUEUES	3

/* --- A device, and its configuration space --- */

static struct model {
	uint8_t window[20];		/* the capability */
	bool works;			/* the window reaches the device */
	unsigned int read_only_from;	/* from this access on, writes fail */
	int write_err;
	unsigned int fails_at;		/* this access fails once; 0: none */
	unsigned int accesses;
	bool open;

	uint8_t status;
	uint32_t device_select, driver_select;
	uint16_t queue_select;
	unsigned int select_limit;	/* queue_select stays below */
	unsigned int feature_words;
	bool hides_addresses;
	unsigned int config_changes;	/* reads until the generation settles */
	uint8_t generation;
	unsigned int stolen_selects;	/* selects that the driver overwrites */
	unsigned int isr_reads;
	uint8_t config[24];
} m;

static const uint64_t offered[2] = { 0x0000000530000e54, 3 };
static const uint64_t accepted[2] = { 0x0000000100000e54, 1 };

static inline uint32_t get_le(const uint8_t *bytes, unsigned int len)
{
	uint32_t value = 0;

	while (len--)
		value = value << 8 | bytes[len];
	return value;
}

static inline uint32_t word_of(const uint64_t *words, uint32_t select)
{
	return select < 4 && select < m.feature_words ?
	       words[select / 2] >> 32 * (select % 2) : 0;
}

static inline uint64_t address_of(unsigned int part)
{
	return m.hides_addresses ? 0 :
	       0x100000000 * (m.queue_select + 1) + 0x1000 * (part + 1);
}

static inline uint32_t get_queue(uint32_t at)
{
	bool there = m.queue_select < QUEUES;

	switch (at) {
	case 24:
		return there ? 256 : 0;
	case 26:
		return m.queue_select + 1;
	case 28:
		return there && m.queue_select != 1;
	case 30:
		return m.queue_select;
	}
	return address_of((at - 32) / 8) >> (at % 8 ? 32 : 0);
}

/* Its driver selects queues at the same time. */
static inline uint32_t get_queue_select(void)
{
	if (m.stolen_selects && m.queue_select == 2) {
		m.stolen_selects--;
		m.queue_select = 0;
	}
	return m.queue_select;
}

static inline uint32_t get_common(uint32_t at)
{
	switch (at) {
	case 0:
		return m.device_select;
	case 4:
		return word_of(offered, m.device_select);
	case 8:
		return m.driver_select;
	case 12:
		return word_of(accepted, m.driver_select);
	case 16:
		return 0;
	case 18:
		return QUEUES;
	case 20:
		return m.status;
	case 21:
		if (m.config_changes) {
			m.config_changes--;
			m.generation++;
		}
		return m.generation;
	case 22:
		return get_queue_select();
	}
	return get_queue(at);
}

static inline uint32_t get_register(uint32_t at, unsigned int len)
{
	if (at >= ISR && at < ISR + 4) {
		m.isr_reads++;
		return 0;
	}
	if (at >= CONFIG && at + len <= CONFIG + sizeof(m.config))
		return get_le(m.config + at - CONFIG, len);
	return at < 56 ? get_common(at) : 0xffffffff;
}

static inline void set_register(uint32_t at, uint32_t value)
{
	switch (at) {
	case 0:
		if (value < m.feature_words || value >= 4)
			m.device_select = value;
		return;
	case 8:
		if (value < m.feature_words || value >= 4)
			m.driver_select = value;
		return;
	case 22:
		if (value < m.select_limit)
			m.queue_select = value;
		return;
	}
	fail_msg("register %#x was written", at);
}

static inline int model_open(struct vi_device *dev, void **state)
{
	(void)dev;
	assert_false(m.open);
	m.open = true;
	*state = &m;
	return 0;
}

static inline void model_close(void *state)
{
	assert_ptr_equal(state, &m);
	assert_true(m.open);
	m.open = false;
}

static inline int count_access(void)
{
	return ++m.accesses == m.fails_at ? -EIO : 0;
}

/* The target of the window; false: none. */
static inline bool aimed(uint32_t *at, unsigned int len)
{
	*at = get_le(m.window + 8, 4);
	return m.works && get_le(m.window + 12, 4) == len &&
	       m.window[4] == BAR;
}

static inline int model_read(void *state, unsigned int pos, void *bytes,
			     unsigned int len)
{
	uint32_t value, at;

	(void)state;
	if (count_access())
		return -EIO;
	assert_true(pos >= POS && pos - POS + len <= sizeof(m.window));
	value = get_le(m.window + pos - POS, len);
	if (pos == POS + 16 && m.works)
		value = aimed(&at, len) ? get_register(at, len) : 0;
	memcpy(bytes, &value, len);
	return 0;
}

static inline int model_write(void *state, unsigned int pos, const void *bytes,
			      unsigned int len)
{
	uint32_t at;

	(void)state;
	if (m.write_err)
		return m.write_err;
	if (count_access())
		return -EIO;
	assert_true(pos >= POS + 4 && pos - POS + len <= sizeof(m.window));
	if (pos == POS + 16 && aimed(&at, len))
		set_register(at, get_le(bytes, len));
	else
		memcpy(m.window + pos - POS, bytes, len);
	return 0;
}

static const struct vi_window_io model_io = {
	.open = model_open, .read = model_read, .write = model_write,
	.close = model_close,
};

/* --- The device as the library knows it --- */

static struct vi_ctx *ctx;
static struct vi_pci_config pci;
static struct vi_device dev;

static inline struct vi_pci_cap *add_cap(uint8_t type, uint32_t offset,
					 uint32_t length)
{
	struct vi_pci_cap *cap = &pci.caps[pci.num_caps++];

	*cap = (struct vi_pci_cap) {
		.pos = type == VI_PCI_PCI_CFG ? POS : 0x40,
		.cap_len = 20, .cfg_type = type, .has_range = true,
		.bar = BAR, .offset = offset, .length = length,
	};
	return cap;
}

static inline int set_up(void **state)
{
	unsigned int i;

	(void)state;
	memset(&m, 0, sizeof(m));
	memset(&pci, 0, sizeof(pci));
	memset(&dev, 0, sizeof(dev));
	m.works = true;
	m.window[4] = 2;
	m.window[8] = 0x30;
	m.status = 0xf;
	m.device_select = 1;
	m.driver_select = 1;
	m.queue_select = 2;
	m.select_limit = 1024;
	m.feature_words = 4;
	for (i = 0; i < sizeof(m.config); i++)
		m.config[i] = i + 1;
	pci.kind = VI_PCI_MODERN;
	add_cap(VI_PCI_COMMON_CFG, COMMON, 56);
	add_cap(VI_PCI_ISR_CFG, ISR, 4);
	add_cap(VI_PCI_DEVICE_CFG, CONFIG, sizeof(m.config));
	add_cap(VI_PCI_PCI_CFG, 0, 0);
	ctx = vi_ctx_new();
	if (!ctx)
		return -1;
	dev.ctx = ctx;
	dev.inv = vi_inventory(ctx);
	assert_non_null(dev.inv);
	dev.name = "virtio0";
	dev.parent = "0000:00:04.0";
	dev.pci = &pci;
	dev.vdev.id.device = 2;
	for (i = 0; i < VI_FACTS; i++)
		dev.state[i] = -ENODATA;
	dev.state[VI_FACT_PARENT] = dev.state[VI_FACT_PCI_CONFIG] = 1;
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	vi_ctx_free(ctx);
	return 0;
}

/* Make its type known. */
static inline void put_on_bus(void)
{
	dev.state[VI_FACT_ID] = 1;
	assert_int_equal(vi_device_on_bus(&dev), 0);
}

static inline int read_registers(struct vi_registers *regs)
{
	return vi_registers_read_io(ctx, &dev, &model_io, regs);
}

/* The window is as before, except for its length. */
static inline void check_restored(void)
{
	assert_false(m.open);
	assert_int_equal(get_le(m.window + 12, 4), 0);
	assert_int_equal(m.window[4], 2);
	assert_int_equal(get_le(m.window + 8, 4), 0x30);
	assert_int_equal(m.device_select, 1);
	assert_int_equal(m.driver_select, 1);
	assert_int_equal(m.queue_select, 2);
	assert_int_equal(m.isr_reads, 0);
}

static inline void assert_error(const char *part)
{
	if (!strstr(vi_error(ctx), part))
		fail_msg("\"%s\" is not in: %s", part, vi_error(ctx));
}

#define test(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
