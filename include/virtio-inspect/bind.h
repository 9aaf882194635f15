/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file bind.h
 * Taking PCI devices from the kernel's drivers, and giving them back as they
 * were. Continues <virtio-inspect/inspect.h>, whose rules hold here but for
 * one: these functions write, to the kernel's files of the PCI bus and to
 * journals below /run/virtio-inspect.
 *
 * A device that anything uses is refused. What it was like is in a journal on
 * disk before the first change, so that whoever finds it can undo what a
 * process that died has left:
 *
 *	if (!vi_bind_claim(ctx, "0000:00:04.0", NULL, &b)) {
 *		if (!vi_bind_take(b)) {
 *			vi_attach(vi_bind_address(b), &vdev);
 *			...
 *			vi_detach(vdev);
 *			vi_bind_give_back(b);
 *		}
 *		vi_bind_free(b);
 *	}
 */
#ifndef VIRTIO_INSPECT_BIND_H
#define VIRTIO_INSPECT_BIND_H

#include <virtio-inspect/inspect.h>

#ifdef __cplusplus
extern "C" {
#endif

/** struct vi_binding - a device that is to be taken, or was. */
struct vi_binding;

/**
 * struct vi_bind_options - who is to have a device, and what may be waived
 * @size:   sizeof(struct vi_bind_options).
 * @driver: the PCI driver that gets it; NULL: "vfio-pci"; "": none.
 * @force_signature: take also a disk with a file system, a partition table, or
 *          the like on it, which nothing uses; it is not read then. Reading is
 *          a request to the device, which one that is stuck does not answer.
 * @force:  take also a device of which it cannot be told whether anything uses
 *          it: of a type that shows no users, or as there are processes that
 *          this one may not look at. What is found in use stays refused.
 */
struct vi_bind_options {
	size_t size;
	const char *driver;
	bool force_signature;
	bool force;
};

/**
 * vi_bind_plan - may @dev be taken, and how? Nothing is written.
 *
 * @dev:     a device of @ctx; NULL: the one at @address, which need have no
 *           driver.
 * @address: as the kernel writes it; NULL with @dev.
 * @options: NULL: all as by default.
 *
 * Refused with -EBUSY is what something uses: the message says what, in one
 * line. Devices of which a process has a node open or mapped, whatever the node
 * is called and in whatever namespace; disks that are mounted, in swap, held by
 * another device, claimed by the kernel, or carry a file system; interfaces
 * that are up, enslaved, or have addresses; consoles; file systems that are
 * mounted; and so on. What cannot be found out counts as in use. Memory,
 * balloons and IOMMUs that the kernel drives are never given away. -ENOTSUP:
 * not on PCI; or vfio-pci could not use it, as there is no IOMMU (the message
 * says what is missing), or it does not heed the one there is, or another
 * device of its IOMMU group has a driver. -EALREADY: it is taken.
 *
 * *@binding is to be freed before @ctx.
 */
int vi_bind_plan(struct vi_ctx *ctx, struct vi_device *dev,
		 const char *address, const struct vi_bind_options *options,
		 struct vi_binding **binding);

/**
 * vi_bind_claim - keep all others from taking the device at @address.
 *
 * Of several processes at once one succeeds; for the others it is -EALREADY,
 * with a message that names the process that has the device. The journal is
 * written and locked, as by vi_bind_reserve(), and vi_bind_take() refuses what
 * vi_bind_plan() would: it scans @ctx anew for that. Until then nothing is
 * known of who uses the device.
 */
int vi_bind_claim(struct vi_ctx *ctx, const char *address,
		  const struct vi_bind_options *options,
		  struct vi_binding **binding);

/**
 * vi_bind_open - a device that was taken before, to give it back.
 *
 * @target: its PCI address, or the name that it had ("virtio3").
 *
 * 0; -EBUSY: the process that took it runs; -ENOENT: it is not taken.
 * A device on vfio-pci, or without a driver, that no journal knows can be
 * opened by its address: it goes to the driver that the kernel finds for it.
 */
int vi_bind_open(struct vi_ctx *ctx, const char *target,
		 struct vi_binding **binding);

/**
 * vi_bind_free - forget it. The device stays where it is; one that was taken
 * and not given back stays in its journal. NULL is fine.
 */
void vi_bind_free(struct vi_binding *binding);

/** vi_bind_address - "0000:00:04.0" */
const char *vi_bind_address(const struct vi_binding *binding);

/**
 * vi_bind_steps - what taking it, or with @back giving it back, would do from
 * here on: VI_RECORDS of vi_bind_step_schema() (path, value, text), good until
 * the next call.
 */
int vi_bind_steps(struct vi_binding *binding, bool back,
		  struct vi_value *steps);
const struct vi_schema *vi_bind_step_schema(void);

/**
 * vi_bind_reserve - write the journal, and lock it. From here on, until it is
 * given back, kept or freed, no other process can take it. vi_bind_take() does
 * it where it was not done. -EALREADY: another process has it.
 */
int vi_bind_reserve(struct vi_binding *binding);

/**
 * vi_bind_take - take it, unless something uses it by now: -EBUSY then. Disks
 * are claimed from that look on until their driver is gone, so that nobody can
 * mount them meanwhile. The context's devices are others after that of one that
 * was claimed; of one that was planned they are to be those of the plan still.
 * When it fails, the device is given back as far as it goes.
 */
int vi_bind_take(struct vi_binding *binding);

/** vi_bind_keep - leave it so when this process ends. */
int vi_bind_keep(struct vi_binding *binding);

/**
 * vi_bind_give_back - give it back: to the driver that it had, which is waited
 * for, and then for the device's own. Starts from how things are, so that it
 * can be called again after an error, and by a process that was forked.
 *
 * 0, also when there is nothing left to do; -EBUSY: somebody has it open by
 * VFIO, and unbinding it would wait for that; -ETIMEDOUT: the driver does not
 * come back; -EINPROGRESS: the kernel is still at a step that took too long,
 * and was given up on. The journal stays when it fails.
 */
int vi_bind_give_back(struct vi_binding *binding);

/**
 * vi_bind_fds - the descriptors that a forked process must leave open for
 * vi_bind_give_back(); how many.
 */
#define VI_BIND_FDS	4
size_t vi_bind_fds(const struct vi_binding *binding, int fds[VI_BIND_FDS]);

/**
 * vi_taken - the devices that are taken, by their journals: VI_RECORDS of
 * vi_taken_schema(), good until the next call or scan. Their "state" is
 * "taken" (a process has it), "kept" (left so on purpose), "left" (the process
 * died), "being given back", "stale" (of an earlier boot), or "damaged".
 */
int vi_taken(struct vi_ctx *ctx, struct vi_value *taken);
const struct vi_schema *vi_taken_schema(void);

/**
 * vi_bind_restore - give back one of those, by its "address", if it was left;
 * forget it if it is stale. 0: nothing is left to do; -EBUSY: the process that
 * took it, or gives it back, runs; -EALREADY: it was left so on purpose.
 */
int vi_bind_restore(struct vi_ctx *ctx, const char *address);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_BIND_H */
