// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Rules for virtio PCI capabilities (virtio spec 1.4, 4.1.4) and for values of
 * the common configuration; one row per rule.
 */
#include <stdarg.h>
#include <stdio.h>

#include "core/compiler.h"
#include "spec/names.h"
#include "transport/pci/cap_rules.h"

VI_PRINTF(5, 0)
static void set_hazard(struct vi_pci_hazard *h, const char *code,
		       char severity, unsigned int pos, const char *fmt,
		       va_list args)
{
	h->code = code;
	h->severity = severity;
	h->pos = (uint16_t)pos;
	vsnprintf(h->message, sizeof(h->message), fmt, args);
}

void vi_pci_add_hazard(struct vi_pci_config *out, const char *code,
		       char severity, unsigned int pos, const char *fmt, ...)
{
	va_list args;

	if (out->num_hazards == ARRAY_SIZE(out->hazards)) {
		out->lost_hazards++;
		return;
	}
	va_start(args, fmt);
	set_hazard(&out->hazards[out->num_hazards++], code, severity, pos, fmt,
		   args);
	va_end(args);
}

static const char *type_name(uint8_t cfg_type)
{
	const char *name = vi_pci_cap_name(cfg_type);

	return name ? name : "reserved";
}

/*
 * Rules for one capability. A check returns true if its rule is broken, with
 * the evidence in @text; vi_pci_judge() does the rest.
 */

#define TYPE(t)		(1u << (t))
#define T_WINDOW	TYPE(VI_PCI_PCI_CFG)
#define T_SHM		TYPE(VI_PCI_SHARED_MEMORY_CFG)
#define T_VENDOR	TYPE(VI_PCI_VENDOR_CFG)
/* Capabilities that point to a structure; the first of each type counts. */
#define T_STRUCT	(TYPE(VI_PCI_COMMON_CFG) | TYPE(VI_PCI_NOTIFY_CFG) | \
			 TYPE(VI_PCI_ISR_CFG) | TYPE(VI_PCI_DEVICE_CFG))
#define T_KNOWN		(T_STRUCT | T_WINDOW | T_SHM | T_VENDOR)

static unsigned int type_bit(uint8_t cfg_type)
{
	return cfg_type < 32 ? TYPE(cfg_type) : 0;
}

bool vi_pci_type_known(uint8_t cfg_type)
{
	return type_bit(cfg_type) & T_KNOWN;
}

unsigned int vi_pci_min_cap_len(uint8_t cfg_type)
{
	switch (cfg_type) {
	case VI_PCI_NOTIFY_CFG:
	case VI_PCI_PCI_CFG:
		return 20;
	case VI_PCI_SHARED_MEMORY_CFG:
		return 24;
	case VI_PCI_VENDOR_CFG:
		return 8;
	default:
		return vi_pci_type_known(cfg_type) ? 16 : 4;
	}
}

/* Context of a rule besides the capability itself. */
struct judged {
	const struct vi_pci_input *in;
	const struct vi_pci_config *out;
};

struct text {
	char s[112];
};

VI_PRINTF(2, 3)
static bool broken(struct text *text, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(text->s, sizeof(text->s), fmt, args);
	va_end(args);
	return true;
}

static const struct vi_pci_bar *bar_of(const struct judged *d,
				       const struct vi_pci_cap *cap)
{
	return &d->in->bar[cap->bar];
}

/* Checks; their rows in rules[] say which capabilities they apply to. */

static bool check_cap_len(const struct judged *d, const struct vi_pci_cap *cap,
			  struct text *text)
{
	unsigned int min = vi_pci_min_cap_len(cap->cfg_type);

	(void)d;
	if (cap->cap_len >= min)
		return false;
	return broken(text, "cap_len %u is below the %u bytes it needs",
		      cap->cap_len, min);
}

static bool check_end(const struct judged *d, const struct vi_pci_cap *cap,
		      struct text *text)
{
	unsigned int end = cap->pos + cap->cap_len;

	(void)d;
	if (end <= VI_PCI_CAPS_END)
		return false;
	return broken(text, "cap_len %u leads to 0x%x, past the end (0x%x)",
		      cap->cap_len, end, VI_PCI_CAPS_END);
}

static bool check_type(const struct judged *d, const struct vi_pci_cap *cap,
		       struct text *text)
{
	(void)d;
	if (vi_pci_type_known(cap->cfg_type))
		return false;
	return broken(text, "cfg_type %u is reserved; drivers ignore it",
		      cap->cfg_type);
}

static bool check_bar_number(const struct judged *d,
			     const struct vi_pci_cap *cap, struct text *text)
{
	(void)d;
	if (cap->bar < VI_PCI_BARS)
		return false;
	return broken(text, "bar %u is reserved; drivers ignore it", cap->bar);
}

static bool check_bar_absent(const struct judged *d,
			     const struct vi_pci_cap *cap, struct text *text)
{
	if (bar_of(d, cap)->size)
		return false;
	return broken(text, "BAR %u is absent or has size 0", cap->bar);
}

static bool check_bar_io(const struct judged *d, const struct vi_pci_cap *cap,
			 struct text *text)
{
	if (!bar_of(d, cap)->io)
		return false;
	return broken(text, cap->cfg_type == VI_PCI_SHARED_MEMORY_CFG ?
		      "BAR %u is I/O space, which cannot be mapped" :
		      "BAR %u is I/O space; drivers access it by port",
		      cap->bar);
}

/* Shared memory regions have 64-bit fields, other capabilities 32-bit ones. */
static bool check_overflow(const struct judged *d, const struct vi_pci_cap *cap,
			   struct text *text)
{
	bool shm = cap->cfg_type == VI_PCI_SHARED_MEMORY_CFG;
	uint64_t end;

	(void)d;
	if (!__builtin_add_overflow(cap->offset, cap->length, &end) &&
	    (shm || end <= UINT32_MAX))
		return false;
	return broken(text, "offset 0x%llx + length 0x%llx overflows %u bits",
		      (unsigned long long)cap->offset,
		      (unsigned long long)cap->length, shm ? 64 : 32);
}

static bool check_range(const struct judged *d, const struct vi_pci_cap *cap,
			struct text *text)
{
	uint64_t size = bar_of(d, cap)->size;

	if (cap->offset <= size && cap->length <= size - cap->offset)
		return false;
	return broken(text,
		      "0x%llx bytes at 0x%llx do not fit BAR %u of 0x%llx",
		      (unsigned long long)cap->length,
		      (unsigned long long)cap->offset, cap->bar,
		      (unsigned long long)size);
}

/*
 * A device without configuration fields may omit DEVICE_CFG; if present,
 * drivers expect at least one byte.
 */
static unsigned int min_length(const struct judged *d, uint8_t cfg_type)
{
	switch (cfg_type) {
	case VI_PCI_COMMON_CFG:
		return VI_PCI_COMMON_CFG_LEN;
	case VI_PCI_NOTIFY_CFG:
		return d->in->notification_data ? 4 : 2;
	default:
		return 1;
	}
}

static bool check_length(const struct judged *d, const struct vi_pci_cap *cap,
			 struct text *text)
{
	unsigned int min = min_length(d, cap->cfg_type);

	if (cap->length >= min)
		return false;
	return broken(text, "length %llu is below the %u bytes of its fields",
		      (unsigned long long)cap->length, min);
}

static unsigned int alignment(const struct judged *d, uint8_t cfg_type)
{
	switch (cfg_type) {
	case VI_PCI_COMMON_CFG:
	case VI_PCI_DEVICE_CFG:
		return 4;
	case VI_PCI_NOTIFY_CFG:
		return d->in->notification_data ? 4 : 2;
	default:
		return 1;
	}
}

static bool check_alignment(const struct judged *d, const struct vi_pci_cap *cap,
			    struct text *text)
{
	unsigned int align = alignment(d, cap->cfg_type);

	if (!(cap->offset % align))
		return false;
	return broken(text, "offset 0x%llx is not a multiple of %u",
		      (unsigned long long)cap->offset, align);
}

/* The device lists capabilities in order of preference (4.1.4). */
static bool check_duplicate(const struct judged *d, const struct vi_pci_cap *cap,
			    struct text *text)
{
	const struct vi_pci_cap *first =
		vi_pci_find_cap(d->out, cap->cfg_type);

	if (!first || first == cap)
		return false;
	return broken(text, "duplicate: the one at 0x%x comes first and is used",
		      first->pos);
}

/* Ids are unique per device (4.1.4.7.1), even if the first is unusable. */
static bool check_shm_id(const struct judged *d, const struct vi_pci_cap *cap,
			 struct text *text)
{
	const struct vi_pci_cap *other;

	for (other = d->out->caps; other < cap; other++) {
		if (other->cfg_type == cap->cfg_type && other->has_range &&
		    other->id == cap->id)
			return broken(text, "region id %u is already used at 0x%x",
				      cap->id, other->pos);
	}
	return false;
}

/* 0 is valid: all queues share one address (4.1.4.4). */
static bool check_multiplier(const struct judged *d,
			     const struct vi_pci_cap *cap, struct text *text)
{
	unsigned int align = d->in->notification_data ? 4 : 2;

	if (!(cap->notify_off_multiplier % align))
		return false;
	return broken(text, "notify_off_multiplier %u is not a multiple of %u",
		      cap->notify_off_multiplier, align);
}

/*
 * @types: bit mask of cfg_types it applies to; 0: all, including reserved.
 * @state: of a capability that breaks the rule.
 * @last:  skip later rules for a capability that breaks this one.
 */
static const struct rule {
	const char *code;
	char severity;
	enum vi_pci_cap_state state;
	bool last;
	unsigned int types;
	bool (*check)(const struct judged *d, const struct vi_pci_cap *cap,
		      struct text *text);
} rules[] = {
	/* A device works without the window. */
	{ "P3", 'W', VI_PCI_CAP_REJECTED, true, T_WINDOW, check_cap_len },
	{ "P3", 'E', VI_PCI_CAP_REJECTED, true, 0, check_cap_len },
	{ "P4", 'E', VI_PCI_CAP_REJECTED, true, 0, check_end },
	{ "P12", 'I', VI_PCI_CAP_IGNORED, true, 0, check_type },
	{ "P5", 'W', VI_PCI_CAP_IGNORED, true, T_STRUCT | T_SHM,
	  check_bar_number },
	{ "P6", 'E', VI_PCI_CAP_REJECTED, true, T_STRUCT | T_SHM,
	  check_bar_absent },
	/* Legal (4.1.4), and used; QEMU does it (modern-pio-notify). */
	{ "P6", 'I', VI_PCI_CAP_USED, false, T_STRUCT, check_bar_io },
	{ "P6", 'I', VI_PCI_CAP_IGNORED, true, T_SHM, check_bar_io },
	{ "P7", 'E', VI_PCI_CAP_REJECTED, true, T_STRUCT | T_SHM,
	  check_overflow },
	{ "P8", 'E', VI_PCI_CAP_REJECTED, false, T_STRUCT | T_SHM,
	  check_range },
	{ "P9", 'E', VI_PCI_CAP_REJECTED, false, T_STRUCT, check_length },
	{ "P10", 'E', VI_PCI_CAP_REJECTED, false, T_STRUCT, check_alignment },
	{ "P11", 'I', VI_PCI_CAP_IGNORED, true, T_STRUCT, check_duplicate },
	{ "P14", 'W', VI_PCI_CAP_USED, false, TYPE(VI_PCI_NOTIFY_CFG),
	  check_multiplier },
	{ "P16", 'E', VI_PCI_CAP_IGNORED, false, T_SHM, check_shm_id },
};

void vi_pci_judge(const struct vi_pci_input *in, struct vi_pci_config *out,
		  struct vi_pci_cap *cap)
{
	const struct judged d = { .in = in, .out = out };
	unsigned int bit = type_bit(cap->cfg_type);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		const struct rule *rule = &rules[i];
		struct text text;

		if (rule->types && !(rule->types & bit))
			continue;
		if (!rule->check(&d, cap, &text))
			continue;
		vi_pci_add_hazard(out, rule->code, rule->severity, cap->pos,
				  "%s capability at 0x%x: %s",
				  type_name(cap->cfg_type), cap->pos, text.s);
		if (rule->state > cap->state)
			cap->state = rule->state;
		if (rule->last)
			return;
	}
}

/* Fill in *@h unless it is NULL. Always returns false. */
VI_PRINTF(5, 6)
static bool bad_value(struct vi_pci_hazard *h, const char *code, char severity,
		      unsigned int pos, const char *fmt, ...)
{
	va_list args;

	if (!h)
		return false;
	va_start(args, fmt);
	set_hazard(h, code, severity, pos, fmt, args);
	va_end(args);
	return false;
}

bool vi_pci_notify_ok(const struct vi_pci_cap *cap, uint16_t queue_notify_off,
		      bool notification_data, struct vi_pci_hazard *hazard)
{
	/* 16 bits by 32 bits: no overflow in 64. */
	uint64_t off = (uint64_t)queue_notify_off * cap->notify_off_multiplier;
	unsigned int width = notification_data ? 4 : 2;

	if (off + width <= cap->length)
		return true;
	return bad_value(hazard, "P13", 'E', cap->pos,
			 "queue_notify_off %u * notify_off_multiplier %u + %u is past the notification structure of 0x%llx bytes",
			 queue_notify_off, cap->notify_off_multiplier, width,
			 (unsigned long long)cap->length);
}

bool vi_pci_num_queues_ok(uint16_t num_queues, unsigned int *limit,
			  struct vi_pci_hazard *hazard)
{
	*limit = num_queues;
	if (num_queues <= VI_PCI_QUEUE_LIMIT)
		return true;
	*limit = VI_PCI_QUEUE_LIMIT;
	return bad_value(hazard, "P21", 'W', 0,
			 "num_queues is %u: only the first %u queues are examined",
			 num_queues, VI_PCI_QUEUE_LIMIT);
}

const struct vi_pci_cap *vi_pci_find_mapped(const struct vi_pci_config *config,
					    const struct vi_pci_bar *bars,
					    uint8_t cfg_type)
{
	unsigned int i;

	for (i = 0; i < config->num_caps; i++) {
		const struct vi_pci_cap *cap = &config->caps[i];

		if (cap->cfg_type == cfg_type && cap->has_range &&
		    cap->state != VI_PCI_CAP_REJECTED &&
		    cap->bar < VI_PCI_BARS && !bars[cap->bar].io)
			return cap;
	}
	return NULL;
}

const struct vi_pci_cap *vi_pci_find_cap(const struct vi_pci_config *config,
					 uint8_t cfg_type)
{
	unsigned int i;

	for (i = 0; i < config->num_caps; i++) {
		const struct vi_pci_cap *cap = &config->caps[i];

		if (cap->cfg_type == cfg_type && cap->state == VI_PCI_CAP_USED)
			return cap;
	}
	return NULL;
}
