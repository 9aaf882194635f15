/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file memory.h
 * Rings in memory that the program names: its own, a guest's, a file's, or
 * this machine's. Continues <virtio-inspect/inspect.h>, whose rules hold here.
 */
#ifndef VIRTIO_INSPECT_MEMORY_H
#define VIRTIO_INSPECT_MEMORY_H

#include <virtio-inspect/inspect.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * vi_read_fn - copy @len bytes of memory at @addr into @buf: all of them and 0,
 * or a negative errno. @data is the program's own.
 */
typedef int (*vi_read_fn)(void *data, uint64_t addr, void *buf, size_t len);

/**
 * vi_ctx_add_memory - have rings by address, and their buffers, lie in memory
 * that the program has: that of a guest, or its own.
 *
 * @start, @end: the addresses of its first and of its last byte, as descriptors
 *               have them.
 * @read:        reads it, while the context is used or anything of it is held.
 *
 * May be called several times. Together that is all the memory there is: what
 * lies elsewhere is not RAM. -EINVAL: @end is before @start, or it is all of
 * the address space; -ENOMEM.
 */
int vi_ctx_add_memory(struct vi_ctx *ctx, uint64_t start, uint64_t end,
		      vi_read_fn read, void *data);

/**
 * vi_ring_by_address - have a device that is nothing but a ring in memory,
 * until the next scan; the same @spec and @memory again is the same device.
 * @spec:   "split|packed,num=256,desc=0x…,driver=0x…,device=0x…" and, as
 *          options, "features=0x…", "type=blk", and for packed rings
 *          "next_avail=", "avail_wrap=", "next_used=", "used_wrap=".
 * @memory: "FILE[@ADDRESS]": a flat file whose first byte lies at ADDRESS (0)
 *          and which is all the memory that there is. NULL: that of
 *          vi_ctx_add_memory(), or where the program gave none, this machine's
 *          physical memory.
 */
int vi_ring_by_address(struct vi_ctx *ctx, const char *spec,
		       const char *memory, struct vi_device **dev);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_MEMORY_H */
