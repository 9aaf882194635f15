// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Walk a device tree iteratively; a stack holds the address properties of the
 * nodes above (devicetree specification, 2.3 and 2.4).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libfdt.h>

#include "access/fdt/blob.h"
#include "access/fdt/tree.h"
#include "core/lazy.h"

static typeof(fdt_check_full) *p_fdt_check_full;
static typeof(fdt_getprop) *p_fdt_getprop;
static typeof(fdt_get_name) *p_fdt_get_name;
static typeof(fdt_next_node) *p_fdt_next_node;
static typeof(fdt_strerror) *p_fdt_strerror;

static const struct vi_lazy_symbol symbols[] = {
	{ "fdt_check_full", &p_fdt_check_full },
	{ "fdt_getprop", &p_fdt_getprop },
	{ "fdt_get_name", &p_fdt_get_name },
	{ "fdt_next_node", &p_fdt_next_node },
	{ "fdt_strerror", &p_fdt_strerror },
	{ NULL, NULL },
};

static struct vi_lazy libfdt = { "libfdt.so.1", "libfdt1", symbols, NULL };

/* A property: big-endian 32-bit cells, or strings. */
struct prop {
	const uint8_t *data;		/* NULL: absent */
	size_t len;
};

/* A node's address properties, which apply to its children. */
struct bus {
	const char *name;
	size_t name_len;
	uint32_t address_cells, size_cells;
	struct prop ranges;
	struct prop status;
};

struct tree {
	struct vi_ctx *ctx;
	const char *path;
	const void *blob;
	int node;
	unsigned int depth;		/* of node; the root has 0 */
	struct bus above[VI_FDT_MAX_DEPTH + 1];
	struct vi_slots *out;
	char name[1024];		/* path of node, also for messages */
};

static struct prop get_prop(const struct tree *t, const char *name)
{
	struct prop p = { NULL, 0 };
	int len = 0;

	p.data = p_fdt_getprop(t->blob, t->node, name, &len);
	if (len < 0)
		p.data = NULL;
	p.len = p.data ? len : 0;
	return p;
}

/* The first cell of a property, or @otherwise. */
static uint32_t get_cell(const struct tree *t, const char *name,
			 uint32_t otherwise)
{
	struct prop p = get_prop(t, name);

	return p.len >= 4 ? vi_fdt32(p.data) : otherwise;
}

static bool has_string(struct prop p, const char *s)
{
	const uint8_t *end;

	while (p.len && (end = memchr(p.data, '\0', p.len))) {
		if (!strcmp((const char *)p.data, s))
			return true;
		p.len -= end + 1 - p.data;
		p.data = end + 1;
	}
	return false;
}

static void warn_of(const struct tree *t, const char *what)
{
	vi_warn(t->ctx, "%s: %s: %s", t->path, t->name, what);
}

/* --- Addresses --- */

/* A number of one or two cells. */
static uint64_t get_number(const uint8_t *p, uint32_t cells)
{
	uint64_t n = vi_fdt32(p);

	return cells == 2 ? n << 32 | vi_fdt32(p + 4) : n;
}

static bool usable(uint32_t cells)
{
	return cells == 1 || cells == 2;
}

/*
 * Translate an address on @bus to its parent bus, whose addresses have @cells
 * cells. NULL, or what prevents it.
 */
static const char *translate(const struct bus *bus, uint32_t cells,
			     uint64_t size, uint64_t *address)
{
	uint32_t entry = 4 * (bus->address_cells + cells + bus->size_cells);
	const uint8_t *p = bus->ranges.data;
	size_t left;

	if (!p)
		return "its address cannot be translated: a parent bus has no ranges";
	if (!bus->ranges.len)
		return NULL;
	if (bus->ranges.len % entry)
		return "ranges of a parent bus have a wrong length";
	for (left = bus->ranges.len; left; left -= entry, p += entry) {
		uint64_t child = get_number(p, bus->address_cells);
		uint64_t parent = get_number(p + 4 * bus->address_cells, cells);
		uint64_t len = get_number(p + 4 * (bus->address_cells + cells),
					  bus->size_cells);
		uint64_t off = *address - child;

		if (*address < child || off >= len || size > len - off)
			continue;
		return __builtin_add_overflow(parent, off, address) ?
		       "its address does not fit into 64 bits" : NULL;
	}
	return "its address is outside the ranges of a parent bus";
}

/* Translate through all buses up to the root, whose addresses are the CPU's. */
static const char *translate_up(const struct tree *t, struct vi_slot *slot)
{
	unsigned int level;

	for (level = t->depth - 1; level > 0; level--) {
		const struct bus *bus = &t->above[level];
		uint32_t cells = t->above[level - 1].address_cells;
		const char *wrong;

		if (!usable(cells) || !usable(bus->address_cells) ||
		    !usable(bus->size_cells))
			return "it is below a bus with an unknown kind of addresses";
		wrong = translate(bus, cells, slot->size, &slot->base);
		if (wrong)
			return wrong;
	}
	return NULL;
}

static const char *read_reg(const struct tree *t, struct vi_slot *slot)
{
	const struct bus *bus = &t->above[t->depth - 1];
	struct prop reg = get_prop(t, "reg");
	uint64_t end;

	if (!reg.len)
		return "no reg property";
	if (!usable(bus->address_cells) || !usable(bus->size_cells))
		return "#address-cells or #size-cells above it is neither 1 nor 2";
	if (reg.len < 4 * (bus->address_cells + bus->size_cells))
		return "its reg property is truncated";
	slot->base = get_number(reg.data, bus->address_cells);
	slot->size = get_number(reg.data + 4 * bus->address_cells,
				bus->size_cells);
	if (!slot->size ||
	    __builtin_add_overflow(slot->base, slot->size - 1, &end))
		return "its reg property has an impossible size";
	return translate_up(t, slot);
}

/* --- Slots --- */

/* Format cells as numbers separated by spaces; NULL: none. */
static const char *cells_text(struct tree *t, const char *name)
{
	struct prop p = get_prop(t, name);
	size_t i, at = 0;
	char *text;

	if (!p.len)
		return NULL;
	if (p.len % 4 || p.len > 1024) {
		vi_warn(t->ctx, "%s: %s: %s has a wrong length", t->path,
			t->name, name);
		return NULL;
	}
	text = vi_pool_alloc(&t->out->pool, p.len / 4 * 11 + 1);
	for (i = 0; text && i < p.len; i += 4)
		at += sprintf(text + at, "%s%u", i ? " " : "",
			      vi_fdt32(p.data + i));
	return text;
}

/* A node without interrupt-parent inherits that of an ancestor. */
static void read_interrupts(struct tree *t, struct vi_slot *slot)
{
	struct prop parent = get_prop(t, "interrupt-parent");

	slot->interrupts = cells_text(t, "interrupts");
	slot->interrupts_extended = cells_text(t, "interrupts-extended");
	if (parent.len != 4)
		return;
	slot->has_interrupt_parent = true;
	slot->interrupt_parent = vi_fdt32(parent.data);
}

static bool is_enabled(struct prop status)
{
	const char *s = (const char *)status.data;

	return !s || (memchr(s, '\0', status.len) &&
		      (!strcmp(s, "okay") || !strcmp(s, "ok")));
}

/*
 * Whatever is below a disabled bus is disabled, too (devicetree specification,
 * 2.3.4).
 */
static int read_status(struct tree *t, struct vi_slot *slot)
{
	unsigned int level;

	for (level = t->depth; level > 0; level--) {
		struct prop p = t->above[level].status;

		if (is_enabled(p))
			continue;
		slot->status = vi_pool_strndup(&t->out->pool,
					       (const char *)p.data,
					       p.len < 64 ? p.len : 64);
		return slot->status ? 0 : -ENOMEM;
	}
	return 0;
}

static int append(struct tree *t, const struct vi_slot *slot)
{
	struct vi_slots *out = t->out;
	struct vi_slot *grown = vi_pool_more(&out->pool, out->slots, out->count,
					     sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	out->slots = grown;
	out->slots[out->count++] = *slot;
	return 0;
}

static int add_slot(struct tree *t)
{
	struct vi_slot slot = { .base = 0 };
	const char *wrong = read_reg(t, &slot);

	if (wrong) {
		warn_of(t, wrong);
		return 0;
	}
	/* The registers occupy this many bytes (spec 4.2.2). */
	if (slot.size < 0x100)
		warn_of(t, "its region is too small for the registers");
	read_interrupts(t, &slot);
	slot.node = vi_pool_strdup(&t->out->pool, t->name);
	if (!slot.node || read_status(t, &slot))
		return -ENOMEM;
	if (t->out->count < VI_FDT_MAX_SLOTS)
		return append(t, &slot);
	warn_of(t, "too many slots; this one and all that follow are ignored");
	return -E2BIG;
}

/* --- Walking nodes --- */

/* Build "/soc/virtio_mmio@a003e00", truncated to fit. */
static void set_name(struct tree *t)
{
	size_t at = 0, n;
	unsigned int i;

	for (i = 1; i <= t->depth; i++) {
		n = t->above[i].name_len;
		if (at + 1 + n >= sizeof(t->name))
			break;
		t->name[at++] = '/';
		memcpy(t->name + at, t->above[i].name, n);
		at += n;
	}
	t->name[at] = '\0';
}

static void push(struct tree *t)
{
	struct bus *bus = &t->above[t->depth];
	int len = 0;

	bus->name = p_fdt_get_name(t->blob, t->node, &len);
	bus->name_len = bus->name && len > 0 ? len : 0;
	bus->address_cells = get_cell(t, "#address-cells", 2);
	bus->size_cells = get_cell(t, "#size-cells", 1);
	bus->ranges = get_prop(t, "ranges");
	bus->status = get_prop(t, "status");
}

static int visit(struct tree *t)
{
	push(t);
	if (!t->depth || !has_string(get_prop(t, "compatible"), "virtio,mmio"))
		return 0;
	set_name(t);
	return add_slot(t);
}

static int walk(struct tree *t)
{
	int err = 0, depth = 0;

	for (t->node = 0; !err && t->node >= 0 && depth >= 0;
	     t->node = p_fdt_next_node(t->blob, t->node, &depth)) {
		if (depth > VI_FDT_MAX_DEPTH)
			return -EINVAL;
		t->depth = depth;
		err = visit(t);
	}
	return err == -E2BIG ? 0 : err;
}

int vi_fdt_slots(struct vi_ctx *ctx, const char *path, const void *blob,
		 size_t len, struct vi_slots *slots)
{
	struct tree *t;
	int err = vi_lazy_open(ctx, &libfdt);

	if (err)
		return err;
	err = p_fdt_check_full(blob, len);
	if (err)
		return vi_fail(ctx, -EINVAL, "%s: damaged device tree: %s",
			       path, p_fdt_strerror(err));
	t = vi_pool_alloc(&slots->pool, sizeof(*t));
	if (!t)
		return vi_fail(ctx, -ENOMEM, "%s: out of memory", path);
	t->ctx = ctx;
	t->path = path;
	t->blob = blob;
	t->out = slots;
	err = walk(t);
	return err ? vi_fail(ctx, err, "%s: %s", path, strerror(-err)) : 0;
}
