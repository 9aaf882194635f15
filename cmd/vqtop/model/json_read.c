// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON a word at a time: nothing is nested in it but by a counter. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "vqtop/model/json_read.h"

#define MAX_DEPTH	32
#define MAX_NUMBER	64

bool vt_json_fail(struct vt_json *j, const char *why)
{
	if (!j->why)
		j->why = why;
	return false;
}

char vt_json_peek(struct vt_json *j)
{
	while (j->at < j->end && (*j->at == ' ' || *j->at == '\t' ||
				  *j->at == '\r' || *j->at == '\n'))
		j->at++;
	return j->at < j->end ? *j->at : '\0';
}

bool vt_json_take(struct vt_json *j, char c)
{
	if (j->why || vt_json_peek(j) != c || j->at == j->end)
		return false;
	j->at++;
	return true;
}

bool vt_json_expect(struct vt_json *j, char c)
{
	if (vt_json_take(j, c))
		return true;
	switch (c) {
	case '{':
		return vt_json_fail(j, "an object is expected");
	case '[':
		return vt_json_fail(j, "a list is expected");
	case ':':
		return vt_json_fail(j, "':' is expected");
	default:
		return vt_json_fail(j, "',' or an end is expected");
	}
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	       c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool unit(struct vt_json *j, uint32_t *u)
{
	int i;

	*u = 0;
	for (i = 0; i < 4; i++) {
		if (j->at == j->end || hex(*j->at) < 0)
			return vt_json_fail(j, "\\u is not followed by four digits");
		*u = *u << 4 | hex(*j->at++);
	}
	return true;
}

static bool code_point(struct vt_json *j, uint32_t *c)
{
	uint32_t low;

	if (!unit(j, c))
		return false;
	if (*c >= 0xd800 && *c < 0xdc00) {
		if (j->end - j->at < 2 || j->at[0] != '\\' || j->at[1] != 'u')
			return vt_json_fail(j, "half a surrogate pair");
		j->at += 2;
		if (!unit(j, &low))
			return false;
		if (low < 0xdc00 || low > 0xdfff)
			return vt_json_fail(j, "half a surrogate pair");
		*c = 0x10000 + ((*c & 0x3ff) << 10 | (low & 0x3ff));
	} else if (*c >= 0xdc00 && *c < 0xe000) {
		return vt_json_fail(j, "half a surrogate pair");
	}
	return *c || vt_json_fail(j, "a zero byte in text");
}

/* Never longer than its escape was. */
static char *put(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = c;
		return to;
	}
	if (c < 0x800) {
		*to++ = 0xc0 | c >> 6;
	} else {
		if (c < 0x10000) {
			*to++ = 0xe0 | c >> 12;
		} else {
			*to++ = 0xf0 | c >> 18;
			*to++ = 0x80 | (c >> 12 & 0x3f);
		}
		*to++ = 0x80 | (c >> 6 & 0x3f);
	}
	*to++ = 0x80 | (c & 0x3f);
	return to;
}

static bool escape(struct vt_json *j, char **to)
{
	static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	const char *found;
	uint32_t c;

	if (j->at == j->end)
		return vt_json_fail(j, "text without an end");
	if (*j->at == 'u') {
		j->at++;
		if (!code_point(j, &c))
			return false;
		*to = put(*to, c);
		return true;
	}
	found = *j->at ? strchr(letters, *j->at) : NULL;
	if (!found)
		return vt_json_fail(j, "an escape that is none");
	*(*to)++ = bytes[found - letters];
	j->at++;
	return true;
}

/* Where the text ends, so that its copy has room; NULL: nowhere. */
static const char *find_end(const struct vt_json *j)
{
	const char *s;

	for (s = j->at; s < j->end && *s != '"'; s++)
		if (*s == '\\' && ++s == j->end)
			break;
	return s < j->end ? s : NULL;
}

bool vt_json_text(struct vt_json *j, struct vt_arena *a, char **s)
{
	const char *end;
	char *to;

	if (!vt_json_take(j, '"'))
		return vt_json_fail(j, "text is expected");
	end = find_end(j);
	if (!end)
		return vt_json_fail(j, "text without an end");
	*s = to = vt_alloc(a, end - j->at + 1);
	if (!to)
		return vt_json_fail(j, "out of memory");
	while (j->at < end) {
		if ((unsigned char)*j->at < ' ')
			return vt_json_fail(j, "a control character in text");
		if (*j->at != '\\') {
			*to++ = *j->at++;
			continue;
		}
		j->at++;
		if (!escape(j, &to))
			return false;
	}
	*to = '\0';
	j->at++;
	return true;
}

/* The characters of a number, for the C library. */
static bool number(struct vt_json *j, char *buf)
{
	size_t n = 0;

	vt_json_peek(j);
	while (j->at < j->end && n + 1 < MAX_NUMBER &&
	       strchr("+-.0123456789eE", *j->at) && *j->at)
		buf[n++] = *j->at++;
	buf[n] = '\0';
	if (!n || n + 1 == MAX_NUMBER || (buf[0] != '-' && hex(buf[0]) < 0) ||
	    buf[0] == 'e' || buf[0] == 'E')
		return vt_json_fail(j, "a number is expected");
	return true;
}

bool vt_json_real(struct vt_json *j, double *n)
{
	char buf[MAX_NUMBER], *end;

	if (j->why || !number(j, buf))
		return false;
	*n = strtod(buf, &end);
	return (!*end && isfinite(*n)) ||
	       vt_json_fail(j, "a number is expected");
}

bool vt_json_count(struct vt_json *j, uint64_t *n)
{
	char buf[MAX_NUMBER], *end;

	if (j->why || !number(j, buf))
		return false;
	errno = 0;
	*n = strtoull(buf, &end, 10);
	return (buf[0] != '-' && !*end && !errno) ||
	       vt_json_fail(j, "a whole number from 0 is expected");
}

static bool word(struct vt_json *j, const char *s)
{
	size_t n = strlen(s);

	vt_json_peek(j);
	if ((size_t)(j->end - j->at) < n || memcmp(j->at, s, n))
		return false;
	j->at += n;
	return true;
}

bool vt_json_bool(struct vt_json *j, bool *yes)
{
	*yes = word(j, "true");
	return *yes || word(j, "false") ||
	       vt_json_fail(j, "true or false is expected");
}

static bool skip_text(struct vt_json *j)
{
	const char *end;

	j->at++;
	end = find_end(j);
	if (!end)
		return vt_json_fail(j, "text without an end");
	j->at = end + 1;
	return true;
}

static bool skip_scalar(struct vt_json *j)
{
	double n;

	if (vt_json_peek(j) == '"')
		return skip_text(j);
	return word(j, "true") || word(j, "false") || word(j, "null") ||
	       vt_json_real(j, &n);
}

/* What is passed over is held to brackets that match, and to no more. */
bool vt_json_skip(struct vt_json *j)
{
	char open[MAX_DEPTH];
	size_t depth = 0;

	do {
		char c = vt_json_peek(j);

		if (c == '{' || c == '[') {
			if (depth == MAX_DEPTH)
				return vt_json_fail(j, "nested too deeply");
			open[depth++] = c;
			j->at++;
		} else if (depth && (c == '}' || c == ']')) {
			if (open[--depth] != (c == '}' ? '{' : '['))
				return vt_json_fail(j, "brackets do not match");
			j->at++;
		} else if (depth && (c == ',' || c == ':')) {
			j->at++;
		} else if (!skip_scalar(j)) {
			return false;
		}
	} while (depth);
	return true;
}
