/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Device types: one file each, and nothing else needs to know of it. What a
 * type is, is data: its queues, and how the user knows its devices.
 *
 *	VI_DEVICE_TYPE(rng) = {
 *		.driver = VI_TYPE_DRIVER("rng", 4),
 *		.queues = queues,
 *		.knames = knames,
 *	};
 */
#ifndef VI_DEVTYPE_DEVICE_TYPE_H
#define VI_DEVTYPE_DEVICE_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <virtio-inspect/virtio.h>

struct vi_config_field;
struct vi_request_kind;

/* What it means that a buffer stays with the device for long. */
enum vi_queue_role {
	VI_QUEUE_REQUEST,	/* the device is slow, or stuck */
	VI_QUEUE_MAY_WAIT,	/* that may be in the nature of the request */
	VI_QUEUE_PARKED,	/* nothing: buffers wait there for something */
};

/* .needs of a row: exists only where this feature was negotiated. */
#define VI_NEEDS(bit, name)	.needs = (bit) + 1, .feature = (name)

/* .unless of a row: the other way round. */
#define VI_UNLESS(bit, name)	.unless = (bit) + 1, .feature = (name)

/* .at: behind all others. */
#define VI_QUEUE_LAST	0xffff

/*
 * A queue, or several of a kind.
 *
 * @name:   in the specification; %u stands for the number.
 * @linux_name: as Linux's driver calls it, in /proc/interrupts and elsewhere;
 *          NULL: not known.
 * @at:     its index, or that of the first.
 * @step:   0: there is one; otherwise they go on every so many indices.
 * @from:   the number in the name of the first.
 * @polled: Linux's driver gives it no callback, so that it has no interrupt
 *          of its own. Where it has one none the less, it is a newer driver.
 * @request: what its buffers are; see device/request.h. NULL: sizes are all
 *          that is known.
 * @least_out, @least_in: bytes that every buffer has at the least, for the
 *          device to read and to write: its header and its answer.
 */
struct vi_queue_kind {
	const char *name;
	const char *linux_name;
	enum vi_queue_role role;
	uint16_t at;
	uint8_t step;
	uint8_t from;
	uint8_t needs;
	bool polled;
	const char *feature;
	const struct vi_request_kind *request;
	uint16_t least_out, least_in;
};

/*
 * How the user knows a device: the first row that finds something counts.
 *
 * @path:   in sysfs, below the device's folder; a whole path begins with '/'.
 *          '*' stands for any text, '#' for a number, '%' for the kernel's
 *          index of the device. The name is that of what is found, or, after
 *          '=', what the file holds.
 * @name:   the name is this, if something is found.
 * @begins: and if what the file holds begins so.
 * @alone:  and if the device has a driver and is the only one of its type:
 *          what is found does not say whose it is.
 */
struct vi_kname_rule {
	const char *path;
	const char *name;
	const char *begins;
	uint8_t unless;
	bool alone;
	const char *feature;
};

/*
 * How many queues there are, where the kernel says: the entries of a folder,
 * or a number in a file, below what the user knows the device by.
 * @plus:   queues that are not among them, and with feature .needs one more.
 */
struct vi_count_rule {
	const char *folder;
	const char *file;
	uint8_t plus;
	uint8_t needs;
	const char *feature;
};

/*
 * @driver: its name is that of the type; it takes every device of the type.
 * @queues, @knames: ended by an empty row. NULL: nothing is known.
 * @config: its configuration space, likewise; see device/config.h.
 * @closes_gaps: in practice (Linux and devices agree) queues that do not
 *          exist have no index, and those behind them move up.
 */
struct vi_device_type {
	struct virtio_driver driver;
	const struct vi_queue_kind *queues;
	const struct vi_kname_rule *knames;
	const struct vi_config_field *config;
	struct vi_count_rule count;
	bool closes_gaps;
};

#define VI_TYPE_DRIVER(name_, id_)					\
	{								\
		.driver = { .name = (name_) },				\
		.id_table = (const struct virtio_device_id[]) {		\
			{ (id_), VIRTIO_DEV_ANY_ID },			\
			{ 0, 0 },					\
		},							\
	}

/* The linker collects these into one array; see vi_device_type_at(). */
#define VI_DEVICE_TYPE(name_)						\
	static const struct vi_device_type type_##name_;		\
	static const struct vi_device_type *const entry_##name_		\
	__attribute__((used, section("vi_device_types"))) =		\
		&type_##name_;						\
	static const struct vi_device_type type_##name_

/* Type @i, from 0, in no order; NULL after the last. */
const struct vi_device_type *vi_device_type_at(size_t i);

/* The type that a driver, from the context's bus, is part of. */
const struct vi_device_type *
vi_device_type_of(const struct virtio_driver *driver);

/* Does the row hold for a device that negotiated these features? */
bool vi_queue_exists(const struct vi_queue_kind *kind,
		     struct vi_features negotiated);

/*
 * The kind of queue @index of a device with @num_queues queues (0: not known)
 * that negotiated these features, or NULL. *@number: the one in its name.
 */
const struct vi_queue_kind *
vi_queue_at(const struct vi_device_type *type, struct vi_features negotiated,
	    unsigned int num_queues, unsigned int index, unsigned int *number);

/* The kind of queue that Linux's driver calls @name, or NULL. */
const struct vi_queue_kind *
vi_queue_by_linux_name(const struct vi_device_type *type, const char *name);

#endif
