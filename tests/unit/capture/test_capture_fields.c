// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Members of records, written and read back: whatever they hold, a reader makes
 * the same of it. The tables that describe them are walked, so that a new row
 * is tested as soon as it is there.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <virtio-inspect/check.h>

#include "capture/json.h"
#include "inspect/fields/device.h"
#include "inspect/fields/queue.h"
#include "inspect/fields/raw.h"
#include "inspect/fields/registers.h"
#include "inspect/fields/snapshot.h"
#include "inspect/findings.h"
#include "record/select.h"

#define ROUNDS	300

/* --- Chance --- */

static uint64_t seed;

/* Below @n; the same in each run. */
static uint64_t chance(uint64_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 16) % n;
}

/* Half of them are as small or as large as they can be. */
static uint64_t any_number(uint64_t max)
{
	switch (chance(6)) {
	case 0:
		return 0;
	case 1:
		return 1;
	case 2:
		return max;
	default:
		return max == UINT64_MAX ? seed : (seed >> 1) % (max + 1);
	}
}

/* Bytes, many of which have to be escaped, and some of which are no UTF-8. */
static char *any_text(struct vi_pool *pool, size_t most)
{
	size_t i, len = chance(most + 1 < 40 ? most + 1 : 40);
	char *s = vi_pool_alloc(pool, len + 1);

	assert_non_null(s);
	for (i = 0; i < len; i++)
		s[i] = chance(3) ? 'a' + chance(26) : 1 + chance(255);
	return s;
}

/* --- Filling records --- */

static void fill(struct vi_pool *pool, const struct vi_schema *schema,
		 void *object);

static void fill_number(const struct vi_field *f, void *member)
{
	uint64_t max = f->max ? f->max : f->size < 8 ?
		       ((uint64_t)1 << 8 * f->size) - 1 : UINT64_MAX, n;

	/* Larger ones JSON has as reals; and where something else is told of a
	 * member, it is that of the 15 bits of a position. */
	if ((f->type & VI_TYPE_MASK) == VI_UINT && max > INT64_MAX)
		max = INT64_MAX;
	if (f->get && max > 0x7fff)
		max = 0x7fff;
	do
		n = any_number(max);
	while (f->known == &vi_by_value && n == f->key);
	vi_set_number(member, f->size, n);
}

static void fill_text(struct vi_pool *pool, const struct vi_field *f,
		      void *member)
{
	size_t i;

	if (f->names) {
		do
			i = chance(f->names->count);
		while (!f->names->name[i]);
		vi_set_number(member, f->size, i);
	} else if (f->type & VI_INLINE) {
		strcpy(member, any_text(pool, f->size - 1u));
	} else {
		*(char **)member = any_text(pool, 40);
	}
}

static void fill_list(struct vi_pool *pool, struct vi_strings *list)
{
	size_t i, count = 2 + chance(2);

	for (i = 0; i < count; i++)
		assert_int_equal(vi_strings_add(pool, list,
						any_text(pool, 40)), 0);
}

static void fill_values(struct vi_pool *pool, struct vi_named *values,
			size_t count)
{
	static const char *const names[] = { "age_ms", "addr", "at_2" };
	static const enum vi_type types[] = {
		VI_BOOL, VI_UINT, VI_HEX, VI_REAL, VI_STRING,
	};
	size_t i;

	for (i = 0; i < count; i++) {
		struct vi_value *v = &values[i].value;

		values[i].name = names[i];
		v->type = types[chance(ARRAY_SIZE(types))];
		if (v->type == VI_BOOL)
			v->boolean = chance(2);
		else if (v->type == VI_REAL)
			v->real = (double)chance(1 << 20) / 8;
		else if (v->type == VI_STRING)
			v->string = any_text(pool, 40);
		else
			v->number = any_number(v->type == VI_HEX ?
					       UINT64_MAX : INT64_MAX);
	}
}

static void fill_array(struct vi_pool *pool, const struct vi_field *f,
		       char *holder)
{
	size_t i, count = chance(4);
	char *array = vi_pool_alloc(pool, (count + 1) * f->size);

	assert_non_null(array);
	*(void **)(holder + f->offset) = array;
	*(size_t *)(holder + f->count) = count;
	if ((f->type & VI_TYPE_MASK) == VI_VALUES)
		fill_values(pool, (void *)array, count);
	else
		for (i = 0; i < count; i++)
			fill(pool, f->schema, array + i * f->size);
}

static void fill_member(struct vi_pool *pool, const struct vi_field *f,
			void *object)
{
	char *holder = vi_holder(object, f), *member = holder + f->offset;

	switch ((enum vi_type)(f->type & VI_TYPE_MASK)) {
	case VI_BOOL:
		assert_int_equal(f->size, sizeof(bool));
		*(bool *)member = chance(2);
		break;
	case VI_UINT:
	case VI_HEX:
		fill_number(f, member);
		break;
	case VI_FEATURES:
		assert_int_equal(f->size, sizeof(struct vi_features));
		vi_set_number(member, 8, any_number(UINT64_MAX));
		vi_set_number(member + 8, 8, any_number(UINT64_MAX));
		break;
	case VI_STRING:
		fill_text(pool, f, member);
		break;
	case VI_LIST:
		assert_int_equal(f->size, sizeof(struct vi_strings));
		fill_list(pool, (void *)member);
		break;
	case VI_RECORD:
		fill(pool, f->schema, member);
		break;
	case VI_RECORDS:
	case VI_VALUES:
		fill_array(pool, f, holder);
		break;
	case VI_NUMBERS:
	case VI_REAL:
		fail_msg("%s: captures have no members of this type", f->name);
	}
}

/* A fourth of what need not be there is not. */
static void fill(struct vi_pool *pool, const struct vi_schema *schema,
		 void *object)
{
	const struct vi_field *f;

	for (f = schema->fields; f->name; f++) {
		bool there = f->type & VI_REQUIRED || chance(4);

		if (!f->size || !vi_holder(object, f))
			continue;
		if (there)
			fill_member(pool, f, object);
		if (f->known && f->known->set)
			f->known->set(object, f, there);
		if (f->absent_bit && !there)
			*vi_absent(vi_holder(object, f), f) |= f->absent_bit;
	}
}

/* --- Which of them were written --- */

static const struct vi_field *seen[512];
static size_t num_seen;

static bool was_seen(const struct vi_field *f)
{
	size_t i;

	for (i = 0; i < num_seen; i++)
		if (seen[i] == f)
			return true;
	return false;
}

static void note(const struct vi_schema *schema, const void *object)
{
	const struct vi_field *f;
	struct vi_value v;
	size_t i;

	for (f = schema->fields; f->name; f++) {
		if (!f->size || vi_get(f, object, &v))
			continue;
		if (!was_seen(f)) {
			assert_true(num_seen < ARRAY_SIZE(seen));
			seen[num_seen++] = f;
		}
		for (i = 0; f->schema && i < v.count; i++)
			note(f->schema, vi_record(&v, i));
	}
}

static size_t count_unseen(const struct vi_schema *schema, const void *object)
{
	const struct vi_field *f;
	size_t n = 0;

	for (f = schema->fields; f->name; f++) {
		if (!f->size || (object && !vi_holder(object, f)))
			continue;
		/* Those that are the object itself need not be there. */
		if (f->type != VI_RECORD && !was_seen(f)) {
			print_message("%s was never written\n", f->name);
			n++;
		}
		if (f->schema)
			n += count_unseen(f->schema, f->type == VI_RECORDS ?
					  NULL : object);
	}
	return n;
}

/* --- There and back --- */

static char *write_one(struct vi_ctx *ctx, const struct vi_schema *schema,
		       const void *object)
{
	static const struct vi_selection all;
	struct vi_writer w = { .style = VI_STYLE_PASTED };

	vi_write_record(ctx, &w, schema, object, &all);
	assert_int_equal(vi_writer_end(&w), 0);
	return w.text.s;
}

static void read_one(struct vi_cap *c, const struct vi_schema *schema,
		     const char *text, void *object)
{
	const struct vi_cap_at at = {
		.json = vi_cap_parse(c, text, strlen(text)),
	};

	assert_non_null(at.json);
	if (!vi_cap_types(c, schema, &at) ||
	    !vi_cap_fields(c, &at, schema, object))
		fail_msg("%s: %s", vi_error(c->ctx), text);
}

static void assert_same(const char *text, const char *again)
{
	size_t i = 0;

	while (text[i] && text[i] == again[i])
		i++;
	if (text[i] || again[i])
		fail_msg("%.60s became %.60s in %s", text + i, again + i, text);
}

/*
 * @end: what the reader adds that is no member by itself; called for what is
 * written and for what was read; or NULL.
 */
static void there_and_back(struct vi_ctx *ctx, const struct vi_schema *schema,
			   void *from, void *to,
			   void (*end)(void *object, bool was_read))
{
	struct vi_pool pool = { NULL, ctx };
	struct vi_cap c = {
		.ctx = ctx, .file = "test", .pool = &pool, .left = 1 << 24,
		.schema = VI_CAPTURE_SCHEMA,
	};
	char *text, *again;

	fill(&pool, schema, from);
	if (end)
		end(from, false);
	note(schema, from);
	text = write_one(ctx, schema, from);
	read_one(&c, schema, text, to);
	if (end)
		end(to, true);
	again = write_one(ctx, schema, to);
	assert_same(text, again);
	free(text);
	free(again);
	vi_pool_free(&c.parsed);
	vi_pool_free(&pool);
}

/* --- Records that are a structure --- */

#define PLAIN(name, type, schema)					\
static void name(void **state)						\
{									\
	struct vi_ctx *ctx = vi_ctx_new();				\
	size_t i;							\
									\
	(void)state;							\
	assert_int_equal(vi_cap_open(ctx), 0);				\
	for (i = 0; i < ROUNDS; i++) {					\
		struct type from = { 0 }, to = { 0 };			\
									\
		there_and_back(ctx, schema, &from, &to, NULL);		\
	}								\
	vi_ctx_free(ctx);						\
	assert_int_equal(count_unseen(schema, NULL), 0);		\
}

PLAIN(hosts, vi_host, &vi_host_schema)
PLAIN(interrupts, vi_interrupt, &vi_interrupt_schema)
PLAIN(capabilities, vi_pci_cap, &vi_capability_schema)
PLAIN(hazards, vi_pci_hazard, &vi_hazard_schema)
PLAIN(msix, vi_pci_msix, &vi_msix_schema)
PLAIN(registers, vi_device_registers, &vi_registers_schema)
PLAIN(reports, vi_report, vi_report_schema())

/* --- Devices --- */

static void end_device(void *object, bool was_read)
{
	struct vi_device *dev = object;

	(void)was_read;
	vi_set_fact(dev, VI_FACT_KNAMES, dev->knames.count ? 0 : -ENODATA);
}

static void devices(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_device *from = NULL;
	struct vi_report reports[2];
	size_t i;

	(void)state;
	assert_int_equal(vi_cap_open(ctx), 0);
	for (i = 0; i < ROUNDS; i++) {
		struct vi_device *to = vi_inventory_add(ctx);

		from = vi_inventory_add(ctx);
		assert_true(from && to);
		memset(reports, 0, sizeof(reports));
		from->report = &reports[0];
		to->report = &reports[1];
		there_and_back(ctx, vi_device_schema(), from, to, end_device);
	}
	assert_int_equal(count_unseen(vi_device_schema(), from), 0);
	vi_ctx_free(ctx);
}

/* --- Queues --- */

/* Addresses are known together. What is below "raw" is not written along. */
static void end_queue(void *object, bool was_read)
{
	struct vi_raw_queue *q = ((struct vi_queue *)object)->q;

	(void)was_read;
	q->have |= VI_Q_ADDRESSES | VI_Q_RING_VA;
	q->memory_err = 0;
}

/* Errors are positive in captures, and without one there is no fault. */
static void end_raw(void *object, bool was_read)
{
	struct vi_raw_queue *q = ((struct vi_queue *)object)->q;

	q->memory_err = -q->memory_err;
	if (!was_read && !q->memory_err)
		q->memory_fault = 0;
}

static void go_through_queues(const struct vi_schema *schema,
			      void (*end)(void *object, bool was_read))
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_decoded ring = { 0 };
	struct vi_pool pool = { NULL, ctx };
	struct vi_snapshot snap = { .attach = "test", .pool = &pool };
	struct vi_queue from;
	size_t i;

	assert_int_equal(vi_cap_open(ctx), 0);
	for (i = 0; i < ROUNDS; i++) {
		struct vi_raw_queue q[2] = { { 0 }, { 0 } };
		struct vi_queue to = { .snap = &snap, .q = &q[1], .ring = &ring };

		from = (struct vi_queue) {
			.snap = &snap, .q = &q[0], .ring = &ring,
		};
		there_and_back(ctx, schema, &from, &to, end);
	}
	from.ring = NULL;
	assert_int_equal(count_unseen(schema, &from), 0);
	vi_pool_free(&pool);
	vi_ctx_free(ctx);
}

static void raw(void **state)
{
	(void)state;
	go_through_queues(&vi_raw_schema, end_raw);
}

static void queues(void **state)
{
	(void)state;
	go_through_queues(vi_queue_schema(), end_queue);
}

/* --- What is kept of buffers --- */

static void tokens(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	size_t i;

	(void)state;
	assert_int_equal(vi_cap_open(ctx), 0);
	for (i = 0; i < ROUNDS; i++) {
		struct vi_token t[2] = { { 0 }, { 0 } };
		struct vi_raw_token from = { .packed = true, .t = &t[0] };
		struct vi_raw_token to = { .packed = true, .t = &t[1] };

		there_and_back(ctx, &vi_token_schema, &from, &to, NULL);
	}
	vi_ctx_free(ctx);
	assert_int_equal(count_unseen(&vi_token_schema, NULL), 0);
}

static void end_table(void *object, bool was_read)
{
	struct vi_raw_piece *p = object;

	(void)was_read;
	p->table->err = -p->table->err;
}

static void pieces(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_pool pool = { NULL, ctx };
	size_t i;

	(void)state;
	assert_int_equal(vi_cap_open(ctx), 0);
	for (i = 0; i < ROUNDS; i++) {
		struct vi_table t[2] = { { 0 }, { 0 } };
		struct vi_header h[2] = { { 0 }, { 0 } };
		struct vi_content m[2] = { { 0 }, { 0 } };
		struct vi_raw_piece p[] = {
			{ .pool = &pool, .table = &t[0] },
			{ .pool = &pool, .table = &t[1] },
			{ .pool = &pool, .header = &h[0] },
			{ .pool = &pool, .header = &h[1] },
			{ .pool = &pool, .content = &m[0] },
			{ .pool = &pool, .content = &m[1] },
		};

		there_and_back(ctx, &vi_table_schema, &p[0], &p[1], end_table);
		there_and_back(ctx, &vi_header_schema, &p[2], &p[3], NULL);
		there_and_back(ctx, &vi_content_schema, &p[4], &p[5], NULL);
	}
	vi_pool_free(&pool);
	vi_ctx_free(ctx);
	assert_int_equal(count_unseen(&vi_table_schema, NULL), 0);
	assert_int_equal(count_unseen(&vi_header_schema, NULL), 0);
	assert_int_equal(count_unseen(&vi_content_schema, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts),
		cmocka_unit_test(interrupts),
		cmocka_unit_test(capabilities),
		cmocka_unit_test(hazards),
		cmocka_unit_test(msix),
		cmocka_unit_test(registers),
		cmocka_unit_test(reports),
		cmocka_unit_test(devices),
		cmocka_unit_test(raw),
		cmocka_unit_test(queues),
		cmocka_unit_test(tokens),
		cmocka_unit_test(pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
