/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Locations of members in the running kernel's structures, from BTF of the
 * kernel and of modules that may contain virtio, read with libbpf.
 */
#ifndef VI_ACCESS_KERNEL_BTF_H
#define VI_ACCESS_KERNEL_BTF_H

#include "core/ctx.h"

struct vi_btf;

/* Location of a member in its structure. */
struct vi_member {
	uint32_t offset, size;		/* in bytes */
};

/* 0, or a negative errno with a message that says what is missing. */
int vi_btf_open(struct vi_ctx *ctx, struct vi_btf **btf);
void vi_btf_close(struct vi_btf *btf);

/*
 * Find the member @path, such as "split.vring.desc", of struct @type, also in
 * unnamed structures and unions. -ENOENT if there is none or it is not a whole
 * number of bytes.
 */
int vi_btf_member(struct vi_btf *btf, const char *type, const char *path,
		  struct vi_member *member);

/* Value of @name in enum @type. 0 or -ENOENT. */
int vi_btf_enum(struct vi_btf *btf, const char *type, const char *name,
		uint32_t *value);

/* A few hundred bytes are usual for a structure that is read whole. */
#define VI_BTF_MAX_STRUCT	4096

/* The size of struct @type in bytes; -ENOENT; -ERANGE: implausibly large. */
long vi_btf_size(struct vi_btf *btf, const char *type);

#endif
