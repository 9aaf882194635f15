// SPDX-License-Identifier: LGPL-2.1-or-later
/* The files of journals. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bind/journal.h"
#include "core/child.h"
#include "core/clock.h"
#include "core/file.h"

/* --- Processes and boots --- */

static int read_boot(struct vi_ctx *ctx, char boot[VI_BOOT_SIZE])
{
	ssize_t n = vi_read_line(ctx, "/proc/sys/kernel/random/boot_id", boot,
				 VI_BOOT_SIZE);

	if (n > 0 && strspn(boot, "0123456789abcdef-") == (size_t)n)
		return 0;
	return vi_fail(ctx, n < 0 ? n : -EINVAL,
		       "cannot read /proc/sys/kernel/random/boot_id: %s",
		       n < 0 ? strerror(-n) : "not an id");
}

/*
 * The start time of process @pid in ticks since the boot; 0: unknown, or the
 * process is a zombie.
 */
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
	/* The second field, its name, may contain anything. */
	p = strrchr(text, ')');
	if (!p)
		return 0;
	p++;
	for (field = 2; field < 22; field++) {
		word = strsep(&p, " ");
		if (!word || !p || (field == 3 && strchr("ZX", *word)))
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

	/* When in doubt, keep it. */
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

	/* If anybody could write to /run, root might find the folder forged. */
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

/* No other user may be able to change what is in it. */
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
			       "%s is not a directory that only this user can write to; find out who created it, and remove it",
			       VI_JOURNALS);
	return vi_fail(ctx, err, "%s: %s%s", VI_JOURNALS, strerror(-err),
		       err == -EACCES ? "; run as root" : "");
}

/* --- Files in it --- */

/*
 * A lock belongs to the open file, which forked processes share: as long as one
 * of them has it open, no other process starts. Reading needs no lock, and so
 * disturbs nobody.
 */
static int lock(int fd, int command, short type, bool *others)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET };

	if (fcntl(fd, command, &l))
		return errno == EAGAIN || errno == EACCES ? -EBUSY : -errno;
	if (others)
		*others = l.l_type != F_UNLCK;
	return 0;
}

/* Is it locked, and does the name still refer to it? */
static int lock_file(int fd)
{
	int err = lock(fd, F_OFD_SETLK, F_WRLCK, NULL);
	struct stat st;

	if (err)
		return err;
	if (fstat(fd, &st))
		return -errno;
	return st.st_nlink ? 0 : -ENOENT;
}

static bool is_locked(int fd)
{
	bool others = true;

	/* When in doubt, assume that a process is working on it. */
	return lock(fd, F_OFD_GETLK, F_WRLCK, &others) || others;
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
	ssize_t n = write(fd, text, len);
	int dir;

	if (n != (ssize_t)len)
		return n < 0 ? -errno : -ENOSPC;
	if (fsync(fd))
		return -errno;
	dir = open_folder(ctx);
	if (dir >= 0) {
		fsync(dir);
		close(dir);
	}
	return 0;
}

void vi_journal_since(const struct vi_journal *j, char since[VI_SINCE_SIZE])
{
	vi_time_text(j->time, 0, 0, since);
}

int vi_journal_fail_has(struct vi_ctx *ctx, int err, const char *address,
			const struct vi_journal *j)
{
	char path[64], comm[32], since[VI_SINCE_SIZE];

	snprintf(path, sizeof(path), "/proc/%u/comm", j->pid);
	if (vi_read_line(ctx, path, comm, sizeof(comm)) <= 0)
		snprintf(comm, sizeof(comm), "?");
	vi_journal_since(j, since);
	return vi_fail(ctx, err,
		       "%s: in use by running process %u (%s) since %s",
		       address, j->pid, comm, since);
}

int vi_journal_fail_back(struct vi_ctx *ctx, int err, const char *address,
			 const struct vi_journal *j)
{
	return vi_fail(ctx, err,
		       "%s: was in use by process %u and is being returned to its driver; try again in a moment",
		       address, j->pid);
}

int vi_journal_fail_exists(struct vi_ctx *ctx, const char *address)
{
	char since[VI_SINCE_SIZE];
	struct vi_journal j;
	bool locked = false;
	int err = vi_journal_peek(ctx, address, &j, &locked);

	if (err == -ENOENT)
		return err;
	if (err)
		return vi_fail(ctx, -EALREADY,
			       "%s: its journal %s/%s is corrupt; release the device first",
			       address, VI_JOURNALS, address);
	vi_journal_since(&j, since);
	if (j.state == VI_JOURNAL_KEPT && !locked)
		return vi_fail(ctx, -EALREADY,
			       "%s: already taken by process %u, which kept it at %s; use it as it is, or release it",
			       address, j.pid, since);
	if (vi_journal_owner_runs(ctx, &j))
		return vi_journal_fail_has(ctx, -EALREADY, address, &j);
	if (locked)
		return vi_journal_fail_back(ctx, -EALREADY, address, &j);
	return vi_fail(ctx, -EALREADY,
		       "%s: process %u took it at %s and died; restore it first",
		       address, j.pid, since);
}

/* --- Creating --- */

#define NEW	".new-"

/* Remove what a process left that died between two of the steps below. */
static int remove_left(void *data, const char *name)
{
	struct vi_ctx *ctx = data;
	int fd;

	if (strncmp(name, NEW, strlen(NEW)))
		return 0;
	fd = open_file(ctx, name, O_RDWR);
	if (fd < 0)
		return 0;
	if (!lock_file(fd))
		vi_journal_remove(ctx, name);
	close(fd);
	return 0;
}

static int link_file(struct vi_ctx *ctx, const char *from, const char *to)
{
	int dir = open_folder(ctx), err = 0;

	if (dir < 0)
		return dir;
	if (linkat(dir, from, dir, to, 0))
		err = -errno;
	close(dir);
	return err;
}

/*
 * It has a temporary name at first, so that a journal that others find is
 * complete and locked. If several processes try at once, one gets the name.
 */
static int create(struct vi_ctx *ctx, const char *address, const char *text,
		  size_t len)
{
	char name[64];
	int fd, err;

	snprintf(name, sizeof(name), NEW "%d-%llx", (int)getpid(),
		 (unsigned long long)vi_mono_ms());
	fd = open_file(ctx, name, O_RDWR | O_CREAT | O_EXCL);
	if (fd < 0)
		return fd == -EEXIST ? -EAGAIN : fd;
	err = lock_file(fd);
	if (!err)
		err = write_all(ctx, fd, text, len);
	if (!err)
		err = link_file(ctx, name, address);
	vi_journal_remove(ctx, name);
	if (!err)
		return fd;
	close(fd);
	/* Another process has tidied it up. */
	return err == -ENOENT || err == -EBUSY ? -EAGAIN : err;
}

/* Other journals may appear and disappear meanwhile. */
#define TRIES	100

int vi_journal_create(struct vi_ctx *ctx, const struct vi_journal *j)
{
	const char *address = j->was.address;
	char text[VI_JOURNAL_SIZE];
	int len = vi_journal_format(j, text), tries = TRIES, fd, err;

	err = make_folder(ctx);
	if (err)
		return fail_folder(ctx, err);
	vi_readdir(ctx, VI_JOURNALS, remove_left, ctx);
	do {
		fd = create(ctx, address, text, len);
		if (fd == -EEXIST)
			fd = vi_journal_fail_exists(ctx, address);
	} while ((fd == -EAGAIN || fd == -ENOENT) && --tries);
	if (fd >= 0 || fd == -EALREADY)
		return fd;
	if (fd == -EPERM || fd == -EACCES || fd == -ELOOP || fd == -ENOTDIR)
		return fail_folder(ctx, fd);
	return vi_fail(ctx, fd, "%s/%s: %s", VI_JOURNALS, address,
		       strerror(-fd));
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

	/* It names another device: somebody has renamed the file. */
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
	*locked = is_locked(fd);
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
