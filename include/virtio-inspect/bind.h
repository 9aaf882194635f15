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
 * process that died has left. A guard does so at once:
 *
 *	vi_guard_new(ctx, "0000:00:04.0", NULL, &guard);
 *	if (!vi_bind_claim(ctx, "0000:00:04.0", NULL, &b)) {
 *		if (!vi_bind_take(b)) {
 *			vi_attach(vi_bind_address(b), &vdev);
 *			...
 *			vi_detach(vdev);
 *			vi_bind_give_back(b);
 *		}
 *		vi_bind_free(b);
 *	}
 *	vi_guard_stop(guard);
 *
 * A binding is of the process that made it: one that was forked uses
 * vi_bind_restore().
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
 * written and locked until the device is given back or kept, or the binding is
 * freed. vi_bind_take() refuses what vi_bind_plan() would, and scans @ctx for
 * that: until then nothing is known of who uses the device.
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
 * vi_bind_take - take it, unless something uses it by now: -EBUSY then. A
 * device that was only planned is claimed first, which can be -EALREADY. Disks
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
 * can be called again after an error.
 *
 * 0, also when there is nothing left to do; -EBUSY: somebody has it open by
 * VFIO, and unbinding it would wait for that; -ETIMEDOUT: the driver does not
 * come back; -EINPROGRESS: the kernel is still at a step that took too long,
 * and was given up on. The journal stays when it fails.
 */
int vi_bind_give_back(struct vi_binding *binding);

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

/** struct vi_guard - a process that gives a device back when this one dies. */
struct vi_guard;

/**
 * struct vi_guard_options - what a guard does when this process has died
 *
 * @size: sizeof(struct vi_guard_options).
 * @stop: first keep the device from memory, by turning its bus mastering off:
 *        for one that this process drives by physical addresses.
 * @report: called in the guard's process, with what vi_error() of the context
 *        says: -EINPROGRESS: this process has died, and nothing was done yet;
 *        -EBUSY: the kernel is still at a step of this process, and the guard
 *        waits for it; at the end 0, or why the device cannot be given back.
 *        NULL: nothing is said.
 * @data: for @report.
 */
struct vi_guard_options {
	size_t size;
	bool stop;
	void (*report)(void *data, int err);
	void *data;
};

/**
 * vi_guard_new - start a process that sleeps until this one has died, and then
 * gives the device at @address back, as vi_bind_restore() does. The device need
 * not be taken yet: who starts the guard first is guarded at every step.
 *
 * The guard is forked from the calling thread, in a session of its own, and is
 * called NAME-guard after this program. It keeps standard error and what memory
 * is mapped shared, and closes all other descriptors. So memory that a device
 * writes to, which must be mapped shared for a fork not to take its pages away,
 * is nobody else's until the device is given back: start another guard once it
 * is mapped, and stop the one before. The guard ignores the signals of
 * terminals and service managers, asks the OOM killer to spare it, and is ended
 * by SIGKILL alone.
 *
 * Call it in the thread that uses @ctx, which the guard has a copy of, and while
 * no other thread holds a lock that @report needs. The guard is a child of this
 * process: SIGCHLD comes when it ends, and a wait for any child may get it,
 * which does no harm. *@guard is to be stopped or left before @ctx is freed. It
 * takes this process for alive as long as another that
 * was forked, and did not exec, is. @options are copied, but not what their
 * @data points to.
 *
 * 0; -EINVAL: @address is none of PCI; -EAGAIN, -ENOMEM, -EMFILE: there can be
 * no further process, or no pipe.
 */
int vi_guard_new(struct vi_ctx *ctx, const char *address,
		 const struct vi_guard_options *options,
		 struct vi_guard **guard);

/**
 * vi_guard_check - is it there? To be called several times a second while the
 * device is taken; it costs a system call.
 *
 * 0; 1: it was killed, and another one has taken its place; or a negative
 * errno, as of vi_guard_new(): it was killed, and nobody guards the device. The
 * next call tries again.
 */
int vi_guard_check(struct vi_guard *guard);

/**
 * vi_guard_stop - the device was given back, or is kept: end the guard, which
 * does nothing, and free it. NULL is fine.
 */
void vi_guard_stop(struct vi_guard *guard);

/**
 * vi_guard_leave - free @guard, whose process stays until this one ends, and
 * then does its work. NULL is fine.
 */
void vi_guard_leave(struct vi_guard *guard);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_BIND_H */
