/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests: a machine with one virtio device to take, and a thread that acts
 * as its kernel: writes to unbind and drivers_probe move the device from driver
 * to driver.
 */
#ifndef VI_TESTS_BIND_TREE_H
#define VI_TESTS_BIND_TREE_H

#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

#include <virtio-inspect/bind.h>

#include "tree.h"

#define ADDRESS	"0000:00:04.0"
#define PCI_DEV	"/sys/devices/pci0000:00/" ADDRESS
#define VIRTIO	PCI_DEV "/virtio0"
#define BOOT_ID	"6f1c0b6e-0000-4000-8000-000000000001"
#define JOURNAL	"/run/virtio-inspect/" ADDRESS

/* @path below the root, in one of four buffers. */
static const char *at(const char *path)
{
	static char full[4][PATH_MAX];
	static unsigned int next;
	char *s = full[next++ % 4];

	snprintf(s, PATH_MAX, "%s%s", tree.root, path);
	return s;
}

static inline bool there(const char *path)
{
	struct stat st;

	return !lstat(at(path), &st);
}

/* The contents of a file, without the newline. */
static inline const char *text_of(const char *path)
{
	static char text[4096];
	FILE *f = fopen(at(path), "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* The PCI device's driver. */
static inline const char *driver_now(void)
{
	static char link[256];
	ssize_t n = readlink(at(PCI_DEV "/driver"), link, sizeof(link) - 1);

	if (n < 0)
		return "none";
	link[n] = '\0';
	return strrchr(link, '/') + 1;
}

/* --- The machine --- */

/* A PCI device in IOMMU group 5, with a driver. */
static inline void put_pci(const char *address, const char *driver)
{
	char path[256], target[256];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s", address);
	snprintf(target, sizeof(target), "../../../devices/pci0000:00/%s",
		 address);
	put_link(path, target);
#define PUT(file, text)							\
	do {								\
		snprintf(path, sizeof(path),				\
			 "/sys/devices/pci0000:00/%s/" file, address);	\
		put(path, text);					\
	} while (0)
	PUT("vendor", "0x1af4\n");
	PUT("device", "0x1044\n");
	PUT("class", "0x00ff00\n");
	PUT("driver_override", "(null)\n");
	PUT("config", "\xf4\x1a\x44\x10\x06\x05\x10\x00");
#undef PUT
	snprintf(path, sizeof(path),
		 "/sys/devices/pci0000:00/%s/iommu_group", address);
	put_link(path, "../../../kernel/iommu_groups/5");
	snprintf(path, sizeof(path),
		 "/sys/kernel/iommu_groups/5/devices/%s", address);
	snprintf(target, sizeof(target),
		 "../../../../devices/pci0000:00/%s", address);
	put_link(path, target);
	if (!driver)
		return;
	snprintf(path, sizeof(path), "/sys/devices/pci0000:00/%s/driver",
		 address);
	snprintf(target, sizeof(target), "../../../bus/pci/drivers/%s", driver);
	put_link(path, target);
}

/* A virtio device of @type, bound to @driver. */
static inline void put_machine(unsigned int type, const char *driver)
{
	char text[160];

	put_pci(ADDRESS, "virtio-pci");
	snprintf(text, sizeof(text), "MODALIAS=virtio:d%08Xv00001AF4\n", type);
	put_device("virtio0", "pci0000:00/" ADDRESS, text);
	snprintf(text, sizeof(text), "virtio:d%08Xv00001AF4\n", type);
	put(VIRTIO "/modalias", text);
	put(VIRTIO "/status", "0x0000000f\n");
	/* VERSION_1 and ACCESS_PLATFORM. */
	put(VIRTIO "/features",
	    "0000000000000000000000000000000011000000000000000000000000000000\n");
	if (driver) {
		snprintf(text, sizeof(text),
			 "../../../../bus/virtio/drivers/%s", driver);
		put_link(VIRTIO "/driver", text);
	}
	put("/sys/bus/pci/drivers/virtio-pci/unbind", "");
	put("/sys/bus/pci/drivers/vfio-pci/unbind", "");
	put("/sys/bus/pci/drivers_probe", "");
	put("/proc/sys/kernel/random/boot_id", BOOT_ID "\n");
	put("/proc/self/mountinfo",
	    "1 0 0:2 / / rw - rootfs rootfs rw\n");
	put("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
	put("/run/here", "");
	put_link("/proc/1/ns/pid", "pid:[4026531836]");
	assert_int_equal(vi_scan(tree.ctx), 0);
}

/*
 * A device node: the folder @path in sysfs, of a subsystem, with a number and
 * its name below /dev.
 */
static inline void put_node(const char *path, const char *subsystem,
			    const char *number, const char *name)
{
	char file[512], text[128];

	snprintf(file, sizeof(file), "%s/dev", path);
	snprintf(text, sizeof(text), "%s\n", number);
	put(file, text);
	snprintf(file, sizeof(file), "%s/subsystem", path);
	snprintf(text, sizeof(text), "/sys/class/%s", subsystem);
	put_link(file, text);
	snprintf(file, sizeof(file), "%s/uevent", path);
	snprintf(text, sizeof(text), "MAJOR=%d\nDEVNAME=%s\n", atoi(number),
		 name);
	put(file, text);
}

static inline void put_process(unsigned int pid, const char *comm)
{
	char path[128], text[256];

	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	snprintf(text, sizeof(text), "%s\n", comm);
	put(path, text);
	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	snprintf(text, sizeof(text),
		 "%u (%s) S 1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0\n",
		 pid, comm);
	put(path, text);
}

/*
 * A process that has a node open under @name, such as "block 254:1";
 * vi_node_at() describes how a file replaces a node.
 */
static inline void put_opener(unsigned int pid, const char *comm,
			      const char *node, const char *name)
{
	char path[128];

	put_process(pid, comm);
	put(name, node);
	snprintf(path, sizeof(path), "/proc/%u/fd/7", pid);
	put_link(path, name);
}

static inline void close_it(unsigned int pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/fd/7", pid);
	assert_int_equal(unlink(at(path)), 0);
}

/* --- Errors of taking the first device --- */

static inline void refused_as(const struct vi_bind_options *o, int err,
		       const char *message)
{
	struct vi_binding *b = NULL;

	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_int_equal(vi_bind_plan(tree.ctx, device_at(0), NULL, o, &b),
			 err);
	assert_string_equal(vi_error(tree.ctx), message);
}

static inline void refused(const char *message)
{
	refused_as(NULL, -EBUSY, message);
}

static inline void allowed(const struct vi_bind_options *o)
{
	struct vi_binding *b;

	assert_int_equal(vi_scan(tree.ctx), 0);
	if (vi_bind_plan(tree.ctx, device_at(0), NULL, o, &b))
		fail_msg("%s", vi_error(tree.ctx));
	vi_bind_free(b);
}

/* --- Its kernel --- */

static pthread_t kernel_thread;
static volatile bool kernel_stops, kernel_runs;

static bool path_ends(int fd, const char *end)
{
	char link[64], path[PATH_MAX];
	size_t len = strlen(end);
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path));
	return n >= (ssize_t)len && !memcmp(path + n - len, end, len);
}

/* As in the kernel, the work is done when write() returns. */
static void wait_until_done(int fd)
{
	struct stat st;
	int i;

	if (!kernel_runs || (!path_ends(fd, "/unbind") &&
			     !path_ends(fd, "/drivers_probe")))
		return;
	/* A kernel that was stopped does nothing more. */
	for (i = 0; i < 60000 && !fstat(fd, &st) && st.st_size; i++)
		usleep(1000);
}

/* May have a write fail, with errno set, or wait. NULL: none does. */
static bool (*write_fails)(int fd);

/* Replaces the C library's function. */
ssize_t write(int fd, const void *data, size_t size)
{
	ssize_t n;

	if (write_fails && write_fails(fd))
		return -1;
	n = syscall(SYS_write, fd, data, size);
	if (n > 0)
		wait_until_done(fd);
	return n;
}

static bool written(const char *path)
{
	char full[PATH_MAX], line[64];
	bool whole;
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", tree.root, path);
	f = fopen(full, "r");
	whole = f && fgets(line, sizeof(line), f) && strchr(line, '\n');
	if (f)
		fclose(f);
	return whole;
}

/* Empty the file, which tells the writer that the kernel is done. */
static void done(const char *path)
{
	char full[PATH_MAX];

	snprintf(full, sizeof(full), "%s%s", tree.root, path);
	if (truncate(full, 0))
		perror(full);
}

static void kernel_unbind(const char *driver)
{
	char from[PATH_MAX], to[PATH_MAX];

	snprintf(from, sizeof(from), "%s" PCI_DEV "/driver", tree.root);
	unlink(from);
	if (strcmp(driver, "virtio-pci"))
		return;
	snprintf(from, sizeof(from), "%s" VIRTIO, tree.root);
	snprintf(to, sizeof(to), "%s/sys/aside", tree.root);
	rename(from, to);
}

static void kernel_probe(void)
{
	char path[PATH_MAX], to[PATH_MAX], override[64] = "";
	char target[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s" PCI_DEV "/driver_override",
		 tree.root);
	f = fopen(path, "r");
	if (f) {
		if (!fgets(override, sizeof(override), f))
			override[0] = '\0';
		fclose(f);
	}
	override[strcspn(override, "\n")] = '\0';
	if (!override[0] || !strcmp(override, "(null)"))
		strcpy(override, "virtio-pci");
	if (strcmp(override, "virtio-pci") && strcmp(override, "vfio-pci"))
		return;
	if (!strcmp(override, "virtio-pci")) {
		snprintf(path, sizeof(path), "%s/sys/aside", tree.root);
		snprintf(to, sizeof(to), "%s" VIRTIO, tree.root);
		rename(path, to);
	}
	snprintf(target, sizeof(target), "../../../bus/pci/drivers/%s",
		 override);
	snprintf(path, sizeof(path), "%s" PCI_DEV "/driver", tree.root);
	if (symlink(target, path))
		return;
}

static void *run_kernel(void *arg)
{
	static const char probe[] = "/sys/bus/pci/drivers_probe";
	static const char *const drivers[] = { "virtio-pci", "vfio-pci" };
	const struct timespec moment = { .tv_nsec = 1000000 };
	char unbind[64];
	size_t i;

	(void)arg;
	while (!kernel_stops) {
		for (i = 0; i < 2; i++) {
			snprintf(unbind, sizeof(unbind),
				 "/sys/bus/pci/drivers/%s/unbind", drivers[i]);
			if (!written(unbind))
				continue;
			kernel_unbind(drivers[i]);
			done(unbind);
		}
		if (written(probe)) {
			kernel_probe();
			done(probe);
		}
		nanosleep(&moment, NULL);
	}
	return NULL;
}

static inline void start_kernel(void)
{
	kernel_stops = false;
	kernel_runs = true;
	assert_int_equal(pthread_create(&kernel_thread, NULL, run_kernel,
					NULL), 0);
}

static inline void stop_kernel(void)
{
	kernel_stops = true;
	pthread_join(kernel_thread, NULL);
	kernel_runs = false;
}

#endif
