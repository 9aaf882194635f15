// SPDX-License-Identifier: GPL-2.0-or-later
/* Growing text, and values as text that is safe for a terminal. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

static bool lost;		/* since the last text_lost() */

bool text_lost(void)
{
	bool was = lost;

	lost = false;
	return was;
}

/* Make room for @n more bytes and the NUL. */
static bool grow(struct text *t, size_t n)
{
	size_t size = t->size ? t->size : 32;
	char *s;

	if (t->failed)
		return false;
	if (t->len + n < t->size)
		return true;
	while (size <= t->len + n)
		size *= 2;
	s = realloc(t->s, size);
	if (!s) {
		t->failed = lost = true;
		tool_incomplete();
		return false;
	}
	t->s = s;
	t->size = size;
	return true;
}

void text_add_bytes(struct text *t, const char *s, size_t n)
{
	if (t->failed || (t->len + n >= t->size && !grow(t, n)))
		return;
	memcpy(t->s + t->len, s, n);
	t->len += n;
	t->s[t->len] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s));
}

void text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	size_t room;
	int n;

	/* Most texts fit, and are formatted only once. */
	if (!grow(t, 32))
		return;
	room = t->size - t->len;
	va_start(ap, fmt);
	n = vsnprintf(t->s + t->len, room, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n >= room && grow(t, n)) {
		va_start(ap, fmt);
		n = vsnprintf(t->s + t->len, n + 1, fmt, ap);
		va_end(ap);
	}
	if (n >= 0 && !t->failed)
		t->len += n;
}

bool text_is_plain(const char *s)
{
	while (*s >= ' ' && *s <= '~')
		s++;
	return !*s;
}

void text_add_escaped(struct text *t, const char *s)
{
	size_t n;

	if (text_is_plain(s)) {
		text_add(t, s);
		return;
	}
	n = vi_escape(NULL, 0, s, NULL);
	if (!grow(t, n))
		return;
	vi_escape(t->s + t->len, n + 1, s, NULL);
	t->len += n;
}

void text_reset(struct text *t)
{
	t->failed = false;
	t->len = 0;
	if (t->s)
		*t->s = '\0';
}

void text_free(struct text *t)
{
	free(t->s);
	memset(t, 0, sizeof(*t));
}

char *text_take(struct text *t)
{
	char *s = t->s;

	if (t->failed)
		free(s);
	s = t->failed ? NULL : s ? s : strdup("");
	lost |= !s;
	if (!s)
		tool_incomplete();
	memset(t, 0, sizeof(*t));
	return s;
}

char *text_escape(const char *s)
{
	struct text t = { 0 };

	text_add_escaped(&t, s);
	return text_take(&t);
}

/* Most cells hold a number; this is faster than printf(3). */
static void add_number(struct text *t, uint64_t n, unsigned int base)
{
	char buf[24], *at = buf + sizeof(buf) - 1;

	*at = '\0';
	do {
		*--at = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	if (base == 16) {
		*--at = 'x';
		*--at = '0';
	}
	text_add_bytes(t, at, buf + sizeof(buf) - 1 - at);
}

/* Faster than printf(3), where a double holds all digits exactly. */
void text_add_fixed(struct text *t, double n, unsigned int digits)
{
	static const uint32_t powers[] = { 1, 10, 100, 1000, 10000, 100000,
					   1000000 };
	char behind[8] = ".";
	double rest;
	uint64_t all;
	unsigned int i;

	if (!(n >= 0 && n < 1e8) || digits >= sizeof(powers) / sizeof(*powers)) {
		text_addf(t, "%.*f", (int)digits, n);
		return;
	}
	n *= powers[digits];
	all = n;
	rest = n - all;
	/* Round half to even, as printf(3) does. */
	all += rest > 0.5 || (rest == 0.5 && all & 1);
	add_number(t, all / powers[digits], 10);
	all %= powers[digits];
	for (i = digits; i; i--) {
		behind[i] = '0' + all % 10;
		all /= 10;
	}
	if (digits)
		text_add_bytes(t, behind, digits + 1);
}

static void add_features(struct text *t, const struct vi_features *f)
{
	if (!f->w[1])
		add_number(t, f->w[0], 16);
	else
		text_addf(t, "0x%" PRIx64 "%016" PRIx64, f->w[1], f->w[0]);
}

static void add_list(struct text *t, const struct vi_value *v)
{
	size_t i;

	for (i = 0; i < v->count; i++) {
		if (i)
			text_add(t, ",");
		text_add_escaped(t, v->list[i]);
	}
}

static void add_numbers(struct text *t, const struct vi_value *v)
{
	size_t i;

	for (i = 0; i < v->count; i++) {
		if (i)
			text_add(t, ",");
		add_number(t, v->numbers[i], 10);
	}
}

void text_add_hex(struct text *t, uint64_t n)
{
	add_number(t, n, 16);
}

void text_add_spaces(struct text *t, size_t n)
{
	if (!grow(t, n))
		return;
	memset(t->s + t->len, ' ', n);
	t->len += n;
	t->s[t->len] = '\0';
}

void text_add_number(struct text *t, uint64_t n, int width)
{
	size_t columns = abs(width), digits = 1;
	uint64_t rest;

	for (rest = n; rest >= 10; rest /= 10)
		digits++;
	if (width > 0 && digits < columns)
		text_add_spaces(t, columns - digits);
	add_number(t, n, 10);
	if (width < 0 && digits < columns)
		text_add_spaces(t, columns - digits);
}

/* Three significant digits, or all digits of the integer part. */
void text_add_real(struct text *t, double n)
{
	double size = n < 0 ? -n : n;

	text_add_fixed(t, n, size < 10 ? 2 : size < 100 ? 1 : 0);
}

/* Print true and false, as JSON does: "no" after a name reads like a count. */
static void add_values(struct text *t, const struct vi_value *v)
{
	size_t i;

	for (i = 0; i < v->count; i++) {
		const struct vi_named *n = &v->values[i];

		text_add(t, i ? ", " : "");
		text_add_escaped(t, n->name);
		text_add(t, " ");
		if (n->value.type == VI_BOOL)
			text_add(t, n->value.boolean ? "true" : "false");
		else
			text_add_value(t, &n->value);
	}
}

void text_add_count(struct text *t, uint64_t n, const char *one)
{
	text_addf(t, "%" PRIu64 " %s%s", n, one, n == 1 ? "" : "s");
}

void text_add_value(struct text *t, const struct vi_value *v)
{
	switch (v->type) {
	case VI_BOOL:
		text_add(t, v->boolean ? "yes" : "no");
		break;
	case VI_UINT:
		add_number(t, v->number, 10);
		break;
	case VI_REAL:
		text_add_real(t, v->real);
		break;
	case VI_HEX:
		add_number(t, v->number, 16);
		break;
	case VI_FEATURES:
		add_features(t, &v->features);
		break;
	case VI_STRING:
		text_add_escaped(t, v->string);
		break;
	case VI_LIST:
		add_list(t, v);
		break;
	case VI_NUMBERS:
		add_numbers(t, v);
		break;
	case VI_VALUES:
		add_values(t, v);
		break;
	case VI_RECORDS:
	case VI_RECORD:
		break;
	}
}
