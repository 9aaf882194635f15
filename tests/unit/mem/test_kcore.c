// SPDX-License-Identifier: GPL-2.0-or-later
/* The notes of /proc/kcore: the reading task's task_struct. */
#include <elf.h>

#include "tree.h"

#include "mem/kcore.h"

#define NOTES	256

/* The beginning of kcore: one program header, for @len bytes of notes. */
static void put_kcore(const void *notes, size_t len, uint64_t claimed)
{
	uint8_t bytes[1024] = { 0 };
	Elf64_Ehdr eh = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64 },
		.e_type = ET_CORE, .e_phoff = sizeof(eh), .e_phnum = 1,
		.e_phentsize = sizeof(Elf64_Phdr),
	};
	Elf64_Phdr ph = {
		.p_type = PT_NOTE, .p_offset = NOTES, .p_filesz = claimed,
	};

	memcpy(bytes, &eh, sizeof(eh));
	memcpy(bytes + sizeof(eh), &ph, sizeof(ph));
	memcpy(bytes + NOTES, notes, len);
	put_bytes("/proc/kcore", bytes, NOTES + len);
}

/* Preceded by a note of another type, of odd length. */
struct notes {
	Elf64_Nhdr first;
	char first_name[8], first_content[4];
	Elf64_Nhdr task;
	char task_name[8], content[16];
};

static struct notes good(void)
{
	struct notes n = {
		.first = { 5, 3, NT_PRSTATUS }, .first_name = "CORE",
		.task = { 5, 16, NT_TASKSTRUCT }, .task_name = "CORE",
	};

	memcpy(n.content, "0123456789abcdef", 16);
	return n;
}

static void task_struct(void **state)
{
	struct notes n = good();
	struct vi_kcore kcore;
	char got[9] = "";

	(void)state;
	put_kcore(&n, sizeof(n), sizeof(n));
	assert_int_equal(vi_kcore_open(tree.ctx, &kcore), 0);
	assert_int_equal(vi_kcore_task(&kcore, 0, got, 8), 0);
	assert_string_equal(got, "01234567");
	assert_int_equal(vi_kcore_task(&kcore, 8, got, 8), 0);
	assert_string_equal(got, "89abcdef");
	/* Not a byte beyond it. */
	assert_int_equal(vi_kcore_task(&kcore, 9, got, 8), -ENOENT);
	assert_int_equal(vi_kcore_task(&kcore, UINT64_MAX, got, 8), -ENOENT);
	vi_kcore_close(&kcore);
}

static void no_task_struct(void **state)
{
	struct notes n = good();
	struct vi_kcore kcore;
	char got[8];

	(void)state;
	n.task.n_type = NT_PRPSINFO;
	put_kcore(&n, sizeof(n), sizeof(n));
	assert_int_equal(vi_kcore_open(tree.ctx, &kcore), 0);
	assert_int_equal(vi_kcore_task(&kcore, 0, got, 8), -ENOENT);
	vi_kcore_close(&kcore);
	/* Lengths that lead past the end. */
	n.first.n_descsz = UINT32_MAX;
	put_kcore(&n, sizeof(n), UINT64_MAX);
	assert_int_equal(vi_kcore_open(tree.ctx, &kcore), 0);
	assert_true(vi_kcore_task(&kcore, 0, got, 8) < 0);
	vi_kcore_close(&kcore);
}

/* Empty notes end, too. */
static void empty_notes(void **state)
{
	static const uint8_t zeros[512];
	struct vi_kcore kcore;
	char got[8];

	(void)state;
	put_kcore(zeros, sizeof(zeros), UINT64_MAX);
	assert_int_equal(vi_kcore_open(tree.ctx, &kcore), 0);
	assert_true(vi_kcore_task(&kcore, 0, got, 8) < 0);
	vi_kcore_close(&kcore);
}

#define T(name)	cmocka_unit_test_setup_teardown(name, set_up_tree, tear_down_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(task_struct),
		T(no_task_struct),
		T(empty_notes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
