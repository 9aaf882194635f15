// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Packed: completions against their lists. Used entries overwrite slots, so
 * many lists are damaged; those from the device's position on are whole.
 */
#include <stdlib.h>

#include "check/rules/rules.h"

#define UNKNOWN		UINT64_MAX

/* Whole lists, by id. */
struct lists {
	uint64_t *room;		/* writable bytes; UNKNOWN: no list */
	uint16_t *head;
};

static void lists_free(struct lists *l)
{
	free(l->room);
	free(l->head);
}

static bool lists_new(struct lists *l, uint32_t size)
{
	uint32_t i;

	l->room = malloc(size * sizeof(*l->room));
	l->head = malloc(size * sizeof(*l->head));
	for (i = 0; l->room && i < size; i++)
		l->room[i] = UNKNOWN;
	return l->room && l->head;
}

/* A list that lost its head has fewer slots than the driver took. */
static bool is_whole(const struct vi_raw_queue *q, const struct vi_chain *c)
{
	return c->id < q->size && vi_chain_is_whole(c) &&
	       (!vi_has_tokens(q) || q->tokens[c->id].num == c->slots);
}

/* The last list with an id counts; the driver reused that of an older one. */
static bool collect(const struct vi_decoded *ring, struct lists *l)
{
	const struct vi_raw_queue *q = ring->q;
	uint32_t left = vi_packed_distance(q, ring->used, ring->avail), n;
	uint16_t pos = ring->used;
	struct vi_walker w;
	bool ok = vi_walker_init(&w, q);

	if (!ring->has_avail || left > q->size)
		left = 0;
	for (; ok && left; left -= n) {
		struct vi_chain c = { 0 };

		if (vi_packed_is_avail(vi_packed_desc(q, VI_SLOT(pos)).flags,
				       pos))
			ok = vi_walk_packed(&w, pos, left, &c);
		if (ok && c.slots && is_whole(q, &c)) {
			l->room[c.id] = c.in_len;
			l->head[c.id] = c.head;
		}
		n = c.slots && c.slots < left ? c.slots :
		    c.slots ? left : 1;
		pos = vi_packed_step(q, pos, n);
	}
	vi_walker_fini(&w);
	return ok;
}

/*
 * The room that the driver recorded for a buffer, if it maps buffers for DMA.
 * All records together cover at most the ring's descriptors: *@left.
 */
static uint64_t room_by_driver(const struct vi_raw_queue *q, uint16_t id,
			       uint32_t *left)
{
	uint32_t num = q->tokens[id].num, at = id, i;
	uint64_t room = 0;

	if (!vi_has(q, VI_Q_EXTRA) || !q->extra || !num || num > *left)
		return UNKNOWN;
	*left -= num;
	for (i = 0; i < num; i++) {
		if (at >= q->size || !q->extra[at].len ||
		    q->extra[at].flags & VRING_DESC_F_INDIRECT)
			return UNKNOWN;
		if (q->extra[at].flags & VRING_DESC_F_WRITE)
			room += q->extra[at].len;
		at = q->extra[at].next;
	}
	return room;
}

static void compare_len(struct vi_judge *j, const struct lists *l)
{
	uint32_t left = j->q->size;
	size_t i, known = 0;

	for (i = 0; i < j->ring->num_unreaped; i++) {
		const struct vi_used *u = &j->ring->unreaped[i];
		uint64_t room;

		if (u->id >= j->q->size || !j->q->tokens[u->id].present)
			continue;
		room = l->room[u->id];
		if (room == UNKNOWN)
			room = room_by_driver(j->q, u->id, &left);
		known += room != UNKNOWN;
		if (room == UNKNOWN || u->len <= room)
			continue;
		vi_found(j, "the device claims to have written %u bytes to buffer %u, which has room for %llu",
			 u->len, u->id, (unsigned long long)room);
		vi_evidence(j, "slot", u->at);
		vi_evidence(j, "id", u->id);
		vi_evidence(j, "len", u->len);
		vi_evidence(j, "room", room);
	}
	if (i && !known)
		vi_skip(j, "the ring no longer holds the sizes of the completed buffers");
}

void vi_used_len_packed(struct vi_judge *j)
{
	struct lists l = { 0 };

	if (!j->ring->inferred_positions && j->ring->num_unreaped) {
		j->no_memory = !lists_new(&l, j->q->size) ||
			       !collect(j->ring, &l);
		if (!j->no_memory)
			compare_len(j, &l);
	}
	lists_free(&l);
}

/*
 * With IN_ORDER, the device completes only lists before its position. (A batch
 * hides what it completed out of order before that.)
 */
void vi_inorder_used_packed(struct vi_judge *j)
{
	struct lists l = { 0 };
	size_t i;

	if (!j->ring->inferred_positions && j->ring->num_unreaped)
		j->no_memory = !lists_new(&l, j->q->size) ||
			       !collect(j->ring, &l);
	for (i = 0; l.room && !j->no_memory && i < j->ring->num_unreaped; i++) {
		const struct vi_used *u = &j->ring->unreaped[i];

		if (u->id >= j->q->size || l.room[u->id] == UNKNOWN)
			continue;
		vi_found(j, "the device completed %u before others that were submitted earlier",
			 u->id);
		vi_evidence(j, "id", u->id);
		vi_evidence(j, "slot", u->at);
		vi_evidence(j, "list_at", l.head[u->id]);
		vi_evidence(j, "device_at", VI_SLOT(j->ring->used));
	}
	lists_free(&l);
}
