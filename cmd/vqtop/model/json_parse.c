// SPDX-License-Identifier: GPL-2.0-or-later
/* A line of a recording as a sample. */
#include <string.h>

#include "vqtop/model/json.h"
#include "vqtop/model/json_read.h"

#define MAX_ITEMS	4096

static bool parse_list(struct vt_json *j, struct vt_arena *a,
		       struct vt_value *v)
{
	const char *list[64];
	const char **copy;
	size_t n = 0;
	char *s;

	if (!vt_json_expect(j, '['))
		return false;
	while (vt_json_peek(j) != ']') {
		if (n && !vt_json_expect(j, ','))
			return false;
		if (n == ARRAY_SIZE(list))
			return vt_json_fail(j, "a list that is too long");
		if (!vt_json_text(j, a, &s))
			return false;
		list[n++] = s;
	}
	vt_json_expect(j, ']');
	copy = vt_alloc(a, (n + 1) * sizeof(*copy));
	if (!copy)
		return vt_json_fail(j, "out of memory");
	memcpy(copy, list, n * sizeof(*copy));
	copy[n] = NULL;
	*v = (struct vt_value){ .kind = VT_LIST, .list = copy };
	return true;
}

/* By the type that the field has. */
static bool parse_value(struct vt_json *j, struct vt_arena *a,
			const struct vi_field *f, struct vt_value *v)
{
	char *s;

	switch (vi_field_type(f)) {
	case VI_BOOL:
		v->kind = VT_BOOL;
		return vt_json_bool(j, &v->yes);
	case VI_UINT:
		v->kind = VT_COUNT;
		return vt_json_count(j, &v->count);
	case VI_REAL:
		v->kind = VT_REAL;
		return vt_json_real(j, &v->real);
	case VI_STRING:
		v->kind = VT_TEXT;
		if (!vt_json_text(j, a, &s))
			return false;
		v->text = s;
		return true;
	case VI_LIST:
		return parse_list(j, a, v);
	default:
		return vt_json_skip(j);
	}
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	       c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "name_hex": the bytes that the text really had. */
static bool parse_twin(struct vt_json *j, struct vt_arena *a,
		       const struct vt_fields *f, const char *name,
		       struct vt_row *r)
{
	size_t len = strlen(name), i, n;
	int at = len > 4 && !strcmp(name + len - 4, "_hex") ?
		 vt_field_number(f, name, len - 4) : -1;
	char *s;

	if (at < 0 || vi_field_type(f->field[at]) != VI_STRING)
		return vt_json_skip(j);
	if (!vt_json_text(j, a, &s))
		return false;
	for (i = n = 0; s[i]; i += 2) {
		if (digit(s[i]) < 0 || digit(s[i + 1]) < 0)
			return vt_json_fail(j, "bytes are not in hexadecimal");
		s[n++] = digit(s[i]) << 4 | digit(s[i + 1]);
	}
	s[n] = '\0';
	r->v[at] = (struct vt_value){ .kind = VT_TEXT, .text = s };
	return true;
}

/* Recordings made before a field was renamed have its old name. */
static const char *name_now(const char *name)
{
	return !strcmp(name, "way") ? "attach" : name;
}

static bool parse_field(struct vt_json *j, struct vt_arena *a,
			const struct vt_fields *f, const char *name,
			struct vt_row *r)
{
	const char *now = name_now(name);
	int at = vt_field_number(f, now, strlen(now));

	/* What a later version adds is no mistake. */
	if (at < 0)
		return parse_twin(j, a, f, name, r);
	/* Not known, as some write it. */
	if (vt_json_peek(j) == 'n')
		return vt_json_skip(j);
	return parse_value(j, a, f->field[at], &r->v[at]);
}

/* Members of an object, of which *@name is the next; false: no more. */
static bool next_member(struct vt_json *j, struct vt_arena *a, size_t *n,
			char **name)
{
	if (j->why || vt_json_take(j, '}'))
		return false;
	if (*n && !vt_json_expect(j, ','))
		return false;
	if (++*n > MAX_ITEMS)
		return vt_json_fail(j, "an object with too much in it");
	return vt_json_text(j, a, name) && vt_json_expect(j, ':');
}

static bool parse_queue(struct vt_json *j, struct vt_snapshot *s)
{
	struct vt_row *r = vt_snapshot_add(s);
	size_t n = 0;
	char *name;

	if (!r)
		return vt_json_fail(j, "too many queues");
	if (!vt_json_expect(j, '{'))
		return false;
	while (next_member(j, &s->arena, &n, &name))
		if (!parse_field(j, &s->arena, vt_queue_fields(), name, r))
			return false;
	if (!j->why && !vt_text(r, F_DEVICE))
		return vt_json_fail(j, "a queue without a device");
	if (!j->why && vt_get(r, F_INDEX)->kind != VT_COUNT &&
	    !vt_text(r, F_NAME))
		return vt_json_fail(j, "a queue without an index or a name");
	if (!j->why && vt_get(r, F_INDEX)->kind == VT_COUNT &&
	    vt_index(r) >= VT_NO_INDEX)
		return vt_json_fail(j, "an index that no queue has");
	return !j->why;
}

static bool parse_queues(struct vt_json *j, struct vt_snapshot *s)
{
	size_t n = 0;

	if (!vt_json_expect(j, '['))
		return false;
	while (!vt_json_take(j, ']'))
		if ((n++ && !vt_json_expect(j, ',')) || !parse_queue(j, s))
			return false;
	return true;
}

static bool parse_header(struct vt_json *j, struct vt_arena *a)
{
	uint64_t schema = 0;
	size_t n = 0;
	char *name;

	if (!vt_json_expect(j, '{'))
		return false;
	while (next_member(j, a, &n, &name))
		if (!(strcmp(name, "schema") ? vt_json_skip(j) :
		      vt_json_count(j, &schema)))
			return false;
	if (schema != 1)
		return vt_json_fail(j, "written by another version of vqtop");
	return !j->why;
}

static enum vt_line_is parse(struct vt_json *j, struct vt_snapshot *s)
{
	bool header = false, queues = false;
	size_t n = 0;
	char *name;

	if (!vt_json_expect(j, '{'))
		return VT_LINE_BAD;
	while (next_member(j, &s->arena, &n, &name)) {
		if (!strcmp(name, "vqtop") && !header)
			header = parse_header(j, &s->arena);
		else if (!strcmp(name, "queues") && !queues)
			queues = parse_queues(j, s);
		else
			parse_field(j, &s->arena, vt_sum_fields(), name,
				    &s->sum);
	}
	if (!j->why && vt_json_peek(j))
		vt_json_fail(j, "something behind the end of the object");
	/* Of one that could not be taken that is said instead. */
	if (!j->why && !header && !queues && !vt_error(s))
		vt_json_fail(j, "no queues in it");
	if (j->why)
		return VT_LINE_BAD;
	return queues || vt_error(s) ? VT_LINE_SAMPLE : VT_LINE_HEADER;
}

enum vt_line_is vt_json_parse(struct vt_snapshot *s, const char *line,
			      size_t len, const char **why, size_t *at)
{
	struct vt_json j = { .begin = line, .at = line, .end = line + len };
	int queues = vt_sum_fields()->at[S_QUEUES];
	enum vt_line_is is;

	vt_snapshot_reset(s);
	is = parse(&j, s);
	*why = j.why;
	*at = j.at - j.begin;
	if (is == VT_LINE_SAMPLE && queues >= 0 && vt_has_queues(s))
		s->sum.v[queues] = (struct vt_value){ .kind = VT_COUNT,
						      .count = s->count };
	return is;
}
