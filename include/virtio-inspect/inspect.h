/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file inspect.h
 * Looking at virtio devices that somebody else drives.
 *
 * An inspection context finds devices and tells what is known of them. All
 * facts are described in one place, as fields with a name, a type and a help
 * text; programs walk the description and render it as they like:
 *
 *	const struct vi_schema *schema = vi_device_schema();
 *	const struct vi_field *f = vi_schema_find(schema, "driver");
 *	struct vi_device *dev = NULL;
 *	struct vi_value v;
 *
 *	while ((dev = vi_device_next(ctx, dev)))
 *		if (!vi_get(f, dev, &v))
 *			puts(v.string);
 *
 * Facts are read when they are first asked for, and no others. A value that
 * could not be read is an error, never a default.
 *
 * Nothing here writes to a device. A context and all that comes from it is
 * for one thread at a time; contexts are independent of each other.
 * Functions return 0 or a negative errno unless they say otherwise, and leave
 * a message for vi_error().
 *
 * Structs of options begin with their size, which the program sets to their
 * sizeof: members that a later version adds are zero for a program that does
 * not know them. All that is zero, and NULL for a struct, stands for a default.
 * A size of 0, or an option that the library is too old for, is -EINVAL.
 */
#ifndef VIRTIO_INSPECT_INSPECT_H
#define VIRTIO_INSPECT_INSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <virtio-inspect/virtio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vi_ctx;
struct vi_device;
struct vi_schema;
struct vi_field;

/** vi_version - the library's version, such as "0.1.0". */
const char *vi_version(void);

/** vi_ctx_new - a context without devices; NULL when out of memory. */
struct vi_ctx *vi_ctx_new(void);

/**
 * vi_ctx_free - end a context, its devices and all that they gave out, but for
 * what the program has references to.
 */
void vi_ctx_free(struct vi_ctx *ctx);

/**
 * vi_ctx_set_sysroot - read /sys, /proc and /lib/modules below @dir, which
 * holds a recorded tree. Links in it cannot lead out of it. NULL or "/": this
 * machine.
 */
int vi_ctx_set_sysroot(struct vi_ctx *ctx, const char *dir);

/** enum vi_log_level - how much a message matters. */
enum vi_log_level {
	VI_LOG_WARNING,	/**< something could not be read or is not sane */
	VI_LOG_DEBUG,	/**< what is being done */
};

/**
 * vi_ctx_set_log - have @log called for each message, which is one line
 * without a newline and safe for a terminal. Without one they are dropped.
 * With @ctx NULL it is for messages of devices that this process drives
 * (vi_attach()), which may come in any thread; set it before the first one.
 */
void vi_ctx_set_log(struct vi_ctx *ctx,
		    void (*log)(void *data, enum vi_log_level level,
				const char *message),
		    void *data);

/**
 * vi_error - what went wrong last on @ctx: one line that says what failed, on
 * what, why, and what to do instead. With NULL: in the functions without a
 * context, in this thread. Never NULL; good until the next failure.
 */
const char *vi_error(const struct vi_ctx *ctx);

/**
 * vi_failures - how often, since @ctx was made, something that was asked for
 * could not be read because reading it failed: for want of memory or file
 * descriptors, or by an error on the way. What is not there, or not for this
 * user, does not count. Each was told as a warning to the function of
 * vi_ctx_set_log().
 *
 * Such a thing is shown as unknown, as what is not there is. Who must tell the
 * two apart compares this number before and after: if it grew, what was given
 * out between is not all that there is, and asking again may give more.
 *
 * With NULL: of the functions without a context, in all threads of the
 * process. What a driven device seems to do wrong after it grew may be ours.
 */
size_t vi_failures(const struct vi_ctx *ctx);

/**
 * vi_scan - find the devices that the kernel knows, through sysfs. Needs no
 * privilege. Devices that were found before are dropped first.
 * A machine without virtio has none, which is no error.
 */
int vi_scan(struct vi_ctx *ctx);

/**
 * vi_scan_fdt - add the virtio-mmio slots of a flattened device tree.
 *
 * A slot at the address of a device that is there already adds to what is
 * known of it; others become devices, of which only the slot is known.
 * @path: the file, on this machine whatever the sysroot; NULL: the one that
 *        this machine, or the recorded one, booted with.
 * -ENOENT: there is none; -EINVAL: it is damaged.
 */
int vi_scan_fdt(struct vi_ctx *ctx, const char *path);

/**
 * vi_machine - what the context's devices are part of: this machine, now, or
 * the one that the capture is of. An object of vi_machine_schema() (kernel,
 * machine, byte_order, page_size, time, memory), good until the next call or
 * scan; NULL when out of memory.
 */
const void *vi_machine(struct vi_ctx *ctx);
const struct vi_schema *vi_machine_schema(void);

/**
 * vi_device_next - the device after @prev, in the order of names; the first
 * for NULL, NULL after the last. It is the context's: see vi_device_ref().
 */
struct vi_device *vi_device_next(struct vi_ctx *ctx,
				 const struct vi_device *prev);

/**
 * vi_device_find - the device that @target means: a name ("virtio3"), a PCI
 * address ("0000:00:04.0", or "00:04.0" in domain 0), "mmio:0xADDRESS", or a
 * name that the user knows it by ("vda", "eth0"). "sim:TYPE" makes a simulated
 * device, with some work in its queues, that lives until the next scan; the
 * same target again is the same device. NULL when there is none.
 */
struct vi_device *vi_device_find(struct vi_ctx *ctx, const char *target);

/**
 * vi_device_ref - keep @dev beyond the next scan, and beyond its context.
 *
 * A device is its context's until the next scan (vi_scan(), vi_capture_read(),
 * or a sampler that saw devices come or go) or vi_ctx_free(). A reference keeps
 * it, and all values that it has given, for as long as the program wants it.
 *
 * After that scan the device is what it was: what was read stays, and nothing
 * new is. vi_device_next() does not lead on from it, and functions that would
 * look at it again fail with -ESTALE; vi_device_find() its name for the device
 * that is there now.
 *
 * Returns @dev. References are counted without a lock: use them in the thread
 * that uses the context.
 */
struct vi_device *vi_device_ref(struct vi_device *dev);

/** vi_device_unref - let go of a reference; NULL is fine. */
void vi_device_unref(struct vi_device *dev);

/** enum vi_type - what kind of value a field has, and how it is written. */
enum vi_type {
	VI_BOOL,	/**< true or false */
	VI_UINT,	/**< a number, written in decimal */
	VI_HEX,		/**< an address or bits, written as "0x…" */
	VI_FEATURES,	/**< 128 bits, written as "0x…" */
	VI_STRING,	/**< text; see struct vi_value */
	VI_LIST,	/**< strings */
	VI_NUMBERS,	/**< numbers, written in decimal */
	VI_RECORDS,	/**< records, each with fields of its own */
	VI_RECORD,	/**< one record, the same as VI_RECORDS with count 1 */
	VI_REAL,	/**< a number with a fraction, written in decimal */
	VI_VALUES,	/**< values that have names of their own */
};

struct vi_named;

/**
 * struct vi_value - a value that was read
 *
 * What it points to is the library's, and does not change. That of a device is
 * good as long as the device is: see vi_device_ref(); that of looks and checks, and of records that they have given, also
 * only until vi_release(), which names the fields. Where a record comes from a
 * function that says how long it lives, so do its values. Reading a field again
 * takes no more memory.
 *
 * @type:     which of the members counts.
 * @boolean, @number, @real, @features: as the type says; number also for
 *            VI_HEX. A real one is finite.
 * @string:   VI_STRING: ends with a NUL. Where it came from a device or a
 *            file it may hold anything: pass it through vi_escape() before
 *            it meets a terminal.
 * @list, @count: VI_LIST: @count strings.
 * @numbers, @count: VI_NUMBERS: @count of them.
 * @records, @stride, @count: VI_RECORDS, VI_RECORD: for vi_record().
 * @values, @count: VI_VALUES: @count of them, in the order in which they are
 *            to be shown; no two have the same name.
 */
struct vi_value {
	enum vi_type type;
	union {
		bool boolean;
		uint64_t number;
		double real;
		struct vi_features features;
		const char *string;
		const char *const *list;
		const uint64_t *numbers;
		const void *records;
		const struct vi_named *values;
	};
	size_t count;
	size_t stride;
};

/**
 * struct vi_named - one of VI_VALUES: a name and what it stands for
 * @name:  of letters, digits and "_".
 * @value: VI_BOOL, VI_UINT, VI_HEX, VI_REAL or VI_STRING.
 */
struct vi_named {
	const char *name;
	struct vi_value value;
};

/** vi_device_schema - the fields that devices have. */
const struct vi_schema *vi_device_schema(void);

/** vi_schema_field - field @i of @schema, from 0; NULL after the last. */
const struct vi_field *vi_schema_field(const struct vi_schema *schema,
				       size_t i);

/** vi_schema_find - the field called @name, or NULL. */
const struct vi_field *vi_schema_find(const struct vi_schema *schema,
				      const char *name);

/** vi_field_name - the field's name, which is its key in JSON: "num_queues". */
const char *vi_field_name(const struct vi_field *field);

/** vi_field_help - one line for people. */
const char *vi_field_help(const struct vi_field *field);

/** vi_field_type - the type of its values. */
enum vi_type vi_field_type(const struct vi_field *field);

/** vi_field_schema - VI_RECORDS, VI_RECORD: the fields that they have. */
const struct vi_schema *vi_field_schema(const struct vi_field *field);

/**
 * vi_get - the value of a field of @object, which is a device or a record of
 * the field's schema, reading it if need be.
 *
 * 0; -ENODATA: it is not known here, or does not apply; -EACCES, -EPERM: it
 * is there, but not for this user; -ENOMEM, -EIO and others: reading it failed,
 * see vi_failures().
 */
int vi_get(const struct vi_field *field, const void *object,
	   struct vi_value *value);

/** vi_record - record @i, from 0, of a VI_RECORDS value. */
const void *vi_record(const struct vi_value *value, size_t i);

/**
 * vi_to_json - one record as a JSON object, in one line of ASCII or UTF-8.
 *
 * Values that are not known are absent. Text that vi_escape() would change is
 * escaped, and its bytes are given as hex under the same name with "_hex".
 * @names: the fields wanted, ended by NULL; NULL: all that are there. A path
 * such as "queues.raw" adds, to records that are written, what they have only
 * when it is asked for; names that are all paths add to all that is there.
 * A string to be freed with free(), or NULL with a message.
 */
char *vi_to_json(struct vi_ctx *ctx, const struct vi_schema *schema,
		 const void *object, const char *const *names);

/** struct vi_monitor - follows what happens to the machine's devices. */
struct vi_monitor;

/**
 * vi_monitor_new - start to listen to the kernel's events for the virtio bus.
 * Needs no privilege. Events from now on are kept until they are read.
 */
int vi_monitor_new(struct vi_ctx *ctx, struct vi_monitor **mon);

/** vi_monitor_free - stop listening; NULL is fine. */
void vi_monitor_free(struct vi_monitor *mon);

/** vi_monitor_fd - for poll(2): readable when there may be an event. */
int vi_monitor_fd(const struct vi_monitor *mon);

/**
 * vi_monitor_read - the next event in *@event, an object of
 * vi_event_schema(), good until the next call. 1; 0: there is none now;
 * -ENOBUFS: some were lost, look at all devices anew.
 */
int vi_monitor_read(struct vi_monitor *mon, const void **event);

/** vi_event_schema - the fields that events have. */
const struct vi_schema *vi_event_schema(void);

/**
 * vi_escape - make @src, which may hold anything, safe to show.
 *
 * Bytes that are no UTF-8, and characters that show nothing or make others show
 * as what they are not, become \xHH or \u{HEX}: controls, format characters
 * (which change the direction of text, for one), ends of lines, and what Unicode
 * has displays ignore. The result is valid UTF-8. Like snprintf(): writes at most @size bytes with the NUL,
 * returns the length of the whole. *@changed, where not NULL: was there any?
 */
size_t vi_escape(char *dst, size_t size, const char *src, bool *changed);

/** vi_feature_name - "VIRTIO_BLK_F_MQ" for bit 12 of device type 2; NULL when
 * the specification gives the bit no name. */
const char *vi_feature_name(uint32_t device, unsigned int bit);

/** vi_type_name - "blk" for device type 2; NULL for one that is not known. */
const char *vi_type_name(uint32_t device);

/**
 * vi_queue_name - what the specification calls queue @index of device type
 * @device: "requestq1", into @buf, cut where that ends. NULL: it has no name.
 * @features: negotiated; some queues are there only with some of them.
 * @num_queues: how many there are; 0: not known.
 */
const char *vi_queue_name(uint32_t device, const struct vi_features *features,
			  unsigned int num_queues, unsigned int index,
			  char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_INSPECT_H */
