/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file bind.h
 * Taking PCI devices from the kernel's drivers, and returning them as they
 * were. Continues <virtio-inspect/inspect.h>, whose rules hold here except for
 * one: these functions write, to the kernel's files of the PCI bus and to
 * journals below /run/virtio-inspect.
 *
 * A device that is in use is refused. A journal on disk records the state of
 * the device before the first change, so that what a process left when it died
 * can be undone. A guard does so at once:
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
 * Only the process that created a binding may use it; a forked process uses
 * vi_bind_restore() instead.
 */
#ifndef VIRTIO_INSPECT_BIND_H
#define VIRTIO_INSPECT_BIND_H

#include <virtio-inspect/inspect.h>

#ifdef __cplusplus
extern "C" {
#endif

/** struct vi_binding - a device that was taken, or will be. */
struct vi_binding;

/**
 * struct vi_bind_options - which driver gets a device, and which checks to
 * waive
 * @size:   sizeof(struct vi_bind_options).
 * @driver: the PCI driver that gets it; NULL: "vfio-pci"; "": none.
 * @force_signature: also take an unused disk that carries a file system, a
 *          partition table or the like; the disk is not read then. Reading is a
 *          request to the device, which a stuck device does not answer.
 * @force:  also take a device if it is unknown whether it is in use: because
 *          its type does not show its users, or because this process may not
 *          inspect all others. A device that is known to be in use stays
 *          refused.
 */
struct vi_bind_options {
	size_t size;
	const char *driver;
	bool force_signature;
	bool force;
};

/**
 * vi_bind_plan - may @dev be taken, and how? Writes nothing.
 *
 * @dev:     a device of @ctx; NULL: the one at @address, which need not have a
 *           driver.
 * @address: as the kernel writes it; NULL if @dev is given.
 * @options: NULL: the defaults.
 *
 * -EBUSY: the device is in use, and the message says by what. These are in use:
 * devices of which a process has a node open or mapped, whatever its name and
 * namespace; disks that are mounted, used as swap, held by another device,
 * claimed by the kernel, or carry a file system; network interfaces that are
 * up, enslaved, or have addresses; consoles; mounted file systems; and so on.
 * So is a device of which this cannot be determined. Memory, balloons and
 * IOMMUs that the kernel drives are never taken. -ENOTSUP: the device is not on
 * PCI, or vfio-pci could not use it: there is no IOMMU (the message says what
 * is missing), the device bypasses it, or another device of its IOMMU group has
 * a driver. -EALREADY: it is taken.
 *
 * Free *@binding before @ctx.
 */
int vi_bind_plan(struct vi_ctx *ctx, struct vi_device *dev,
		 const char *address, const struct vi_bind_options *options,
		 struct vi_binding **binding);

/**
 * vi_bind_claim - keep all others from taking the device at @address.
 *
 * If several processes try at once, one succeeds; the others get -EALREADY,
 * with a message that names the process that has the device. The journal is
 * written, and stays locked until the device is given back or kept, or the
 * binding is freed. Whether the device is in use is checked by vi_bind_take(),
 * which scans @ctx for that and refuses what vi_bind_plan() refuses.
 */
int vi_bind_claim(struct vi_ctx *ctx, const char *address,
		  const struct vi_bind_options *options,
		  struct vi_binding **binding);

/**
 * vi_bind_open - open a device that was taken earlier, to give it back.
 *
 * @target: its PCI address, or the name that it had ("virtio3").
 *
 * 0; -EBUSY: the process that took it is running; -ENOENT: it is not taken.
 * A device on vfio-pci or without a driver that has no journal can be opened by
 * its address: it goes to the driver that the kernel finds for it.
 */
int vi_bind_open(struct vi_ctx *ctx, const char *target,
		 struct vi_binding **binding);

/**
 * vi_bind_free - free the binding. The device keeps its present driver; if it
 * was taken and not given back, its journal stays. NULL is fine.
 */
void vi_bind_free(struct vi_binding *binding);

/** vi_bind_address - "0000:00:04.0" */
const char *vi_bind_address(const struct vi_binding *binding);

/**
 * vi_bind_steps - the steps that taking the device, or with @back giving it
 * back, would do from its present state: VI_RECORDS of vi_bind_step_schema()
 * (path, value, text), valid until the next call.
 */
int vi_bind_steps(struct vi_binding *binding, bool back,
		  struct vi_value *steps);
const struct vi_schema *vi_bind_step_schema(void);

/**
 * vi_bind_take - take the device, unless it is in use by now (-EBUSY). Disks
 * are held exclusively until their driver is unbound, so that nobody can mount
 * them meanwhile.
 *
 * After vi_bind_claim() this scans the context, which replaces its devices.
 * After vi_bind_plan() it claims the device first, which can fail with
 * -EALREADY; the context must not have been scanned since the plan. On failure
 * the device is given back as far as possible.
 */
int vi_bind_take(struct vi_binding *binding);

/** vi_bind_keep - leave the device taken when this process ends. */
int vi_bind_keep(struct vi_binding *binding);

/**
 * vi_bind_give_back - give the device back to the driver that it had, and wait
 * for that driver and for the virtio driver. Starts from the present state, so
 * that it can be called again after an error.
 *
 * 0, also if there is nothing to do; -EBUSY: a process has the device open
 * through VFIO, and unbinding it would hang; -ETIMEDOUT: the driver does not
 * come back; -EINPROGRESS: the kernel has not finished a step that timed out
 * earlier. The journal stays if this fails.
 */
int vi_bind_give_back(struct vi_binding *binding);

/**
 * vi_taken - the devices that are taken, according to their journals:
 * VI_RECORDS of vi_taken_schema(), valid until the next call or scan. "state"
 * is "taken" (a process has the device), "kept" (left taken on purpose), "left"
 * (the process died), "being given back", "stale" (from an earlier boot), or
 * "damaged".
 */
int vi_taken(struct vi_ctx *ctx, struct vi_value *taken);
const struct vi_schema *vi_taken_schema(void);

/**
 * vi_bind_restore - give back the device at @address if its process died, and
 * remove its journal if that is stale. 0: nothing is left to do; -EBUSY: the
 * process that took it, or one that is giving it back, is running; -EALREADY:
 * it was left taken on purpose.
 */
int vi_bind_restore(struct vi_ctx *ctx, const char *address);

/** struct vi_guard - a process that gives a device back when this one dies. */
struct vi_guard;

/**
 * struct vi_guard_options - what a guard does when this process has died
 *
 * @size: sizeof(struct vi_guard_options).
 * @stop: turn off the device's bus mastering first, so that it cannot access
 *        memory: for a device that this process drives by physical addresses.
 * @report: called in the guard's process. -EINPROGRESS: this process has died,
 *        and the guard is about to act; -EBUSY: it waits for the kernel to
 *        finish a step of this process; finally 0, or the reason why the device
 *        cannot be given back, with a message in vi_error(). May be NULL.
 * @data: passed to @report.
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
 * not be taken yet: start the guard first to be guarded at every step.
 *
 * Processes: the guard is forked from the calling thread, is a child of this
 * process, and runs in a session of its own as "NAME-guard", after the name of
 * this program. Processes that were forked from this one and did not exec must
 * have ended, too, before it acts. This process gets SIGCHLD when the guard
 * ends; a wait for any child may reap it, which is harmless.
 *
 * Signals: the guard ignores those of terminals and service managers, and asks
 * the OOM killer to spare it. Only SIGKILL ends it.
 *
 * Descriptors and memory: the guard keeps standard error and shared mappings,
 * and closes all other descriptors. Memory that a device writes to must be
 * mapped shared (fork() would copy private pages), and then stays allocated
 * until the guard has given the device back; so once it is mapped, start
 * another guard and stop the one before.
 *
 * Threads: call it in the thread that uses @ctx, of which the guard has a copy,
 * while no other thread holds a lock that @report takes. Stop or leave the
 * guard before freeing @ctx. @options are copied; what their @data points to is
 * not.
 *
 * 0; -EINVAL: @address is not a PCI address; -EAGAIN, -ENOMEM, -EMFILE: no
 * process or no pipe could be created.
 */
int vi_guard_new(struct vi_ctx *ctx, const char *address,
		 const struct vi_guard_options *options,
		 struct vi_guard **guard);

/**
 * vi_guard_check - replace the guard if it was killed. Call this several times
 * a second while the device is taken; it costs one system call.
 *
 * 0: the guard is alive; 1: it was killed, and another one has taken its place;
 * a negative errno, as from vi_guard_new(): it was killed, and nobody guards
 * the device. The next call tries again.
 */
int vi_guard_check(struct vi_guard *guard);

/**
 * vi_guard_stop - end the guard without an action and free it: the device was
 * given back, or is kept. NULL is fine.
 */
void vi_guard_stop(struct vi_guard *guard);

/**
 * vi_guard_leave - free @guard, but let its process wait for the end of this
 * one and do its work then. NULL is fine.
 */
void vi_guard_leave(struct vi_guard *guard);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_BIND_H */
