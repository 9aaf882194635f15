// SPDX-License-Identifier: LGPL-2.1-or-later
/* The JSON writer: values. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/escape.h"
#include "core/hex.h"
#include "record/writer.h"


static char *room(struct vi_writer *w, size_t n)
{
	return w->err ? NULL : vi_text_room(&w->text, n);
}

/* --- Text --- */

#define EACH(byte)	((byte) * UINT64_C(0x0101010101010101))

/* Is one of the bytes equal to @c? */
static bool has(uint64_t bytes, unsigned char c)
{
	uint64_t x = bytes ^ EACH((uint64_t)c);

	return (x - EACH(1)) & ~x & EACH(0x80);
}

/* Does any of the bytes need more than copying? */
static bool has_special(uint64_t bytes)
{
	return (bytes | ((bytes - EACH(0x20)) & ~bytes)) & EACH(0x80) ||
	       has(bytes, '"') || has(bytes, '\\') || has(bytes, 0x7f);
}

static bool is_special(unsigned char c)
{
	return c < 0x20 || c >= 0x7f || c == '"' || c == '\\';
}

/* The length of the part to be copied: mostly all, so take eight at a time. */
static size_t plain_len(const char *s, size_t len)
{
	uint64_t bytes;
	size_t i = 0;

	for (; len - i >= sizeof(bytes); i += sizeof(bytes)) {
		memcpy(&bytes, s + i, sizeof(bytes));
		if (has_special(bytes))
			break;
	}
	while (i < len && !is_special(s[i]))
		i++;
	return i;
}

static uint32_t code_of(const char *s, unsigned int len)
{
	uint32_t code = (unsigned char)*s & (0x7f >> len);
	unsigned int i;

	for (i = 1; i < len; i++)
		code = code << 6 | (s[i] & 0x3f);
	return code;
}

/* Write a safe UTF-8 character as ASCII. */
static void put_ascii(struct vi_writer *w, const char *s, unsigned int len)
{
	uint32_t code = code_of(s, len);
	char text[16];

	if (code >= 0x10000)
		len = snprintf(text, sizeof(text),
			       "\\u%04" PRIx32 "\\u%04" PRIx32,
			       0xd800 + ((code - 0x10000) >> 10),
			       0xdc00 + ((code - 0x10000) & 0x3ff));
	else
		len = snprintf(text, sizeof(text), "\\u%04" PRIx32, code);
	vi_writer_put(w, text, len);
}

static void put_char(struct vi_writer *w, const char *s, unsigned int len)
{
	unsigned int i;

	if (*s & 0x80 && w->style == VI_STYLE_PASTED) {
		put_ascii(w, s, len);
		return;
	}
	for (i = 0; i < len; i++) {
		if (s[i] == '"' || s[i] == '\\')
			vi_writer_put(w, "\\", 1);
		vi_writer_put(w, s + i, 1);
	}
}

/* Returns true if some of the text had to be escaped. */
static bool put_special(struct vi_writer *w, const char *s, const char *end)
{
	char piece[VI_ESCAPED_SIZE];
	bool changed = false;
	unsigned int len;
	size_t plain;

	while (s < end) {
		plain = plain_len(s, end - s);
		vi_writer_put(w, s, plain);
		s += plain;
		if (s == end)
			break;
		len = vi_escape_one(&s, piece, &changed);
		put_char(w, piece, len);
	}
	return changed;
}

bool vi_writer_string(struct vi_writer *w, const char *s)
{
	size_t len = strlen(s), plain = plain_len(s, len);
	bool changed = false;
	char *to;

	vi_writer_item(w, false);
	to = room(w, plain + 2);
	if (!to)
		return false;
	*to++ = '"';
	memcpy(to, s, plain);
	to[plain] = '"';
	/* If nothing follows, the closing quote is there already. */
	vi_text_added(&w->text, plain + 1 + (plain == len));
	if (plain < len) {
		changed = put_special(w, s + plain, s + len);
		vi_writer_put(w, "\"", 1);
	}
	return changed;
}

/* --- Bytes --- */

/* Digits in a piece. */
#define PIECE		64

/*
 * Readers of captures limit how many zeros a file may abbreviate. Beyond this
 * many bytes, which every reader accepts, zeros are written out.
 */
#define FOLDED_ZEROS	((size_t)16 << 20)

/* The number of leading zero digits, in whole pieces. */
static size_t zeros(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] == '0')
		n++;
	return n == len ? n : n - n % PIECE;
}

/* The number of those that are worth an abbreviation and within the limit. */
static size_t foldable(struct vi_writer *w, const char *s, size_t len)
{
	size_t left = 2 * (FOLDED_ZEROS - w->zeros);
	size_t run = zeros(s, len < left ? len : left);

	if (run <= PIECE)
		return 0;
	w->zeros += run / 2;
	return run;
}

static void put_quoted(struct vi_writer *w, const char *s, size_t len)
{
	char *to;

	vi_writer_item(w, false);
	to = room(w, len + 2);
	if (!to)
		return;
	to[0] = '"';
	memcpy(to + 1, s, len);
	to[len + 1] = '"';
	vi_text_added(&w->text, len + 2);
}

/*
 * Always an array, even of one piece. Most of a ring is zeros: "0*4096" stands
 * for 4096 zero bytes.
 */
static void put_pieces(struct vi_writer *w, const char *s, size_t len)
{
	size_t i, n, run;
	char text[32];

	vi_writer_begin_array(w);
	for (i = 0; i < len; i += n) {
		if (len > PIECE)
			vi_writer_newline(w, w->depth);
		run = foldable(w, s + i, len - i);
		n = run ? run : len - i < PIECE ? len - i : PIECE;
		if (run)
			put_quoted(w, text, snprintf(text, sizeof(text),
						     "0*%zu", run / 2));
		else
			put_quoted(w, s + i, n);
	}
	vi_writer_close(w);
}

void vi_writer_digits(struct vi_writer *w, const char *digits)
{
	size_t len = strlen(digits);

	if (w->style == VI_STYLE_PASTED)
		put_pieces(w, digits, len);
	else
		put_quoted(w, digits, len);
}

void vi_writer_bytes(struct vi_writer *w, const void *bytes, size_t len)
{
	char *to;

	vi_writer_item(w, false);
	to = room(w, 2 * len + 2);
	if (!to)
		return;
	*to++ = '"';
	vi_hex_encode(bytes, len, to);
	to[2 * len] = '"';
	vi_text_added(&w->text, 2 * len + 2);
}

/* --- Numbers --- */

void vi_writer_number(struct vi_writer *w, uint64_t n)
{
	char buf[24], *at = buf + sizeof(buf);

	vi_writer_item(w, false);
	do {
		*--at = '0' + n % 10;
		n /= 10;
	} while (n);
	vi_writer_put(w, at, buf + sizeof(buf) - at);
}

static char *add_hex(char *at, uint64_t n, unsigned int least)
{
	unsigned int i;

	for (i = 0; n || i < least; i++, n >>= 4)
		*--at = vi_hex_char(n);
	return at;
}

void vi_writer_hex(struct vi_writer *w, const struct vi_features *n)
{
	char buf[40], *at = buf + sizeof(buf);

	vi_writer_item(w, false);
	*--at = '"';
	at = add_hex(at, n->w[0], n->w[1] ? 16 : 1);
	if (n->w[1])
		at = add_hex(at, n->w[1], 1);
	*--at = 'x';
	*--at = '0';
	*--at = '"';
	vi_writer_put(w, at, buf + sizeof(buf) - at);
}

/* Shorten "1e+05" to "1e5", and "1e-05" to "1e-5". */
static size_t short_exponent(char *e, size_t len)
{
	char *to = e + 1, *from = to;

	if (*from == '-')
		to++;
	from++;
	from += strspn(from, "0");
	len -= from - to;
	memmove(to, from, strlen(from) + 1);
	return len;
}

/* Replace the decimal point of the locale, which may have several bytes. */
static size_t plain_point(char *text, size_t len)
{
	char *point = text + strspn(text, "-0123456789");
	size_t more = strcspn(point, "0123456789");

	if (!*point || *point == 'e' || !more)
		return len;
	*point = '.';
	memmove(point + 1, point + more, strlen(point + more) + 1);
	return len - more + 1;
}

void vi_writer_real(struct vi_writer *w, double n, unsigned int digits)
{
	char text[64], *e;
	size_t len;

	vi_writer_item(w, false);
	len = snprintf(text, sizeof(text), "%.*g", (int)digits,
		       isfinite(n) ? n : 0.0);
	len = plain_point(text, len);
	e = strchr(text, 'e');
	if (e)
		len = short_exponent(e, len);
	vi_writer_put(w, text, len);
	/* To some readers, a number without a fraction has another type. */
	if (!e && !strchr(text, '.'))
		vi_writer_put(w, ".0", 2);
}

void vi_writer_fixed(struct vi_writer *w, double n, unsigned int digits)
{
	/* Up to 309 digits before the point. */
	char text[352];
	size_t len;

	vi_writer_item(w, false);
	len = snprintf(text, sizeof(text), "%.*f", digits < 9 ? (int)digits : 9,
		       isfinite(n) ? n : 0.0);
	vi_writer_put(w, text, plain_point(text, len));
}

/* Faster than printf(3), with the same rounding: to the nearest, and halfway
 * cases to even. Returns the number of bytes written to @to. */
static size_t put_millionths(char *to, double n)
{
	uint64_t all = n * 1e6, whole;
	double rest = n * 1e6 - (double)all;
	char buf[24], *at = buf + sizeof(buf);
	unsigned int digits;

	all += rest > 0.5 || (rest == 0.5 && all & 1);
	whole = all / 1000000;
	for (digits = 0; digits < 6; digits++, all /= 10)
		*--at = '0' + all % 10;
	*--at = '.';
	do {
		*--at = '0' + whole % 10;
		whole /= 10;
	} while (whole);
	memcpy(to, at, buf + sizeof(buf) - at);
	return buf + sizeof(buf) - at;
}

void vi_writer_millionths(struct vi_writer *w, double n)
{
	char text[48];
	size_t len;

	if (!isfinite(n) || (n >= 0 && n < 1e15 && n == (double)(uint64_t)n)) {
		vi_writer_number(w, isfinite(n) ? n : 0);
		return;
	}
	if (!(n > -1e15 && n < 1e15)) {
		vi_writer_real(w, n, 17);
		return;
	}
	vi_writer_item(w, false);
	len = n >= 0 && n < 1e8 ? put_millionths(text, n) :
	      plain_point(text, snprintf(text, sizeof(text), "%.6f", n));
	while (text[len - 1] == '0')
		len--;
	vi_writer_put(w, text, len - (text[len - 1] == '.'));
}

void vi_writer_bool(struct vi_writer *w, bool yes)
{
	vi_writer_item(w, false);
	vi_writer_put(w, yes ? "true" : "false", yes ? 4 : 5);
}
