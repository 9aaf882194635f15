// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Check a flattened device tree. libfdt has its own check, but in some versions
 * in use, a property's length can overflow and cause an endless loop.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "access/fdt/blob.h"

#define MAGIC		0xd00dfeed
#define HEADER_SIZE	40

enum { BEGIN_NODE = 1, END_NODE = 2, PROP = 3, NOP = 4, END = 9 };

/* Offsets of header fields. */
enum {
	AT_MAGIC = 0, AT_TOTALSIZE = 4, AT_STRUCT = 8, AT_STRINGS = 12,
	AT_VERSION = 20, AT_LAST_COMPATIBLE = 24, AT_STRINGS_SIZE = 32,
	AT_STRUCT_SIZE = 36,
};

struct blob {
	const uint8_t *structure;
	size_t size;
	size_t at;			/* offset in structure */
	size_t strings_size;
	unsigned int depth;
};

/* Read a word and advance. */
static bool take32(struct blob *b, uint32_t *value)
{
	if (b->size - b->at < 4)
		return false;
	*value = vi_fdt32(b->structure + b->at);
	b->at += 4;
	return true;
}

/* Skip @n bytes and the padding to a word. */
static bool skip(struct blob *b, size_t n)
{
	size_t left = b->size - b->at;

	if (n > left || ((n + 3) & ~(size_t)3) > left)
		return false;
	b->at += (n + 3) & ~(size_t)3;
	return true;
}

static const char *check_node(struct blob *b)
{
	const uint8_t *name = b->structure + b->at;
	const uint8_t *end = memchr(name, '\0', b->size - b->at);

	if (!end || !skip(b, end + 1 - name))
		return "a node's name has no end";
	if (++b->depth > VI_FDT_MAX_DEPTH)
		return "nodes are nested too deeply";
	return NULL;
}

static const char *check_prop(struct blob *b)
{
	uint32_t len, name;

	if (!b->depth)
		return "a property outside all nodes";
	if (!take32(b, &len) || !take32(b, &name) || !skip(b, len))
		return "a property extends past the end";
	if (name >= b->strings_size)
		return "a property name outside the strings";
	return NULL;
}

static const char *check_structure(struct blob *b)
{
	const char *wrong = NULL;
	uint32_t token;
	bool any = false;

	while (!wrong) {
		if (!take32(b, &token))
			return "truncated";
		switch (token) {
		case BEGIN_NODE:
			wrong = any && !b->depth ? "two root nodes" :
						   check_node(b);
			any = true;
			break;
		case END_NODE:
			if (!b->depth)
				return "an end of a node without its beginning";
			b->depth--;
			break;
		case PROP:
			wrong = check_prop(b);
			break;
		case NOP:
			break;
		case END:
			return b->depth || !any ? "it ends inside a node" :
						  NULL;
		default:
			return "unknown token";
		}
	}
	return wrong;
}

/* Does a block lie within the blob, after the header? */
static bool lies_within(size_t total, uint32_t offset, uint32_t size)
{
	return offset >= HEADER_SIZE && offset <= total &&
	       size <= total - offset;
}

/* Text with the tag that the source of a device tree begins with, after
 * comments. */
static bool is_source(const void *blob, size_t len)
{
	return memmem(blob, len, "/dts-v1/", 8) && !memchr(blob, '\0', len);
}

/* Versions before 17 do not say how long the structure is. */
static bool is_old(const uint8_t *p, size_t len, uint32_t *version)
{
	if (len < HEADER_SIZE || vi_fdt32(p + AT_MAGIC) != MAGIC)
		return false;
	*version = vi_fdt32(p + AT_VERSION);
	return *version < 17;
}

bool vi_fdt_is_other(const void *blob, size_t len, char what[128])
{
	static const struct {
		const char *name, *magic;
		size_t len;
	} packers[] = {
		{ "gzip", "\x1f\x8b", 2 }, { "xz", "\xfd" "7zXZ", 6 },
		{ "zstd", "\x28\xb5\x2f\xfd", 4 },
	};
	uint32_t version;
	size_t i;

	for (i = 0; i < sizeof(packers) / sizeof(packers[0]); i++) {
		if (len < packers[i].len ||
		    memcmp(blob, packers[i].magic, packers[i].len))
			continue;
		snprintf(what, 128, "compressed with %s; decompress it first",
			 packers[i].name);
		return true;
	}
	if (is_source(blob, len)) {
		snprintf(what, 128, "the source of a device tree; compile it with: dtc -I dts -O dtb");
		return true;
	}
	if (!is_old(blob, len, &version))
		return false;
	snprintf(what, 128, "a device tree of version %u, but only version 17 can be read; convert it with: dtc -I dtb -O dtb -V 17",
		 version);
	return true;
}

const char *vi_fdt_check(const void *blob, size_t len)
{
	const uint8_t *p = blob;
	struct blob b = { NULL, 0, 0, 0, 0 };
	uint32_t total, off;

	if (len < HEADER_SIZE || vi_fdt32(p + AT_MAGIC) != MAGIC)
		return "not a flattened device tree";
	total = vi_fdt32(p + AT_TOTALSIZE);
	if (total < HEADER_SIZE || total > len)
		return "truncated";
	if (vi_fdt32(p + AT_VERSION) < 17 ||
	    vi_fdt32(p + AT_LAST_COMPATIBLE) > 17)
		return "unknown version";
	b.strings_size = vi_fdt32(p + AT_STRINGS_SIZE);
	if (!lies_within(total, vi_fdt32(p + AT_STRINGS), b.strings_size))
		return "its strings are outside the blob";
	off = vi_fdt32(p + AT_STRUCT);
	b.size = vi_fdt32(p + AT_STRUCT_SIZE);
	if (off % 4 || !lies_within(total, off, b.size))
		return "its structure is outside the blob";
	b.structure = p + off;
	return check_structure(&b);
}
