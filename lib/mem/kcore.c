// SPDX-License-Identifier: LGPL-2.1-or-later
/* Read the kernel's memory through /proc/kcore. */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "mem/kcore.h"

static int kcore_read(void *source, uint64_t offset, void *buf, size_t len)
{
	struct vi_kcore *kcore = source;

	int err = vi_pread_all(kcore->fd, buf, len, offset, &kcore->reads);

	/* -EFAULT: an unreadable mapping. Treat it like a hole. */
	return err == -EFAULT ? err : vi_fault(kcore->ctx, "/proc/kcore", err);
}

static int add_segment(struct vi_kcore *kcore, const Elf64_Phdr *ph)
{
	int err;

	if (ph->p_type == PT_NOTE) {
		kcore->notes = ph->p_offset;
		kcore->notes_len = ph->p_filesz;
	}
	if (ph->p_type != PT_LOAD || !ph->p_memsz)
		return 0;
	err = vi_mem_add(&kcore->virt, ph->p_vaddr, ph->p_memsz, kcore_read,
			 kcore, ph->p_offset);
	/* Segments other than RAM have no physical address: all ones, or 0. */
	if (!err && ph->p_paddr != UINT64_MAX &&
	    (ph->p_paddr || ph->p_vaddr >> 63))
		err = vi_mem_add(&kcore->phys, ph->p_paddr, ph->p_memsz,
				 kcore_read, kcore, ph->p_offset);
	return err == -EINVAL ? 0 : err;
}

static int read_headers(struct vi_ctx *ctx, struct vi_kcore *kcore)
{
	Elf64_Phdr *ph;
	Elf64_Ehdr eh;
	size_t i;
	int err;

	err = kcore_read(kcore, 0, &eh, sizeof(eh));
	/* Reading at offset 0 hit the end of the file. */
	if (err == -ENODATA)
		return vi_fail(ctx, err,
			       "/proc/kcore is empty: something hides it, such as a container");
	if (err)
		return vi_fail(ctx, err,
			       "cannot read /proc/kcore: %s; lockdown=confidentiality forbids it (see /sys/kernel/security/lockdown)",
			       strerror(-err));
	if (memcmp(eh.e_ident, ELFMAG, SELFMAG) ||
	    eh.e_ident[EI_CLASS] != ELFCLASS64 || eh.e_type != ET_CORE ||
	    eh.e_phentsize != sizeof(*ph))
		return vi_fail(ctx, -EINVAL,
			       "/proc/kcore is not a 64-bit ELF core file");
	ph = calloc(eh.e_phnum, sizeof(*ph));
	if (!ph)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	err = kcore_read(kcore, eh.e_phoff, ph, eh.e_phnum * sizeof(*ph));
	for (i = 0; !err && i < eh.e_phnum; i++)
		err = add_segment(kcore, &ph[i]);
	free(ph);
	if (err)
		return vi_fail(ctx, err, "/proc/kcore: %s", strerror(-err));
	return 0;
}

/* A kernel writes a handful; more indicate garbage. */
#define MAX_NOTES	64

/* A note is a header, a name and a content, each padded to four bytes. */
int vi_kcore_task(struct vi_kcore *kcore, uint64_t offset, void *buf,
		  size_t len)
{
	uint64_t at = 0, content;
	Elf64_Nhdr note;
	int i, err;

	for (i = 0; i < MAX_NOTES && at < kcore->notes_len; i++) {
		err = kcore_read(kcore, kcore->notes + at, &note, sizeof(note));
		if (err)
			return err;
		content = at + sizeof(note) + (((uint64_t)note.n_namesz + 3) & ~3ull);
		if (note.n_type == NT_TASKSTRUCT)
			return offset > note.n_descsz ||
			       len > note.n_descsz - offset ? -ENOENT :
			       kcore_read(kcore, kcore->notes + content + offset,
					  buf, len);
		at = content + (((uint64_t)note.n_descsz + 3) & ~3ull);
	}
	return -ENOENT;
}

static int explain(struct vi_ctx *ctx, int err)
{
	if (err == -ENOENT)
		return vi_fail(ctx, err,
			       "/proc/kcore not found: the kernel lacks CONFIG_PROC_KCORE, or a container hides it");
	if (err == -EACCES)
		return vi_fail(ctx, err,
			       "/proc/kcore: permission denied; run as root (CAP_SYS_RAWIO and CAP_DAC_READ_SEARCH)");
	if (err == -EPERM)
		return vi_fail(ctx, err,
			       "/proc/kcore: not permitted; it needs CAP_SYS_RAWIO, and lockdown=confidentiality forbids it (see /sys/kernel/security/lockdown)");
	return vi_fail(ctx, err, "/proc/kcore: %s", strerror(-err));
}

int vi_kcore_open(struct vi_ctx *ctx, struct vi_kcore *kcore)
{
	int err;

	memset(kcore, 0, sizeof(*kcore));
	kcore->ctx = ctx;
	kcore->fd = vi_open(ctx, "/proc/kcore", 0);
	if (kcore->fd < 0)
		return explain(ctx, kcore->fd);
	err = read_headers(ctx, kcore);
	if (err)
		vi_kcore_close(kcore);
	return err;
}

void vi_kcore_close(struct vi_kcore *kcore)
{
	if (kcore->fd >= 0)
		close(kcore->fd);
	kcore->fd = -1;
	vi_mem_fini(&kcore->virt);
	vi_mem_fini(&kcore->phys);
}
