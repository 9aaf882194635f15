// SPDX-License-Identifier: GPL-2.0-or-later
/* The machine that a capture is of. */
#include <errno.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "attach/host.h"
#include "ring/endian.h"

int vi_host_read(struct vi_pool *pool, struct vi_host *host)
{
	time_t now = time(NULL);
	struct utsname u;
	char text[64];
	struct tm tm;

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
	if (gmtime_r(&now, &tm) &&
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm)) {
		host->time = vi_pool_strdup(pool, text);
		if (!host->time)
			return -ENOMEM;
	}
	return 0;
}

#define STRING(member)							\
static int get_##member(const void *object, struct vi_value *v)	\
{									\
	v->string = ((const struct vi_host *)object)->member;		\
	return v->string ? 0 : -ENODATA;				\
}

STRING(kernel)
STRING(machine)
STRING(byte_order)
STRING(time)

static int get_page_size(const void *object, struct vi_value *v)
{
	v->number = ((const struct vi_host *)object)->page_size;
	return v->number ? 0 : -ENODATA;
}

static const struct vi_field fields[] = {
	{ "kernel", VI_STRING, "release of its kernel", get_kernel, NULL },
	{ "machine", VI_STRING, "its kind of processor", get_machine, NULL },
	{ "byte_order", VI_STRING, "little or big", get_byte_order, NULL },
	{ "page_size", VI_UINT, "bytes of a page", get_page_size, NULL },
	{ "time", VI_STRING, "when the capture was made", get_time, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_host_schema = { fields };
