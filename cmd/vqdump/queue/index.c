// SPDX-License-Identifier: GPL-2.0-or-later
/* Find records of a list by a key in logarithmic time. */
#include <stdlib.h>
#include <string.h>

#include "vqdump/vqdump.h"

static int by_key(const void *a, const void *b)
{
	const struct vq_entry *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

bool vq_index_make(struct vq_index *x, const struct recs *list,
		   uint64_t (*key)(struct rec r))
{
	size_t i;

	x->list = *list;
	x->entries = calloc(list->v.count + 1, sizeof(*x->entries));
	if (!x->entries)
		return false;
	for (i = 0; i < list->v.count; i++)
		x->entries[i] = (struct vq_entry) {
			key(recs_at(list, i)), i };
	if (list->v.count)
		qsort(x->entries, list->v.count, sizeof(*x->entries), by_key);
	return true;
}

void vq_index_free(struct vq_index *x)
{
	free(x->entries);
	x->entries = NULL;
}

bool vq_index_next(const struct vq_index *x, uint64_t key, size_t *pos,
		   struct rec *r)
{
	size_t low = 0, high = x->entries ? x->list.v.count : 0;

	/* On the first call, find the first entry with this key. */
	while (!*pos && low < high) {
		size_t mid = low + (high - low) / 2;

		if (x->entries[mid].key < key)
			low = mid + 1;
		else
			high = mid;
	}
	if (!*pos)
		*pos = low + 1;
	if (!x->entries || *pos > x->list.v.count ||
	    x->entries[*pos - 1].key != key)
		return false;
	*r = recs_at(&x->list, x->entries[*pos - 1].at);
	++*pos;
	return true;
}

/* --- Keys --- */

uint64_t vq_key_index(struct rec r)
{
	uint64_t n;

	return rec_number(r, "index", &n) ? n : VQ_NO_KEY;
}

uint64_t vq_key_queue(struct rec r)
{
	uint64_t n;

	return rec_number(r, "queue", &n) ? n : VQ_NO_KEY;
}

/* FNV-1a. Keys may collide, so callers compare the records as well. */
uint64_t vq_hash(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *s = bytes;

	while (len--)
		hash = (hash ^ *s++) * UINT64_C(0x100000001b3);
	return hash;
}

uint64_t vq_hash_field(uint64_t hash, struct rec r, const char *field)
{
	const char *s;
	uint64_t n;

	if (rec_number(r, field, &n))
		return vq_hash(hash, &n, sizeof(n));
	s = rec_string(r, field);
	return s ? vq_hash(hash, s, strlen(s)) : vq_hash(hash, "", 1);
}
