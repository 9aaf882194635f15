// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the library hands out stays valid for as long as its headers promise:
 * keep all values of all fields, make every call that must not affect them, and
 * compare.
 */
#include "worlds.h"

/* More calls than snapshots are kept. */
#define TIMES	(VI_MAX_SNAPSHOTS + 4)
#define MAX_DEVICES	16

/* --- Values that are kept --- */

/* A value, its contents at first, and the values of its records. */
struct kept {
	const struct vi_field *field;
	const void *object;
	int err;
	struct vi_value v;
	char *text;
	struct kept *inner;
	size_t count;
};

static void print_value(FILE *f, const struct vi_value *v)
{
	size_t i;

	switch (v->type) {
	case VI_STRING:
		fputs(v->string, f);
		break;
	case VI_LIST:
		for (i = 0; i < v->count; i++)
			fprintf(f, "%s\n", v->list[i]);
		break;
	case VI_NUMBERS:
		for (i = 0; i < v->count; i++)
			fprintf(f, "%llu\n", (unsigned long long)v->numbers[i]);
		break;
	case VI_RECORDS:
	case VI_RECORD:
		fprintf(f, "%zu records", v->count);
		break;
	case VI_VALUES:
		for (i = 0; i < v->count; i++) {
			fprintf(f, "%s ", v->values[i].name);
			print_value(f, &v->values[i].value);
		}
		break;
	case VI_FEATURES:
		fprintf(f, "%llx %llx", (unsigned long long)v->features.w[1],
			(unsigned long long)v->features.w[0]);
		break;
	case VI_BOOL:
		fprintf(f, "%d", v->boolean);
		break;
	case VI_REAL:
		fprintf(f, "%g", v->real);
		break;
	case VI_UINT:
	case VI_HEX:
		fprintf(f, "%llu", (unsigned long long)v->number);
		break;
	}
}

/* All memory that the value points to, concatenated. */
static char *read_out(const struct vi_value *v)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	print_value(f, v);
	fclose(f);
	return text;
}

static struct kept *keep_object(const struct vi_schema *schema,
				const void *object, size_t *count);

static void keep_records(struct kept *k)
{
	const struct vi_schema *schema = vi_field_schema(k->field);
	size_t i, m, n;

	for (i = 0; i < k->v.count; i++) {
		struct kept *more = keep_object(schema, vi_record(&k->v, i), &n);

		k->inner = reallocarray(k->inner, k->count + n,
					sizeof(*k->inner));
		for (m = 0; m < n; m++)
			k->inner[k->count++] = more[m];
		free(more);
	}
}

static void keep(struct kept *k, const struct vi_field *field,
		 const void *object)
{
	*k = (struct kept) { .field = field, .object = object };
	k->err = vi_get(field, object, &k->v);
	assert_true(k->err == 0 || k->err == -ENODATA || k->err == -EACCES);
	if (k->err)
		return;
	k->text = read_out(&k->v);
	if (k->v.type == VI_RECORDS || k->v.type == VI_RECORD)
		keep_records(k);
}

/* All fields of @object. */
static struct kept *keep_object(const struct vi_schema *schema,
				const void *object, size_t *count)
{
	const struct vi_field *f;
	struct kept *all = NULL;

	for (*count = 0; (f = vi_schema_field(schema, *count)); ++*count) {
		all = reallocarray(all, *count + 1, sizeof(*all));
		keep(&all[*count], f, object);
	}
	return all;
}

static void forget(struct kept *all, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		forget(all[i].inner, all[i].count);
		free(all[i].text);
	}
	free(all);
}

/*
 * Is each value unchanged? @again: read fields of records again, too, except
 * those of a device, which show the present.
 */
static void compare(const struct kept *all, size_t count, bool again,
		    const char *after)
{
	struct vi_value v;
	size_t i;

	for (i = 0; i < count; i++) {
		const struct kept *k = &all[i];
		char *text = k->err ? NULL : read_out(&k->v);

		if (text && strcmp(text, k->text))
			fail_msg("%s: %s is %s, and was %s", after,
				 vi_field_name(k->field), text, k->text);
		free(text);
		if (again)
			assert_int_equal(vi_get(k->field, k->object, &v),
					 k->err);
		text = again && !k->err ? read_out(&v) : NULL;
		if (text && strcmp(text, k->text))
			fail_msg("%s: %s is said to be %s, and was %s", after,
				 vi_field_name(k->field), text, k->text);
		free(text);
		compare(k->inner, k->count, true, after);
	}
}

/* --- Coverage of fields --- */

/* Fields that some object of any schema provided. */
static const struct vi_field *seen[1024];
static size_t num_seen;

static bool was_seen(const struct vi_field *f)
{
	size_t i;

	for (i = 0; i < num_seen; i++)
		if (seen[i] == f)
			return true;
	return false;
}

static void mark_seen(const struct kept *all, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!all[i].err && !was_seen(all[i].field)) {
			assert_true(num_seen < ARRAY_SIZE(seen));
			seen[num_seen++] = all[i].field;
		}
		mark_seen(all[i].inner, all[i].count);
	}
}

/* Numbers and the like are copies. */
static bool points_to_something(const struct vi_field *f)
{
	switch (vi_field_type(f)) {
	case VI_STRING:
	case VI_LIST:
	case VI_NUMBERS:
	case VI_RECORDS:
	case VI_RECORD:
	case VI_VALUES:
		return true;
	default:
		return false;
	}
}

/* Count fields that no object provided, and print them as "queues.raw.desc". */
static size_t count_unreaped(const struct vi_schema *schema, const char *path)
{
	const struct vi_field *f;
	char name[256];
	size_t i, n = 0;

	for (i = 0; (f = vi_schema_field(schema, i)); i++) {
		snprintf(name, sizeof(name), "%s%s%s", path, *path ? "." : "",
			 vi_field_name(f));
		if (!points_to_something(f))
			continue;
		if (!was_seen(f)) {
			print_message("%s: no device gives it\n", name);
			n++;
		} else if (vi_field_schema(f)) {
			n += count_unreaped(vi_field_schema(f), name);
		}
	}
	return n;
}

/* --- Of all devices --- */

struct kept_devices {
	struct kept *of[32];
	size_t count[32], devices;
};

static void keep_devices(struct kept_devices *k, struct vi_ctx *ctx)
{
	struct vi_device *dev = NULL;

	memset(k, 0, sizeof(*k));
	while ((dev = vi_device_next(ctx, dev))) {
		assert_true(k->devices < ARRAY_SIZE(k->of));
		k->of[k->devices] = keep_object(vi_device_schema(), dev,
						&k->count[k->devices]);
		k->devices++;
	}
}

static void compare_devices(const struct kept_devices *k, const char *after)
{
	size_t i;

	for (i = 0; i < k->devices; i++)
		compare(k->of[i], k->count[i], false, after);
}

static void forget_devices(struct kept_devices *k)
{
	size_t i;

	for (i = 0; i < k->devices; i++)
		forget(k->of[i], k->count[i]);
}

/* Make each call more often than snapshots are kept. */
static void stays_in(const struct world *w)
{
	struct vi_ctx *ctx = open_world(w);
	struct kept_devices k, other;
	char after[128];
	size_t i, n;

	keep_devices(&k, ctx);
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		snprintf(after, sizeof(after), "%s, %s", w->name,
			 calls[i].name);
		for (n = 0; n < TIMES; n++)
			calls[i].call(ctx);
		compare_devices(&k, after);
	}
	for (n = 0; n < TIMES; n++) {
		call_look(ctx);
		call_registers(ctx);
		keep_devices(&other, ctx);
		for (i = 0; i < other.devices; i++)
			mark_seen(other.of[i], other.count[i]);
		forget_devices(&other);
	}
	compare_devices(&k, "all fields");
	forget_devices(&k);
	vi_ctx_free(ctx);
}

static void what_was_given_stays(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(worlds); i++)
		stays_in(&worlds[i]);
	assert_int_equal(count_unreaped(vi_device_schema(), ""), 0);
}

/* --- Letting go --- */

/* Fields of snapshots and checks, which vi_release() ends. */
static bool is_released(const struct vi_field *f)
{
	static const char *const names[] = {
		"queues", "attach_notes", "offered_names", "config",
		"registers", "findings", "answers", "unjudged",
		"undecided",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(vi_field_name(f), names[i]))
			return true;
	return false;
}

static void drop_released(struct kept_devices *k)
{
	size_t i, m;

	for (i = 0; i < k->devices; i++) {
		for (m = 0; m < k->count[i]; m++) {
			struct kept *one = &k->of[i][m];

			if (!is_released(one->field))
				continue;
			forget(one->inner, one->count);
			one->inner = NULL;
			one->count = 0;
			one->err = -ENODATA;
		}
	}
}

static void released_in(const struct world *w)
{
	struct vi_ctx *ctx = open_world(w);
	struct kept_devices k, now;
	size_t n;

	keep_devices(&k, ctx);
	drop_released(&k);
	vi_release(ctx, NULL);
	for (n = 0; n < TIMES; n++) {
		call_look(ctx);
		call_check(ctx);
		call_registers(ctx);
		vi_release(ctx, vi_device_next(ctx, NULL));
	}
	compare_devices(&k, w->name);
	/* The present values can be read, and stay valid in turn. */
	keep_devices(&now, ctx);
	for (n = 0; n < TIMES; n++) {
		call_look(ctx);
		call_check(ctx);
		call_registers(ctx);
	}
	compare_devices(&now, w->name);
	forget_devices(&now);
	forget_devices(&k);
	vi_ctx_free(ctx);
}

static void all_else_stays_when_released(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(worlds); i++)
		released_in(&worlds[i]);
}

static void ref_devices(struct vi_ctx *ctx, struct vi_device **list,
			size_t *count)
{
	struct vi_device *dev = NULL;

	*count = 0;
	while ((dev = vi_device_next(ctx, dev))) {
		assert_in_range(*count, 0, MAX_DEVICES - 1);
		list[(*count)++] = vi_device_ref(dev);
	}
}

/* Every call that would read the device again. */
static void refuses(struct vi_ctx *ctx, struct vi_device *dev)
{
	struct vi_binding *b;

	assert_int_equal(vi_snapshot_take(ctx, dev, "auto"), -ESTALE);
	assert_non_null(strstr(vi_error(ctx), "find the device again"));
	assert_int_equal(vi_check(ctx, dev, NULL), -ESTALE);
	assert_int_equal(vi_capture_write(ctx, dev, -1, 0), -ESTALE);
	assert_int_equal(vi_bind_plan(ctx, dev, NULL, NULL, &b), -ESTALE);
	assert_null(vi_device_next(ctx, dev));
}

/* Beyond a scan and beyond the context. */
static void referenced_in(const struct world *w)
{
	struct vi_ctx *ctx = open_world(w);
	struct vi_device *list[MAX_DEVICES];
	struct kept_devices k;
	size_t count, i;

	keep_devices(&k, ctx);
	ref_devices(ctx, list, &count);
	for (i = 0; i < TIMES; i++) {
		call_look(ctx);
		call_check(ctx);
	}
	assert_int_equal(vi_scan(ctx), 0);
	for (i = 0; i < TIMES; i++)
		call_look(ctx);
	compare_devices(&k, w->name);
	for (i = 0; i < count; i++)
		refuses(ctx, list[i]);
	vi_ctx_free(ctx);
	compare_devices(&k, w->name);
	for (i = 0; i < count; i++)
		vi_device_unref(list[i]);
	forget_devices(&k);
}

static void references_keep(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(worlds); i++)
		referenced_in(&worlds[i]);
	vi_device_unref(NULL);
}

#define SNAPSHOTS	100

/*
 * Each of many snapshots stays while referenced, even if the device has dropped
 * it.
 */
static void each_snapshot(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_device *dev = vi_device_find(ctx, "sim:blk,fault=stuck");
	struct vi_snapshot *snap[SNAPSHOTS];
	struct kept *kept[SNAPSHOTS];
	size_t n, i;

	(void)state;
	for (i = 0; i < SNAPSHOTS; i++) {
		assert_int_equal(vi_snapshot_take(ctx, dev, "auto"), 0);
		snap[i] = vi_snapshot_at(dev, vi_snapshots(dev) - 1);
		assert_ptr_equal(vi_snapshot_device(snap[i]), dev);
		kept[i] = keep_object(vi_snapshot_schema(), snap[i], &n);
	}
	assert_int_equal(vi_snapshots(dev), VI_MAX_SNAPSHOTS);
	assert_null(vi_snapshot_at(dev, VI_MAX_SNAPSHOTS));
	assert_int_equal(vi_scan(ctx), 0);
	for (i = 0; i < SNAPSHOTS; i++)
		compare(kept[i], n, true, "snapshots");
	vi_ctx_free(ctx);
	for (i = 0; i < SNAPSHOTS; i++) {
		compare(kept[i], n, true, "snapshots");
		forget(kept[i], n);
		vi_snapshot_unref(snap[i]);
	}
	vi_snapshot_unref(NULL);
}

/* Each queue of a sample, then the whole sample. */
static struct kept **keep_sample(const struct vi_sample *sample, size_t *count,
				 size_t *fields)
{
	struct vi_value queues;
	struct kept **kept;
	size_t i;

	vi_sample_queues(sample, &queues);
	kept = calloc(queues.count + 1, sizeof(*kept));
	assert_non_null(kept);
	for (i = 0; i < queues.count; i++)
		kept[i] = keep_object(vi_rate_schema(), vi_record(&queues, i),
				      &fields[0]);
	kept[i] = keep_object(vi_summary_schema(), vi_sample_summary(sample),
			      &fields[1]);
	*count = queues.count;
	return kept;
}

/* A referenced sample outlives its devices, its sampler and its context. */
static void samples(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_sample *sample;
	struct vi_sampler *s;
	size_t count, i, fields[2];
	struct kept **kept;

	(void)state;
	assert_non_null(vi_device_find(ctx, "sim:blk,fault=stuck"));
	assert_non_null(vi_device_find(ctx, "sim:net"));
	assert_int_equal(vi_sampler_new(ctx, NULL, &s), 0);
	for (i = 0; i < TIMES; i++)
		assert_int_equal(vi_sampler_sample(s), 0);
	sample = vi_sampler_keep(s);
	kept = keep_sample(sample, &count, fields);
	assert_int_equal(count, 3);
	for (i = 0; i < TIMES; i++)
		assert_int_equal(vi_sampler_sample(s), 0);
	vi_sampler_free(s);
	vi_ctx_free(ctx);
	for (i = 0; i <= count; i++) {
		compare(kept[i], fields[i == count], true, "samples");
		forget(kept[i], fields[i == count]);
	}
	free(kept);
	vi_sample_unref(sample);
	vi_sample_unref(NULL);
}

/* Each of many reports stays while referenced. */
static void each_report(void **state)
{
	static const struct vi_check_options now = {
		.size = sizeof(now), .now = true,
	};
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_device *dev = vi_device_find(ctx, "sim:blk,fault=stuck");
	struct vi_report *report[TIMES];
	struct kept *kept[TIMES];
	size_t n, i;

	(void)state;
	assert_null(vi_device_report(dev));
	for (i = 0; i < TIMES; i++) {
		assert_int_equal(vi_snapshot_take(ctx, dev, "auto"), 0);
		assert_true(vi_check(ctx, dev, &now) >= 0);
		report[i] = vi_device_report(dev);
		assert_ptr_equal(vi_report_ref(report[i]), report[i]);
		vi_report_unref(report[i]);
		kept[i] = keep_object(vi_report_schema(), report[i], &n);
	}
	assert_int_equal(vi_scan(ctx), 0);
	vi_ctx_free(ctx);
	for (i = 0; i < TIMES; i++) {
		compare(kept[i], n, true, "reports");
		forget(kept[i], n);
		vi_report_unref(report[i]);
	}
	vi_report_unref(NULL);
}

/* Finding a device by name, or by place, returns the same object. */
static void the_same_device(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_device *dev = vi_device_find(ctx, "sim:rng"), *ring, *again;
	struct world *w = &worlds[ARRAY_SIZE(worlds) - 2];

	(void)state;
	assert_non_null(dev);
	assert_ptr_equal(vi_device_find(ctx, "sim:rng"), dev);
	assert_int_equal(vi_ring_by_address(ctx, A_RING, w->path, &ring), 0);
	assert_int_equal(vi_ring_by_address(ctx, A_RING, w->path, &again), 0);
	assert_ptr_equal(ring, again);
	assert_int_equal(vi_ring_by_address(ctx, A_RING ",features=0x0", w->path,
					    &again), 0);
	assert_ptr_not_equal(ring, again);
	vi_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_given_stays),
		cmocka_unit_test(all_else_stays_when_released),
		cmocka_unit_test(references_keep),
		cmocka_unit_test(each_snapshot),
		cmocka_unit_test(samples),
		cmocka_unit_test(each_report),
		cmocka_unit_test(the_same_device),
	};

	return cmocka_run_group_tests(tests, make_worlds, end_worlds);
}
