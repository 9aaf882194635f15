// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The capability list in PCI configuration space, and the virtio capabilities
 * in it (virtio spec 1.4, 4.1.4). The device controls all of it, so check each
 * step: visit each position once, and read no byte past those given.
 */
#include <errno.h>
#include <string.h>

#include "spec/ids.h"
#include "transport/pci/cap_rules.h"

/* Capabilities follow the header. */
#define HEADER_END	64

#define REG_VENDOR	0x00
#define REG_DEVICE	0x02
#define REG_STATUS	0x06
#define REG_REVISION	0x08
#define REG_SUBVENDOR	0x2c
#define REG_SUBDEVICE	0x2e
#define REG_CAP_LIST	0x34

#define STATUS_CAP_LIST	0x10

#define CAP_ID_VENDOR	0x09
#define CAP_ID_MSIX	0x11

struct walk {
	const struct vi_pci_input *in;
	struct vi_pci_config *out;
	/* Was any virtio capability found, usable or not? */
	bool seen_virtio;
};

/* Bytes outside @in read as 0; callers that care check have() first. */
static bool have(const struct vi_pci_input *in, unsigned int pos,
		 unsigned int n)
{
	return pos <= in->len && n <= in->len - pos;
}

static uint8_t get8(const struct vi_pci_input *in, unsigned int pos)
{
	return have(in, pos, 1) ? in->config[pos] : 0;
}

static uint16_t get16(const struct vi_pci_input *in, unsigned int pos)
{
	return (uint16_t)(get8(in, pos) | get8(in, pos + 1) << 8);
}

static uint32_t get32(const struct vi_pci_input *in, unsigned int pos)
{
	return get16(in, pos) | (uint32_t)get16(in, pos + 2) << 16;
}

/* Bytes of a capability to decode, excluding the window of PCI_CFG. */
static unsigned int wanted_len(uint8_t cfg_type)
{
	unsigned int len = vi_pci_min_cap_len(cfg_type);

	return cfg_type == VI_PCI_PCI_CFG ? len - 4 : len;
}

static void decode_range(const struct vi_pci_input *in, struct vi_pci_cap *cap)
{
	cap->has_range = true;
	cap->bar = get8(in, cap->pos + 4);
	cap->id = get8(in, cap->pos + 5);
	cap->offset = get32(in, cap->pos + 8);
	cap->length = get32(in, cap->pos + 12);
	if (cap->cfg_type != VI_PCI_SHARED_MEMORY_CFG)
		return;
	cap->offset |= (uint64_t)get32(in, cap->pos + 16) << 32;
	cap->length |= (uint64_t)get32(in, cap->pos + 20) << 32;
}

/* Decode fields that lie within cap_len, configuration space and @in. */
static void decode(const struct vi_pci_input *in, struct vi_pci_cap *cap)
{
	unsigned int want = wanted_len(cap->cfg_type);

	if (!vi_pci_type_known(cap->cfg_type) || cap->cap_len < want ||
	    cap->pos + want > VI_PCI_CAPS_END || !have(in, cap->pos, want))
		return;
	if (cap->cfg_type == VI_PCI_VENDOR_CFG) {
		cap->has_vendor = true;
		cap->vendor_id = get16(in, cap->pos + 4);
		return;
	}
	decode_range(in, cap);
	if (cap->cfg_type == VI_PCI_NOTIFY_CFG) {
		cap->has_multiplier = true;
		cap->notify_off_multiplier = get32(in, cap->pos + 16);
	}
}

static void add_virtio(struct walk *w, unsigned int pos)
{
	const struct vi_pci_input *in = w->in;
	struct vi_pci_cap cap = { .pos = (uint16_t)pos };
	bool sound;

	w->seen_virtio = true;
	if (!have(in, pos, 4)) {
		w->out->truncated = true;
		return;
	}
	cap.cap_len = get8(in, pos + 2);
	cap.cfg_type = get8(in, pos + 3);
	sound = cap.cap_len >= vi_pci_min_cap_len(cap.cfg_type) &&
		pos + cap.cap_len <= VI_PCI_CAPS_END;
	if (sound && !have(in, pos, wanted_len(cap.cfg_type))) {
		w->out->truncated = true;
		return;
	}
	decode(in, &cap);
	/* Each position occurs once, so there is room. */
	w->out->caps[w->out->num_caps] = cap;
	vi_pci_judge(in, w->out, &w->out->caps[w->out->num_caps++]);
}

static void add_msix(struct walk *w, unsigned int pos)
{
	const struct vi_pci_input *in = w->in;
	struct vi_pci_msix *msix = &w->out->msix;
	uint16_t control = get16(in, pos + 2);
	uint32_t table = get32(in, pos + 4);
	uint32_t pba = get32(in, pos + 8);

	if (msix->present)
		return;
	if (!have(in, pos, 4)) {
		w->out->truncated = true;
		return;
	}
	msix->present = true;
	msix->pos = (uint16_t)pos;
	msix->enabled = control >> 15 & 1;
	msix->masked = control >> 14 & 1;
	msix->table_size = (control & 0x7ff) + 1;
	if (pos + 12 > VI_PCI_CAPS_END || !have(in, pos, 12))
		return;
	msix->has_tables = true;
	msix->table_bar = table & 7;
	msix->table_offset = table & ~UINT32_C(7);
	msix->pba_bar = pba & 7;
	msix->pba_offset = pba & ~UINT32_C(7);
}

/*
 * Follow the pointer byte at @from; 0: end of the list. PCI reserves the low
 * two bits; software masks them.
 */
static unsigned int follow(struct walk *w, unsigned int from)
{
	uint8_t raw = get8(w->in, from);
	unsigned int pos = raw & ~3u;

	if (!pos)
		return 0;
	if (raw == 0xff || pos < HEADER_END) {
		vi_pci_add_hazard(w->out, "P2", 'E', from,
				  "capability pointer 0x%02x at 0x%x is invalid; the list ends there",
				  raw, from);
		return 0;
	}
	if (have(w->in, pos, 2))
		return pos;
	if (w->in->len <= HEADER_END)
		w->out->access_denied = true;
	else
		w->out->truncated = true;
	return 0;
}

static void walk_list(struct walk *w, bool virtio)
{
	unsigned int from = REG_CAP_LIST, pos;
	/* One bit per multiple of 4 below 256. */
	uint64_t visited = 0;

	while ((pos = follow(w, from))) {
		uint64_t bit = UINT64_C(1) << (pos / 4);
		uint8_t id = get8(w->in, pos);

		if (visited & bit) {
			vi_pci_add_hazard(w->out, "P1", 'E', from,
					  "capability list runs in a loop: the pointer at 0x%x leads back to 0x%x",
					  from, pos);
			return;
		}
		visited |= bit;
		if (id == CAP_ID_VENDOR && virtio)
			add_virtio(w, pos);
		else if (id == CAP_ID_MSIX)
			add_msix(w, pos);
		from = pos + 1;
	}
}

static bool all_ones(const struct vi_pci_input *in)
{
	unsigned int i;

	for (i = 0; i < HEADER_END; i++) {
		if (in->config[i] != 0xff)
			return false;
	}
	return true;
}

static bool is_virtio(const struct vi_pci_config *out)
{
	return vi_pci_is_virtio(out->vendor, out->device);
}

/*
 * Modern devices have their own device ids. Other devices are transitional if
 * they have virtio capabilities (4.1.5.1.1.1); their subsystem id is the device
 * type (4.1.2.3).
 */
static void set_kind(struct walk *w)
{
	struct vi_pci_config *out = w->out;

	if (out->device >= VI_PCI_MODERN_BASE) {
		out->kind = VI_PCI_MODERN;
		out->virtio_id = out->device - VI_PCI_MODERN_BASE;
		return;
	}
	out->virtio_id = out->subsystem_device;
	if (w->seen_virtio)
		out->kind = VI_PCI_TRANSITIONAL;
	else if (out->access_denied || out->truncated)
		out->kind = VI_PCI_MAYBE_LEGACY;
	else
		out->kind = VI_PCI_LEGACY;
}

int vi_pci_parse(const struct vi_pci_input *in, struct vi_pci_config *out)
{
	struct walk w = { .in = in, .out = out };

	memset(out, 0, sizeof(*out));
	if (!in->config || in->len < HEADER_END || in->len > VI_PCI_CONFIG_MAX)
		return -EINVAL;
	out->vendor = in->vendor ? in->vendor : get16(in, REG_VENDOR);
	out->device = in->device ? in->device : get16(in, REG_DEVICE);
	out->revision = get8(in, REG_REVISION);
	out->subsystem_vendor = get16(in, REG_SUBVENDOR);
	out->subsystem_device = get16(in, REG_SUBDEVICE);
	if (all_ones(in)) {
		out->kind = VI_PCI_GONE;
		vi_pci_add_hazard(out, "P19", 'E', 0,
				  "configuration space reads all ones: the device was removed or does not respond");
		return 0;
	}
	if (get16(in, REG_STATUS) & STATUS_CAP_LIST)
		walk_list(&w, is_virtio(out));
	if (is_virtio(out))
		set_kind(&w);
	return 0;
}
