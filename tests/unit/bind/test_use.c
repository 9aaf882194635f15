// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Uses of a device, on a machine made of files.
 * In real guests: tests/lab/test_use.py.
 */
#include <sys/mman.h>

#include "use_tree.h"

#include "core/compiler.h"

/* --- Openers of a node, under any name --- */

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nodes_of_every_type),
		TEST(a_disk_by_another_name),
		TEST(a_path_is_not_open),
		TEST(mapped_and_closed),
		TEST(open_in_a_thread_alone),
		TEST(generators_in_use),
		TEST(mice_together),
		TEST(displays_in_use),
		TEST(ciphers_in_use),
		TEST(nodes_of_a_class_that_cannot_be_read),
		TEST(one_of_several_disks),
		TEST(members_that_cannot_be_read),
		TEST(a_disk_of_another_type),
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
