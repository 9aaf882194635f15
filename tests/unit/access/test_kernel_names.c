// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel names: structures and their members in BTF, and symbols. */
#include <bpf/btf.h>

#include "tree.h"

#include "access/kernel/btf.h"
#include "access/kernel/kallsyms.h"
#include "core/lazy.h"

static typeof(btf__new_empty) *new_empty;
static typeof(btf__new_empty_split) *new_empty_split;
static typeof(btf__free) *free_btf;
static typeof(btf__add_int) *add_int;
static typeof(btf__add_struct) *add_struct;
static typeof(btf__add_field) *add_field;
static typeof(btf__add_enum) *add_enum;
static typeof(btf__add_enum_value) *add_enum_value;
static typeof(btf__raw_data) *raw_data;

static const struct vi_lazy_symbol symbols[] = {
	{ "btf__new_empty", &new_empty },
	{ "btf__new_empty_split", &new_empty_split },
	{ "btf__free", &free_btf },
	{ "btf__add_int", &add_int },
	{ "btf__add_struct", &add_struct },
	{ "btf__add_field", &add_field },
	{ "btf__add_enum", &add_enum },
	{ "btf__add_enum_value", &add_enum_value },
	{ "btf__raw_data", &raw_data },
	{ NULL, NULL },
};

static struct vi_lazy libbpf = { "libbpf.so.1", "libbpf1", symbols, NULL };

static void put_types(const char *path, struct btf *btf)
{
	__u32 size;
	const void *bytes = raw_data(btf, &size);

	assert_non_null(bytes);
	put_bytes(path, bytes, size);
}

/*
 * struct inner { u32 a, b; }; struct outer { u32 first; struct { u32 hidden; };
 * struct inner in; u32 bits:3; }; enum outer { ONE = 1, SEVEN = 7 }; struct
 * twice { u32 x, old; }; struct twice { u32 x, pad, new; }
 */
static void add_kernel(struct btf *btf)
{
	int u32 = add_int(btf, "unsigned int", 4, 0), inner, unnamed;

	inner = add_struct(btf, "inner", 8);
	assert_int_equal(add_field(btf, "a", u32, 0, 0), 0);
	assert_int_equal(add_field(btf, "b", u32, 32, 0), 0);
	unnamed = add_struct(btf, NULL, 4);
	assert_int_equal(add_field(btf, "hidden", u32, 0, 0), 0);
	assert_true(add_struct(btf, "outer", 20) > 0);
	assert_int_equal(add_field(btf, "first", u32, 0, 0), 0);
	assert_int_equal(add_field(btf, NULL, unnamed, 32, 0), 0);
	assert_int_equal(add_field(btf, "in", inner, 64, 0), 0);
	assert_int_equal(add_field(btf, "bits", u32, 128, 3), 0);
	assert_true(add_enum(btf, "outer", 4) > 0);
	assert_int_equal(add_enum_value(btf, "ONE", 1), 0);
	assert_int_equal(add_enum_value(btf, "SEVEN", 7), 0);
	assert_true(add_struct(btf, "huge", 0x7fffffff) > 0);
	assert_true(add_struct(btf, "twice", 8) > 0);
	assert_int_equal(add_field(btf, "x", u32, 0, 0), 0);
	assert_int_equal(add_field(btf, "old", u32, 32, 0), 0);
	assert_true(add_struct(btf, "twice", 12) > 0);
	assert_int_equal(add_field(btf, "x", u32, 0, 0), 0);
	assert_int_equal(add_field(btf, "new", u32, 64, 0), 0);
}

/* struct own { u32 pad; struct inner in; } in a module. */
static void put_all(void)
{
	struct btf *kernel, *module;

	assert_int_equal(vi_lazy_open(tree.ctx, &libbpf), 0);
	kernel = new_empty();
	assert_non_null(kernel);
	add_kernel(kernel);
	put_types("/sys/kernel/btf/vmlinux", kernel);
	module = new_empty_split(kernel);
	assert_non_null(module);
	assert_true(add_struct(module, "own", 12) > 0);
	assert_int_equal(add_field(module, "pad", 1, 0, 0), 0);
	assert_int_equal(add_field(module, "in", 2, 32, 0), 0);
	put_types("/sys/kernel/btf/virtio", module);
	free_btf(module);
	free_btf(kernel);
}

static void assert_member(struct vi_btf *btf, const char *type,
			  const char *path, uint32_t offset, uint32_t size)
{
	struct vi_member m;

	assert_int_equal(vi_btf_member(btf, type, path, &m), 0);
	assert_int_equal(m.offset, offset);
	assert_int_equal(m.size, size);
}

static void members_by_name(void **state)
{
	struct vi_btf *btf;
	struct vi_member m;

	(void)state;
	put_all();
	assert_int_equal(vi_btf_open(tree.ctx, &btf), 0);
	assert_member(btf, "inner", "b", 4, 4);
	assert_member(btf, "outer", "hidden", 4, 4);
	assert_member(btf, "outer", "in", 8, 8);
	assert_member(btf, "outer", "in.b", 12, 4);
	assert_member(btf, "own", "in.b", 8, 4);
	assert_int_equal(vi_btf_member(btf, "outer", "bits", &m), -ENOENT);
	assert_int_equal(vi_btf_member(btf, "outer", "none", &m), -ENOENT);
	assert_int_equal(vi_btf_member(btf, "outer", "first.a", &m), -ENOENT);
	assert_int_equal(vi_btf_member(btf, "none", "first", &m), -ENOENT);
	assert_int_equal(vi_btf_member(btf, "", "hidden", &m), -ENOENT);
	assert_int_equal(vi_btf_size(btf, "own"), 12);
	assert_int_equal(vi_btf_size(btf, "unsigned int"), -ENOENT);
	vi_btf_close(btf);
}

/* The first of two types with one name; a struct and an enum do not clash. */
static void types_with_one_name(void **state)
{
	struct vi_btf *btf;
	struct vi_member m;
	uint32_t value;

	(void)state;
	put_all();
	assert_int_equal(vi_btf_open(tree.ctx, &btf), 0);
	assert_member(btf, "twice", "old", 4, 4);
	assert_int_equal(vi_btf_member(btf, "twice", "new", &m), -ENOENT);
	assert_int_equal(vi_btf_enum(btf, "outer", "SEVEN", &value), 0);
	assert_int_equal(value, 7);
	assert_int_equal(vi_btf_enum(btf, "outer", "EIGHT", &value), -ENOENT);
	assert_int_equal(vi_btf_enum(btf, "inner", "a", &value), -ENOENT);
	assert_int_equal(vi_btf_size(btf, "outer"), 20);
	assert_int_equal(vi_btf_size(btf, "huge"), -ERANGE);
	vi_btf_close(btf);
}

static void types_that_are_not_there(void **state)
{
	struct vi_btf *btf;

	(void)state;
	assert_int_equal(vi_btf_open(tree.ctx, &btf), -ENOENT);
	assert_non_null(strstr(vi_error(tree.ctx), "CONFIG_DEBUG_INFO_BTF"));
	put("/sys/kernel/btf/vmlinux", "no types");
	assert_true(vi_btf_open(tree.ctx, &btf) < 0);
	assert_non_null(strstr(vi_error(tree.ctx), "cannot parse"));
	/* A module's BTF may be damaged, too. */
	put_all();
	put("/sys/kernel/btf/virtio", "no types");
	assert_int_equal(vi_btf_open(tree.ctx, &btf), 0);
	assert_member(btf, "inner", "b", 4, 4);
	assert_int_equal(vi_btf_size(btf, "own"), -ENOENT);
	vi_btf_close(btf);
}

/* --- Symbols --- */

static void symbols_by_name(void **state)
{
	struct vi_symbol s[] = {
		{ "virtio_bus", 0 }, { "bus_kset", 0 }, { "absent", 0 },
	};

	(void)state;
	put("/proc/kallsyms",
	    "ffffffff80000000 T virtio_bus_match\n"
	    "ffffffff80000010 d not_virtio_bus\n"
	    "x d virtio_bus\n"
	    "ffffffff9ae973a0 b bus_kset\n"
	    "ffffffff9ae973b0 b bus_kset\n"
	    "ffffffffc031e060 d virtio_bus\t[virtio]\n"
	    "ffffffffc031e070 d absentee");
	assert_int_equal(vi_kallsyms(tree.ctx, s, 3), 0);
	assert_int_equal(s[0].address, 0xffffffffc031e060);
	assert_int_equal(s[1].address, 0xffffffff9ae973a0);
	assert_int_equal(s[2].address, 0);
}

/* More than one read returns, with lines across the boundaries. */
static void many_symbols(void **state)
{
	struct vi_symbol s = { "last", 0 };
	FILE *f = fopen(below_root("/proc/kallsyms"), "w");
	unsigned int i;

	(void)state;
	assert_non_null(f);
	for (i = 0; i < 20000; i++)
		fprintf(f, "%016x t some_function_%u\n", i + 1, i);
	fprintf(f, "ffffffff80001234 t last\n");
	assert_int_equal(fclose(f), 0);
	assert_int_equal(vi_kallsyms(tree.ctx, &s, 1), 0);
	assert_int_equal(s.address, 0xffffffff80001234);
}

static void hidden_symbols(void **state)
{
	struct vi_symbol s = { "virtio_bus", 0 };

	(void)state;
	put("/proc/kallsyms", "0000000000000000 d virtio_bus\t[virtio]\n");
	assert_int_equal(vi_kallsyms(tree.ctx, &s, 1), -EPERM);
	assert_non_null(strstr(vi_error(tree.ctx), "kptr_restrict"));
}

#define T(name)	cmocka_unit_test_setup_teardown(name, set_up_tree, tear_down_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(members_by_name),
		T(types_with_one_name),
		T(types_that_are_not_there),
		T(symbols_by_name),
		T(many_symbols),
		T(hidden_symbols),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
