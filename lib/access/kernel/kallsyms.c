// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Find symbols in /proc/kallsyms: "ffffffff9e8b2f40 d virtio_bus\t[virtio]" and
 * 100,000 lines more. Reads large pieces, and parses only lines whose name may
 * be wanted.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "access/kernel/kallsyms.h"
#include "core/file.h"
#include "core/hex.h"

struct state {
	struct vi_symbol *symbols;
	size_t count;
	size_t missing;
	bool hidden;			/* a wanted symbol has address 0 */
};

static bool parse_hex(const char *s, const char *end, uint64_t *value)
{
	size_t len = end - s;

	*value = 0;
	return len && len <= 16 && vi_hex_digits(s, len, value) == len;
}

/* Does a line have the wanted name, "name" or "name\t[module]"? */
static bool names(const char *s, const char *end, const struct vi_symbol *want)
{
	size_t len;

	if (s == end || *s != *want->name)
		return false;
	len = strlen(want->name);
	return (size_t)(end - s) >= len && !memcmp(s, want->name, len) &&
	       (s + len == end || s[len] == '\t');
}

/* Parse a line without its newline. */
static void look_at(struct state *st, const char *line, const char *end)
{
	const char *space = memchr(line, ' ', end - line);
	uint64_t address;
	size_t i;

	if (!space || end - space < 4 || space[2] != ' ')
		return;
	for (i = 0; i < st->count; i++) {
		struct vi_symbol *s = &st->symbols[i];

		if (s->address || !names(space + 3, end, s) ||
		    !parse_hex(line, space, &address))
			continue;
		s->address = address;
		st->hidden |= !address;
		st->missing -= !!address;
	}
}

/* Parse all whole lines in @buf; returns their size in bytes. */
static size_t look_at_lines(struct state *st, const char *buf, size_t len)
{
	const char *line = buf, *end = buf + len, *newline;

	while ((newline = memchr(line, '\n', end - line))) {
		look_at(st, line, newline);
		line = newline + 1;
	}
	return line - buf;
}

int vi_kallsyms(struct vi_ctx *ctx, struct vi_symbol *symbols, size_t count)
{
	struct state st = { symbols, count, count, false };
	static const char path[] = "/proc/kallsyms";
	char buf[65536 + 1];
	size_t have = 0, used;
	ssize_t n = 0;
	int fd;

	fd = vi_open(ctx, path, 0);
	if (fd < 0)
		return vi_fail(ctx, fd,
			       "%s: %s; the kernel needs CONFIG_KALLSYMS",
			       path, strerror(-fd));
	/* The kernel generates each line on read, which dominates the cost. */
	while (st.missing && !st.hidden && have < sizeof(buf) - 1 &&
	       (n = read(fd, buf + have, sizeof(buf) - 1 - have)) > 0) {
		have += n;
		buf[have] = '\0';
		used = look_at_lines(&st, buf, have);
		have -= used;
		memmove(buf, buf + used, have);
	}
	close(fd);
	if (n < 0)
		return vi_fail(ctx, -errno, "%s: %s", path, strerror(errno));
	if (st.hidden)
		return vi_fail(ctx, -EPERM,
			       "%s hides addresses: reading them needs root with CAP_SYSLOG, and kernel.kptr_restrict below 2 (sysctl kernel.kptr_restrict=1)",
			       path);
	return 0;
}
