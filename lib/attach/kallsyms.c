// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding symbols in /proc/kallsyms: "ffffffff9e8b2f40 d virtio_bus\t[virtio]"
 * and 100,000 lines more. It is read in large pieces, and a line is only looked
 * at when its name may be one that is wanted.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "attach/kallsyms.h"
#include "core/file.h"

struct state {
	struct vi_symbol *symbols;
	size_t count;
	bool hidden;			/* a wanted one has address 0 */
};

static bool parse_hex(const char *s, const char *end, uint64_t *value)
{
	*value = 0;
	if (s == end || end - s > 16)
		return false;
	for (; s < end; s++) {
		unsigned int digit = *s <= '9' ? *s - '0' :
				     (*s | 0x20) - 'a' + 10;

		if (digit > 15)
			return false;
		*value = *value << 4 | digit;
	}
	return true;
}

/* One line without its newline. */
static void look_at(struct state *st, const char *line, const char *end)
{
	const char *space = memchr(line, ' ', end - line), *name;
	uint64_t address;
	size_t i, len;

	if (!space || end - space < 4 || space[2] != ' ')
		return;
	name = space + 3;
	len = strcspn(name, "\t\n");
	if (len > (size_t)(end - name))
		len = end - name;
	for (i = 0; i < st->count; i++) {
		struct vi_symbol *s = &st->symbols[i];

		if (strlen(s->name) != len || memcmp(s->name, name, len) ||
		    !parse_hex(line, space, &address))
			continue;
		if (!address)
			st->hidden = true;
		else if (!s->address)
			s->address = address;
	}
}

/* All whole lines of @buf; how many bytes they take. */
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
	struct state st = { symbols, count, false };
	static const char path[] = "/proc/kallsyms";
	char buf[65536 + 1];
	size_t have = 0, used;
	ssize_t n = 0;
	int fd;

	fd = vi_open(ctx, path, 0);
	if (fd < 0)
		return vi_fail(ctx, fd,
			       "%s: %s; the kernel must have CONFIG_KALLSYMS",
			       path, strerror(-fd));
	while (have < sizeof(buf) - 1 &&
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
			       "%s hides addresses: they need root with CAP_SYSLOG, and kernel.kptr_restrict below 2 (sysctl kernel.kptr_restrict=1)",
			       path);
	return 0;
}
