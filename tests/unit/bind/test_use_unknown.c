// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Uses of a device that cannot be determined, that begin after the plan, and in
 * other namespaces, on a machine made of files.
 */
#include <sys/mman.h>

#include "use_tree.h"

#include "bind/use/facts.h"
#include "bind/use/nodes.h"
#include "bind/use/proc.h"
#include "core/ctx.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(processes_that_cannot_be_looked_at),
		TEST(in_a_container),
		TEST(nodes_that_cannot_be_read),
		TEST(disks_that_cannot_be_read),
		TEST(interfaces_that_cannot_be_read),
		TEST(others_that_cannot_be_read),
		TEST(namespaces_without_end),
		TEST(views_of_one_namespace),
		TEST(one_that_ended_hides_nothing),
		TEST(opened_after_the_plan),
		TEST(nodes_in_order),
		TEST(open_on_this_machine),
	};

	return cmocka_run_group_tests_name("use_unknown", tests, NULL, NULL);
}
