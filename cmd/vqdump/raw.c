// SPDX-License-Identifier: GPL-2.0-or-later
/* --raw, -vv: the bytes of rings and tables, with what they mean. */
#include <inttypes.h>
#include <string.h>

#include "vqdump/vqdump.h"

#define INDENT		4
#define ROW		16		/* bytes; a descriptor is as long */

/* Two digits to a byte; what is none counts as 0. */
static unsigned int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : 0;
}

static size_t get_row(const char *hex, size_t len, uint8_t *row)
{
	size_t i, n = len / 2 < ROW ? len / 2 : ROW;

	for (i = 0; i < n; i++)
		row[i] = nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]);
	return n;
}

static char *put_hex(char *at, unsigned int value, unsigned int digits)
{
	while (digits--)
		*at++ = "0123456789abcdef"[value >> 4 * digits & 15];
	return at;
}

static char *put_number(char *at, uint64_t n, unsigned int base)
{
	char digits[24], *d = digits + sizeof(digits);
	size_t len;

	do {
		*--d = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	len = digits + sizeof(digits) - d;
	memcpy(at, d, len);
	return at + len;
}

static char *put(char *at, const char *s)
{
	size_t len = strlen(s);

	memcpy(at, s, len);
	return at + len;
}

/* " 64 61 …", as many columns whatever @n. */
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

static uint64_t get_le(const uint8_t *at, unsigned int bytes)
{
	uint64_t n = 0;

	while (bytes--)
		n = n << 8 | at[bytes];
	return n;
}

/* A descriptor's fields (virtio spec 1.4, 2.7.5 and 2.8.13). */
static char *put_descriptor(char *at, const uint8_t *row, bool packed)
{
	static const struct {
		unsigned int bit;
		char letter;
	} names[] = {
		{ 0, 'N' }, { 1, 'W' }, { 2, 'I' }, { 7, 'A' }, { 15, 'U' },
	};
	unsigned int third = get_le(row + 12, 2), last = get_le(row + 14, 2);
	unsigned int flags = packed ? last : third;
	size_t i, n = packed ? ARRAY_SIZE(names) : 3;

	at = put(at, "  0x");
	at = put_number(at, get_le(row, 8), 16);
	*at++ = '+';
	at = put_number(at, get_le(row + 8, 4), 10);
	if (flags & (packed ? 0x8087 : 7))
		*at++ = ' ';
	for (i = 0; i < n; i++)
		if (flags >> names[i].bit & 1)
			*at++ = names[i].letter;
	at = put(at, packed ? " id " : " next ");
	return put_number(at, packed ? third : last, 10);
}

enum rows { ROWS_BYTES, ROWS_SPLIT, ROWS_PACKED };

/* Rows begin with an offset, or with the number of the descriptor. */
static void add_row(struct text *t, size_t offset, const uint8_t *row,
		    size_t n, unsigned int indent, enum rows kind)
{
	char line[160], *at = line + indent;

	memset(line, ' ', sizeof(line));
	if (kind == ROWS_BYTES || n < ROW) {
		at = put_hex(at, offset, 8) + 1;
	} else {
		char digits[8];
		size_t len = put_number(digits, offset / ROW % 1000000, 10) -
			     digits;

		memcpy(at + 8 - len, digits, len);
		at += 9;
	}
	at = put_bytes(at, row, n);
	if (kind == ROWS_BYTES)
		at = put_characters(at, row, n);
	else if (n == ROW)
		at = put_descriptor(at, row, kind == ROWS_PACKED);
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
		const char *error = rec_string(table, "error");

		text_addf(t, "%*sindirect table", INDENT, "");
		if (rec_number(table, "addr", &addr))
			text_addf(t, " at 0x%" PRIx64, addr);
		if (error) {
			text_add(t, ": ");
			text_add_escaped(t, error);
		}
		text_add(t, "\n");
		if (rec_string(table, "hex"))
			add_rows(t, rec_string(table, "hex"), INDENT + 2,
				 kind);
	}
}

void vq_add_raw(const struct vq_options *o, struct text *t, struct rec queue)
{
	bool packed = rec_says(queue, "layout", "packed");
	enum rows kind = packed ? ROWS_PACKED : ROWS_SPLIT;
	struct vi_value v;
	struct rec raw;

	(void)o;
	if (!rec_get(queue, "raw", &v)) {
		text_addf(t, "%*sbytes: not known\n", INDENT, "");
		return;
	}
	raw.schema = vi_field_schema(vi_schema_find(queue.schema, "raw"));
	raw.object = vi_record(&v, 0);
	add_part(t, raw, "desc", packed ? "descriptor ring (address+length; N: NEXT, W: WRITE, I: INDIRECT, A: AVAIL, U: USED)" :
		 "descriptor table (address+length; N: NEXT, W: WRITE, I: INDIRECT)", kind);
	add_part(t, raw, "driver", packed ? "driver event suppression" :
		 "available ring", ROWS_BYTES);
	add_part(t, raw, "device", packed ? "device event suppression" :
		 "used ring", ROWS_BYTES);
	add_tables(t, raw, kind);
}
