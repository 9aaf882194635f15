// SPDX-License-Identifier: LGPL-2.1-or-later
/* Reading captures, which anybody may have written. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/json.h"

/* Thousands of large queues are less. */
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

/* All there is, to be freed; NULL with a message and c->err set. */
static char *read_fd(struct vi_cap *c, int fd, size_t *len)
{
	size_t room = 65536;
	char *text = NULL, *grown;
	ssize_t n;

	for (*len = 0;; *len += n) {
		if (!text || *len == room) {
			room = text ? room * 2 : room;
			grown = room <= 2 * MAX_FILE ? realloc(text, room) :
						       NULL;
			if (!grown) {
				vi_cap_no_memory(c);
				break;
			}
			text = grown;
		}
		do
			n = read(fd, text + *len, room - *len);
		while (n < 0 && errno == EINTR);
		if (!n)
			return text;
		if (n < 0) {
			c->err = vi_fail(c->ctx, -errno, "%s: %s", c->file,
					 strerror(errno));
			break;
		}
		if (*len + n > MAX_FILE) {
			c->err = vi_fail(c->ctx, -EFBIG,
					 "%s: it is larger than %zu MiB, which no capture is",
					 c->file, MAX_FILE >> 20);
			break;
		}
	}
	free(text);
	return NULL;
}

/* --- Its head --- */

static void check_head(struct vi_cap *c, const struct vi_cap_at *root)
{
	struct vi_cap_at head;
	const char *version;
	uint64_t schema;

	if (!vi_cap_object(c, root, "virtio_inspect", &head)) {
		vi_cap_bad(c, root, "virtio_inspect",
			   "it is missing: this is no capture");
		return;
	}
	/* It tells people, and decides nothing; but it is a string. */
	vi_cap_string(c, &head, "version", &version);
	if (!vi_cap_number(c, &head, "schema", INT64_MAX, &schema))
		vi_cap_bad(c, &head, "schema", "it is missing");
	else if (!schema || schema > VI_CAPTURE_SCHEMA)
		vi_cap_bad(c, &head, "schema",
			   "%" PRIu64 " is not known here, but 1 to %d; use a newer virtio-inspect",
			   schema, VI_CAPTURE_SCHEMA);
	else
		c->schema = schema;
}

#define HOST(name, kind, member)					\
	VI_CAP_MEMBER(vi_host, name, kind, member, 0, 0)

static const struct vi_cap_member host_members[] = {
	HOST("kernel", VI_STRING, kernel),
	HOST("machine", VI_STRING, machine),
	HOST("byte_order", VI_STRING, byte_order),
	HOST("page_size", VI_UINT, page_size),
	HOST("time", VI_STRING, time),
	{ NULL, 0, 0, 0, 0, 0 },
};

static const struct vi_cap_member range_members[] = {
	VI_CAP_MEMBER(vi_memory_range, "start", VI_HEX, start, 0, 1),
	VI_CAP_MEMBER(vi_memory_range, "end", VI_HEX, end, 0, 2),
	VI_CAP_MEMBER(vi_memory_range, "name", VI_STRING, name, 0, 4),
	{ NULL, 0, 0, 0, 0, 0 },
};

static void read_range(struct vi_cap *c, const struct vi_cap_at *at,
		       struct vi_host *host)
{
	struct vi_memory_range *r = &host->memory[host->num_memory++];
	uint32_t have = vi_cap_members(c, at, range_members, r);

	if (have != 7)
		vi_cap_bad(c, at, !(have & 1) ? "start" : !(have & 2) ? "end" :
			   "name", "it is missing");
	else if (r->end < r->start)
		vi_cap_bad(c, at, "end", "it is below its start");
	else if (host->num_memory > 1 && r->start <= r[-1].end)
		vi_cap_bad(c, at, "start",
			   "it is not above the end of the range before");
}

static void read_memory(struct vi_cap *c, const struct vi_cap_at *at,
			struct vi_host *host)
{
	struct vi_cap_at array, entry;
	size_t i, count;

	host->memory = vi_cap_records(c, at, "memory", sizeof(*host->memory),
				      &array, &count);
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++)
		read_range(c, &entry, host);
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
	    !vi_cap_types(c, &vi_host_schema, &at))
		return;
	vi_cap_members(c, &at, host_members, host);
	read_memory(c, &at, host);
	if (host->byte_order && strcmp(host->byte_order, "little") &&
	    strcmp(host->byte_order, "big"))
		vi_cap_bad(c, &at, "byte_order", "little or big was expected");
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
		vi_cap_bad(c, &root, "devices", "it is missing");
	for (i = 0; i < count && vi_cap_entry(c, &devices, i, &entry); i++)
		if (!vi_cap_device(c, &entry))
			return;
}

VI_EXPORT int vi_capture_read(struct vi_ctx *ctx, const char *path)
{
	struct vi_cap c = {
		.ctx = ctx, 		.file = strcmp(path, "-") ? path : "standard input",
	};
	const json_t *json;
	char *text;
	size_t len;
	int fd;

	vi_inventory_drop(ctx);
	c.err = vi_cap_open(ctx);
	if (c.err)
		return c.err;
	fd = open_file(ctx, path);
	if (fd < 0)
		return fd;
	text = read_fd(&c, fd, &len);
	if (fd != STDIN_FILENO)
		close(fd);
	if (!text)
		return c.err;
	json = vi_cap_parse(&c, text, len);
	free(text);
	if (json)
		read_root(&c, json);
	vi_pool_free(&c.parsed);
	if (c.err)
		vi_inventory_drop(ctx);
	return c.err;
}
