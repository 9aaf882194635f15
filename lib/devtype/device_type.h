/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Device types: one file each, known nowhere else. Data describes a type: its
 * queues, requests, configuration, and the names of its devices.
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

#include "view/raw.h"

struct vi_config_field;
struct vi_request_kind;

/* What it means if a buffer stays in flight for long. */
enum vi_queue_role {
	VI_QUEUE_REQUEST,	/* the device is slow or stuck */
	VI_QUEUE_MAY_WAIT,	/* the request may wait by nature */
	VI_QUEUE_PARKED,	/* nothing: buffers wait for an event */
};

/* Sets .needs of a row: exists only if this feature was negotiated. */
#define VI_NEEDS(bit, name)	.needs = (bit) + 1, .feature = (name)

/* Sets .unless of a row: exists only if it was not. */
#define VI_UNLESS(bit, name)	.unless = (bit) + 1, .feature = (name)

/* .at of a queue: the last index. */
#define VI_QUEUE_LAST	0xffff

/*
 * A queue, or a series of queues.
 *
 * @name:   in the specification; %u stands for the number.
 * @linux_name: of Linux's driver, in /proc/interrupts and elsewhere; NULL:
 *          unknown.
 * @at:     index of the (first) queue.
 * @step:   distance between indices of a series; 0: a single queue.
 * @from:   number in the name of the first.
 * @polled: Linux's driver registers no callback, so the queue has no
 *          interrupt of its own, except with a newer driver.
 * @lazy:   Linux's driver takes completions only when a program reads or writes
 *          next; an interrupt just wakes up one that waits.
 * @request: describes its buffers, see devtype/request.h; NULL: only sizes
 *          are known.
 * @taker:   who takes its buffers on the host, if that side of the device has a
 *          name of its own; %u as above. NULL: it has none.
 * @object: how the kernel's name for that in the guest ends, likewise.
 * @least_out, @least_in: least readable and writable bytes of a buffer: its
 *          header and its status.
 */
struct vi_queue_kind {
	const char *name;
	const char *linux_name;
	enum vi_queue_role role;
	uint16_t at;
	uint8_t step;
	uint8_t from;
	uint8_t needs;
	bool polled, lazy;
	const char *feature;
	const struct vi_request_kind *request;
	const char *taker, *object;
	uint16_t least_out, least_in;
};

/*
 * How users know a device: the first row that matches names it.
 *
 * @path:   in sysfs, relative to the device's directory unless it begins with
 *          '/'. '*' stands for any text, '#' for a number, '%' for the
 *          kernel's index of the device. The name is the last part of the
 *          path found or, after '=', the contents of the file.
 * @name:   the name to give if @path is found.
 * @begins: match only if the file's contents begin with this.
 * @alone:  match only if the device has a driver and is the only one of its
 *          type: the path does not tell devices apart.
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
 * Number of queues according to the kernel: the entries of a directory, or a
 * number in a file, below the object that names the device. @plus: queues not
 * counted there; with feature .needs, one more.
 */
struct vi_count_rule {
	const char *folder;
	const char *file;
	uint8_t plus;
	uint8_t needs;
	const char *feature;
};

/*
 * @driver: named after the type; matches all its devices.
 * @queues, @knames: terminated by an empty row; NULL: unknown.
 * @config: configuration space, likewise; see devtype/config.h.
 * @closes_gaps: in practice (Linux and devices agree), missing queues take
 *          no index, and later queues move up.
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

/* The linker collects types into one array; see vi_device_type_at(). */
#define VI_DEVICE_TYPE(name_)						\
	static const struct vi_device_type type_##name_;		\
	static const struct vi_device_type *const entry_##name_		\
	__attribute__((used, section("vi_device_types"))) =		\
		&type_##name_;						\
	static const struct vi_device_type type_##name_

/* Type @i, from 0, in unspecified order; NULL after the last. */
const struct vi_device_type *vi_device_type_at(size_t i);

/* The type that contains @driver, which is on the context's bus. */
const struct vi_device_type *
vi_device_type_of(const struct virtio_driver *driver);

/* Does the queue exist with these features? */
bool vi_queue_exists(const struct vi_queue_kind *kind,
		     struct vi_features negotiated);

/*
 * The kind of queue @index on a device with @num_queues queues (0: unknown) and
 * these features, or NULL. *@number: the number in its name.
 */
const struct vi_queue_kind *
vi_queue_at(const struct vi_device_type *type, struct vi_features negotiated,
	    unsigned int num_queues, unsigned int index, unsigned int *number);

/* The kind of @q by its index. NULL, too, if it depends on the features and these
 * are unknown. */
const struct vi_queue_kind *
vi_queue_of(const struct vi_device_type *type, const struct vi_raw_queue *q,
	    unsigned int num_queues, unsigned int *number);

/* Put the number in place of %u. */
void vi_number_name(char *buf, size_t size, const char *pattern,
		    unsigned int number);

/*
 * The kind of the queue that Linux's driver calls @name, and in *@number the
 * number in its name; or @by_index, found by the queue's index. The name counts
 * first, because absent queues shift indices. The index tells queues of the same
 * name apart, such as those of a console's ports.
 */
const struct vi_queue_kind *
vi_queue_named(const struct vi_device_type *type, const char *name,
	       const struct vi_queue_kind *by_index, unsigned int *number);

#endif
