// SPDX-License-Identifier: LGPL-2.1-or-later
/* Offsets of structure members by name, from BTF. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access/kernel/btf.h"
#include "core/file.h"
#include "core/lazy.h"

/* Deeper or longer structures are not the kernel's. */
#define MAX_DEPTH	8
#define MAX_MEMBERS	2048

static typeof(btf__parse_raw) *p_btf__parse_raw;
static typeof(btf__parse_raw_split) *p_btf__parse_raw_split;
static typeof(btf__free) *p_btf__free;
static typeof(btf__type_cnt) *p_btf__type_cnt;
static typeof(btf__type_by_id) *p_btf__type_by_id;
static typeof(btf__name_by_offset) *p_btf__name_by_offset;
static typeof(btf__resolve_size) *p_btf__resolve_size;
static typeof(libbpf_set_print) *p_libbpf_set_print;

static const struct vi_lazy_symbol symbols[] = {
	{ "btf__parse_raw", &p_btf__parse_raw },
	{ "btf__parse_raw_split", &p_btf__parse_raw_split },
	{ "btf__free", &p_btf__free },
	{ "btf__type_cnt", &p_btf__type_cnt },
	{ "btf__type_by_id", &p_btf__type_by_id },
	{ "btf__name_by_offset", &p_btf__name_by_offset },
	{ "btf__resolve_size", &p_btf__resolve_size },
	{ "libbpf_set_print", &p_libbpf_set_print },
	{ NULL, NULL },
};

static struct vi_lazy libbpf = { "libbpf.so.1", "libbpf1", symbols, NULL };

/* BTF of virtio modules that are not built in. */
static const char *const modules[] = {
	"/sys/kernel/btf/virtio_ring",
	"/sys/kernel/btf/virtio",
	"/sys/kernel/btf/virtio_pci",
	"/sys/kernel/btf/virtio_mmio",
	"/sys/kernel/btf/virtio_scsi",
};

/* Types whose names have the same hash form a list. */
struct type_name {
	__u32 id;
	uint32_t next;			/* index of the next entry + 1, or 0 */
};

#define NAME_PLACES	16384

/*
 * Hash index of the types of the kernel or of a module: libbpf's own search
 * visits all 100,000 types each time.
 */
struct part {
	struct btf *btf;		/* NULL: not loaded */
	struct type_name *names;
	uint32_t *first;		/* heads of lists, by hash, like next */
};

/* part[0] is the kernel. */
struct vi_btf {
	struct part part[1 + ARRAY_SIZE(modules)];
};

/* Open by descriptor, so that a recorded tree works, too. */
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

static bool has_members(const struct btf_type *t)
{
	return t && (btf_is_struct(t) || btf_is_enum(t));
}

/* FNV-1a hash. */
static size_t place_of(const char *name)
{
	uint32_t hash = 2166136261u;

	while (*name)
		hash = (hash ^ (uint8_t)*name++) * 16777619u;
	return (hash ^ hash >> 16) % NAME_PLACES;
}

static size_t count_names(const struct btf *btf, __u32 first, __u32 end)
{
	size_t n = 0;
	__u32 id;

	for (id = first; id < end; id++)
		n += has_members(p_btf__type_by_id(btf, id));
	return n;
}

/* Insert backwards, so that the first of equal names is found first. */
static int add_names(struct part *part, __u32 first)
{
	__u32 end = p_btf__type_cnt(part->btf), id;
	size_t count = count_names(part->btf, first, end);
	uint32_t n = 0;

	part->names = calloc(count + 1, sizeof(*part->names));
	part->first = calloc(NAME_PLACES, sizeof(*part->first));
	if (!part->names || !part->first)
		return -ENOMEM;
	for (id = end; id-- > first; ) {
		const struct btf_type *t = p_btf__type_by_id(part->btf, id);
		const char *name;
		uint32_t *place;

		if (!has_members(t))
			continue;
		name = p_btf__name_by_offset(part->btf, t->name_off);
		if (!name || !*name)
			continue;
		place = &part->first[place_of(name)];
		part->names[n++] = (struct type_name) { id, *place };
		*place = n;
	}
	return 0;
}

/* The struct or enum with this name, or NULL. */
static const struct btf_type *find_type(const struct part *part,
					const char *name, bool is_enum,
					__u32 *id)
{
	uint32_t at = part->btf ? part->first[place_of(name)] : 0;

	while (at) {
		const struct type_name *n = &part->names[at - 1];
		const struct btf_type *t = p_btf__type_by_id(part->btf, n->id);

		if (is_enum == !btf_is_struct(t) &&
		    !strcmp(p_btf__name_by_offset(part->btf, t->name_off),
			    name)) {
			*id = n->id;
			return t;
		}
		at = n->next;
	}
	return NULL;
}

static int explain(struct vi_ctx *ctx, const char *path, int err)
{
	if (err == -ENOENT)
		return vi_fail(ctx, err,
			       "%s not found: the kernel needs CONFIG_DEBUG_INFO_BTF",
			       path);
	if (err == -EACCES || err == -EPERM || err == -ENOMEM)
		return vi_fail(ctx, err, "%s: %s", path, strerror(-err));
	return vi_fail(ctx, err,
		       "cannot parse %s (%s): it is damaged, or newer than this libbpf",
		       path, strerror(-err));
}

/* Ignore modules without valid BTF. */
static int load_parts(struct vi_ctx *ctx, struct vi_btf *btf)
{
	static const char kernel[] = "/sys/kernel/btf/vmlinux";
	struct part *part = btf->part;
	__u32 count;
	size_t i;
	int err, ignored;

	part->btf = load(ctx, kernel, NULL, &err);
	if (!part->btf)
		return explain(ctx, kernel, err);
	count = p_btf__type_cnt(part->btf);
	err = add_names(part, 1);	/* 0 is void */
	for (i = 1; i < ARRAY_SIZE(btf->part) && !err; i++) {
		part[i].btf = load(ctx, modules[i - 1], part->btf, &ignored);
		if (part[i].btf)
			err = add_names(&part[i], count);
	}
	return err ? vi_fail(ctx, err, "out of memory") : 0;
}

int vi_btf_open(struct vi_ctx *ctx, struct vi_btf **out)
{
	struct vi_btf *btf;
	int err;

	err = vi_lazy_open(ctx, &libbpf);
	if (err)
		return err;
	p_libbpf_set_print(NULL);
	btf = calloc(1, sizeof(*btf));
	if (!btf)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	err = load_parts(ctx, btf);
	if (err) {
		vi_btf_close(btf);
		return err;
	}
	*out = btf;
	return 0;
}

/* Free modules before the kernel's BTF, on which they build. */
void vi_btf_close(struct vi_btf *btf)
{
	size_t i;

	if (!btf)
		return;
	for (i = ARRAY_SIZE(btf->part); i-- > 0; ) {
		p_btf__free(btf->part[i].btf);
		free(btf->part[i].names);
		free(btf->part[i].first);
	}
	free(btf);
}

static bool is_composite(const struct btf_type *t)
{
	return btf_is_struct(t) || btf_is_union(t);
}

/* Resolve typedefs, const and volatile. */
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

/* Unnamed members to search, with their offsets in bits. */
struct pending {
	const struct btf_type *type;
	uint32_t bits;
};

/*
 * Find a member by name, also in unnamed members, without recursion. Returns
 * the id of its type, or 0; *@bits is its offset.
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

static int member_in(const struct part *part, const char *type,
		     const char *path, struct vi_member *member)
{
	const struct btf *btf = part->btf;
	const struct btf_type *t;
	uint32_t offset = 0, bits;
	long long size;
	__u32 id;

	t = find_type(part, type, false, &id);
	while (t && is_composite(t)) {
		size_t len = strcspn(path, ".");

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
		t = strip(btf, id);
	}
	return -ENOENT;
}

int vi_btf_member(struct vi_btf *btf, const char *type, const char *path,
		  struct vi_member *member)
{
	int err = -ENOENT;
	size_t i;

	for (i = 0; err && i < ARRAY_SIZE(btf->part); i++)
		err = member_in(&btf->part[i], type, path, member);
	return err;
}

static int enum_in(const struct part *part, const char *type,
		   const char *name, uint32_t *value)
{
	__u32 id;
	const struct btf_type *t = find_type(part, type, true, &id);
	unsigned int i;

	for (i = 0; t && i < btf_vlen(t); i++) {
		const struct btf_enum *e = &btf_enum(t)[i];
		const char *s = p_btf__name_by_offset(part->btf, e->name_off);

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
	int err = -ENOENT;
	size_t i;

	for (i = 0; err && i < ARRAY_SIZE(btf->part); i++)
		err = enum_in(&btf->part[i], type, name, value);
	return err;
}

long vi_btf_size(struct vi_btf *btf, const char *type)
{
	long size;
	size_t i;
	__u32 id;

	for (i = 0; i < ARRAY_SIZE(btf->part); i++)
		if (find_type(&btf->part[i], type, false, &id)) {
			size = p_btf__resolve_size(btf->part[i].btf, id);
			return size > VI_BTF_MAX_STRUCT ? -ERANGE : size;
		}
	return -ENOENT;
}
