// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A daemon uses the library for a year: no repeated call, and no repeated read
 * of a field, leaves memory or descriptors behind.
 */
#include "bind_tree.h"
#include "growth.h"
#include "worlds.h"

#include <virtio-inspect/inject.h>
#include <virtio-inspect/recording.h>

static int set_up(void **state)
{
	if (!heap_is_counted())
		print_message("with this sanitizer memory is not counted, but descriptors are\n");
	return make_worlds(state);
}

/* --- Calls --- */

struct in_world {
	struct vi_ctx *ctx;
	void (*call)(struct vi_ctx *ctx);
};

static void call_it(void *arg)
{
	const struct in_world *in = arg;

	in->call(in->ctx);
}

static void each_call(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(worlds); i++) {
		struct in_world in = { open_world(&worlds[i]), NULL };

		for (k = 0; k < ARRAY_SIZE(calls); k++) {
			in.call = calls[k].call;
			assert_stays(worlds[i].name, calls[k].name, call_it,
				     &in);
		}
		vi_ctx_free(in.ctx);
	}
}

/* --- Fields --- */

static void read_object(const struct vi_schema *schema, const void *object);

/* How many values were read. */
static size_t values;

/* The same value by its name. */
static void read_by_name(const struct vi_schema *schema, const void *object,
			 const struct vi_field *f)
{
	const char *name = vi_field_name(f), *string;
	struct vi_features features;
	struct vi_value v;
	uint64_t number;
	double real;
	bool yes;

	values += 7;
	(void)vi_get_value(schema, object, name, &v);
	(void)vi_get_bool(schema, object, name, &yes);
	(void)vi_get_uint(schema, object, name, &number);
	(void)vi_get_real(schema, object, name, &real);
	(void)vi_get_features(schema, object, name, &features);
	(void)vi_get_string(schema, object, name, &string);
	(void)vi_get_records(schema, object, name, &v);
}

static void read_field(const struct vi_field *f, const void *object)
{
	struct vi_value v;
	size_t i;

	values++;
	if (vi_get(f, object, &v) ||
	    (v.type != VI_RECORDS && v.type != VI_RECORD))
		return;
	for (i = 0; i < v.count; i++)
		read_object(vi_field_schema(f), vi_record(&v, i));
}

static void read_object(const struct vi_schema *schema, const void *object)
{
	const struct vi_field *f;
	size_t i;

	for (i = 0; (f = vi_schema_field(schema, i)); i++) {
		read_field(f, object);
		read_by_name(schema, object, f);
	}
}

struct of_device {
	const struct vi_field *field;
	struct vi_device *dev;
};

static void read_it(void *arg)
{
	const struct of_device *of = arg;

	read_field(of->field, of->dev);
}

/* A device's fields, each with everything in its records. */
static void each_field(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(worlds); i++) {
		struct vi_ctx *ctx = open_world(&worlds[i]);
		struct of_device of = { NULL, NULL };

		while ((of.dev = vi_device_next(ctx, of.dev)))
			for (k = 0; (of.field = vi_schema_field(
					     vi_device_schema(), k)); k++)
				assert_stays(worlds[i].name,
					     vi_field_name(of.field), read_it,
					     &of);
		vi_ctx_free(ctx);
	}
}

static void read_devices(struct vi_ctx *ctx)
{
	struct vi_device *dev = NULL;

	while ((dev = vi_device_next(ctx, dev)))
		read_object(vi_device_schema(), dev);
}

#define MILLION	1000000

/* All fields of all records, as a program that polls them does. */
static void a_million_values(void **state)
{
	size_t i, bytes;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(worlds); i++) {
		struct vi_ctx *ctx = open_world(&worlds[i]);

		look_and_judge(ctx);
		read_devices(ctx);
		bytes = heap_in_use();
		for (values = 0; values < MILLION;)
			read_devices(ctx);
		assert_true(heap_in_use() <= bytes);
		vi_ctx_free(ctx);
	}
}

/* --- What a daemon does --- */

/* Take a snapshot, read it, and release it. */
static void one_round(void *arg)
{
	struct vi_ctx *ctx = arg;

	call_look(ctx);
	call_registers(ctx);
	call_check(ctx);
	read_devices(ctx);
	call_json(ctx);
	call_capture(ctx);
	vi_release(ctx, NULL);
}

static void looking_for_a_year(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(worlds); i++) {
		struct vi_ctx *ctx = open_world(&worlds[i]);

		assert_stays(worlds[i].name, "looking", one_round, ctx);
		vi_ctx_free(ctx);
	}
}

struct scanning {
	const struct world *world;
	struct vi_ctx *ctx;
};

/* Scan, or read the capture again. */
static void scan_and_read(void *arg)
{
	const struct scanning *s = arg;
	const struct world *w = s->world;

	assert_int_equal(vi_scan(s->ctx), 0);
	assert_int_equal(w->open(s->ctx, w->fd >= 0 ? w->path : w->name), 0);
	look_and_judge(s->ctx);
	read_devices(s->ctx);
}

static void scanning_for_a_year(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(worlds); i++) {
		struct scanning s = { &worlds[i], open_world(&worlds[i]) };

		assert_stays(worlds[i].name, "scanning", scan_and_read, &s);
		vi_ctx_free(s.ctx);
	}
}

static void bad_captures(void *arg)
{
	static const char *const texts[] = {
		"", "{", "[]", "{\"virtio_inspect\":{\"schema\":1}}",
		"{\"virtio_inspect\":{\"schema\":9},\"devices\":[]}",
		"{\"virtio_inspect\":{\"schema\":1},\"host\":{},\"devices\":[{\"name\":\"virtio0\",\"device_id\":2,\"queues\":[{\"index\":0,\"size\":\"x\"}]}]}",
	};
	struct vi_ctx *ctx = arg;
	struct world w = { "bad", NULL, -1, "" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		new_file(&w);
		assert_int_equal(write(w.fd, texts[i], strlen(texts[i])),
				 strlen(texts[i]));
		assert_true(vi_capture_read(ctx, w.path) < 0);
		close(w.fd);
	}
	assert_true(vi_capture_read(ctx, "/nonexistent") < 0);
	assert_true(vi_capture_read(ctx, "/") < 0);
}

static void captures_that_are_refused(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();

	(void)state;
	assert_stays("captures", "refused", bad_captures, ctx);
	vi_ctx_free(ctx);
}

/* --- Samplers --- */

static void sample(void *arg)
{
	struct vi_sampler *s = arg;
	struct vi_value v;
	size_t i;

	assert_int_equal(vi_sampler_sample(s), 0);
	(void)vi_sampler_interim(s);
	vi_sampler_queues(s, &v);
	for (i = 0; i < v.count; i++)
		read_object(vi_rate_schema(), vi_record(&v, i));
	read_object(vi_summary_schema(), vi_sampler_summary(s));
	for (i = 0; i < ARRAY_SIZE(sims); i++) {
		const void *q = vi_sampler_detail(s, sims[i], 0);

		if (q)
			read_object(vi_queue_schema(), q);
	}
}

static void sampling_for_a_year(void **state)
{
	/* Read everything at once, and no rings. */
	const struct vi_sampler_options all = {
		.size = sizeof(all), .max_cpu = 1000, .watch = 1e6,
	};
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_sampler *s;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sims); i++)
		assert_non_null(vi_device_find(ctx, sims[i]));
	assert_int_equal(vi_sampler_new(ctx, &all, &s), 0);
	assert_stays("samplers", "a sample", sample, s);
	vi_sampler_free(s);
	vi_ctx_free(ctx);
}

/* --- Recordings --- */

struct recorder {
	struct vi_ctx *ctx;
	struct vi_sampler *s;
	char path[64];
};

static int to_file(void *data, const char *s, size_t len)
{
	return fwrite(s, 1, len, data) == len ? 0 : -EIO;
}

static bool any_queue(void *data, const void *queue)
{
	(void)data;
	return queue;
}

static void write_samples(const struct recorder *r,
			  struct vi_sample *const *samples)
{
	FILE *f = fopen(r->path, "w");
	struct vi_json *json = vi_json_new(r->ctx, to_file, f);

	assert_non_null(f);
	vi_json_recording(json);
	for (; *samples; samples++) {
		assert_int_equal(vi_json_sample(json, *samples, NULL), 0);
		vi_json_newline(json, 0);
	}
	assert_int_equal(vi_json_end(json), 0);
	assert_int_equal(fclose(f), 0);
}

static void record_and_read(void *arg)
{
	const struct recorder *r = arg;
	struct vi_sample *samples[4] = { vi_sampler_keep(r->s) }, *read;
	struct vi_recording *recording;
	size_t i;

	samples[1] = vi_sample_select(samples[0], any_queue, NULL);
	samples[2] = vi_sample_lost("2026-11-27T17:43:00.123456Z", "lost");
	write_samples(r, samples);
	for (i = 0; i < 3; i++)
		vi_sample_unref(samples[i]);
	assert_int_equal(vi_recording_open(r->ctx, r->path, &recording), 0);
	assert_int_equal(vi_recording_count(recording), 3);
	vi_recording_seek(recording, 1);
	assert_int_equal(vi_recording_at(recording), 1);
	while (vi_recording_next(recording, &read) > 0) {
		read_object(vi_summary_schema(), vi_sample_summary(read));
		vi_sample_unref(read);
	}
	vi_recording_close(recording);
}

static void recordings(void **state)
{
	int fd = memfd_create("recording", 0);
	struct recorder r = { .ctx = vi_ctx_new() };

	(void)state;
	snprintf(r.path, sizeof(r.path), "/proc/self/fd/%d", fd);
	assert_non_null(vi_device_find(r.ctx, "sim:blk"));
	assert_int_equal(vi_sampler_new(r.ctx, NULL, &r.s), 0);
	assert_int_equal(vi_sampler_sample(r.s), 0);
	assert_stays("recordings", "written and read", record_and_read, &r);
	vi_sampler_free(r.s);
	vi_ctx_free(r.ctx);
	close(fd);
}

/* --- Contexts, monitors --- */

static void one_context(void *arg)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_monitor *mon;
	const void *event;

	assert_int_equal(vi_ctx_set_sysroot(ctx, "/"), 0);
	assert_int_equal(vi_ctx_set_sysroot(ctx, tree.root), 0);
	assert_true(vi_ctx_set_sysroot(ctx, arg) < 0);
	vi_ctx_set_log(ctx, NULL, NULL);
	assert_true(vi_monitor_new(ctx, &mon) < 0);
	assert_int_equal(vi_ctx_set_sysroot(ctx, NULL), 0);
	if (!vi_monitor_new(ctx, &mon)) {
		assert_true(vi_monitor_fd(mon) >= 0);
		(void)vi_monitor_read(mon, &event);
		vi_monitor_free(mon);
	}
	vi_ctx_free(ctx);
}

static void contexts(void **state)
{
	(void)state;
	assert_stays("contexts", "one", one_context, "/nonexistent");
}

/* --- Taking devices --- */

#define RNG	4

static void take_and_give_back(void *arg)
{
	struct vi_binding *b = NULL;
	struct vi_guard *guard;
	struct vi_value v;

	(void)arg;
	assert_int_equal(vi_guard_new(tree.ctx, ADDRESS, NULL, &guard), 0);
	assert_int_equal(vi_guard_check(guard), 0);
	vi_guard_stop(guard);
	/* One that is left to its work stays on purpose. */
	vi_guard_leave(NULL);
	assert_int_equal(vi_bind_claim(tree.ctx, ADDRESS, NULL, &b), 0);
	assert_int_equal(vi_bind_give_back(b), 0);
	vi_bind_free(b);
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_int_equal(vi_bind_plan(tree.ctx, vi_device_next(tree.ctx, NULL),
				      NULL, NULL, &b), 0);
	assert_int_equal(vi_bind_steps(b, false, &v), 0);
	read_object(vi_bind_step_schema(), vi_record(&v, 0));
	start_kernel();
	assert_int_equal(vi_bind_take(b), 0);
	assert_int_equal(vi_taken(tree.ctx, &v), 0);
	assert_int_equal(v.count, 1);
	read_object(vi_taken_schema(), vi_record(&v, 0));
	assert_int_equal(vi_bind_keep(b), 0);
	vi_bind_free(b);
	assert_int_equal(vi_bind_restore(tree.ctx, ADDRESS), -EALREADY);
	assert_int_equal(vi_bind_open(tree.ctx, ADDRESS, &b), 0);
	assert_string_equal(vi_bind_address(b), ADDRESS);
	assert_int_equal(vi_bind_steps(b, true, &v), 0);
	assert_int_equal(vi_bind_give_back(b), 0);
	stop_kernel();
	vi_bind_free(b);
}

static void refuse(void *arg)
{
	struct vi_binding *b = NULL;

	(void)arg;
	assert_true(vi_bind_plan(tree.ctx, NULL, "nope", NULL, &b) < 0);
	assert_true(vi_bind_claim(tree.ctx, "nope", NULL, &b) < 0);
	assert_true(vi_bind_open(tree.ctx, ADDRESS, &b) < 0);
	assert_true(vi_bind_restore(tree.ctx, "nope") < 0);
}

static void taking(void **state)
{
	(void)state;
	put_machine(RNG, "virtio_rng");
	assert_stays("binding", "taken", take_and_give_back, NULL);
	assert_stays("binding", "refused", refuse, NULL);
}

/* --- Driving --- */

static void nothing_comes(struct virtqueue *vq)
{
	(void)vq;
}

static int probe(struct virtio_device *vdev)
{
	struct virtqueue *vq = virtio_find_vq(vdev, 0, nothing_comes);
	struct vi_ring_memory mem;
	struct scatterlist sg[1];
	uint64_t value;
	void *buf;

	assert_non_null(vq);
	assert_null(virtio_find_vq(vdev, 99, NULL));
	vdev->priv = vq;
	buf = virtio_alloc(vdev, 64);
	assert_non_null(buf);
	virtio_device_ready(vdev);
	assert_int_equal(vi_queue_memory(vq, &mem), 0);
	sg_init_one(sg, buf, 64);
	assert_int_equal(vq->vq_ops->add_buf(vq, sg, 0, 1, buf), 0);
	vq->vq_ops->kick(vq);
	(void)vi_notify(vq);
	(void)vi_dma_addr(vdev, buf, 64);
	(void)vi_interrupts(vdev, vq);
	(void)vi_wait_interrupt(vdev, 0);
	(void)vi_presence(vdev);
	(void)vi_register_read(vdev, "device_status", &value);
	(void)vi_register_write(vdev, "nonesuch", 0);
	(void)virtqueue_get_vring_size(vq);
	assert_false(virtqueue_is_broken(vq));
	virtio_reset(vdev);
	while (virtqueue_detach_unused_buf(vq))
		;
	virtio_free(vdev, buf, 64);
	return 0;
}

static void give_up(struct virtio_device *vdev)
{
	virtio_reset(vdev);
	virtio_del_vq(vdev->priv);
}

static void drive(void *arg)
{
	static const struct virtio_device_id ids[] = { { RNG, VIRTIO_DEV_ANY_ID },
						       { 0, 0 } };
	struct virtio_driver drv = {
		.driver.name = "test", .id_table = ids, .probe = probe,
		.remove = give_up,
	};
	struct virtio_device *vdev;

	assert_int_equal(register_virtio_driver(&drv), 0);
	assert_int_equal(vi_attach(arg, &vdev), 0);
	virtio_config_changed(vdev);
	vi_detach(vdev);
	unregister_virtio_driver(&drv);
	assert_true(vi_attach("sim:nope", &vdev) < 0);
	assert_true(vi_attach("0000:00:99.0", &vdev) < 0);
	assert_true(vi_attach("sim:rng,fault=nope", &vdev) < 0);
}

/* A ring in the program's memory, and a device made by hand. */
static void lay_out(void *arg)
{
	struct virtio_device vdev = { .id = { RNG, 0 } };
	struct virtqueue *vq;

	assert_int_equal(register_virtio_device(&vdev), 0);
	vq = vring_new_virtqueue(16, 4096, &vdev, arg, NULL, NULL);
	assert_non_null(vq);
	(void)vring_interrupt(vq);
	vring_del_virtqueue(vq);
	assert_null(vring_new_virtqueue(15, 4096, &vdev, arg, NULL, NULL));
	unregister_virtio_device(&vdev);
}

static void driving(void **state)
{
	void *pages = aligned_alloc(4096, 4 * 4096);

	(void)state;
	assert_non_null(pages);
	assert_stays("driving", "split", drive, "sim:rng");
	assert_stays("driving", "packed", drive, "sim:rng,packed,qsize=8");
	assert_stays("driving", "by hand", lay_out, pages);
	free(pages);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call),
		cmocka_unit_test(each_field),
		cmocka_unit_test(a_million_values),
		cmocka_unit_test(looking_for_a_year),
		cmocka_unit_test(scanning_for_a_year),
		cmocka_unit_test(captures_that_are_refused),
		cmocka_unit_test(sampling_for_a_year),
		cmocka_unit_test(recordings),
		cmocka_unit_test(contexts),
		cmocka_unit_test(taking),
		cmocka_unit_test(driving),
	};

	return cmocka_run_group_tests(tests, set_up, end_worlds);
}
