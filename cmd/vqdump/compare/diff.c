// SPDX-License-Identifier: GPL-2.0-or-later
/* --diff: what changed between two captures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/device.h"
#include "vqdump/vqdump.h"

/* Shown in other ways, or bound to change. */
static bool is_left_out(const char *name)
{
	static const char *const names[] = {
		"time", "time_ns", "passes", "irq_count", "num_in_flight",
		"age_ms", "looks", "unjudged",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* A value as text, "-" if unknown; NULL: out of memory. */
static char *value_text(const struct vi_field *f, struct rec r)
{
	struct text t = { 0 };
	struct vi_value v;

	if (r.object && !vi_get(f, r.object, &v))
		text_add_value(&t, &v);
	else
		text_add(&t, "-");
	return text_take(&t);
}

static void add_field(struct text *t, const struct vi_field *f,
		      struct rec before, struct rec after, const char *prefix)
{
	char *a = value_text(f, before), *b = value_text(f, after);

	if (!a || !b)
		t->failed = true;
	else if (strcmp(a, b))
		text_addf(t, "      %s%s %s -> %s\n", prefix,
			  vi_field_name(f), a, b);
	free(a);
	free(b);
}

static struct rec record_of(const struct vi_field *f, struct rec r)
{
	struct rec inner = { vi_field_schema(f), NULL };
	struct vi_value v;

	if (r.object && !vi_get(f, r.object, &v))
		inner.object = vi_record(&v, 0);
	return inner;
}

/* Compare all plain fields; other functions compare nested records. */
static void add_fields(struct text *t, struct rec before, struct rec after,
		       const char *prefix)
{
	const struct vi_field *f;
	size_t i;

	for (i = 0; (f = vi_schema_field(after.schema, i)); i++)
		if (vi_field_type(f) != VI_RECORD &&
		    vi_field_type(f) != VI_RECORDS &&
		    !is_left_out(vi_field_name(f)))
			add_field(t, f, before, after, prefix);
}

static void add_inner_fields(struct text *t, struct rec before,
			     struct rec after)
{
	const struct vi_field *f;
	size_t i;

	for (i = 0; (f = vi_schema_field(after.schema, i)); i++) {
		char prefix[64];

		if (vi_field_type(f) != VI_RECORD ||
		    !strcmp(vi_field_name(f), "raw"))
			continue;
		snprintf(prefix, sizeof(prefix), "%s.", vi_field_name(f));
		add_fields(t, record_of(f, before), record_of(f, after),
			   prefix);
	}
}

static bool same_request(struct rec a, struct rec b)
{
	const char *x = rec_string(a, "request"), *y = rec_string(b, "request");

	return vq_same_number(a, b, "head") && vq_same_number(a, b, "id") &&
	       vq_same_number(a, b, "out_len") &&
	       vq_same_number(a, b, "in_len") &&
	       !x == !y && (!x || !strcmp(x, y));
}

static uint64_t request_key(struct rec chain)
{
	static const char *const fields[] = {
		"head", "id", "out_len", "in_len", "request",
	};
	uint64_t hash = VQ_HASH;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		hash = vq_hash_field(hash, chain, fields[i]);
	return hash;
}

static bool has_request(const struct vq_index *list, struct rec chain)
{
	struct rec other;
	size_t pos = 0;

	while (vq_index_next(list, request_key(chain), &pos, &other))
		if (same_request(other, chain))
			return true;
	return false;
}

static void add_chain(struct text *t, const char *what, struct rec chain)
{
	const char *request = rec_string(chain, "request");
	struct vi_value v;

	text_addf(t, "      %s head ", what);
	if (rec_get(chain, "head", &v))
		text_add_value(t, &v);
	else
		text_add(t, "-");
	text_add(t, request ? "  " : "");
	text_add_escaped(t, request ? request : "");
	text_add(t, "\n");
}

/* A request in both captures may be a new one that looks the same. */
static void add_requests(struct text *t, struct rec before, struct rec after)
{
	struct recs old, new;
	struct vq_index in_old, in_new;
	size_t i, stayed = 0;

	rec_records(before, "in_flight", &old);
	rec_records(after, "in_flight", &new);
	if (!vq_index_make(&in_old, &old, request_key) |
	    !vq_index_make(&in_new, &new, request_key))
		t->failed = true;
	for (i = 0; i < old.v.count; i++)
		if (!has_request(&in_new, recs_at(&old, i)))
			add_chain(t, "- in flight:", recs_at(&old, i));
	for (i = 0; i < new.v.count; i++) {
		if (has_request(&in_old, recs_at(&new, i)))
			stayed++;
		else
			add_chain(t, "+ in flight:", recs_at(&new, i));
	}
	vq_index_free(&in_old);
	vq_index_free(&in_new);
	/* Parked buffers are expected to stay. */
	if (stayed && !vq_is_parked(after)) {
		text_add(t, "      in both: ");
		text_add_count(t, stayed, "request");
		text_add(t, " in flight with the same head and contents\n");
	}
}

static uint64_t finding_key(struct rec finding)
{
	return vq_hash_field(vq_hash_field(VQ_HASH, finding, "code"), finding,
			     "queue");
}

static bool has_finding(const struct vq_index *list, struct rec finding)
{
	const char *code = rec_string(finding, "code");
	struct rec other;
	size_t pos = 0;

	while (vq_index_next(list, finding_key(finding), &pos, &other))
		if (code && rec_says(other, "code", code) &&
		    vq_same_number(other, finding, "queue"))
			return true;
	return false;
}

static void add_finding(struct text *t, const char *what, struct rec f)
{
	uint64_t index;

	text_addf(t, "  %s ", what);
	text_add_escaped(t, rec_or_dash(f, "code"));
	if (rec_number(f, "queue", &index))
		text_addf(t, " queue %u", (unsigned int)index);
	text_add(t, ": ");
	text_add_escaped(t, rec_or_dash(f, "message"));
	text_add(t, "\n");
}

static void add_findings(struct text *t, const char *what, struct rec dev,
			 struct rec other)
{
	struct recs list, others;
	struct vq_index in_others;
	size_t i;

	rec_records(dev, "findings", &list);
	rec_records(other, "findings", &others);
	if (!vq_index_make(&in_others, &others, finding_key))
		t->failed = true;
	for (i = 0; i < list.v.count; i++)
		if (!has_finding(&in_others, recs_at(&list, i)))
			add_finding(t, what, recs_at(&list, i));
	vq_index_free(&in_others);
}

static void add_queue_title(struct text *t, struct rec queue)
{
	struct vi_value v;

	text_add(t, "  queue ");
	if (rec_get(queue, "index", &v))
		text_add_value(t, &v);
	else
		text_add(t, "-");
	text_add(t, " ");
	vq_add_queue_name(t, queue);
	text_add(t, ": ");
}

/* False, with nothing added: the queue did not change. */
static bool add_queue(struct text *t, struct rec before, struct rec after)
{
	struct text changes = { 0 };
	struct vq_moved m;
	char *s;

	vq_compare(before, after, &m);
	add_fields(&changes, before, after, "");
	add_inner_fields(&changes, before, after);
	add_requests(&changes, before, after);
	s = text_take(&changes);
	if (s && !*s && m.known && !m.submitted && !m.completed) {
		free(s);
		return false;
	}
	add_queue_title(t, after);
	vq_add_flow(t, &m);
	text_add(t, "\n");
	text_add(t, s ? s : "");
	t->failed |= !s;
	free(s);
	return true;
}

static void add_queues(struct text *t, struct rec before, struct rec after)
{
	struct recs old, new;
	struct vq_index in_old, in_new;
	size_t i, unchanged = 0;

	rec_records(before, "queues", &old);
	rec_records(after, "queues", &new);
	if (!vq_index_make(&in_old, &old, vq_key_index) |
	    !vq_index_make(&in_new, &new, vq_key_index))
		t->failed = true;
	for (i = 0; i < new.v.count; i++) {
		struct rec queue = recs_at(&new, i);
		struct rec was = vq_same_queue(&in_old, queue);

		if (was.object) {
			unchanged += !add_queue(t, was, queue);
			continue;
		}
		add_queue_title(t, queue);
		text_add(t, "new\n");
	}
	for (i = 0; i < old.v.count; i++) {
		if (vq_same_queue(&in_new, recs_at(&old, i)).object)
			continue;
		add_queue_title(t, recs_at(&old, i));
		text_add(t, "gone\n");
	}
	vq_index_free(&in_old);
	vq_index_free(&in_new);
	if (!unchanged)
		return;
	text_add(t, "  unchanged: ");
	text_add_count(t, unchanged, "queue");
	text_add(t, "\n");
}

/* Addresses are stable; names depend on the order of probing. */
static const char *const labels[] = { "address", "name" };

/* The devices of a capture, sorted by each of their labels. */
struct labelled {
	uint64_t key;
	struct vi_device *dev;
};

struct devices {
	struct labelled *by_label;
	size_t count;
};

static int by_key(const void *a, const void *b)
{
	const struct labelled *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static uint64_t label_key(struct rec dev, size_t label)
{
	return vq_hash_field(vq_hash(VQ_HASH, &label, sizeof(label)), dev,
			     labels[label]);
}

static bool list_devices(struct vi_ctx *ctx, struct devices *d)
{
	struct vi_device *dev = NULL;
	size_t n = 0, i;

	while ((dev = vi_device_next(ctx, dev)))
		n++;
	*d = (struct devices) {
		calloc(ARRAY_SIZE(labels) * n + 1, sizeof(*d->by_label)), 0 };
	while (d->by_label && (dev = vi_device_next(ctx, dev)))
		for (i = 0; i < ARRAY_SIZE(labels); i++)
			d->by_label[d->count++] = (struct labelled) {
				label_key(rec_device(dev), i), dev };
	if (d->count)
		qsort(d->by_label, d->count, sizeof(*d->by_label), by_key);
	return d->by_label;
}

static struct vi_device *same_device(const struct devices *others,
				     struct rec dev)
{
	struct labelled key = { 0, NULL }, *at;
	const char *s = NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(labels) && !s; i++)
		s = rec_string(dev, labels[i]);
	if (!s)
		return NULL;
	key.key = label_key(dev, i - 1);
	at = bsearch(&key, others->by_label, others->count, sizeof(*at),
		     by_key);
	return at && rec_says(rec_device(at->dev), labels[i - 1], s) ?
	       at->dev : NULL;
}

static bool print_device(const struct vq_options *o, struct vi_device *old,
			 struct rec after)
{
	struct text t = { 0 };
	struct rec before = rec_device(old);

	vq_add_device_line(o, &t, after);
	if (!old) {
		text_add(&t, "  new\n");
		return vq_print(&t);
	}
	add_fields(&t, before, after, "");
	add_findings(&t, "found now:", after, before);
	add_findings(&t, "no longer found:", before, after);
	add_queues(&t, before, after);
	return vq_print(&t);
}

static bool print_gone(const struct vq_options *o, const struct devices *new,
		       struct vi_ctx *old)
{
	struct vi_device *dev = NULL;
	struct text t = { 0 };

	while ((dev = vi_device_next(old, dev))) {
		if (same_device(new, rec_device(dev)))
			continue;
		text_add(&t, "\n");
		vq_add_device_line(o, &t, rec_device(dev));
		text_add(&t, "  gone\n");
	}
	return vq_print(&t);
}

static bool print_all(const struct vq_options *o, struct vi_ctx *old,
		      struct vi_ctx *new, const struct devices *of_old,
		      const struct devices *of_new)
{
	struct vi_device *dev = NULL;
	bool first = true;

	while ((dev = vi_device_next(new, dev))) {
		if (!first)
			putchar('\n');
		first = false;
		if (!print_device(o, same_device(of_old, rec_device(dev)),
				  rec_device(dev)))
			return false;
	}
	return print_gone(o, of_new, old);
}

static bool compare(const struct vq_options *o, struct vi_ctx *old,
		    struct vi_ctx *new)
{
	struct devices of_old = { NULL, 0 }, of_new = { NULL, 0 };
	bool ok = list_devices(old, &of_old) && list_devices(new, &of_new);

	if (ok)
		ok = print_all(o, old, new, &of_old, &of_new);
	else
		tool_error("out of memory");
	free(of_old.by_label);
	free(of_new.by_label);
	return ok;
}

static struct vi_ctx *read_capture(const char *path)
{
	const struct vi_check_options how = {
		.size = sizeof(how), .now = true,
	};
	struct vi_ctx *ctx = tool_new_ctx(NULL);

	if (!ctx)
		return NULL;
	if (vi_capture_read(ctx, path) || vi_snapshot_take(ctx, NULL, "auto")) {
		tool_failed(ctx);
		tool_free_ctx(ctx);
		return NULL;
	}
	vi_check(ctx, NULL, &how);
	return ctx;
}

int vq_diff(const struct vq_options *o)
{
	struct vi_ctx *old = read_capture(o->targets[0]);
	struct vi_ctx *new = old ? read_capture(o->targets[1]) : NULL;
	int status = EXIT_ERROR;

	if (new && compare(o, old, new))
		status = EXIT_DONE;
	tool_free_ctx(new);
	tool_free_ctx(old);
	return status;
}
