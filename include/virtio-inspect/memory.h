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
 * vi_read_fn - copy @len bytes of memory at @addr to @buf. Returns 0 if it
 * copied all of them, else a negative errno. @data is what vi_ctx_add_memory()
 * was given.
 */
typedef int (*vi_read_fn)(void *data, uint64_t addr, void *buf, size_t len);

/**
 * vi_ctx_add_memory - add memory in which rings by address and their buffers
 * lie: a guest's, or the program's own.
 *
 * @start, @end: the addresses of its first and its last byte, as descriptors
 *               contain them.
 * @read:        reads it. The library calls it as long as the context exists or
 *               the program holds a reference to an object of it.
 *
 * Can be called several times. The memory that was added is all the RAM there
 * is. -EINVAL: @end is before @start, or the range is the whole address space;
 * -ENOMEM.
 */
int vi_ctx_add_memory(struct vi_ctx *ctx, uint64_t start, uint64_t end,
		      vi_read_fn read, void *data);

/**
 * vi_ring_by_address - create a device that consists of one ring in memory and
 * lives until the next scan. The same @spec and @memory name the same device.
 * @spec:   "split|packed,num=256,desc=0x…,driver=0x…,device=0x…" and, as
 *          options, "features=0x…" (0: none were negotiated), "type=blk",
 *          "queue=1", "last_used_idx=" (the driver's position in the used
 *          ring); for split rings "byte_order=little|big", without which the
 *          ring is not decoded unless its features include VERSION_1 or it is in
 *          this machine's memory, and for those of legacy devices "align="; for
 *          packed rings "last_used_wrap=", which "last_used_idx=" then
 *          needs, and "next_avail=" with "avail_wrap=".
 * @memory: "FILE[@ADDRESS]": a flat file that is all the RAM there is, and
 *          whose first byte lies at ADDRESS (default 0); -EINVAL if it is a
 *          dump with headers, or a compressed file. NULL: the memory of
 *          vi_ctx_add_memory(), or if there is none, this machine's physical
 *          memory.
 */
int vi_ring_by_address(struct vi_ctx *ctx, const char *spec,
		       const char *memory, struct vi_device **dev);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_MEMORY_H */
