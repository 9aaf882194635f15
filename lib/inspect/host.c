// SPDX-License-Identifier: LGPL-2.1-or-later
/* The machine that a capture was made on. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/file.h"
#include "inspect/host.h"
#include "inspect/snapshot.h"
#include "mem/devmem.h"
#include "ring/endian.h"

/* --- Its memory --- */

#define MAX_IOMEM	(4 << 20)

/* Without root, /proc/iomem shows zeros for addresses. */
static bool hides_addresses(const char *iomem)
{
	return !strstr(iomem, " : System RAM") ||
	       !strncmp(iomem, "00000000-00000000 :", 19);
}

char *vi_read_iomem(struct vi_ctx *ctx)
{
	size_t len;
	char *text = vi_read_all(ctx, "/proc/iomem", MAX_IOMEM, &len);

	if (text && !hides_addresses(text))
		return text;
	free(text);
	return NULL;
}

static size_t count_ranges(const char *text)
{
	struct vi_iomem r;
	size_t n = 0;

	while (vi_iomem_next(&text, &r))
		n++;
	return n;
}

static int add_ranges(struct vi_pool *pool, const char *text,
		      struct vi_host *host)
{
	struct vi_iomem r;
	size_t n = 0;

	host->memory = vi_pool_alloc(pool, (count_ranges(text) + 1) *
				     sizeof(*host->memory));
	if (!host->memory)
		return -ENOMEM;
	while (vi_iomem_next(&text, &r)) {
		if (n && r.start <= host->memory[n - 1].end)
			continue;
		host->memory[n] = (struct vi_memory_range) {
			r.start, r.end,
			vi_pool_strndup(pool, r.name, r.name_len),
		};
		if (!host->memory[n++].name)
			return -ENOMEM;
	}
	host->num_memory = n;
	return 0;
}

/*
 * Read the top level of /proc/iomem; nothing if it hides addresses from this
 * user. 0 or -ENOMEM.
 */
static int read_memory_map(struct vi_ctx *ctx, struct vi_pool *pool,
			   struct vi_host *host)
{
	char *text = vi_read_iomem(ctx);
	int err = text ? add_ranges(pool, text, host) : 0;

	free(text);
	return err;
}

/* A flat file is the whole memory. */
static int add_flat(struct vi_pool *pool, const struct vi_mem *mem,
		    struct vi_host *host)
{
	size_t i;

	host->memory = vi_pool_alloc(pool, (mem->count + 1) *
				     sizeof(*host->memory));
	if (!host->memory)
		return -ENOMEM;
	for (i = 0; i < mem->count; i++)
		if (mem->segment[i].size)
			host->memory[host->num_memory++] =
				(struct vi_memory_range) {
					mem->segment[i].start,
					mem->segment[i].start +
					mem->segment[i].size - 1, "System RAM",
				};
	return 0;
}

/* Only the memory map against which addresses in queues were judged. */
static int read_memory(struct vi_ctx *ctx, struct vi_pool *pool,
		       struct vi_host *host)
{
	struct vi_device *dev = NULL;

	while ((dev = vi_device_next(ctx, dev))) {
		const struct vi_snapshot *snap = vi_last_snapshot(dev);
		const struct vi_mem *flat = vi_own_memory_map(dev);

		if (flat)
			return add_flat(pool, flat, host);
		if (snap && snap->physical && vi_is_local(dev))
			return read_memory_map(ctx, pool, host);
	}
	return 0;
}

/* --- The whole record --- */

int vi_host_read(struct vi_ctx *ctx, struct vi_pool *pool,
		 struct vi_host *host)
{
	char text[VI_TIME_SIZE];
	struct utsname u;

	*host = (struct vi_host) {
		.byte_order = VI_BIG_ENDIAN ? "big" : "little",
		.page_size = sysconf(_SC_PAGESIZE),
	};
	if (!uname(&u)) {
		host->kernel = vi_pool_strdup(pool, u.release);
		host->machine = vi_pool_strdup(pool, u.machine);
		if (!host->kernel || !host->machine)
			return -ENOMEM;
	}
	if (vi_time_text(vi_real_ns() / VI_NS, 0, 0, text)) {
		host->time = vi_pool_strdup(pool, text);
		if (!host->time)
			return -ENOMEM;
	}
	return read_memory(ctx, pool, host);
}

#define RANGE(name, type, member, help)					\
	VI_MEMBER(name, (type) | VI_REQUIRED, help, vi_memory_range, member)

static const struct vi_field range_fields[] = {
	RANGE("start", VI_HEX, start, "first byte"),
	RANGE("end", VI_HEX, end, "last byte"),
	RANGE("name", VI_STRING, name, "use of the range, such as System RAM"),
	VI_FIELDS_END,
};

static const struct vi_schema range_schema = { range_fields };

#define HOST(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, vi_host, member, __VA_ARGS__)

static const struct vi_field fields[] = {
	HOST("kernel", VI_STRING, kernel, "kernel release"),
	HOST("machine", VI_STRING, machine, "processor architecture"),
	HOST("byte_order", VI_STRING, byte_order, "byte order: little or big"),
	HOST("page_size", VI_UINT, page_size, "page size in bytes", VI_IF_NOT(0)),
	HOST("time", VI_STRING, time, "time of the capture"),
	VI_ARRAY("memory", VI_RECORDS, "physical memory map, used to judge addresses in queues", vi_host, memory, num_memory, .known = &vi_by_count, .schema = &range_schema),
	VI_FIELDS_END,
};

const struct vi_schema vi_host_schema = { fields };
