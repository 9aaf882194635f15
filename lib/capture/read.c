// SPDX-License-Identifier: LGPL-2.1-or-later
/* Read captures, which may come from anybody. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/json.h"
#include "core/text.h"

/* More than thousands of large queues need. */
#define MAX_FILE	((size_t)256 << 20)
/* --- The file --- */

static int open_file(struct vi_ctx *ctx, const char *path)
{
	struct stat st;
	int fd;

	if (!strcmp(path, "-"))
		return STDIN_FILENO;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return vi_fail(ctx, -errno, "%s: %s", path, strerror(errno));
	if (!fstat(fd, &st) && S_ISDIR(st.st_mode)) {
		close(fd);
		return vi_fail(ctx, -EISDIR, "%s: %s", path, strerror(EISDIR));
	}
	return fd;
}

#define PIECE	65536

/* Read the whole file into @text. 0 or a negative errno with a message. */
static int read_fd(const struct vi_cap *c, int fd, struct vi_text *text)
{
	ssize_t n;

	do {
		char *to = vi_text_room(text, PIECE);

		if (!to)
			return vi_fail(c->ctx, -ENOMEM, "%s: out of memory",
				       c->file);
		do
			n = read(fd, to, PIECE);
		while (n < 0 && errno == EINTR);
		if (n < 0)
			return vi_fail(c->ctx, -errno, "%s: %s", c->file,
				       strerror(errno));
		vi_text_added(text, n);
		if (text->len > MAX_FILE)
			return vi_fail(c->ctx, -EFBIG,
				       "%s: larger than %zu MiB, which no capture is",
				       c->file, MAX_FILE >> 20);
	} while (n);
	return 0;
}

/* --- Its head --- */

static void check_head(struct vi_cap *c, const struct vi_cap_at *root)
{
	struct vi_cap_at head;
	const char *version;
	uint64_t schema;

	if (!vi_cap_object(c, root, "virtio_inspect", &head)) {
		vi_cap_bad(c, root, "virtio_inspect",
			   "missing: this is not a capture");
		return;
	}
	/* For people only, but it must be a string. */
	vi_cap_string(c, &head, "version", &version);
	if (!vi_cap_number(c, &head, "schema", INT64_MAX, &schema))
		vi_cap_bad(c, &head, "schema", "missing");
	else if (!schema || schema > VI_CAPTURE_SCHEMA)
		vi_cap_bad(c, &head, "schema",
			   "%" PRIu64 " is unknown: this version reads 1 to %d; use a newer virtio-inspect",
			   schema, VI_CAPTURE_SCHEMA);
	else
		c->schema = schema;
}

/* Ranges are in ascending order and do not overlap. */
static void check_memory(struct vi_cap *c, const struct vi_cap_at *at,
			 const struct vi_host *host)
{
	struct vi_cap_at array, entry;
	size_t i, count;

	if (!vi_cap_array(c, at, "memory", &array, &count))
		return;
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++) {
		const struct vi_memory_range *r = &host->memory[i];

		if (r->end < r->start)
			vi_cap_bad(c, &entry, "end", "below the start");
		else if (i && r->start <= r[-1].end)
			vi_cap_bad(c, &entry, "start",
				   "not above the end of the previous range");
	}
}

static void read_host(struct vi_cap *c, const struct vi_cap_at *root,
		      struct vi_inventory *inv)
{
	struct vi_host *host = vi_cap_alloc(c, 1, sizeof(*host));
	struct vi_cap_at at;

	if (!host)
		return;
	inv->host = host;
	if (!vi_cap_object(c, root, "host", &at) ||
	    !vi_cap_types(c, &vi_host_schema, &at) ||
	    !vi_cap_fields(c, &at, &vi_host_schema, host))
		return;
	check_memory(c, &at, host);
	if (host->byte_order && strcmp(host->byte_order, "little") &&
	    strcmp(host->byte_order, "big"))
		vi_cap_bad(c, &at, "byte_order", "expected little or big");
	c->knows_order = host->byte_order;
	c->big_endian = host->byte_order && !strcmp(host->byte_order, "big");
}

/* --- All of it --- */

static void read_root(struct vi_cap *c, const json_t *json)
{
	const struct vi_cap_at root = { NULL, NULL, 0, json };
	struct vi_inventory *inv = vi_inventory(c->ctx);
	struct vi_cap_at devices, entry;
	size_t i, count;

	if (!inv) {
		vi_cap_no_memory(c);
		return;
	}
	c->pool = &inv->pool;
	check_head(c, &root);
	if (!c->err)
		read_host(c, &root, inv);
	if (!vi_cap_array(c, &root, "devices", &devices, &count))
		vi_cap_bad(c, &root, "devices", "missing");
	for (i = 0; i < count && vi_cap_entry(c, &devices, i, &entry); i++)
		if (!vi_cap_device(c, &entry))
			return;
}

/* Frees the text as soon as it is parsed. */
static int read_text(struct vi_cap *c, struct vi_text *text)
{
	const json_t *json = vi_cap_parse(c, text->s, text->len);

	vi_text_free(text);
	if (json)
		read_root(c, json);
	vi_pool_free(&c->parsed);
	if (c->err)
		vi_inventory_drop(c->ctx);
	return c->err;
}

VI_EXPORT int vi_capture_read(struct vi_ctx *ctx, const char *path)
{
	struct vi_cap c = {
		.ctx = ctx,
		.file = strcmp(path, "-") ? path : "standard input",
	};
	struct vi_text text = { 0 };
	int err, fd;

	vi_inventory_drop(ctx);
	err = vi_cap_open(ctx);
	if (err)
		return err;
	fd = open_file(ctx, path);
	if (fd < 0)
		return fd;
	err = read_fd(&c, fd, &text);
	if (fd != STDIN_FILENO)
		close(fd);
	if (!err)
		err = read_text(&c, &text);
	vi_text_free(&text);
	return err;
}
