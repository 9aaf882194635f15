/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests: a machine made of files, with a disk that may be in use. */
#ifndef VI_TESTS_USE_TREE_H
#define VI_TESTS_USE_TREE_H

#include "bind_tree.h"

#define BLK	2

#define VDA	VIRTIO "/block/vda"

static const struct vi_bind_options force = {
	.size = sizeof(force), .force = true,
};
static const struct vi_bind_options look_away = {
	.size = sizeof(look_away), .force_signature = true,
};

static inline void put_disk_node(const char *path, const char *number,
				 const char *name)
{
	char file[256];

	put_node(path, "block", number, name);
	snprintf(file, sizeof(file), "%s/inflight", path);
	put(file, "       0        0\n");
	snprintf(file, sizeof(file), "/dev/%s", name);
	put_bytes(file, (char[8192]){ 0 }, 8192);
}

static inline void put_disk(void)
{
	put_machine(BLK, "virtio_blk");
	put_disk_node(VDA, "254:0", "vda");
	put_disk_node(VDA "/vda1", "254:1", "vda1");
	put(VDA "/vda1/partition", "1\n");
}

static inline void set_type(unsigned int type)
{
	char text[64];

	snprintf(text, sizeof(text), "virtio:d%08Xv00001AF4\n", type);
	put(VIRTIO "/modalias", text);
}

#define UNIT	"host6/target6:0:0/6:0:0:0/"

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, set_up_tree, \
							tear_down_tree)

#endif
