/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file inspect.h
 * Looking at virtio devices that somebody else drives.
 *
 * An inspection context finds devices and reads facts about them. A schema
 * describes all facts as fields with a name, a type and a help text; programs
 * walk it and render the values as they like:
 *
 *	const struct vi_schema *schema = vi_device_schema();
 *	struct vi_device *dev = NULL;
 *	const char *driver;
 *
 *	while ((dev = vi_device_next(ctx, dev)))
 *		if (!vi_get_string(schema, dev, "driver", &driver))
 *			puts(driver);
 *
 * A fact is read when a program first asks for it. A value that could not be
 * read is an error, never a default.
 *
 * Nothing here writes to a device. Only one thread at a time may use a context
 * and the objects that come from it; contexts are independent of each other.
 *
 * Return values follow one rule, here and in the headers that continue this
 * one:
 *
 * - An int is 0 or a negative errno; functions that count or that tell two
 *   successes apart return a number that is not negative, and say so. After a
 *   negative errno vi_error() has a message. Only vi_get() and the functions
 *   that read fields by name leave none, as programs ask for much that is not
 *   known.
 * - A pointer is NULL if there is no such object. If that is a failure,
 *   vi_error() has a message.
 * - A result that is returned through a pointer is valid on success only.
 *
 * Option structs begin with their size, which the program sets to their sizeof:
 * members that a later version adds are zero for programs that do not know
 * them. Zero in any member, and NULL instead of a struct, means the default. A
 * size of 0, or an option that this library does not know, is -EINVAL.
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
 * vi_ctx_free - free a context, its devices and all values of theirs, except
 * those that the program holds references to. NULL is fine.
 */
void vi_ctx_free(struct vi_ctx *ctx);

/**
 * vi_ctx_set_sysroot - read /sys, /proc and /lib/modules below @dir, a recorded
 * tree. Links in it cannot lead out of it. NULL or "/": this machine.
 */
int vi_ctx_set_sysroot(struct vi_ctx *ctx, const char *dir);

/** enum vi_log_level - how much a message matters. */
enum vi_log_level {
	VI_LOG_WARNING,	/**< something could not be read or makes no sense */
	VI_LOG_DEBUG,	/**< what the library is doing */
};

/**
 * vi_ctx_set_log - call @log for each message: one line without a newline, safe
 * for a terminal. Without a function, messages are dropped. If @ctx is NULL,
 * @log receives the messages of devices that this process drives (vi_attach()),
 * from any thread; set it before the first vi_attach().
 */
void vi_ctx_set_log(struct vi_ctx *ctx,
		    void (*log)(void *data, enum vi_log_level level,
				const char *message),
		    void *data);

/**
 * vi_error - the last failure of @ctx: one line that says what failed, on what,
 * why, and what to do instead. If @ctx is NULL: the last failure in this thread
 * of a function that has no context. Never NULL; valid until the next failure.
 */
const char *vi_error(const struct vi_ctx *ctx);

/**
 * vi_failures - how many reads have failed since @ctx was created, for lack of
 * memory or file descriptors, or with an I/O error. Values that do not exist,
 * or that this user may not read, do not count. Each failure was also logged as
 * a warning; see vi_ctx_set_log().
 *
 * A value whose read failed is unknown, like one that does not exist. A program
 * that must tell the two apart compares this number before and after: if it
 * grew, the values in between are incomplete, and another try may yield more.
 *
 * If @ctx is NULL: failures of functions without a context, over all threads.
 * If that number grew, the library may be at fault for what a driven device
 * seems to do wrong.
 */
size_t vi_failures(const struct vi_ctx *ctx);

/**
 * vi_scan - find the devices that the kernel knows, through sysfs. Needs no
 * privilege. Drops the devices of the scan before. Finding none is no error.
 *
 * PCI functions with the ids of a virtio device that virtio-pci does not hold
 * are found as well. They have no name, no queues, and as their driver the one
 * that holds the function, such as vfio-pci.
 */
int vi_scan(struct vi_ctx *ctx);

/**
 * vi_scan_fdt - add the virtio-mmio slots of a flattened device tree.
 *
 * A slot at the address of a known device adds facts to that device; any other
 * slot becomes a device of which nothing else is known.
 * @path: the file, on this machine regardless of the sysroot; NULL: the tree
 *        that this machine, or the recorded one, booted with.
 * -ENOENT: there is no tree; -EINVAL: it is damaged.
 */
int vi_scan_fdt(struct vi_ctx *ctx, const char *path);

/**
 * vi_machine - the machine that the context's devices belong to: this one, as
 * it is now, or the one that a capture was taken on. An object of
 * vi_machine_schema() (kernel, machine, byte_order, page_size, time, memory),
 * valid until the next call or scan; NULL: out of memory.
 */
const void *vi_machine(struct vi_ctx *ctx);
const struct vi_schema *vi_machine_schema(void);

/**
 * vi_device_next - the device after @prev in the order of names; NULL: the
 * first one. Returns NULL after the last. The context owns the device; see
 * vi_device_ref().
 */
struct vi_device *vi_device_next(struct vi_ctx *ctx,
				 const struct vi_device *prev);

/**
 * vi_device_find - the device that @target names: by its name ("virtio3"), PCI
 * address ("0000:00:04.0", or "00:04.0" in domain 0), MMIO address
 * ("mmio:0xADDRESS"), or by what the user calls it ("vda", "eth0"). "sim:TYPE"
 * creates a simulated device with some work in its queues, which lives until
 * the next scan; the same target names the same device. NULL: there is none.
 */
struct vi_device *vi_device_find(struct vi_ctx *ctx, const char *target);

/**
 * vi_device_gone - was @dev unplugged since the scan that found it?
 *
 * This asks the kernel each time. What could not be read because the device went
 * away is unknown, without a message, so that a program that lists devices can
 * leave it out.
 */
bool vi_device_gone(const struct vi_device *dev);

/**
 * vi_device_ref - keep @dev beyond the next scan, and beyond its context.
 *
 * The context owns a device until the next scan (vi_scan(), vi_capture_read(),
 * or a sampler that saw devices come or go) or vi_ctx_free(). A reference keeps
 * the device and all its values until vi_device_unref().
 *
 * After that scan the device no longer changes: values that were read stay, all
 * others remain unknown. vi_device_next() does not continue from it, and
 * functions that would read it again fail with -ESTALE; vi_device_find() finds
 * the present device of the same name.
 *
 * Returns @dev. References are counted without a lock: use them only in the
 * thread that uses the context.
 */
struct vi_device *vi_device_ref(struct vi_device *dev);

/** vi_device_unref - drop a reference; NULL is fine. */
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
 * The library owns the memory that a value points to, and does not change it. A
 * value of a device is valid as long as the device; see vi_device_ref(). Values
 * of the fields that vi_release() names, and of records in them, are valid
 * until vi_release(), too. Values of other records are valid as long as the
 * record, which the function that returns it states. Reading a field again
 * takes no more memory.
 *
 * @type:     says which members are set.
 * @boolean, @number, @real, @features: one of them, by type; @number also for
 *            VI_HEX. @real is finite.
 * @string:   VI_STRING: NUL-terminated. Text from a device or a file may hold
 *            anything: pass it through vi_escape() before printing it.
 * @list, @count: VI_LIST: @count strings.
 * @numbers, @count: VI_NUMBERS: @count of them.
 * @records, @stride, @count: VI_RECORDS, VI_RECORD: for vi_record().
 * @schema:   VI_RECORDS, VI_RECORD: the fields that the records have.
 * @values, @count: VI_VALUES: @count of them, in the order to show them in; no
 *            two have the same name.
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
	const struct vi_schema *schema;
};

/**
 * struct vi_named - one of VI_VALUES: a name and its value
 * @name:  letters, digits and "_".
 * @value: VI_BOOL, VI_UINT, VI_HEX, VI_REAL or VI_STRING.
 */
struct vi_named {
	const char *name;
	struct vi_value value;
};

/** vi_device_schema - the fields of devices. */
const struct vi_schema *vi_device_schema(void);

/** vi_schema_field - field @i of @schema, from 0; NULL after the last. */
const struct vi_field *vi_schema_field(const struct vi_schema *schema,
				       size_t i);

/** vi_schema_find - the field called @name, or NULL. */
const struct vi_field *vi_schema_find(const struct vi_schema *schema,
				      const char *name);

/** vi_field_name - the field's name, also its key in JSON: "num_queues". */
const char *vi_field_name(const struct vi_field *field);

/** vi_field_help - one line of help. */
const char *vi_field_help(const struct vi_field *field);

/** vi_field_type - the type of its values. */
enum vi_type vi_field_type(const struct vi_field *field);

/**
 * vi_field_on_request - Does output have the field only if it is asked for by
 * name?
 */
bool vi_field_on_request(const struct vi_field *field);
/** vi_field_schema - VI_RECORDS, VI_RECORD: the fields of its records. */
const struct vi_schema *vi_field_schema(const struct vi_field *field);

/**
 * vi_get - read a field of @object, a device or a record of the field's schema.
 *
 * 0; -ENODATA: the value is not known here, or does not apply; -EACCES, -EPERM:
 * this user may not read it; -ENOMEM, -EIO and others: reading it failed, see
 * vi_failures().
 */
int vi_get(const struct vi_field *field, const void *object,
	   struct vi_value *value);

/**
 * vi_get_value - the value of the field of @object that @path names: "driver",
 * or, of a record in it, "msix.vectors". @schema is that of @object.
 *
 * -ENOENT: there is no such field; else as vi_get().
 */
int vi_get_value(const struct vi_schema *schema, const void *object,
		 const char *path, struct vi_value *value);

/**
 * vi_get_bool - likewise, of a VI_BOOL field. This and the functions below
 * leave *@value alone unless they return 0; -EINVAL: the field is of another
 * type.
 */
int vi_get_bool(const struct vi_schema *schema, const void *object,
		const char *path, bool *value);

/** vi_get_uint - likewise, of a VI_UINT or VI_HEX field. */
int vi_get_uint(const struct vi_schema *schema, const void *object,
		const char *path, uint64_t *value);

/** vi_get_real - likewise, of a VI_REAL field. */
int vi_get_real(const struct vi_schema *schema, const void *object,
		const char *path, double *value);

/** vi_get_features - likewise, of a VI_FEATURES field. */
int vi_get_features(const struct vi_schema *schema, const void *object,
		    const char *path, struct vi_features *value);

/**
 * vi_get_string - likewise, of a VI_STRING field; see struct vi_value for how
 * long the text lives, and what it may hold.
 */
int vi_get_string(const struct vi_schema *schema, const void *object,
		  const char *path, const char **value);

/**
 * vi_get_records - likewise, of a VI_RECORDS or VI_RECORD field. Its records
 * have the fields of @value->schema:
 *
 *	for (i = 0; i < value.count; i++)
 *		vi_get_string(value.schema, vi_record(&value, i), "code", &code);
 */
int vi_get_records(const struct vi_schema *schema, const void *object,
		   const char *path, struct vi_value *value);

/** vi_record - record @i, from 0, of a VI_RECORDS value. */
const void *vi_record(const struct vi_value *value, size_t i);

/**
 * vi_to_json - one record as a JSON object, in one line of ASCII or UTF-8.
 *
 * Unknown values are absent. Text that vi_escape() would change is escaped, and
 * its bytes follow in hex under the same name with "_hex" appended.
 * @names: the fields to write, ended by NULL; NULL: all fields. A path such as
 * "queues.raw" adds a field that records have only on request; if all names are
 * paths, they add to all fields.
 * Returns a string to free with free(), or NULL.
 */
char *vi_to_json(struct vi_ctx *ctx, const struct vi_schema *schema,
		 const void *object, const char *const *names);

/** struct vi_monitor - follows the devices of this machine. */
struct vi_monitor;

/**
 * vi_monitor_new - start listening to the kernel's events for the virtio bus.
 * Needs no privilege. Events from now on are queued until they are read.
 */
int vi_monitor_new(struct vi_ctx *ctx, struct vi_monitor **mon);

/** vi_monitor_free - stop listening; NULL is fine. */
void vi_monitor_free(struct vi_monitor *mon);

/** vi_monitor_fd - for poll(2): readable when there may be an event. */
int vi_monitor_fd(const struct vi_monitor *mon);

/**
 * vi_monitor_read - read the next event into *@event, an object of
 * vi_event_schema() that is valid until the next call. 1: there was one; 0:
 * there is none now; -ENOBUFS: events were lost, scan all devices again.
 */
int vi_monitor_read(struct vi_monitor *mon, const void **event);

/** vi_event_schema - the fields of events. */
const struct vi_schema *vi_event_schema(void);

/**
 * vi_escape - make @src, which may hold anything, safe to print.
 *
 * Bytes that are not UTF-8 become \xHH. Characters that are invisible or that
 * disguise others become \u{HEX}: controls, format characters (such as those
 * that change the direction of text), line ends, and characters that Unicode
 * lets displays ignore. The result is valid UTF-8. As with snprintf(), writes
 * at most @size bytes including the NUL, and returns the full length.
 * *@changed, unless NULL: was anything escaped?
 */
size_t vi_escape(char *dst, size_t size, const char *src, bool *changed);

/** vi_feature_name - "VIRTIO_BLK_F_MQ" for bit 12 of device type 2; NULL if the
 * specification has no name for the bit. */
const char *vi_feature_name(uint32_t device, unsigned int bit);

/** vi_type_name - "blk" for device type 2; NULL for an unknown type. */
const char *vi_type_name(uint32_t device);

/**
 * vi_type_id - 2 for "blk", "BLK" or "VIRTIO_ID_BLOCK"; 0 for an unknown name.
 * The case of letters does not matter, and - is the same as _.
 */
uint32_t vi_type_id(const char *name);

/**
 * vi_queue_name - the name that the specification gives queue @index of device
 * type @device, such as "requestq1". It is written to @buf, truncated to @size
 * bytes. Returns @buf; NULL: the queue has no name.
 * @features: the negotiated ones; some queues exist only with certain features.
 * @num_queues: how many queues the device has; 0: unknown.
 */
const char *vi_queue_name(uint32_t device, const struct vi_features *features,
			  unsigned int num_queues, unsigned int index,
			  char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_INSPECT_H */
