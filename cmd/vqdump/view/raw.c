// SPDX-License-Identifier: GPL-2.0-or-later
/* --raw, -vv: the bytes of rings and tables, with the descriptors decoded. */
#include <endian.h>
#include <inttypes.h>
#include <string.h>

#include "vqdump/vqdump.h"

#define INDENT		4
#define ROW		16		/* bytes; the size of a descriptor */

/*
 * Rings are large, and branches on their digits would be mispredicted: use a
 * table. Other characters count as 0.
 */
static const uint8_t nibbles[256] = {
	['1'] = 1, ['2'] = 2, ['3'] = 3, ['4'] = 4, ['5'] = 5, ['6'] = 6,
	['7'] = 7, ['8'] = 8, ['9'] = 9,
	['a'] = 10, ['b'] = 11, ['c'] = 12, ['d'] = 13, ['e'] = 14, ['f'] = 15,
	['A'] = 10, ['B'] = 11, ['C'] = 12, ['D'] = 13, ['E'] = 14, ['F'] = 15,
};

static const char digits[] = "0123456789abcdef";

static unsigned int nibble(char c)
{
	return nibbles[(unsigned char)c];
}

static size_t get_row(const char *hex, size_t len, uint8_t *row)
{
	size_t i, n = len / 2 < ROW ? len / 2 : ROW;

	for (i = 0; i < n; i++)
		row[i] = nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]);
	return n;
}

static char *put_hex(char *at, unsigned int value, unsigned int count)
{
	while (count--)
		*at++ = digits[value >> 4 * count & 15];
	return at;
}

static char *put_address(char *at, uint64_t n)
{
	unsigned int shift = n ? (63 - __builtin_clzll(n)) / 4 * 4 : 0;

	*at++ = '0';
	*at++ = 'x';
	for (;; shift -= 4) {
		*at++ = digits[n >> shift & 15];
		if (!shift)
			return at;
	}
}

static char *put_number(char *at, unsigned int n)
{
	char buf[12], *d = buf + sizeof(buf);
	size_t len;

	do {
		*--d = digits[n % 10];
		n /= 10;
	} while (n);
	len = buf + sizeof(buf) - d;
	memcpy(at, d, len);
	return at + len;
}

static char *put(char *at, const char *s)
{
	size_t len = strlen(s);

	memcpy(at, s, len);
	return at + len;
}

/* " 64 61 …", padded to the width of a full row. */
static char *put_bytes(char *at, const uint8_t *row, size_t n)
{
	size_t i;

	for (i = 0; i < ROW; i++) {
		*at++ = ' ';
		if (i == ROW / 2)
			*at++ = ' ';
		at = i < n ? put_hex(at, row[i], 2) : put(at, "  ");
	}
	return at;
}

static char *put_characters(char *at, const uint8_t *row, size_t n)
{
	size_t i;

	at = put(at, "  |");
	for (i = 0; i < n; i++)
		*at++ = row[i] >= ' ' && row[i] <= '~' ? row[i] : '.';
	return put(at, "|");
}

/* Words are little-endian, except in rings of legacy devices on big-endian
 * machines (virtio spec 1.4, 2.7.3). */
static uint64_t get_word(const uint8_t *at, unsigned int bytes, bool big)
{
	uint64_t n = 0;

	memcpy(&n, at, bytes);
	return big ? be64toh(n) >> (64 - 8 * bytes) : le64toh(n);
}

/* Decode a descriptor (virtio spec 1.4, 2.7.5 and 2.8.13). */
static char *put_descriptor(char *at, const uint8_t *row, bool packed, bool big)
{
	static const struct {
		unsigned int bit;
		char letter;
	} names[] = {
		{ 0, 'N' }, { 1, 'W' }, { 2, 'I' }, { 7, 'A' }, { 15, 'U' },
	};
	unsigned int third = get_word(row + 12, 2, big);
	unsigned int last = get_word(row + 14, 2, big);
	unsigned int flags = packed ? last : third;
	size_t i, n = packed ? ARRAY_SIZE(names) : 3;

	at = put(at, "  ");
	at = put_address(at, get_word(row, 8, big));
	*at++ = '+';
	at = put_number(at, get_word(row + 8, 4, big));
	if (flags & (packed ? 0x8087 : 7))
		*at++ = ' ';
	for (i = 0; i < n; i++)
		if (flags >> names[i].bit & 1)
			*at++ = names[i].letter;
	at = put(at, packed ? " id " : " next ");
	return put_number(at, packed ? third : last);
}

enum rows { ROWS_BYTES, ROWS_SPLIT, ROWS_SPLIT_BIG, ROWS_PACKED };

/* A row starts with its offset, or with the index of the descriptor. */
static void add_row(struct text *t, size_t offset, const uint8_t *row,
		    size_t n, unsigned int indent, enum rows kind)
{
	char line[160], *at = line + indent;

	memset(line, ' ', sizeof(line));
	if (kind == ROWS_BYTES || n < ROW) {
		at = put_hex(at, offset, 8) + 1;
	} else {
		char place[12];
		size_t len = put_number(place, offset / ROW % 1000000) - place;

		memcpy(at + 8 - len, place, len);
		at += 9;
	}
	at = put_bytes(at, row, n);
	if (kind == ROWS_BYTES)
		at = put_characters(at, row, n);
	else if (n == ROW)
		at = put_descriptor(at, row, kind == ROWS_PACKED,
				    kind == ROWS_SPLIT_BIG);
	strcpy(at, "\n");
	text_add(t, line);
}

static void add_rows(struct text *t, const char *hex, unsigned int indent,
		     enum rows kind)
{
	uint8_t row[ROW], before[ROW];
	size_t at, n, len = strlen(hex);
	bool have_before = false, starred = false;

	for (at = 0; at < len / 2; at += n) {
		n = get_row(hex + 2 * at, len - 2 * at, row);
		if (have_before && n == ROW && !memcmp(row, before, ROW)) {
			if (!starred)
				text_addf(t, "%*s*\n", indent, "");
			starred = true;
			continue;
		}
		starred = false;
		have_before = n == ROW;
		memcpy(before, row, ROW);
		add_row(t, at, row, n, indent, kind);
		vq_flush(t);
	}
	if (kind == ROWS_BYTES || len / 2 % ROW)
		text_addf(t, "%*s%08zx\n", indent, "", len / 2);
	else
		text_addf(t, "%*s%8zu\n", indent, "", len / 2 / ROW);
}

void vq_add_hex(struct text *t, const char *hex, unsigned int indent)
{
	if (hex)
		add_rows(t, hex, indent, ROWS_BYTES);
}

static void add_part(struct text *t, struct rec raw, const char *field,
		     const char *title, enum rows kind)
{
	const char *hex = rec_string(raw, field);

	if (!hex)
		return;
	text_addf(t, "%*s%s\n", INDENT, "", title);
	add_rows(t, hex, INDENT + 2, kind);
}

static void add_tables(struct text *t, struct rec raw, enum rows kind)
{
	struct recs tables;
	uint64_t addr;
	size_t i;

	rec_records(raw, "tables", &tables);
	for (i = 0; i < tables.v.count; i++) {
		struct rec table = recs_at(&tables, i);
		const char *error = rec_string(table, "error"), *hex;

		text_addf(t, "%*sindirect table", INDENT, "");
		if (rec_number(table, "addr", &addr))
			text_addf(t, " at 0x%" PRIx64, addr);
		if (error) {
			text_add(t, ": ");
			text_add_escaped(t, error);
		}
		text_add(t, "\n");
		hex = rec_string(table, "hex");
		if (hex)
			add_rows(t, hex, INDENT + 2, kind);
	}
}

void vq_add_raw(const struct vq_options *o, struct text *t, struct rec queue)
{
	bool packed = rec_says(queue, "layout", "packed");
	bool big = rec_says(queue, "raw.byte_order", "big");
	bool unknown = rec_says(queue, "raw.byte_order", "unknown");
	enum rows kind = packed ? ROWS_PACKED : unknown ? ROWS_BYTES :
			 big ? ROWS_SPLIT_BIG : ROWS_SPLIT;
	struct vi_value v;
	struct rec raw;

	(void)o;
	if (!rec_get(queue, "raw", &v)) {
		text_addf(t, "%*sbytes: unknown\n", INDENT, "");
		return;
	}
	raw.schema = vi_field_schema(vi_schema_find(queue.schema, "raw"));
	raw.object = vi_record(&v, 0);
	if (big)
		text_addf(t, "%*sbig-endian\n",
			  INDENT, "");
	if (unknown)
		text_addf(t, "%*sbyte order: unknown\n", INDENT, "");
	add_part(t, raw, "desc", unknown ? "descriptor table" : packed ? "descriptor ring (address+length; N: NEXT, W: WRITE, I: INDIRECT, A: AVAIL, U: USED)" :
		 "descriptor table (address+length; N: NEXT, W: WRITE, I: INDIRECT)", kind);
	add_part(t, raw, "driver", packed ? "driver event suppression" :
		 "available ring", ROWS_BYTES);
	add_part(t, raw, "device", packed ? "device event suppression" :
		 "used ring", ROWS_BYTES);
	add_tables(t, raw, kind);
}
