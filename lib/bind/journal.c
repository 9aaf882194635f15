// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of journals. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bind/journal.h"
#include "core/file.h"

/* --- Who, when --- */

static int read_boot(struct vi_ctx *ctx, char boot[VI_BOOT_SIZE])
{
	ssize_t n = vi_read_line(ctx, "/proc/sys/kernel/random/boot_id", boot,
				 VI_BOOT_SIZE);

	if (n > 0 && strspn(boot, "0123456789abcdef-") == (size_t)n)
		return 0;
	return vi_fail(ctx, n < 0 ? n : -EINVAL,
		       "/proc/sys/kernel/random/boot_id cannot be read: %s",
		       n < 0 ? strerror(-n) : "not an id");
}

/* When process @pid was started, in ticks since the boot; 0: not known. */
static uint64_t read_start(struct vi_ctx *ctx, uint32_t pid)
{
	char path[64], text[1024], *p, *word;
	uint64_t start;
	ssize_t n;
	int field;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	n = vi_read(ctx, path, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	/* Its name, the second field, may hold anything. */
	p = strrchr(text, ')');
	if (!p)
		return 0;
	p++;
	for (field = 2; field < 22; field++) {
		word = strsep(&p, " ");
		if (!word || !p)
			return 0;
	}
	p[strcspn(p, " \n")] = '\0';
	return vi_parse_u64(p, &start) ? 0 : start;
}

int vi_journal_init(struct vi_ctx *ctx, struct vi_journal *j)
{
	memset(j, 0, sizeof(*j));
	j->pid = getpid();
	j->start = read_start(ctx, j->pid);
	j->time = time(NULL);
	return read_boot(ctx, j->boot);
}

bool vi_journal_is_ours(struct vi_ctx *ctx, const struct vi_journal *j)
{
	char boot[VI_BOOT_SIZE];

	/* When in doubt nothing is thrown away. */
	return read_boot(ctx, boot) || !strcmp(boot, j->boot);
}

bool vi_journal_owner_runs(struct vi_ctx *ctx, const struct vi_journal *j)
{
	return j->pid && j->start && read_start(ctx, j->pid) == j->start;
}

/* --- The folder --- */

static int make_folder(struct vi_ctx *ctx)
{
	int fd, err = 0;

	/* Where anybody may write to /run, root would find it taken. */
	if (ctx->root_fd < 0 && geteuid())
		return -EACCES;
	fd = vi_open_at(ctx, "/run", O_PATH | O_DIRECTORY);
	if (fd < 0)
		return fd;
	if (mkdirat(fd, strrchr(VI_JOURNALS, '/') + 1, 0700) &&
	    errno != EEXIST)
		err = -errno;
	close(fd);
	return err;
}

/* Nobody else may have a say in what is in it. */
static int open_folder(struct vi_ctx *ctx)
{
	struct stat st;
	int fd = vi_open_at(ctx, VI_JOURNALS, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);

	if (fd < 0)
		return fd;
	if (!fstat(fd, &st) && st.st_uid == geteuid() && !(st.st_mode & 022))
		return fd;
	close(fd);
	return -EPERM;
}

static int fail_folder(struct vi_ctx *ctx, int err)
{
	if (err == -EPERM || err == -ELOOP || err == -ENOTDIR)
		return vi_fail(ctx, -EPERM,
			       "%s is not a folder that only this user can write to; see who made it, and remove it",
			       VI_JOURNALS);
	return vi_fail(ctx, err, "%s: %s%s", VI_JOURNALS, strerror(-err),
		       err == -EACCES ? "; run as root" : "");
}

/* --- Files in it --- */

/*
 * Locked, and still the one that the name means. Who only looks has it locked
 * for a moment.
 */
static int lock_file(int fd)
{
	const struct timespec moment = { .tv_nsec = 10000000 };
	int tries = 5;
	struct stat st;

	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK)
			return -errno;
		if (!--tries)
			return -EBUSY;
		nanosleep(&moment, NULL);
	}
	if (fstat(fd, &st))
		return -errno;
	return st.st_nlink ? 0 : -ENOENT;
}

static int open_file(struct vi_ctx *ctx, const char *address, int flags)
{
	int dir = open_folder(ctx), fd;
	struct stat st;

	if (dir < 0)
		return dir;
	fd = openat(dir, address, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		    0600);
	if (fd < 0)
		fd = -errno;
	close(dir);
	if (fd < 0)
		return fd == -ELOOP ? -EINVAL : fd;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == geteuid())
		return fd;
	close(fd);
	return -EINVAL;
}

static int write_all(struct vi_ctx *ctx, int fd, const char *text, size_t len)
{
	int dir;

	if (write(fd, text, len) != (ssize_t)len)
		return errno ? -errno : -EIO;
	if (fsync(fd))
		return -errno;
	dir = open_folder(ctx);
	if (dir >= 0) {
		fsync(dir);
		close(dir);
	}
	return 0;
}

static int fail_exists(struct vi_ctx *ctx, const char *address)
{
	struct vi_journal j;
	bool locked = false;

	if (vi_journal_peek(ctx, address, &j, &locked))
		return vi_fail(ctx, -EALREADY,
			       "%s: it has a journal, %s/%s, that cannot be made sense of; give the device back first",
			       address, VI_JOURNALS, address);
	if (locked)
		return vi_fail(ctx, -EALREADY,
			       "%s: process %u has it, or is giving it back",
			       address, j.pid);
	return vi_fail(ctx, -EALREADY,
		       j.state == VI_JOURNAL_KEPT ?
		       "%s: it is taken already, by process %u, which left it so; use it as it is, or release it" :
		       "%s: process %u took it and died; restore it first",
		       address, j.pid);
}

int vi_journal_create(struct vi_ctx *ctx, const struct vi_journal *j)
{
	const char *address = j->was.address;
	char text[VI_JOURNAL_SIZE];
	int len = vi_journal_format(j, text), fd, err;

	err = make_folder(ctx);
	fd = err ? err : open_file(ctx, address, O_RDWR | O_CREAT | O_EXCL);
	if (fd == -EEXIST)
		return fail_exists(ctx, address);
	if (fd < 0)
		return fail_folder(ctx, fd);
	/* Somebody who tidies up may have been quicker. */
	err = lock_file(fd);
	if (!err) {
		err = write_all(ctx, fd, text, len);
		if (!err)
			return fd;
		vi_journal_remove(ctx, address);
	}
	close(fd);
	return vi_fail(ctx, err, "%s/%s: %s", VI_JOURNALS, address,
		       strerror(-err));
}

int vi_journal_add(struct vi_ctx *ctx, int fd, enum vi_journal_state state)
{
	const char *line = state == VI_JOURNAL_KEPT ? "state kept\n" :
						      "state taken\n";
	int err = 0;

	if (lseek(fd, 0, SEEK_END) < 0)
		err = -errno;
	if (!err)
		err = write_all(ctx, fd, line, strlen(line));
	return err ? vi_fail(ctx, err, "journal below %s: %s", VI_JOURNALS,
			     strerror(-err)) : 0;
}

static int read_file(int fd, const char *address, struct vi_journal *j)
{
	char text[VI_JOURNAL_SIZE];
	ssize_t n = pread(fd, text, sizeof(text), 0);
	int err = n < 0 ? -errno : vi_journal_parse(text, n, j);

	/* Of another device: somebody has renamed it. */
	if (!err && strcmp(j->was.address, address))
		err = -EINVAL;
	return err;
}

int vi_journal_open(struct vi_ctx *ctx, const char *address,
		    struct vi_journal *j, int *err)
{
	int fd = open_file(ctx, address, O_RDWR);

	if (fd < 0)
		return fd;
	*err = lock_file(fd);
	if (*err) {
		close(fd);
		return *err;
	}
	*err = read_file(fd, address, j);
	return fd;
}

int vi_journal_peek(struct vi_ctx *ctx, const char *address,
		    struct vi_journal *j, bool *locked)
{
	int fd = open_file(ctx, address, O_RDONLY), err;

	if (fd < 0)
		return fd;
	/* A lock that was only tried for is gone with the descriptor. */
	*locked = flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
	err = read_file(fd, address, j);
	close(fd);
	return err;
}

int vi_journal_remove(struct vi_ctx *ctx, const char *address)
{
	int dir = open_folder(ctx), err = 0;

	if (dir < 0)
		return dir;
	if (unlinkat(dir, address, 0) && errno != ENOENT)
		err = -errno;
	close(dir);
	return err;
}

struct each {
	int (*fn)(void *data, const char *address);
	void *data;
};

static int each_name(void *data, const char *name)
{
	struct each *e = data;
	uint32_t part[4];

	if (strlen(name) >= VI_PCI_ADDRESS_SIZE ||
	    vi_pci_address_parse(name, part))
		return 0;
	return e->fn(e->data, name);
}

int vi_journals(struct vi_ctx *ctx, int (*fn)(void *data, const char *address),
		void *data)
{
	struct each e = { fn, data };
	int fd = open_folder(ctx), err;

	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return fail_folder(ctx, fd);
	close(fd);
	err = vi_readdir(ctx, VI_JOURNALS, each_name, &e);
	return err < 0 && err != -ENOENT ? fail_folder(ctx, err) : 0;
}
