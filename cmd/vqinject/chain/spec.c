// SPDX-License-Identifier: GPL-2.0-or-later
/* SPECs: descriptions of what a buffer holds. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/number.h"
#include "common/text.h"
#include "vqinject/chain/spec.h"

#define KINDS	"hex:, text:, file:, zero:, pattern: or random:"

/* How much of a long text to show around an error. */
#define BEFORE	40
#define AFTER	30

int spec_fail(struct spec_error *e, size_t at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->what, sizeof(e->what), fmt, ap);
	va_end(ap);
	e->at = at;
	return -EINVAL;
}

void spec_show_place(const char *s, size_t at)
{
	size_t len = strlen(s), from = at > BEFORE ? at - BEFORE : 0;
	struct text t = { 0 }, start = { 0 };
	char part[BEFORE + AFTER + 1], before[BEFORE + 1];

	at = at < len ? at : len;
	from = from < at ? from : at;
	snprintf(part, sizeof(part), "%.*s", BEFORE + AFTER, s + from);
	snprintf(before, sizeof(before), "%.*s", (int)(at - from), s + from);
	text_add(&t, "  ");
	text_add_escaped(&t, part);
	text_add(&t, "\n  ");
	/* Escapes take several columns, other characters several bytes. */
	text_add_escaped(&start, before);
	text_add_spaces(&t, start.s ? text_columns(start.s) : 0);
	text_add(&t, "^");
	if (!t.failed && !start.failed)
		fprintf(stderr, "%s\n", t.s);
	text_free(&t);
	text_free(&start);
}

int spec_show_error(const char *option, const char *s,
		    const struct spec_error *e)
{
	tool_error("--%s %s: %s", option, s, e->what);
	spec_show_place(s, e->at);
	return EXIT_USAGE;
}

int spec_no_memory(struct spec_error *e)
{
	tool_incomplete();
	spec_fail(e, 0, "out of memory");
	return -ENOMEM;
}

/* --- Numbers --- */

int spec_number(const char *s, size_t *at, uint64_t *value,
		struct spec_error *e)
{
	const char *end, *why = number_read(s + *at, &end, value);

	*at = end - s;
	return why ? spec_fail(e, *at, "%s", why) : 0;
}

static int check_length(uint64_t len, size_t at, struct spec_error *e)
{
	if (!len)
		return spec_fail(e, at, "empty buffers are refused because some devices stall on them");
	if (len > SPEC_MAX)
		return spec_fail(e, at, "a buffer may have at most %" PRIu64 " bytes",
				 SPEC_MAX);
	return 0;
}

/* --- hex: and text: --- */

static int add_byte(struct spec *spec, unsigned int byte)
{
	spec->bytes[spec->len++] = byte;
	return 0;
}

/* Two digits per byte, with optional ':' and '_' between bytes. */
static int parse_hex(struct spec *spec, const char *s, size_t at,
		     struct spec_error *e)
{
	size_t start = at;

	while (s[at]) {
		if (at > start && (s[at] == ':' || s[at] == '_')) {
			at++;
			continue;
		}
		if (number_digit(s[at]) > 15)
			return spec_fail(e, at, "not a hexadecimal digit");
		if (!s[at + 1])
			return spec_fail(e, at, "odd number of digits: two per byte are required");
		if (number_digit(s[at + 1]) > 15)
			return spec_fail(e, at + 1, "not a hexadecimal digit");
		add_byte(spec, number_digit(s[at]) << 4 | number_digit(s[at + 1]));
		at += 2;
	}
	return check_length(spec->len, start, e);
}

/* Decode the escape after a backslash. Returns its length; 0: invalid. */
static size_t unescape(const char *s, size_t at, unsigned int *byte)
{
	static const char letters[] = "ntr0s\\", values[] = "\n\t\r\0 \\";
	const char *found;

	if (s[at] == 'x' && number_digit(s[at + 1]) < 16 &&
	    number_digit(s[at + 2]) < 16) {
		*byte = number_digit(s[at + 1]) << 4 | number_digit(s[at + 2]);
		return 3;
	}
	found = s[at] ? strchr(letters, s[at]) : NULL;
	if (!found)
		return 0;
	*byte = values[found - letters];
	return 1;
}

/* Parse up to s[@end]. */
static int parse_text(struct spec *spec, const char *s, size_t at, size_t end,
		      struct spec_error *e)
{
	unsigned int byte;
	size_t used;

	while (at < end) {
		if (s[at] != '\\') {
			add_byte(spec, s[at++]);
			continue;
		}
		used = unescape(s, at + 1, &byte);
		if (!used || at + used >= end)
			return spec_fail(e, at, "unknown escape; use \\n \\t \\r \\0 \\s \\\\ or \\xHH");
		add_byte(spec, byte);
		at += 1 + used;
	}
	return 0;
}

/* --- file: --- */

/* Find ",OFFSET,LENGTH": the last comma but one, if numbers follow. */
static size_t find_range(const char *s)
{
	size_t end = strlen(s), commas = 0, at = end;

	while (at && commas < 2) {
		at--;
		if (s[at] == ',')
			commas++;
		else if (number_digit(s[at]) > 15 && !strchr("xXkKMG", s[at]))
			return end;
	}
	return commas == 2 ? at : end;
}

static int parse_range(struct spec *spec, const char *s, size_t at,
		       struct spec_error *e)
{
	size_t number;

	at++;
	if (spec_number(s, &at, &spec->offset, e))
		return -EINVAL;
	if (s[at] != ',')
		return spec_fail(e, at, "expected a comma and a length after the offset");
	number = ++at;
	if (spec_number(s, &at, &spec->len, e))
		return -EINVAL;
	if (s[at])
		return spec_fail(e, at, "unexpected text after the length");
	if (spec->offset > INT64_MAX - SPEC_MAX)
		return spec_fail(e, at, "offset too large");
	return check_length(spec->len, number, e);
}

static int parse_file(struct spec *spec, const char *s, size_t at,
		      struct spec_error *e)
{
	size_t end = find_range(s + at) + at;
	int err;

	if (end == at)
		return spec_fail(e, at, "file name expected");
	err = parse_text(spec, s, at, end, e);
	if (err)
		return err;
	if (memchr(spec->bytes, 0, spec->len))
		return spec_fail(e, at, "a file name cannot contain \\0");
	spec->path = strndup((char *)spec->bytes, spec->len);
	if (!spec->path)
		return spec_no_memory(e);
	spec->len = 0;
	spec->kind = SPEC_FILE;
	return s[end] ? parse_range(spec, s, end, e) : 0;
}

/* --- zero:, pattern:, random: --- */

static int parse_length(struct spec *spec, const char *s, size_t at,
			bool has_seed, struct spec_error *e)
{
	size_t start = at;

	if (spec_number(s, &at, &spec->len, e))
		return -EINVAL;
	if (has_seed && s[at] == ',') {
		at++;
		if (spec_number(s, &at, &spec->seed, e))
			return -EINVAL;
	}
	if (s[at])
		return spec_fail(e, at, "unexpected text after the %s",
				 has_seed ? "number" : "length");
	return check_length(spec->len, start, e);
}

static const struct {
	const char *prefix;
	enum spec_kind kind;
} kinds[] = {
	{ "zero:", SPEC_ZERO },
	{ "pattern:", SPEC_PATTERN },
	{ "random:", SPEC_RANDOM },
};

static int parse_data(struct spec *spec, const char *s, struct spec_error *e)
{
	int err;

	spec->bytes = malloc(strlen(s) + 1);
	if (!spec->bytes)
		return spec_no_memory(e);
	if (!strncmp(s, "hex:", 4))
		return parse_hex(spec, s, 4, e);
	if (!strncmp(s, "file:", 5))
		return parse_file(spec, s, 5, e);
	err = parse_text(spec, s, 5, strlen(s), e);
	return err ? err : check_length(spec->len, 5, e);
}

static bool holds_data(const char *s)
{
	return !strncmp(s, "hex:", 4) || !strncmp(s, "text:", 5) ||
	       !strncmp(s, "file:", 5);
}

int spec_parse(struct spec *spec, const char *s, bool length,
	       struct spec_error *e)
{
	size_t i;

	memset(spec, 0, sizeof(*spec));
	if (holds_data(s))
		return parse_data(spec, s, e);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t n = strlen(kinds[i].prefix);

		if (strncmp(s, kinds[i].prefix, n))
			continue;
		spec->kind = kinds[i].kind;
		return parse_length(spec, s, n, spec->kind == SPEC_RANDOM, e);
	}
	if (!length)
		return spec_fail(e, 0, "not a SPEC: it begins with " KINDS);
	if (*s < '0' || *s > '9')
		return spec_fail(e, 0, "not a SPEC: a number, or " KINDS);
	spec->kind = SPEC_LENGTH;
	return parse_length(spec, s, 0, false, e);
}

bool spec_copy(struct spec *spec, const void *bytes, size_t len)
{
	memset(spec, 0, sizeof(*spec));
	spec->bytes = malloc(len + 1);
	if (!spec->bytes)
		return false;
	memcpy(spec->bytes, bytes, len);
	spec->len = len;
	return true;
}

void spec_free(struct spec *spec)
{
	free(spec->bytes);
	free(spec->path);
	memset(spec, 0, sizeof(*spec));
}
