// SPDX-License-Identifier: GPL-2.0-or-later
/* Offsets of structure members by name, from BTF. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach/btf.h"
#include "core/file.h"
#include "core/lazy.h"

/* Structures nest a few levels; what nests deeper is not the kernel's. */
#define MAX_DEPTH	8
#define MAX_MEMBERS	2048

static typeof(btf__parse_raw) *p_btf__parse_raw;
static typeof(btf__parse_raw_split) *p_btf__parse_raw_split;
static typeof(btf__free) *p_btf__free;
static typeof(btf__find_by_name_kind) *p_btf__find_by_name_kind;
static typeof(btf__type_by_id) *p_btf__type_by_id;
static typeof(btf__name_by_offset) *p_btf__name_by_offset;
static typeof(btf__resolve_size) *p_btf__resolve_size;
static typeof(libbpf_set_print) *p_libbpf_set_print;

static const struct vi_lazy_symbol symbols[] = {
	{ "btf__parse_raw", &p_btf__parse_raw },
	{ "btf__parse_raw_split", &p_btf__parse_raw_split },
	{ "btf__free", &p_btf__free },
	{ "btf__find_by_name_kind", &p_btf__find_by_name_kind },
	{ "btf__type_by_id", &p_btf__type_by_id },
	{ "btf__name_by_offset", &p_btf__name_by_offset },
	{ "btf__resolve_size", &p_btf__resolve_size },
	{ "libbpf_set_print", &p_libbpf_set_print },
	{ NULL, NULL },
};

static struct vi_lazy libbpf = { "libbpf.so.1", "libbpf1", symbols, NULL };

/* Where virtio's structures are described when it is not built in. */
static const char *const modules[] = {
	"/sys/kernel/btf/virtio_ring",
	"/sys/kernel/btf/virtio",
	"/sys/kernel/btf/virtio_pci",
	"/sys/kernel/btf/virtio_mmio",
};

struct vi_btf {
	struct btf *kernel;
	struct btf *module[ARRAY_SIZE(modules)];	/* NULL: none */
};

/* By descriptor, so that a recorded tree works as well. */
static struct btf *load(struct vi_ctx *ctx, const char *path,
			struct btf *base, int *err)
{
	int fd = vi_open(ctx, path, 0);
	struct btf *btf;
	char self[64];

	if (fd < 0) {
		*err = fd;
		return NULL;
	}
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	btf = base ? p_btf__parse_raw_split(self, base) :
		     p_btf__parse_raw(self);
	*err = btf ? 0 : -errno;
	close(fd);
	return btf;
}

static int explain(struct vi_ctx *ctx, const char *path, int err)
{
	if (err == -ENOENT)
		return vi_fail(ctx, err,
			       "%s is not there: the kernel must have CONFIG_DEBUG_INFO_BTF",
			       path);
	if (err == -EACCES || err == -EPERM || err == -ENOMEM)
		return vi_fail(ctx, err, "%s: %s", path, strerror(-err));
	return vi_fail(ctx, err,
		       "%s cannot be understood (%s): it is damaged, or newer than this libbpf",
		       path, strerror(-err));
}

int vi_btf_open(struct vi_ctx *ctx, struct vi_btf **out)
{
	static const char kernel[] = "/sys/kernel/btf/vmlinux";
	struct vi_btf *btf;
	int err, ignored;
	size_t i;

	err = vi_lazy_open(ctx, &libbpf);
	if (err)
		return err;
	p_libbpf_set_print(NULL);
	btf = calloc(1, sizeof(*btf));
	if (!btf)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	btf->kernel = load(ctx, kernel, NULL, &err);
	if (!btf->kernel) {
		free(btf);
		return explain(ctx, kernel, err);
	}
	for (i = 0; i < ARRAY_SIZE(modules); i++)
		btf->module[i] = load(ctx, modules[i], btf->kernel, &ignored);
	*out = btf;
	return 0;
}

void vi_btf_close(struct vi_btf *btf)
{
	size_t i;

	if (!btf)
		return;
	for (i = 0; i < ARRAY_SIZE(modules); i++)
		if (btf->module[i])
			p_btf__free(btf->module[i]);
	p_btf__free(btf->kernel);
	free(btf);
}

static bool is_composite(const struct btf_type *t)
{
	return btf_is_struct(t) || btf_is_union(t);
}

/* Through typedefs, const and volatile. */
static const struct btf_type *strip(const struct btf *btf, __u32 id)
{
	const struct btf_type *t = p_btf__type_by_id(btf, id);
	int i;

	for (i = 0; i < MAX_DEPTH && t &&
	     (btf_is_mod(t) || btf_is_typedef(t)); i++)
		t = p_btf__type_by_id(btf, t->type);
	return t;
}

static bool same_name(const char *name, const char *want, size_t len)
{
	return name && !strncmp(name, want, len) && !name[len];
}

/* Unnamed members still to be looked into, with their offsets in bits. */
struct pending {
	const struct btf_type *type;
	uint32_t bits;
};

/*
 * Find a member by name, in unnamed members too, without recursion. Its type's
 * id, or 0; *@bits is its offset.
 */
static __u32 find_member(const struct btf *btf, const struct btf_type *t,
			 const char *name, size_t len, uint32_t *bits)
{
	struct pending todo[MAX_DEPTH * 4];
	size_t n = 1, seen = 0;

	todo[0] = (struct pending) { t, 0 };
	while (n) {
		struct pending p = todo[--n];
		const struct btf_member *m = btf_members(p.type);
		unsigned int i;

		for (i = 0; i < btf_vlen(p.type); i++, m++) {
			uint32_t at = p.bits + btf_member_bit_offset(p.type, i);
			const char *mname =
				p_btf__name_by_offset(btf, m->name_off);
			const struct btf_type *mt;

			if (++seen > MAX_MEMBERS)
				return 0;
			if (same_name(mname, name, len)) {
				*bits = at;
				return btf_member_bitfield_size(p.type, i) ?
				       0 : m->type;
			}
			if (mname && *mname)
				continue;
			mt = strip(btf, m->type);
			if (mt && is_composite(mt) && n < ARRAY_SIZE(todo))
				todo[n++] = (struct pending) { mt, at };
		}
	}
	return 0;
}

static int member_in(const struct btf *btf, const char *type,
		     const char *path, struct vi_member *member)
{
	int id = p_btf__find_by_name_kind(btf, type, BTF_KIND_STRUCT);
	uint32_t offset = 0, bits;
	long long size;

	while (id > 0) {
		const struct btf_type *t = strip(btf, id);
		size_t len = strcspn(path, ".");

		if (!t || !is_composite(t))
			return -ENOENT;
		id = find_member(btf, t, path, len, &bits);
		if (!id || bits % 8)
			return -ENOENT;
		offset += bits / 8;
		path += len;
		if (!*path++) {
			size = p_btf__resolve_size(btf, id);
			if (size < 0 || size > UINT32_MAX)
				return -ENOENT;
			*member = (struct vi_member) { offset, size };
			return 0;
		}
	}
	return -ENOENT;
}

int vi_btf_member(struct vi_btf *btf, const char *type, const char *path,
		  struct vi_member *member)
{
	size_t i;
	int err;

	err = member_in(btf->kernel, type, path, member);
	for (i = 0; err && i < ARRAY_SIZE(modules); i++)
		if (btf->module[i])
			err = member_in(btf->module[i], type, path, member);
	return err;
}

static int enum_in(const struct btf *btf, const char *type, const char *name,
		   uint32_t *value)
{
	int id = p_btf__find_by_name_kind(btf, type, BTF_KIND_ENUM);
	const struct btf_type *t = id > 0 ? p_btf__type_by_id(btf, id) : NULL;
	unsigned int i;

	for (i = 0; t && i < btf_vlen(t); i++) {
		const struct btf_enum *e = &btf_enum(t)[i];
		const char *s = p_btf__name_by_offset(btf, e->name_off);

		if (!s || strcmp(s, name))
			continue;
		*value = e->val;
		return 0;
	}
	return -ENOENT;
}

int vi_btf_enum(struct vi_btf *btf, const char *type, const char *name,
		uint32_t *value)
{
	int err = enum_in(btf->kernel, type, name, value);
	size_t i;

	for (i = 0; err && i < ARRAY_SIZE(modules); i++)
		if (btf->module[i])
			err = enum_in(btf->module[i], type, name, value);
	return err;
}

long vi_btf_size(struct vi_btf *btf, const char *type)
{
	size_t i;
	int id;

	for (i = 0; i <= ARRAY_SIZE(modules); i++) {
		const struct btf *b = i ? btf->module[i - 1] : btf->kernel;

		if (!b)
			continue;
		id = p_btf__find_by_name_kind(b, type, BTF_KIND_STRUCT);
		if (id > 0)
			return p_btf__resolve_size(b, id);
	}
	return -ENOENT;
}
