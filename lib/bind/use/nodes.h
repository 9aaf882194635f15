/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The device nodes of a device. A node is identified by its number, because
 * anybody who can create one, as containers can, chooses its name and folder.
 */
#ifndef VI_BIND_USE_NODES_H
#define VI_BIND_USE_NODES_H

#include <sys/types.h>

#include "core/ctx.h"

/* The identity of a node; block and character devices are numbered apart. */
struct vi_node_id {
	bool block;
	unsigned int major, minor;
};

struct vi_node {
	struct vi_node_id id;
	bool tty;			/* can be a controlling terminal */
	char name[80];			/* the kernel's name, below /dev */
	char path[256];			/* its folder in sysfs */
};

struct vi_nodes {
	struct vi_node *v;
	size_t count;
};

/*
 * Add the node whose folder in sysfs is @path; or all in folders at and below
 * @path, without following links. 0, even if there is none; a negative errno
 * with a message.
 */
int vi_nodes_add(struct vi_ctx *ctx, struct vi_nodes *nodes, const char *path);
int vi_nodes_add_below(struct vi_ctx *ctx, struct vi_nodes *nodes,
		       const char *path);

/* Sort by number, disks before their partitions, without duplicates.
 * vi_nodes_find() needs it. */
void vi_nodes_sort(struct vi_nodes *nodes);

/* The node with this number, or NULL. */
const struct vi_node *vi_nodes_find(const struct vi_nodes *nodes,
				    const struct vi_node_id *id);

void vi_nodes_free(struct vi_nodes *nodes);

/*
 * Which node is at @path, following links: 1 with *@id; 0: no node; a negative
 * errno. Uses only what the kernel has cached, so no file system can block it.
 */
int vi_node_at(struct vi_ctx *ctx, const char *path, struct vi_node_id *id);

#endif
