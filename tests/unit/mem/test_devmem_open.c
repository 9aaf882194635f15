// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /dev/mem, when the kernel refuses: messages, and that nothing stays open or
 * mapped.
 *
 * wraps: vi_open vi_read_all vi_pread_all mmap munmap close flock
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include <virtio-inspect/inspect.h>

#include "core/file.h"
#include "mem/devmem.h"

#define MEMORY	(2u << 20)
#define REGISTERS	0x180000

static const char usual[] =
	"00001000-0009fbff : System RAM\n"
	"000a0000-000bffff : PCI Bus 0000:00\n"
	"00100000-0017ffff : System RAM\n"
	"00180000-001fffff : PCI Bus 0000:00\n";

static struct {
	const char *iomem;		/* NULL: unreadable */
	int iomem_err, open_err, read_err, map_err, lock_err;
	unsigned int files, maps;
	int fd, flags;
	struct vi_ctx *ctx;
} t;

int __real_close(int fd);
void *__real_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off);
int __real_munmap(void *at, size_t len);

int __wrap_vi_open(struct vi_ctx *ctx, const char *path, int flags);
int __wrap_vi_open(struct vi_ctx *ctx, const char *path, int flags)
{
	(void)ctx;
	assert_string_equal(path, "/dev/mem");
	if (t.open_err)
		return -t.open_err;
	t.fd = memfd_create("mem", MFD_CLOEXEC);
	t.flags = flags;
	assert_int_equal(ftruncate(t.fd, MEMORY), 0);
	t.files++;
	return t.fd;
}

int __wrap_close(int fd);
int __wrap_close(int fd)
{
	t.files -= fd == t.fd;
	return __real_close(fd);
}

char *__wrap_vi_read_all(struct vi_ctx *ctx, const char *path, size_t max,
			 size_t *len);
char *__wrap_vi_read_all(struct vi_ctx *ctx, const char *path, size_t max,
			 size_t *len)
{
	(void)ctx;
	(void)max;
	assert_string_equal(path, "/proc/iomem");
	errno = t.iomem_err;
	if (!t.iomem)
		return NULL;
	*len = strlen(t.iomem);
	return strdup(t.iomem);
}

int __wrap_vi_pread_all(int fd, void *buf, size_t len, uint64_t offset,
			uint64_t *reads);
int __wrap_vi_pread_all(int fd, void *buf, size_t len, uint64_t offset,
			uint64_t *reads)
{
	++*reads;
	if (t.read_err)
		return -t.read_err;
	return pread(fd, buf, len, (off_t)offset) == (ssize_t)len ? 0 : -EIO;
}

void *__wrap_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off);
void *__wrap_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off)
{
	if (t.map_err) {
		errno = t.map_err;
		return MAP_FAILED;
	}
	/* Only a writable mapping needs a writable descriptor. */
	assert_int_equal(prot & PROT_WRITE ? O_RDWR : O_RDONLY,
			 t.flags & O_ACCMODE);
	assert_true(t.flags & O_SYNC);
	t.maps++;
	return __real_mmap(at, len, prot, flags, fd, off);
}

int __wrap_munmap(void *at, size_t len);
int __wrap_munmap(void *at, size_t len)
{
	t.maps--;
	return __real_munmap(at, len);
}

int __wrap_flock(int fd, int how);
int __wrap_flock(int fd, int how)
{
	(void)fd;
	(void)how;
	errno = t.lock_err;
	return t.lock_err ? -1 : 0;
}

static void keep_quiet(void *data, enum vi_log_level level,
		       const char *message)
{
	(void)data;
	(void)level;
	(void)message;
}

static int set_up(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	t.iomem = usual;
	t.fd = -1;
	t.ctx = vi_ctx_new();
	vi_ctx_set_log(t.ctx, keep_quiet, NULL);
	return t.ctx ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	vi_ctx_free(t.ctx);
	return 0;
}

static void said(const char *words)
{
	if (!strstr(vi_error(t.ctx), words))
		fail_msg("\"%s\" is not in \"%s\"", words, vi_error(t.ctx));
	assert_int_equal(t.files, 0);
	assert_int_equal(t.maps, 0);
}

static void refused(int err, const char *words)
{
	struct vi_devmem dm;

	assert_int_equal(vi_devmem_open(t.ctx, &dm), err);
	said(words);
}

static void what_keeps_memory_from_being_read(void **state)
{
	static const struct {
		int err;
		const char *words;
	} open_errors[] = {
		{ ENOENT, "CONFIG_DEVMEM" },
		{ EACCES, "/dev/mem needs root" },
		{ EPERM, "lockdown" },
		{ EIO, "/dev/mem: Input/output error" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(open_errors) / sizeof(open_errors[0]); i++) {
		t.open_err = open_errors[i].err;
		refused(-t.open_err, open_errors[i].words);
	}
	t.open_err = 0;
	t.read_err = EPERM;
	refused(-EPERM, "CONFIG_STRICT_DEVMEM");
	t.read_err = EIO;
	refused(-EIO, "/dev/mem at 0x100000: Input/output error");
	t.read_err = 0;
	t.iomem = "00000000-00000000 : System RAM\n";
	refused(-ENODATA, "to root only");
	/* Only memory below what kernels always allow. */
	t.iomem = "00001000-0009fbff : System RAM\n";
	refused(-ENODATA, "no System RAM");
	t.iomem = NULL;
	t.iomem_err = ENOMEM;
	refused(-ENOMEM, "/proc/iomem: Cannot allocate memory");
}

static void memory_is_read(void **state)
{
	struct vi_devmem dm;
	uint64_t fault;
	uint32_t value;

	(void)state;
	assert_int_equal(vi_devmem_open(t.ctx, &dm), 0);
	assert_int_equal(pwrite(t.fd, "\x78\x56\x34\x12", 4, 0x120000), 4);
	assert_int_equal(vi_mem_read(&dm.phys, 0x120000, &value, 4, &fault), 0);
	assert_int_equal(value, 0x12345678);
	/* Registers are not RAM, and stay untouched. */
	assert_true(vi_mem_read(&dm.phys, REGISTERS, &value, 4, &fault) < 0);
	vi_devmem_close(&dm);
	vi_devmem_close(&dm);
	assert_int_equal(t.files, 0);
}

static void not_mapped(uint64_t addr, bool writable, int err,
		       const char *words)
{
	struct vi_devmem_map map;

	assert_int_equal(writable ?
			 vi_devmem_map_writable(t.ctx, addr, 0x200, &map) :
			 vi_devmem_map(t.ctx, addr, 0x200, &map), err);
	assert_null(map.page);
	assert_int_equal(map.fd, -1);
	said(words);
}

static void what_keeps_registers_from_being_mapped(void **state)
{
	bool writable;

	(void)state;
	for (writable = false; ; writable = true) {
		t.open_err = EACCES;
		not_mapped(REGISTERS, writable, -EACCES, "needs root");
		t.open_err = 0;
		t.map_err = EPERM;
		not_mapped(REGISTERS, writable, -EPERM, "iomem=relaxed");
		t.map_err = ENOMEM;
		not_mapped(REGISTERS, writable, -ENOMEM,
			   "/dev/mem at 0x180000: Cannot allocate memory");
		t.map_err = 0;
		not_mapped(0x17fe04, writable, -EINVAL, "0x17fe04 is in RAM");
		not_mapped(REGISTERS + 2, writable, -EINVAL, "no registers");
		not_mapped(UINT64_MAX - 3, writable, -EINVAL, "no registers");
		/* Then whether it is RAM is unknown. */
		t.iomem = NULL;
		t.iomem_err = EIO;
		not_mapped(REGISTERS, writable, -EIO,
			   "/proc/iomem: Input/output error");
		t.iomem = usual;
		if (writable)
			break;
	}
	t.lock_err = EINTR;
	not_mapped(REGISTERS, true, -EINTR, "/dev/mem: Interrupted");
}

static void registers_are_read_and_written(void **state)
{
	struct vi_devmem_map map;
	uint32_t value;

	(void)state;
	assert_int_equal(vi_devmem_map_writable(t.ctx, REGISTERS + 0x204,
						0x200, &map), 0);
	assert_int_equal(vi_devmem_write(&map, 0x10, 0x12345678), 0);
	assert_int_equal(vi_devmem_write(&map, 0x12, 0), -ERANGE);
	assert_int_equal(vi_devmem_write(&map, 0x1fe, 0), -ERANGE);
	assert_int_equal(vi_devmem_read(&map, 0x10, 4, &value), 0);
	assert_int_equal(value, 0x12345678);
	assert_int_equal(vi_devmem_read(&map, 0x12, 2, &value), 0);
	assert_int_equal(value, 0x1234);
	assert_int_equal(vi_devmem_read(&map, 0x11, 1, &value), 0);
	assert_int_equal(value, 0x56);
	assert_int_equal(vi_devmem_read(&map, 0x11, 2, &value), -ERANGE);
	assert_int_equal(vi_devmem_read(&map, 0x200, 1, &value), -ERANGE);
	assert_int_equal(vi_devmem_read(&map, 0, 3, &value), -EINVAL);
	vi_devmem_unmap(&map);
	vi_devmem_unmap(&map);
	assert_int_equal(t.files, 0);
	assert_int_equal(t.maps, 0);

	assert_int_equal(vi_devmem_map(t.ctx, REGISTERS, 0x200, &map), 0);
	assert_int_equal(t.files, 0);
	assert_int_equal(vi_devmem_write(&map, 0x10, 1), -EPERM);
	vi_devmem_unmap(&map);
	assert_int_equal(t.maps, 0);
}

static void a_recorded_tree_has_none(void **state)
{
	struct vi_devmem dm;

	(void)state;
	assert_int_equal(vi_ctx_set_sysroot(t.ctx, "/tmp"), 0);
	assert_int_equal(vi_devmem_open(t.ctx, &dm), -ENOTSUP);
	said("a --sysroot tree contains no /dev/mem");
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_keeps_memory_from_being_read),
		TEST(memory_is_read),
		TEST(what_keeps_registers_from_being_mapped),
		TEST(registers_are_read_and_written),
		TEST(a_recorded_tree_has_none),
	};

	return cmocka_run_group_tests_name("devmem_open", tests, NULL, NULL);
}
