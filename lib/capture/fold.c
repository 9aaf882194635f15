// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * JSON in lines for people, mailers and issue trackers. Devices and queues
 * have a line for each key; lists, and what is deeper, are filled into lines.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/capture.h"
#include "core/compiler.h"

/* Containers down to here have a line for each member. */
#define BROKEN_DEPTH	5
/* A line of deeper ones ends at the first comma from here on. */
#define WIDTH		72
/* Digits of a piece of bytes. */
#define PIECE		64

void vi_text_add(struct vi_text *t, const char *s, size_t len)
{
	size_t room = t->room ? t->room : 65536;
	char *grown;

	if (t->failed)
		return;
	while (room - t->len <= len)
		room *= 2;
	if (room != t->room) {
		grown = realloc(t->s, room);
		if (!grown) {
			t->failed = true;
			return;
		}
		t->s = grown;
		t->room = room;
	}
	memcpy(t->s + t->len, s, len);
	t->len += len;
	t->s[t->len] = '\0';
}

bool vi_capture_is_bytes(const char *name, size_t len)
{
	static const char *const names[] = {
		"desc", "driver", "device", "extra", "hex",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == len && !memcmp(names[i], name, len))
			return true;
	return false;
}

/*
 * What zeros stand for is bounded when a capture is read. Beyond so many bytes
 * of them, which no reader minds, they are written out.
 */
#define FOLDED_ZEROS	((size_t)16 << 20)

struct fold {
	struct vi_text *t;
	size_t zeros;			/* bytes that were folded */
	size_t column;
	unsigned int depth;
	uint64_t broken;		/* a bit for each depth */
	const char *key;		/* the last one */
	size_t key_len;
};

static void put(struct fold *f, const char *s, size_t len)
{
	vi_text_add(f->t, s, len);
	f->column += len;
}

static void new_line(struct fold *f)
{
	static const char spaces[] = "                ";
	size_t n = f->depth < sizeof(spaces) ? f->depth : sizeof(spaces) - 1;

	vi_text_add(f->t, "\n", 1);
	f->column = 0;
	put(f, spaces, n);
}

/* The length of a UTF-8 character, which is known to be whole. */
static size_t decode(const char *s, uint32_t *code)
{
	unsigned char c = *s;
	size_t n = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4, i;

	*code = c & (0x7f >> n);
	for (i = 1; i < n; i++)
		*code = *code << 6 | (s[i] & 0x3f);
	return n;
}

static void put_escaped(struct fold *f, uint32_t code)
{
	char text[16];
	int n;

	if (code >= 0x10000)
		n = snprintf(text, sizeof(text), "\\u%04" PRIx32 "\\u%04" PRIx32,
			     0xd800 + ((code - 0x10000) >> 10),
			     0xdc00 + ((code - 0x10000) & 0x3ff));
	else
		n = snprintf(text, sizeof(text), "\\u%04" PRIx32, code);
	put(f, text, n);
}

/* The length of the string at @s with both quotes. */
static size_t string_len(const char *s)
{
	size_t n = 1;

	while (s[n] != '"')
		n += s[n] == '\\' ? 2 : 1;
	return n + 1;
}

static void put_string(struct fold *f, const char *s, size_t len)
{
	size_t i = 0, plain;
	uint32_t code;

	while (i < len) {
		for (plain = i; i < len && !(s[i] & 0x80); i++)
			;
		put(f, s + plain, i - plain);
		if (i < len) {
			i += decode(s + i, &code);
			put_escaped(f, code);
		}
	}
}

static bool all_digits(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!strchr("0123456789abcdef", s[i]))
			return false;
	return true;
}

static void put_piece(struct fold *f, const char *s, size_t len)
{
	put(f, "\"", 1);
	put(f, s, len);
	put(f, "\"", 1);
}

/* How many digits, whole pieces of them, are zeros. */
static size_t zeros(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] == '0')
		n++;
	return n == len ? n : n - n % PIECE;
}

/* Those of them that are worth it, and are within what a file may fold. */
static size_t foldable(struct fold *f, const char *s, size_t len)
{
	size_t left = 2 * (FOLDED_ZEROS - f->zeros);
	size_t run = zeros(s, len < left ? len : left);

	if (run <= PIECE)
		return 0;
	f->zeros += run / 2;
	return run;
}

/*
 * Bytes, without their quotes: an array of pieces, also when it is one. Most
 * of a ring is zeros: "0*4096" stands for so many bytes of them.
 */
static void put_pieces(struct fold *f, const char *s, size_t len)
{
	size_t i, n, run;
	char text[32];

	put(f, "[", 1);
	f->depth++;
	for (i = 0; i < len; i += n) {
		if (i)
			put(f, ",", 1);
		if (len > PIECE)
			new_line(f);
		run = foldable(f, s + i, len - i);
		n = run ? run : len - i < PIECE ? len - i : PIECE;
		if (run)
			put_piece(f, text, snprintf(text, sizeof(text),
						    "0*%zu", run / 2));
		else
			put_piece(f, s + i, n);
	}
	f->depth--;
	put(f, "]", 1);
}

/* Returns the first character behind the string. */
static const char *fold_string(struct fold *f, const char *s)
{
	size_t len = string_len(s);

	if (s[len] == ':') {
		f->key = s + 1;
		f->key_len = len - 2;
		put_string(f, s, len);
		put(f, ":", 1);
		return s + len + 1;
	}
	/* Other things are called the same, but not below a queue. */
	if (f->depth > BROKEN_DEPTH && f->key &&
	    vi_capture_is_bytes(f->key, f->key_len) &&
	    all_digits(s + 1, len - 2))
		put_pieces(f, s + 1, len - 2);
	else
		put_string(f, s, len);
	return s + len;
}

/* Has what begins with @c a line for each member? */
static bool is_broken(const struct fold *f, char c, char next)
{
	return f->depth <= BROKEN_DEPTH &&
	       (c == '{' ? next != '}' : next == '{');
}

static void fold_mark(struct fold *f, char c, char next)
{
	put(f, &c, 1);
	if (c == '{' || c == '[') {
		f->depth++;
		f->broken &= ~((uint64_t)1 << f->depth % 64);
		if (is_broken(f, c, next)) {
			f->broken |= (uint64_t)1 << f->depth % 64;
			new_line(f);
		}
	} else if (c == '}' || c == ']') {
		f->depth--;
	} else if (c == ',' && (f->broken >> f->depth % 64 & 1 ||
				f->column >= WIDTH)) {
		new_line(f);
	}
}

void vi_capture_fold(struct vi_text *t, const char *json)
{
	struct fold f = { .t = t };
	size_t n;

	while (*json && !t->failed) {
		if (*json == '"') {
			json = fold_string(&f, json);
			continue;
		}
		n = strcspn(json, "\"{}[],");
		put(&f, json, n);
		json += n;
		if (*json && *json != '"') {
			fold_mark(&f, json[0], json[1]);
			json++;
		}
	}
	vi_text_add(t, "\n", 1);
}
