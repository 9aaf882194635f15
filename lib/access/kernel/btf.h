/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the running kernel keeps the members of its structures: BTF, read
 * with libbpf, of the kernel and of the modules that virtio may be in.
 */
#ifndef VI_ACCESS_KERNEL_BTF_H
#define VI_ACCESS_KERNEL_BTF_H

#include "core/ctx.h"

struct vi_btf;

/* A member's place in its structure. */
struct vi_member {
	uint32_t offset, size;		/* bytes */
};

/* 0, or a negative errno with a message that says which way is closed. */
int vi_btf_open(struct vi_ctx *ctx, struct vi_btf **btf);
void vi_btf_close(struct vi_btf *btf);

/*
 * The member at @path, such as "split.vring.desc", of struct @type. Members of
 * unnamed structures and unions within count as the structure's own. -ENOENT
 * when there is none, or one that is no whole number of bytes.
 */
int vi_btf_member(struct vi_btf *btf, const char *type, const char *path,
		  struct vi_member *member);

/* What @name stands for in enum @type. 0 or -ENOENT. */
int vi_btf_enum(struct vi_btf *btf, const char *type, const char *name,
		uint32_t *value);

/* The size of struct @type in bytes, or -ENOENT. */
long vi_btf_size(struct vi_btf *btf, const char *type);

#endif
