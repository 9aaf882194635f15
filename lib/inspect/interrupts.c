// SPDX-License-Identifier: LGPL-2.1-or-later
/* Parsing the text of /proc/interrupts; no file is read here. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/sorted.h"
#include "inspect/interrupts.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool ends_name(char c)
{
	return !c || c == '\n' || c == ',';
}

/*
 * Does a user's name start at @p? Two spaces separate it from the columns
 * before, or a comma and a space from another user's name.
 */
static bool parse_user(const char *text, const char *p, struct vi_irq *irq)
{
	const char *end = p + strlen("virtio");
	uint64_t device = 0;

	if (p - text < 2 || p[-1] != ' ' || (p[-2] != ' ' && p[-2] != ','))
		return false;
	if (*end == '0' && is_digit(end[1]))
		return false;
	for (irq->name = p; is_digit(*end); end++) {
		device = device * 10 + (*end - '0');
		if (device > INT32_MAX)
			return false;
	}
	if (end == p + strlen("virtio"))
		return false;
	irq->device = device;
	irq->queue = *end == '-' ? end + 1 : NULL;
	while (irq->queue && !ends_name(*end))
		end++;
	irq->len = end - p;
	return ends_name(*end);
}

static int cmp_irqs(const void *p, const void *q)
{
	const struct vi_irq *a = p, *b = q;

	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	return a->name < b->name ? -1 : a->name > b->name;
}

static int add_irq(struct vi_pool *pool, struct vi_irqs *irqs,
		   const struct vi_irq *irq)
{
	struct vi_irq *grown = vi_pool_more(pool, irqs->irqs, irqs->count,
					    sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	irqs->irqs = grown;
	irqs->irqs[irqs->count++] = *irq;
	return 0;
}

int vi_irqs_parse(struct vi_pool *pool, const char *text, struct vi_irqs *irqs)
{
	const char *p = text, *line = text, *newline;
	struct vi_irq irq;

	memset(irqs, 0, sizeof(*irqs));
	irqs->text = text;
	while ((p = strstr(p, "virtio"))) {
		newline = memrchr(line, '\n', p - line);
		if (newline)
			line = newline + 1;
		irq.line = line;
		if (parse_user(text, p, &irq) && add_irq(pool, irqs, &irq))
			return -ENOMEM;
		p++;
	}
	vi_sort(irqs->irqs, irqs->count, cmp_irqs);
	return 0;
}

const struct vi_irq *vi_irqs_first(const struct vi_irqs *irqs, uint32_t device)
{
	size_t i;

	vi_bisect(i, irqs->count, irqs->irqs[i].device < device);
	return i < irqs->count && irqs->irqs[i].device == device ?
	       &irqs->irqs[i] : NULL;
}

const struct vi_irq *vi_irqs_next(const struct vi_irqs *irqs,
				  const struct vi_irq *irq)
{
	const struct vi_irq *next = irq + 1;

	return next < irqs->irqs + irqs->count && next->device == irq->device ?
	       next : NULL;
}

/* The length of the queue's part of the name. */
static size_t queue_len(const struct vi_irq *irq)
{
	return irq->name + irq->len - irq->queue;
}

bool vi_irq_serves(const struct vi_irq *irq, const char *name)
{
	return irq->queue && queue_len(irq) == strlen(name) &&
	       !memcmp(irq->queue, name, queue_len(irq));
}

const struct vi_irq *vi_irqs_of_queue(const struct vi_irqs *irqs,
				      const struct vi_irq *first,
				      const char *name, bool *own)
{
	const struct vi_irq *irq, *shared = NULL;

	*own = true;
	for (irq = first; irq; irq = vi_irqs_next(irqs, irq)) {
		if (!irq->queue || vi_irq_serves(irq, "virtqueues"))
			shared = irq;
		if (*name && vi_irq_serves(irq, name))
			return irq;
	}
	*own = false;
	return shared;
}

unsigned int vi_irqs_count_queues(const struct vi_irqs *irqs,
				  const struct vi_irq *first)
{
	const struct vi_irq *irq;
	unsigned int count = 0;

	for (irq = first; irq; irq = vi_irqs_next(irqs, irq)) {
		if (!irq->queue || vi_irq_serves(irq, "virtqueues"))
			return 0;
		/* Administration queues are not among the device's queues. */
		count += !vi_irq_serves(irq, "config") &&
			 strncmp(irq->queue, "avq", 3);
	}
	return count;
}

bool vi_irqs_have(const struct vi_irqs *irqs, const struct vi_irq *first,
		  const char *pattern)
{
	const char *number = pattern ? strstr(pattern, "%u") : NULL;
	const struct vi_irq *irq;

	for (irq = first; irq && pattern; irq = vi_irqs_next(irqs, irq)) {
		if (number && irq->queue ?
		    !strncmp(irq->queue, pattern, number - pattern) :
		    vi_irq_serves(irq, pattern))
			return true;
	}
	return false;
}

/* --- One line --- */

/* CPU numbers, added in ascending order, as "0-3,7". */
struct cpu_list {
	char *text;
	size_t len;
	uint64_t first, last;
	bool any;
};

static void end_range(struct cpu_list *l)
{
	if (!l->any)
		return;
	l->len += sprintf(l->text + l->len, "%s%u", l->len ? "," : "",
			  (unsigned int)l->first);
	if (l->last > l->first)
		l->len += sprintf(l->text + l->len, "-%u",
				  (unsigned int)l->last);
	l->any = false;
}

static void add_cpu(struct cpu_list *l, uint64_t cpu)
{
	if (l->any && cpu == l->last + 1) {
		l->last = cpu;
		return;
	}
	end_range(l);
	l->first = l->last = cpu;
	l->any = true;
}

/* Parse a number up to @max at @*p, and advance past it. */
static bool take_number(const char **p, uint64_t max, uint64_t *value)
{
	const char *s = *p + strspn(*p, " ");

	if (!is_digit(*s))
		return false;
	for (*value = 0; is_digit(*s); s++) {
		if (*value > (max - (*s - '0')) / 10)
			return false;
		*value = *value * 10 + (*s - '0');
	}
	*p = s;
	return true;
}

/* The next CPU of the header, "CPU0 CPU1 ...". */
static bool take_cpu(const char **header, uint64_t *cpu)
{
	const char *p = *header + strspn(*header, " ");

	if (strncmp(p, "CPU", 3))
		return false;
	p += 3;
	if (!is_digit(*p) || !take_number(&p, UINT32_MAX, cpu))
		return false;
	*header = p;
	return true;
}

/* Parse the per-CPU columns at @*p, and advance past them. */
static int take_counts(const char *header, const char **p,
		       struct cpu_list *list, uint64_t *sum)
{
	uint64_t cpu, count;

	while (take_cpu(&header, &cpu)) {
		if (!take_number(p, UINT64_MAX, &count) ||
		    __builtin_add_overflow(*sum, count, sum))
			return -EINVAL;
		if (count)
			add_cpu(list, cpu);
	}
	end_range(list);
	return 0;
}

static int decode_counts(struct vi_pool *pool, const char *header,
			 const char **p, struct vi_interrupt *out)
{
	struct cpu_list list = { NULL, 0, 0, 0, false };
	int err;

	/* A column has at least two characters, and adds at most eleven. */
	list.text = malloc(strcspn(*p, "\n") * 6 + 32);
	if (!list.text)
		return -ENOMEM;
	err = take_counts(header, p, &list, &out->count);
	if (!err && list.len) {
		out->cpus = vi_pool_strndup(pool, list.text, list.len);
		err = out->cpus ? 0 : -ENOMEM;
	}
	free(list.text);
	return err;
}

/* Copy @p to @end with runs of spaces reduced to one. */
static char *squeeze(struct vi_pool *pool, const char *p, const char *end)
{
	char *text = vi_pool_alloc(pool, end - p + 1);
	size_t n = 0;

	if (!text)
		return NULL;
	for (; p < end; p++)
		if (*p != ' ' || (n && text[n - 1] != ' '))
			text[n++] = *p;
	while (n && (text[n - 1] == ' ' || text[n - 1] == ','))
		n--;
	text[n] = '\0';
	return text;
}

/*
 * Where the users' names start, of which @name is one: after the last two
 * spaces before the first name.
 */
static const char *first_user(const char *p, const char *name)
{
	const char *comma = memchr(p, ',', name - p);
	const char *at = comma ? comma : name;

	while (at - p >= 2 && (at[-1] != ' ' || at[-2] != ' '))
		at--;
	return at;
}

int vi_irq_decode(struct vi_pool *pool, const struct vi_irqs *irqs,
		  const struct vi_irq *irq, struct vi_interrupt *out)
{
	const char *p = irq->line;
	uint64_t number;
	int err;

	if (!take_number(&p, UINT32_MAX, &number) || *p++ != ':')
		return -EINVAL;
	out->irq = number;
	err = decode_counts(pool, irqs->text, &p, out);
	if (err)
		return err;
	if (p > irq->name)
		return -EINVAL;
	out->chip = squeeze(pool, p, first_user(p, irq->name));
	out->name = vi_pool_strndup(pool, irq->name, irq->len);
	if (!out->chip || !out->name)
		return -ENOMEM;
	if (!*out->chip)
		out->chip = NULL;
	if (irq->queue && !vi_irq_serves(irq, "virtqueues"))
		out->queue = out->name + (irq->queue - irq->name);
	return 0;
}

int vi_irq_count(const struct vi_irqs *irqs, const struct vi_irq *irq,
		 uint32_t *number, uint64_t *count)
{
	const char *header = irqs->text, *p = irq->line;
	uint64_t n, cpu;

	if (!take_number(&p, UINT32_MAX, &n) || *p++ != ':')
		return -EINVAL;
	*number = n;
	*count = 0;
	while (take_cpu(&header, &cpu))
		if (!take_number(&p, UINT64_MAX, &n) ||
		    __builtin_add_overflow(*count, n, count))
			return -EINVAL;
	return p > irq->name ? -EINVAL : 0;
}
