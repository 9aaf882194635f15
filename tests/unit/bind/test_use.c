// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Uses of a device, and what cannot be determined, on a machine made of files.
 * In real guests: tests/lab/test_use.py.
 */
#include <sys/mman.h>

#include "bind_tree.h"

#include "bind/use/facts.h"
#include "bind/use/nodes.h"
#include "bind/use/proc.h"
#include "core/ctx.h"

#define BLK	2

#define VDA	VIRTIO "/block/vda"

static const struct vi_bind_options force = {
	.size = sizeof(force), .force = true,
};
static const struct vi_bind_options look_away = {
	.size = sizeof(look_away), .force_signature = true,
};

static void put_disk_node(const char *path, const char *number,
			  const char *name)
{
	char file[256];

	put_node(path, "block", number, name);
	snprintf(file, sizeof(file), "%s/inflight", path);
	put(file, "       0        0\n");
	snprintf(file, sizeof(file), "/dev/%s", name);
	put_bytes(file, (char[8192]){ 0 }, 8192);
}

static void put_disk(void)
{
	put_machine(BLK, "virtio_blk");
	put_disk_node(VDA, "254:0", "vda");
	put_disk_node(VDA "/vda1", "254:1", "vda1");
	put(VDA "/vda1/partition", "1\n");
}

static void set_type(unsigned int type)
{
	char text[64];

	snprintf(text, sizeof(text), "virtio:d%08Xv00001AF4\n", type);
	put(VIRTIO "/modalias", text);
}

/* --- Openers of a node, under any name --- */

#define UNIT	"host6/target6:0:0/6:0:0:0/"

static const struct {
	unsigned int type;
	const char *path, *subsystem, *number, *name;
} nodes[] = {
	{ 3, "virtio-ports/vport0p1", "virtio-ports", "247:1", "vport0p1" },
	{ 8, UNIT "scsi_generic/sg0", "scsi_generic", "21:0", "sg0" },
	{ 8, UNIT "bsg/6:0:0:0", "bsg", "246:0", "bsg/6:0:0:0" },
	{ 8, UNIT "scsi_tape/nst0", "scsi_tape", "9:128", "nst0" },
	{ 8, UNIT "scsi_changer/sch0", "scsi_changer", "86:0", "sch0" },
	{ 16, "drm/card0", "drm", "226:0", "dri/card0" },
	{ 16, "drm/renderD128", "drm", "226:128", "dri/renderD128" },
	{ 18, "input/input3/event2", "input", "13:66", "input/event2" },
	{ 18, "input/input3/mouse1", "input", "13:33", "input/mouse1" },
	{ 18, "input/input3/js0", "input", "13:0", "input/js0" },
	{ 25, "sound/card0/pcmC0D0p", "sound", "116:3", "snd/pcmC0D0p" },
	{ 25, "sound/card0/controlC0", "sound", "116:2", "snd/controlC0" },
	{ 25, "sound/card0/hwC0D0", "sound", "116:4", "snd/hwC0D0" },
	/* A type without a check of its own, but with a node. */
	{ 34, "i2c-3/i2c-dev/i2c-3", "i2c-dev", "89:3", "i2c-3" },
};

static void nodes_of_every_type(void **state)
{
	char path[256], number[32], message[256];
	size_t i;

	(void)state;
	put_machine(BLK, "virtio_blk");
	for (i = 0; i < ARRAY_SIZE(nodes); i++) {
		set_type(nodes[i].type);
		snprintf(path, sizeof(path), VIRTIO "/%s", nodes[i].path);
		put_node(path, nodes[i].subsystem, nodes[i].number,
			 nodes[i].name);
		snprintf(number, sizeof(number), "char %s", nodes[i].number);
		put_opener(99, "a program", number, "/srv/container/dev/x");
		snprintf(message, sizeof(message),
			 "virtio0: /dev/%s is open in process 99 (a program), as /srv/container/dev/x",
			 nodes[i].name);
		/* Force only overrides what cannot be determined. */
		refused_as(&force, -EBUSY, message);
		if (nodes[i].type != 34)
			refused(message);
		/* The same number of the other kind is another node. */
		snprintf(number, sizeof(number), "block %s", nodes[i].number);
		put("/srv/container/dev/x", number);
		allowed(&force);
		close_it(99);
	}
}

static void a_disk_by_another_name(void **state)
{
	(void)state;
	put_disk();
	put_opener(99, "qemu", "block 254:0", "/dev/xvda");
	refused("virtio0: /dev/vda is open in process 99 (qemu), as /dev/xvda");
	put("/dev/xvda", "block 254:1");
	refused("virtio0: /dev/vda1 is open in process 99 (qemu), as /dev/xvda");
	put("/dev/xvda", "block 253:0");
	allowed(NULL);
	put("/dev/xvda", "char 254:0");
	allowed(NULL);
}

/* O_PATH opens nothing. */
static void a_path_is_not_open(void **state)
{
	(void)state;
	put_disk();
	put_opener(99, "dd", "block 254:0", "/tmp/x");
	put("/proc/99/fdinfo/7", "pos:\t0\nflags:\t012000000\nmnt_id:\t24\n");
	allowed(NULL);
	put("/proc/99/fdinfo/7", "pos:\t0\nflags:\t0100002\nmnt_id:\t24\n");
	refused("virtio0: /dev/vda is open in process 99 (dd), as /tmp/x");
}

static void mapped_and_closed(void **state)
{
	(void)state;
	put_disk();
	put_process(99, "db");
	put("/tmp/x", "block 254:0");
	put("/tmp/lib", "\177ELF\1\2\3\0");
	put_link("/proc/99/map_files/7f0000-7f1000", "/tmp/lib");
	allowed(NULL);
	put_link("/proc/99/map_files/7f2000-7f3000", "/tmp/x");
	refused("virtio0: /dev/vda is mapped into process 99 (db), as /tmp/x");
}

/* Threads may have their own files, and outlive the main thread. */
static void open_in_a_thread_alone(void **state)
{
	(void)state;
	put_disk();
	put_process(99, "db");
	put("/tmp/x", "block 254:0");
	put("/proc/99/task/99/comm", "db\n");
	put_link("/proc/99/task/100/fd/3", "/tmp/x");
	refused("virtio0: /dev/vda is open in process 99 (db), as /tmp/x");
	assert_int_equal(unlink(at("/proc/99/task/100/fd/3")), 0);
	allowed(NULL);
	put_link("/proc/99/task/100/map_files/1000-2000", "/tmp/x");
	refused("virtio0: /dev/vda is mapped into process 99 (db), as /tmp/x");
}

/* --- What cannot be determined --- */

static void processes_that_cannot_be_looked_at(void **state)
{
	(void)state;
	put_disk();
	put_process(99, "secret");
	put("/proc/99/fd", "");
	refused("virtio0: cannot determine whether process 99 (secret) uses it: /proc/99/fd: Not a directory; run as root, end the process, or use force");
	allowed(&force);
	/* Other processes are examined all the same. */
	put_opener(100, "dd", "block 254:0", "/tmp/x");
	refused("virtio0: /dev/vda is open in process 100 (dd), as /tmp/x");
	refused_as(&force, -EBUSY, "virtio0: /dev/vda is open in process 100 (dd), as /tmp/x");
	close_it(100);
	assert_int_equal(unlink(at("/proc/99/fd")), 0);
	put("/proc/99/map_files", "");
	refused("virtio0: cannot determine whether process 99 (secret) uses it: /proc/99/map_files: Not a directory; run as root, end the process, or use force");
	assert_int_equal(unlink(at("/proc/99/map_files")), 0);
	put("/proc/99/task", "");
	refused("virtio0: cannot determine whether process 99 (secret) uses it: /proc/99/task: Not a directory; run as root, end the process, or use force");
	assert_int_equal(unlink(at("/proc/99/task")), 0);
	put_link("/proc/99/fd/4", "/tmp/y/z");
	put("/tmp/y", "");
	refused("virtio0: cannot determine whether process 99 (secret) uses it: /proc/99/fd/4: Not a directory; run as root, end the process, or use force");
}

static void in_a_container(void **state)
{
	(void)state;
	put_disk();
	assert_int_equal(unlink(at("/proc/1/ns/pid")), 0);
	refused("virtio0: cannot determine whether anything uses it: cannot inspect all processes (/proc/1/ns/pid: No such file or directory); run as root, with all of /proc visible");
	put_link("/proc/1/ns/pid", "pid:[4026532201]");
	refused("virtio0: cannot determine whether anything uses it: only the processes of this container are visible; run it where all are (nsenter -t 1 -a, or docker run --pid=host)");
	allowed(&force);
	set_type(4);
	refused("virtio0: cannot determine whether anything uses it: only the processes of this container are visible; run it where all are (nsenter -t 1 -a, or docker run --pid=host)");
}

static void nodes_that_cannot_be_read(void **state)
{
	char path[600] = VIRTIO;
	size_t i;

	(void)state;
	put_disk();
	put(VDA "/dev", "a:b\n");
	refused("virtio0: cannot determine which nodes it has: /sys/bus/pci/devices/" ADDRESS "/virtio0/block/vda/dev: not a device number");
	put(VDA "/dev", "254:0\n");
	assert_int_equal(unlink(at(VDA "/subsystem")), 0);
	refused("virtio0: cannot determine which nodes it has: /sys/bus/pci/devices/" ADDRESS "/virtio0/block/vda/subsystem: No such file or directory");
	put_link(VDA "/subsystem", "block");
	allowed(NULL);
	for (i = 0; i < 60; i++)
		strcat(path, "/deeper");
	strcat(path, "/dev");
	put(path, "1:1\n");
	assert_int_equal(vi_scan(tree.ctx), 0);
	{
		struct vi_binding *b;

		assert_int_equal(vi_bind_plan(tree.ctx, device_at(0), NULL,
					      NULL, &b), -EBUSY);
	}
	assert_non_null(strstr(vi_error(tree.ctx), "name too long: "));
}

static void disks_that_cannot_be_read(void **state)
{
	(void)state;
	put_disk();
	put(VDA "/inflight", "many\n");
	refused("virtio0: cannot determine whether vda has requests in flight: no numbers");
	assert_int_equal(unlink(at(VDA "/inflight")), 0);
	refused("virtio0: cannot determine whether vda has requests in flight: No such file or directory");
	put(VDA "/inflight", "0 0\n");
	put(VDA "/holders", "");
	refused("virtio0: cannot determine what holds vda: Not a directory");
	assert_int_equal(unlink(at(VDA "/holders")), 0);
	allowed(NULL);
	assert_int_equal(rename(at("/proc/self/mountinfo"), at("/proc/self/x")), 0);
	refused("virtio0: cannot see what is mounted: No such file or directory");
	assert_int_equal(rename(at("/proc/self/x"), at("/proc/self/mountinfo")), 0);
	assert_int_equal(unlink(at("/proc/swaps")), 0);
	put("/proc/swaps/x", "");
	refused("virtio0: /proc/swaps: Invalid argument");
}

static void interfaces_that_cannot_be_read(void **state)
{
#define FILE_OF	VIRTIO "/net/eth0"
	(void)state;
	put_machine(1, "virtio_net");
	put(FILE_OF "/ifindex", "2\n");
	refused("virtio0: cannot determine whether eth0 is up: No such file or directory");
	put(FILE_OF "/flags", "0x1002\n");
	allowed(NULL);
	put(FILE_OF "/master", "");
	refused("virtio0: cannot determine whether eth0 is enslaved: Invalid argument");
	assert_int_equal(unlink(at(FILE_OF "/master")), 0);
	put("/proc/net/route/x", "");
	refused("virtio0: cannot determine whether eth0 has the default route: Invalid argument");
	assert_int_equal(rename(at("/proc/net/route"), at("/proc/net/if_inet6")), 0);
	refused("virtio0: cannot determine whether eth0 has addresses: Invalid argument");
	assert_int_equal(rename(at("/proc/net/if_inet6"), at("/proc/net/packet")), 0);
	refused("virtio0: cannot determine whether a packet socket is bound to eth0: Invalid argument");
}

static void others_that_cannot_be_read(void **state)
{
	(void)state;
	put_machine(4, "virtio_rng");
	put("/sys/class/misc/hw_random/rng_current/x", "");
	refused("virtio0: cannot determine whether it is the current generator: /sys/class/misc/hw_random/rng_current: Invalid argument");
	set_type(3);
	put("/proc/consoles/x", "");
	refused("virtio0: /proc/consoles: Invalid argument");
	set_type(9);
	put("/sys/module/9pnet_virtio/refcnt", "many\n");
	refused("virtio0: /sys/module/9pnet_virtio/refcnt: Invalid argument");
	set_type(19);
	refused("virtio0: cannot determine whether any socket uses it: No such file or directory; make sure that none does, then use force");
	set_type(20);
	refused("virtio0: /proc/crypto: No such file or directory");
	put(VIRTIO "/modalias", "nonsense\n");
	refused("virtio0: cannot read its type, so whether it is in use is unknown");
}

/* --- Types with checks of their own --- */

static void generators_in_use(void **state)
{
#define HWRNG	"/sys/class/misc/hw_random"
	(void)state;
	put_machine(4, "virtio_rng");
	put_node(HWRNG, "misc", "10:183", "hwrng");
	put_opener(99, "rngd", "char 10:183", "/tmp/random");
	put(HWRNG "/rng_current", "tpm-rng-0\n");
	allowed(NULL);
	put(HWRNG "/rng_current", "virtio_rng.0\n");
	refused("virtio0: /dev/hwrng is open in process 99 (rngd), as /tmp/random");
	put(HWRNG "/rng_current", "none\n");
	allowed(NULL);
}

static void mice_together(void **state)
{
	(void)state;
	put_machine(18, "virtio_input");
	put_node("/sys/class/input/mice", "input", "13:63", "input/mice");
	put_node(VIRTIO "/input/input3/event2", "input", "13:66",
		 "input/event2");
	put_opener(99, "gpm", "char 13:63", "/dev/input/mice");
	allowed(NULL);
	put_node(VIRTIO "/input/input3/mouse0", "input", "13:32",
		 "input/mouse0");
	refused("virtio0: /dev/input/mice is open in process 99 (gpm)");
}

static void displays_in_use(void **state)
{
#define VTCON	"/sys/class/vtconsole/vtcon1"
	(void)state;
	put_machine(16, "virtio_gpu");
	allowed(NULL);
	put(VTCON "/name", "(M) frame buffer device\n");
	refused("virtio0: cannot determine whether the console is drawn on it: " VTCON "/bind: No such file or directory");
	put(VTCON "/bind", "1\n");
	/* Its frame buffer, or a hidden one. */
	refused("virtio0: the console is drawn on its frame buffer");
	put_node("/sys/class/graphics/fb0", "graphics", "29:0", "fb0");
	allowed(NULL);
	put_node(PCI_DEV "/graphics/fb0", "graphics", "29:0", "fb0");
	refused("virtio0: the console is drawn on its frame buffer");
	put(VTCON "/bind", "0\n");
	allowed(NULL);
	/* Above the virtio device, as in some kernels. */
	put_opener(99, "Xorg", "char 29:0", "/tmp/screen");
	refused("virtio0: /dev/fb0 is open in process 99 (Xorg), as /tmp/screen");
}

static void ciphers_in_use(void **state)
{
	(void)state;
	put_machine(20, "virtio_crypto");
	put("/proc/crypto",
	    "name         : cbc(aes)\ndriver       : aes-generic\nrefcnt       : 7\n\n"
	    "name         : cbc(aes)\ndriver       : virtio_crypto_aes_cbc\nrefcnt       : 1\n");
	allowed(NULL);
	put("/proc/crypto",
	    "name         : cbc(aes)\ndriver       : virtio_crypto_aes_cbc\nrefcnt       : 2\n");
	refused("virtio0: the cipher virtio_crypto_aes_cbc is in use");
	assert_int_equal(unlink(at("/proc/crypto")), 0);
	allowed(&force);
	set_type(19);
	put("/sys/module/vmw_vsock_virtio_transport/refcnt", "0\n");
	allowed(NULL);
}

static void nodes_of_a_class_that_cannot_be_read(void **state)
{
	(void)state;
	put_machine(4, "virtio_rng");
	put(HWRNG "/rng_current", "virtio_rng.1\n");
	put(HWRNG "/dev", "10\n");
	refused("virtio0: cannot find the node of the generator: " HWRNG "/dev: not a device number");
	set_type(3);
	put("/sys/class/tty/hvc1/dev", "229\n");
	refused("virtio0: cannot find the node of hvc1: /sys/class/tty/hvc1/dev: not a device number");
	set_type(18);
	put_node(VIRTIO "/input/input3/mouse0", "input", "13:32",
		 "input/mouse0");
	put("/sys/class/input/mice/dev", "13\n");
	refused("virtio0: cannot find the node of all mice: /sys/class/input/mice/dev: not a device number");
	set_type(16);
	put("/sys/class/vtconsole", "");
	refused("virtio0: cannot determine whether the console is drawn on it: Not a directory");
}

/* A member disk that no mount names. */
static void one_of_several_disks(void **state)
{
	(void)state;
	put_disk();
	put("/sys/fs/btrfs/features/raid56", "0\n");
	put_link("/sys/fs/btrfs/aaaa-bbbb/devices/sdb", "/sys/devices/x");
	allowed(NULL);
	put_link("/sys/fs/btrfs/aaaa-bbbb/devices/vda1", "/sys/devices/y");
	refused("virtio0: vda1 is part of a btrfs file system that is mounted");
}

static void members_that_cannot_be_read(void **state)
{
	(void)state;
	put_disk();
	put("/sys/fs/btrfs/aaaa-bbbb/devices", "not a folder\n");
	refused("virtio0: cannot determine which disks btrfs uses: /sys/fs/btrfs/aaaa-bbbb/devices: Not a directory");
}

/* A type without a check of its own: its disk is checked like any other. */
static void a_disk_of_another_type(void **state)
{
	(void)state;
	put_machine(27, "virtio_pmem");
	put_disk_node(VIRTIO "/ndbus0/region0/namespace0.0/block/pmem0",
		      "259:0", "pmem0");
	refused("virtio0: bound to virtio_pmem, and use of a device of type pmem cannot be determined; make sure that nothing uses it, then use force");
	allowed(&force);
	put("/proc/self/mountinfo", "20 1 259:0 / /mnt rw - xfs /dev/x rw\n");
	refused_as(&force, -EBUSY, "virtio0: pmem0 is mounted on /mnt");
}

/* --- Mounts in other namespaces --- */

static void namespaces_without_end(void **state)
{
	char path[64], text[64];
	unsigned int i;

	(void)state;
	put_disk();
	for (i = 0; i < 700; i++) {
		snprintf(path, sizeof(path), "/proc/%u/ns/mnt", 1000 + i);
		snprintf(text, sizeof(text), "mnt:[%u]", 1000 + i);
		put_link(path, text);
		snprintf(path, sizeof(path), "/proc/%u/root", 1000 + i);
		put_link(path, "/");
		snprintf(path, sizeof(path), "/proc/%u/mountinfo", 1000 + i);
		put(path, "1 0 0:2 / / rw - rootfs rootfs rw\n");
	}
	allowed(NULL);
	/* Each is found, in any order. */
	for (i = 0; i < 700; i += 233) {
		snprintf(path, sizeof(path), "/proc/%u/mountinfo", 1000 + i);
		put(path, "1 0 254:1 / /data rw - ext4 /dev/xvda1 rw\n");
		snprintf(text, sizeof(text),
			 "virtio0: vda1 is mounted on /data, as process %u sees it",
			 1000 + i);
		refused(text);
		put(path, "1 0 0:2 / / rw - rootfs rootfs rw\n");
	}
}

static void views_of_one_namespace(void **state)
{
	(void)state;
	put_disk();
	put_link("/proc/self/ns/mnt", "mnt:[1]");
	put_link("/proc/self/root", "/srv/jail");
	/* The same root shows nothing else. */
	put_link("/proc/55/ns/mnt", "mnt:[1]");
	put_link("/proc/55/root", "/srv/jail");
	put("/proc/55/mountinfo", "9 1 254:1 / /data rw - ext4 /dev/x rw\n");
	allowed(NULL);
	/* Outside of this process's root. */
	put_link("/proc/56/ns/mnt", "mnt:[1]");
	put_link("/proc/56/root", "/");
	put("/proc/56/mountinfo", "9 1 254:1 / /data rw - ext4 /dev/x rw\n");
	refused("virtio0: vda1 is mounted on /data, as process 56 sees it");
	put("/proc/56/mountinfo", "");
	/* A thread's own namespace. */
	put_link("/proc/56/task/57/ns/mnt", "mnt:[2]");
	put("/proc/56/task/57/mountinfo", "9 1 254:1 / /t rw - ext4 /dev/x rw\n");
	refused("virtio0: vda1 is mounted on /t, as process 56 sees it");
}

static void one_that_ended_hides_nothing(void **state)
{
	(void)state;
	put_disk();
	put_link("/proc/55/ns/mnt", "mnt:[7]");
	put_link("/proc/55/root", "/");
	put_link("/proc/56/ns/mnt", "mnt:[7]");
	put_link("/proc/56/root", "/");
	put_link("/proc/57/ns/mnt", "mnt:[7]");
	put_link("/proc/57/root", "/");
	put("/proc/56/mountinfo", "9 1 254:1 / /data rw - ext4 /dev/x rw\n");
	refused("virtio0: vda1 is mounted on /data, as process 56 sees it");
	assert_int_equal(unlink(at("/proc/56/mountinfo")), 0);
	/* If unreadable, the folder may be mounted there. */
	put("/proc/58/ns", "");
	refused("virtio0: cannot determine whether process 58 (a process) uses it: /proc/58/ns/mnt: Not a directory; run as root, end the process, or use force");
}

/* --- Between planning and taking --- */

static void opened_after_the_plan(void **state)
{
	struct vi_binding *b;

	(void)state;
	put_disk();
	assert_int_equal(vi_bind_plan(tree.ctx, device_at(0), NULL, NULL, &b),
			 0);
	put_opener(99, "dd", "block 254:0", "/tmp/x");
	assert_int_equal(vi_bind_take(b), -EBUSY);
	assert_string_equal(vi_error(tree.ctx),
			    "virtio0: /dev/vda is open in process 99 (dd), as /tmp/x");
	assert_true(there(PCI_DEV "/driver"));
	assert_string_equal(text_of(PCI_DEV "/driver_override"), "(null)");
	assert_false(there(JOURNAL));
	vi_bind_free(b);
	close_it(99);
	assert_int_equal(vi_bind_plan(tree.ctx, device_at(0), NULL, NULL, &b),
			 0);
	put("/proc/self/mountinfo", "20 1 254:0 / /mnt rw - xfs /dev/vda rw\n");
	assert_int_equal(vi_bind_take(b), -EBUSY);
	assert_string_equal(vi_error(tree.ctx),
			    "virtio0: vda is mounted on /mnt");
	vi_bind_free(b);
	put("/proc/self/mountinfo", "");
	assert_int_equal(vi_bind_plan(tree.ctx, device_at(0), NULL, NULL, &b),
			 0);
	start_kernel();
	assert_int_equal(vi_bind_take(b), 0);
	assert_int_equal(vi_bind_give_back(b), 0);
	stop_kernel();
	vi_bind_free(b);
}

/* --- Direct calls --- */

static void nodes_in_order(void **state)
{
	struct vi_node_id id = { true, 254, 1 };
	struct vi_nodes n = { NULL, 0 };
	const struct vi_node *found;
	char path[128], number[32];
	unsigned int i;

	(void)state;
	put_node("/sys/a/z/zz", "tty", "4:64", "ttyS0");
	put_link("/sys/a/again", "z");
	put("/sys/a/dev/no-node", "");
	for (i = 40; i--;) {
		snprintf(path, sizeof(path), "/sys/a/vda/vda%u", i);
		snprintf(number, sizeof(number), "254:%u", i);
		put_node(path, "block", number, strrchr(path, '/') + 1);
	}
	assert_int_equal(vi_nodes_add_below(tree.ctx, &n, "/sys/a"), 0);
	assert_int_equal(vi_nodes_add(tree.ctx, &n, "/sys/a/vda/vda7"), 0);
	assert_int_equal(vi_nodes_add(tree.ctx, &n, "/sys/a/vda"), 0);
	vi_nodes_sort(&n);
	assert_int_equal(n.count, 41);
	assert_string_equal(n.v[0].name, "vda0");
	assert_string_equal(n.v[40].name, "ttyS0");
	assert_true(n.v[40].tty);
	found = vi_nodes_find(&n, &id);
	assert_non_null(found);
	assert_string_equal(found->name, "vda1");
	id.block = false;
	assert_null(vi_nodes_find(&n, &id));
	vi_nodes_free(&n);
	vi_nodes_sort(&n);
	assert_null(vi_nodes_find(&n, &id));
	assert_int_equal(vi_nodes_add_below(tree.ctx, &n, "/sys/b"), 0);
	assert_int_equal(vi_nodes_add_below(tree.ctx, &n, "/sys/a/z/zz/dev"),
			 -ENOTDIR);
	assert_int_equal(n.count, 0);
	vi_nodes_free(&n);
}

/* With a real node of this machine that this process has open. */
static void open_on_this_machine(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_nodes n = { NULL, 0 };
	int fd = open("/dev/full", O_RDONLY | O_CLOEXEC);
	struct vi_own_fds own = { &fd, 1 };
	struct vi_unseen unseen;
	struct vi_opener who;
	struct vi_node_id id;
	void *map;

	(void)state;
	assert_non_null(ctx);
	if (fd < 0 || vi_nodes_add(ctx, &n, "/sys/class/mem/full") ||
	    n.count != 1) {
		print_message("no /dev/full to open\n");
		skip();
	}
	assert_int_equal(vi_node_at(ctx, "/dev/full", &id), 1);
	assert_false(id.block);
	assert_ptr_equal(vi_nodes_find(&n, &id), n.v);
	assert_int_equal(vi_node_at(ctx, "/dev", &id), 0);
	assert_int_equal(vi_node_at(ctx, "/dev/there-is-none", &id), -ENOENT);
	assert_int_equal(vi_find_opener(ctx, &n, NULL, 60, &who, &unseen), 1);
	assert_string_equal(who.path, "/dev/full");
	assert_int_equal(who.how, VI_OPEN);
	/* Other processes may have it open; this one does not count. */
	if (vi_find_opener(ctx, &n, &own, 60, &who, &unseen) == 1)
		assert_int_not_equal(who.pid, getpid());
	close(fd);
	vi_nodes_free(&n);
	/* A mapping survives close(). */
	fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
	map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	assert_int_equal(vi_nodes_add(ctx, &n, "/sys/class/mem/zero"), 0);
	if (!geteuid() && map != MAP_FAILED)
		assert_int_equal(vi_find_opener(ctx, &n, NULL, 60, &who,
						&unseen), 1);
	munmap(map, 4096);
	vi_nodes_free(&n);
	vi_ctx_free(ctx);
}

/* --- Other uses --- */

static void disks_in_use(void **state)
{
	(void)state;
	put_disk();
	allowed(NULL);
	put("/proc/self/mountinfo",
	    "20 1 254:1 / /home\\040of\\040all rw - ext4 /dev/vda1 rw\n");
	refused("virtio0: vda1 is mounted on /home of all");
	refused_as(&look_away, -EBUSY,
		   "virtio0: vda1 is mounted on /home of all");
	/* A file system on several disks has a number of its own. */
	put("/proc/self/mountinfo",
	    "20 1 0:40 /@ / rw shared:1 - btrfs /dev/vda rw\n");
	refused("virtio0: vda is mounted on /");
	put("/proc/self/mountinfo", "20 1 0:40 / / rw - tmpfs none rw\n");
	put_link("/proc/self/ns/mnt", "mnt:[1]");
	put_link("/proc/55/ns/mnt", "mnt:[2]");
	put("/proc/55/mountinfo", "9 1 254:1 / /data rw - ext4 /dev/x rw\n");
	refused("virtio0: vda1 is mounted on /data, as process 55 sees it");
	put("/proc/55/mountinfo", "nonsense\n");
	put("/proc/swaps", "Filename\tType\n/dev/vda1 partition 1 0 -2\n");
	refused("virtio0: vda1 is in use as swap");
	put("/proc/swaps", "Filename\tType\n");
	put_link(VDA "/vda1/holders/dm-3", "../../../dm-3");
	put("/sys/block/dm-3/dm/name", "vg0-root\n");
	refused("virtio0: vda1 is held by dm-3 (vg0-root)");
	assert_int_equal(unlink(at(VDA "/vda1/holders/dm-3")), 0);
	put("/sys/block/loop4/loop/backing_file", "/dev/vda\n");
	refused("virtio0: vda is held by loop4");
	put("/sys/block/loop4/loop/backing_file", "/home/vda\n");
	put_opener(99, "dd", "block 254:1", "/tmp/xvda");
	refused("virtio0: /dev/vda1 is open in process 99 (dd), as /tmp/xvda");
	close_it(99);
	put(VDA "/inflight", "       1        2\n");
	refused("virtio0: vda has 3 requests in flight; wait for them, or run vqdump --check");
}

static void disks_with_something_on_them(void **state)
{
	static char swap[65536];

	(void)state;
	put_disk();
	/* A swap area of the first version, with a page size of 4096. */
	memcpy(swap + 1024, "\1\0\0\0\17\0\0\0", 8);
	memcpy(swap + 4086, "SWAPSPACE2", 10);
	put_bytes("/dev/vda1", swap, sizeof(swap));
	refused("virtio0: vda1 is unused but contains swap; --force-signature takes it anyway");
	allowed(&look_away);
	put_bytes("/dev/vda1", (char[4096]){ 0 }, 4096);
	put("/run/udev/data/b254:0", "S:disk/x\nE:ID_FS_TYPE=LVM2_member\n");
	refused("virtio0: vda is unused but contains LVM2_member; --force-signature takes it anyway");
	assert_int_equal(unlink(at("/run/udev/data/b254:0")), 0);
	assert_int_equal(unlink(at("/dev/vda")), 0);
	refused("virtio0: cannot probe vda for signatures: /dev/vda: No such file or directory; --force-signature skips the probe");
	allowed(&look_away);
}

static void disks_behind_a_scsi_host(void **state)
{
	(void)state;
	put_machine(8, "virtio_scsi");
	put_disk_node(VIRTIO "/" UNIT "block/sda", "8:0", "sda");
	allowed(NULL);
	put("/proc/self/mountinfo", "20 1 8:0 / /mnt rw - xfs /dev/sda rw\n");
	refused("virtio0: sda is mounted on /mnt");
}

#define ETH0	VIRTIO "/net/eth0"

static void interfaces_in_use(void **state)
{
	(void)state;
	put_machine(1, "virtio_net");
	refused("virtio0: its interface is in another network namespace");
	put(ETH0 "/flags", "0x1002\n");
	put(ETH0 "/ifindex", "3\n");
	allowed(NULL);
	put(ETH0 "/flags", "0x1003\n");
	refused("virtio0: eth0 is up; take it down first (ip link set eth0 down)");
	put("/proc/net/route",
	    "Iface\tDestination\tGateway\neth0\t00000000\t0100000A\n");
	refused("virtio0: eth0 is up and has the default route");
	put("/proc/net/route", "Iface\tDestination\tGateway\n");
	put_link(ETH0 "/master", "../../../../virtual/net/br0");
	refused("virtio0: eth0 is enslaved to br0");
	assert_int_equal(unlink(at(ETH0 "/master")), 0);
	put_link(ETH0 "/upper_eth0.7", "../../eth0.7");
	refused("virtio0: eth0 is part of eth0.7");
	assert_int_equal(unlink(at(ETH0 "/upper_eth0.7")), 0);
	put(ETH0 "/flags", "0x1002\n");
	put("/proc/net/if_inet6",
	    "fe800000000000000000000000000001 02 40 20 80     eth0\n");
	refused("virtio0: eth0 has addresses; remove them first (ip address flush dev eth0)");
	put("/proc/net/if_inet6", "");
	put("/proc/net/packet",
	    "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n"
	    "000000003f2d1c0b 3      3    0003   2     1 0      0      20111\n");
	allowed(NULL);
	put("/proc/net/packet",
	    "000000003f2d1c0b 3      3    0003   3     1 0      0      20111\n");
	refused("virtio0: a packet socket is bound to eth0 (see ss -0pn)");
}

static void consoles_in_use(void **state)
{
	(void)state;
	put_machine(3, "virtio_console");
	put("/proc/consoles", "ttyS0  -W- (EC  a)    4:64\n");
	allowed(NULL);
	put_node("/sys/class/tty/hvc0", "tty", "229:0", "hvc0");
	put_opener(40, "getty", "char 229:0", "/tmp/console");
	refused("virtio0: /dev/hvc0 is open in process 40 (getty), as /tmp/console");
	put("/proc/consoles", "hvc0   -W- (EC p a)  229:0\n");
	refused("virtio0: hvc0 is a kernel console");
	put("/proc/consoles", "");
	close_it(40);
	/* A process may have it open as /dev/tty, which has another number. */
	put("/proc/40/stat", "40 (a) (b) S 1 1 1 58624 -1 4194560 0 0\n");
	refused("virtio0: /dev/hvc0 is the terminal of process 40 (getty)");
}

static void shared_folders_in_use(void **state)
{
	(void)state;
	put_machine(9, "9pnet_virtio");
	put_bytes(VIRTIO "/mount_tag", "share\0", 6);
	put("/proc/self/mountinfo", "20 1 0:40 / /mnt rw - 9p other rw\n");
	allowed(NULL);
	put("/proc/self/mountinfo", "20 1 0:40 / /mnt rw - 9p share rw\n");
	refused("virtio0: share is mounted on /mnt");
	/* Unmounted with open files: only the module's count shows it. */
	put("/proc/self/mountinfo",
	    "20 1 0:40 / /mnt rw - 9p other rw,trans=virtio\n"
	    "21 1 0:40 / /srv rw - 9p other rw,trans=virtio\n"
	    "22 1 0:41 / /net rw - 9p server rw,trans=tcp\n");
	put("/sys/module/9pnet_virtio/refcnt", "1\n");
	allowed(NULL);
	put("/sys/module/9pnet_virtio/refcnt", "2\n");
	refused("virtio0: 9pnet_virtio has 2 file systems, of which only 1 are visibly mounted: another may be this one, unmounted but with files still open");
	allowed(&force);
	put(VIRTIO "/modalias", "virtio:d0000001Av00001AF4\n");
	put("/proc/self/mountinfo", "20 1 0:40 / /mnt rw - virtiofs x rw\n");
	refused("virtio0: x, which may be this one, is mounted on /mnt");
	put("/sys/fs/virtiofs/0/tag", "y\n");
	allowed(NULL);
}

static void others_in_use(void **state)
{
	(void)state;
	put_machine(5, "virtio_balloon");
	refused("virtio0: refusing to take the active memory balloon: ballooned pages would be reused; unload virtio_balloon first");
	refused_as(&force, -EBUSY, "virtio0: refusing to take the active memory balloon: ballooned pages would be reused; unload virtio_balloon first");
	put(VIRTIO "/modalias", "virtio:d00000029v00001AF4\n");
	refused("virtio0: bound to virtio_balloon, and use of a device of type gpio cannot be determined; make sure that nothing uses it, then use force");
	allowed(&force);
	put(VIRTIO "/modalias", "virtio:d00000013v00001AF4\n");
	put("/sys/module/vmw_vsock_virtio_transport/refcnt", "2\n");
	refused("virtio0: 2 sockets use it");
	/* A device without a driver is not in use. */
	put(VIRTIO "/modalias", "virtio:d00000005v00001AF4\n");
	assert_int_equal(unlink(at(VIRTIO "/driver")), 0);
	allowed(NULL);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, set_up_tree, \
							tear_down_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nodes_of_every_type),
		TEST(a_disk_by_another_name),
		TEST(a_path_is_not_open),
		TEST(mapped_and_closed),
		TEST(open_in_a_thread_alone),
		TEST(processes_that_cannot_be_looked_at),
		TEST(in_a_container),
		TEST(nodes_that_cannot_be_read),
		TEST(disks_that_cannot_be_read),
		TEST(interfaces_that_cannot_be_read),
		TEST(others_that_cannot_be_read),
		TEST(generators_in_use),
		TEST(mice_together),
		TEST(displays_in_use),
		TEST(ciphers_in_use),
		TEST(nodes_of_a_class_that_cannot_be_read),
		TEST(one_of_several_disks),
		TEST(members_that_cannot_be_read),
		TEST(a_disk_of_another_type),
		TEST(namespaces_without_end),
		TEST(views_of_one_namespace),
		TEST(one_that_ended_hides_nothing),
		TEST(opened_after_the_plan),
		TEST(nodes_in_order),
		TEST(open_on_this_machine),
		TEST(disks_in_use),
		TEST(disks_with_something_on_them),
		TEST(disks_behind_a_scsi_host),
		TEST(interfaces_in_use),
		TEST(consoles_in_use),
		TEST(shared_folders_in_use),
		TEST(others_in_use),
	};

	return cmocka_run_group_tests_name("use", tests, NULL, NULL);
}
