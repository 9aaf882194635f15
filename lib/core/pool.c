// SPDX-License-Identifier: LGPL-2.1-or-later
/* Memory that is freed all at once, and lists of strings in it. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/ctx.h"
#include "core/pool.h"
#include "core/sorted.h"

struct vi_pool_item {
	struct vi_pool_item *next;
	void (*end)(void *data);
	void *data;
	max_align_t memory[];
};

static struct vi_pool_item *add_item(struct vi_pool *pool, size_t size)
{
	struct vi_pool_item *item;

	if (__builtin_add_overflow(size, sizeof(*item), &size))
		return NULL;
	item = calloc(1, size);
	if (!item) {
		if (pool->ctx)
			vi_fault(pool->ctx, NULL, -ENOMEM);
		return NULL;
	}
	item->next = pool->items;
	pool->items = item;
	return item;
}

void *vi_pool_alloc(struct vi_pool *pool, size_t size)
{
	struct vi_pool_item *item = add_item(pool, size);

	return item ? item->memory : NULL;
}

void *vi_pool_more(struct vi_pool *pool, void *array, size_t have, size_t each)
{
	void *grown;

	/* Capacity is the next power of two. */
	if (have & (have - 1))
		return array;
	grown = vi_pool_alloc(pool, (have ? 2 * have : 1) * each);
	return grown && have ? memcpy(grown, array, have * each) : grown;
}

bool vi_grow(void *array, size_t have, size_t each)
{
	void **at = array, *grown;

	if (have & (have - 1))
		return true;
	grown = reallocarray(*at, have ? 2 * have : 1, each);
	if (grown)
		*at = grown;
	return grown;
}

char *vi_pool_strndup(struct vi_pool *pool, const char *s, size_t n)
{
	char *copy = vi_pool_alloc(pool, n + 1);

	return copy ? memcpy(copy, s, n) : NULL;
}

char *vi_pool_strdup(struct vi_pool *pool, const char *s)
{
	return vi_pool_strndup(pool, s, strlen(s));
}

int vi_pool_defer(struct vi_pool *pool, void (*end)(void *data), void *data)
{
	struct vi_pool_item *item = add_item(pool, 0);

	if (!item) {
		end(data);
		return -ENOMEM;
	}
	item->end = end;
	item->data = data;
	return 0;
}

void vi_pool_free(struct vi_pool *pool)
{
	struct vi_pool_item *item;

	while ((item = pool->items)) {
		pool->items = item->next;
		if (item->end)
			item->end(item->data);
		free(item);
	}
}

int vi_strings_add(struct vi_pool *pool, struct vi_strings *list,
		   const char *s)
{
	const char **grown;

	grown = s ? vi_pool_more(pool, list->v, list->count, sizeof(*grown)) :
		    NULL;
	if (!grown)
		return -ENOMEM;
	list->v = grown;
	list->v[list->count++] = s;
	return 0;
}

const char *vi_strings_intern(struct vi_pool *pool, struct vi_strings *list,
			      const char *s)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (!strcmp(list->v[i], s))
			return list->v[i];
	if (vi_strings_add(pool, list, vi_pool_strdup(pool, s)))
		return NULL;
	return list->v[i];
}

static int cmp_strings(const void *a, const void *b)
{
	return vi_natural_cmp(*(const char *const *)a, *(const char *const *)b);
}

void vi_strings_sort(struct vi_strings *list)
{
	vi_sort(list->v, list->count, cmp_strings);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Compare the runs of digits at *@a and *@b, and advance past them. */
static int cmp_numbers(const char **a, const char **b)
{
	size_t na = 0, nb = 0;
	int cmp;

	while (**a == '0')
		++*a;
	while (**b == '0')
		++*b;
	while (is_digit((*a)[na]))
		na++;
	while (is_digit((*b)[nb]))
		nb++;
	cmp = na != nb ? (na < nb ? -1 : 1) : memcmp(*a, *b, na);
	*a += na;
	*b += nb;
	return cmp;
}

int vi_natural_cmp(const char *a, const char *b)
{
	const char *p = a, *q = b;

	while (*p || *q) {
		if (is_digit(*p) && is_digit(*q)) {
			int cmp = cmp_numbers(&p, &q);

			if (cmp)
				return cmp;
		} else {
			if (*p != *q)
				return (unsigned char)*p - (unsigned char)*q;
			p++;
			q++;
		}
	}
	/* Equal numbers, different names: "a01" and "a1". */
	return strcmp(a, b);
}
