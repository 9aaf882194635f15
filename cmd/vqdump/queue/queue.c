// SPDX-License-Identifier: GPL-2.0-or-later
/* Properties of queues that several views show. */
#include <inttypes.h>
#include <string.h>

#include "vqdump/vqdump.h"

void vq_add_queue_name(struct text *t, struct rec queue)
{
	const char *name = rec_string(queue, "name");

	text_add_escaped(t, name ? name : rec_or_dash(queue, "spec_name"));
}

void vq_pad(struct text *t, size_t from, size_t columns)
{
	size_t n = t->s ? term_columns(t->s + from) : 0;

	for (; n < columns; n++)
		text_add(t, " ");
}

bool vq_age(struct rec chain, uint64_t *ms)
{
	return rec_number(chain, "age_ms", ms) && *ms;
}

bool vq_has_ring(struct rec queue)
{
	struct vi_value v;

	return rec_get(queue, "avail", &v) || rec_get(queue, "driver_event", &v);
}

bool vq_is_parked(struct rec queue)
{
	return rec_says(queue, "role", "parked");
}

/* Sum up the slots of the known requests. */
static bool sum_slots(struct rec queue, uint64_t *n)
{
	const struct vi_field *slots;
	struct recs chains;
	struct vi_value v;
	size_t i;

	if (!rec_records(queue, "in_flight", &chains))
		return false;
	/* There may be tens of thousands: look up the field once. */
	slots = vi_schema_find(chains.v.schema, "slots");
	*n = 0;
	for (i = 0; i < chains.v.count; i++)
		*n += slots && !vi_get(slots, recs_at(&chains, i).object, &v) ?
		      v.number : 1;
	return true;
}

bool vq_slots_taken(struct rec queue, uint64_t *n, bool *bound)
{
	uint64_t size, num_free, unreaped;

	*bound = false;
	if (!rec_number(queue, "size", &size))
		return false;
	if (rec_number(queue, "driver_state.num_free", &num_free) &&
	    num_free <= size) {
		*n = size - num_free;
		return true;
	}
	/* Which slots the driver has not reclaimed is unknown. */
	*bound = !rec_number(queue, "num_unreaped", &unreaped) || unreaped ||
		 rec_is(queue, "inferred");
	if (!sum_slots(queue, n)) {
		*bound = true;
		if (!rec_number(queue, "num_in_flight", n))
			return false;
	}
	if (*n > size)
		*n = size;
	return true;
}

/* At most six apply at once. */
struct words {
	size_t count;
	struct {
		const char *s;
		enum term_style style;
	} word[6];
};

static void add_word(struct words *w, const char *s, enum term_style style)
{
	if (w->count < ARRAY_SIZE(w->word)) {
		w->word[w->count].s = s;
		w->word[w->count++].style = style;
	}
}

static void find_trouble(struct rec queue, struct words *w)
{
	if (rec_is(queue, "gone"))
		add_word(w, "gone", TERM_WARNING);
	if (rec_is(queue, "driver_state.broken"))
		add_word(w, "BROKEN", TERM_ERROR);
	if (rec_is(queue, "driver_state.reset"))
		add_word(w, "reset", TERM_WARNING);
	if (rec_is_not(queue, "ready"))
		add_word(w, "off", TERM_DIM);
	if (rec_string(queue, "memory_error"))
		add_word(w, "unreadable", TERM_WARNING);
}

/* What the queue is doing; NULL: unknown. */
static const char *work(struct rec queue)
{
	uint64_t in_flight, unreaped = 0, taken, size;
	bool bound;

	if (!rec_number(queue, "num_in_flight", &in_flight))
		return NULL;
	rec_number(queue, "num_unreaped", &unreaped);
	if (vq_is_parked(queue))
		return in_flight ? "waiting" : unreaped ? "busy" : "empty";
	if (rec_number(queue, "size", &size) &&
	    vq_slots_taken(queue, &taken, &bound) && size && taken == size)
		return "FULL";
	return in_flight || unreaped ? "busy" : "idle";
}

bool vq_is_quiet(struct rec queue)
{
	struct words trouble = { 0 };
	const char *s = work(queue);

	find_trouble(queue, &trouble);
	return !trouble.count && !rec_is(queue, "torn") && s &&
	       (!strcmp(s, "idle") || !strcmp(s, "empty"));
}

static void find_words(struct rec queue, struct words *w)
{
	const char *s = work(queue);

	find_trouble(queue, w);
	if (s)
		add_word(w, s, !strcmp(s, "FULL") ? TERM_WARNING :
			 !strcmp(s, "busy") ? TERM_GOOD : TERM_PLAIN);
	if (rec_is(queue, "torn"))
		add_word(w, "torn", TERM_WARNING);
	if (!w->count)
		add_word(w, "-", TERM_PLAIN);
}

void vq_add_state(const struct term *term, struct text *t, struct rec queue,
		  size_t columns)
{
	struct words w = { 0 };
	size_t i, n = 0;

	find_words(queue, &w);
	for (i = 0; i < w.count; i++) {
		if (i)
			text_add(t, ",");
		term_add(term, t, w.word[i].style, w.word[i].s);
		n += !!i + strlen(w.word[i].s);
	}
	for (; n < columns; n++)
		text_add(t, " ");
}

void vq_add_age(struct text *t, uint64_t ms)
{
	if (ms < 1000)
		text_addf(t, "%" PRIu64 " ms", ms);
	else if (ms < 100 * 1000)
		text_addf(t, "%" PRIu64 ".%" PRIu64 " s", ms / 1000,
			  ms / 100 % 10);
	else if (ms < 100 * 60 * 1000)
		text_addf(t, "%" PRIu64 " min", ms / 1000 / 60);
	else
		text_addf(t, "%" PRIu64 " h", ms / 1000 / 3600);
}
