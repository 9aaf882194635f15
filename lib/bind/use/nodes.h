/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The device nodes that the kernel has made for a device. Who has one open is
 * told by its number: what a node is called, and in which folder it lies,
 * anybody may choose who can make one, as containers do.
 */
#ifndef VI_BIND_USE_NODES_H
#define VI_BIND_USE_NODES_H

#include <sys/types.h>

#include "core/ctx.h"

/* What a node stands for. Block and character devices are numbered apart. */
struct vi_node_id {
	bool block;
	unsigned int major, minor;
};

struct vi_node {
	struct vi_node_id id;
	bool tty;			/* it can be a process's terminal */
	char name[80];			/* below /dev, as the kernel calls it */
	char path[256];			/* its folder in sysfs */
};

struct vi_nodes {
	struct vi_node *v;
	size_t count, max;
};

/*
 * Add the node whose folder in sysfs is @path; all those in folders at and
 * below @path, links not followed. 0, also where there is none; a negative
 * errno with a message.
 */
int vi_nodes_add(struct vi_ctx *ctx, struct vi_nodes *nodes, const char *path);
int vi_nodes_add_below(struct vi_ctx *ctx, struct vi_nodes *nodes,
		       const char *path);

/* Put them in the order of their numbers, disks before their partitions; each
 * once. vi_nodes_find() needs it. */
void vi_nodes_sort(struct vi_nodes *nodes);

/* The one with this number, or NULL. */
const struct vi_node *vi_nodes_find(const struct vi_nodes *nodes,
				    const struct vi_node_id *id);

void vi_nodes_free(struct vi_nodes *nodes);

/*
 * Which node is at @path, links followed: 1 with *@id; 0: something else; a
 * negative errno. What is asked is only what the kernel knows already, so that
 * no server of a file system is waited for.
 */
int vi_node_at(struct vi_ctx *ctx, const char *path, struct vi_node_id *id);

#endif
