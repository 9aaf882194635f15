// SPDX-License-Identifier: LGPL-2.1-or-later
/* The text of a journal. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind/journal.h"
#include "core/file.h"

static const char *const states[] = {
	[VI_JOURNAL_TAKING] = "taking",
	[VI_JOURNAL_TAKEN] = "taken",
	[VI_JOURNAL_KEPT] = "kept",
};

static const char *or_dash(const char *s)
{
	return *s ? s : "-";
}

int vi_journal_format(const struct vi_journal *j, char text[VI_JOURNAL_SIZE])
{
	const struct vi_bind_facts *was = &j->was;
	char status[8] = "-";

	if (was->has_status)
		snprintf(status, sizeof(status), "%u", was->status);
	return snprintf(text, VI_JOURNAL_SIZE,
			"virtio-inspect-journal 1\n"
			"address %s\n"
			"boot %s\n"
			"pid %" PRIu32 "\n"
			"start %" PRIu64 "\n"
			"time %" PRIu64 "\n"
			"to %s\n"
			"driver %s\n"
			"override %s\n"
			"virtio %s\n"
			"virtio_driver %s\n"
			"status %s\n"
			"state %s\n",
			was->address, j->boot, j->pid, j->start, j->time,
			or_dash(j->to), or_dash(was->driver),
			or_dash(was->override), or_dash(was->virtio),
			or_dash(was->virtio_driver),
			status, states[j->state]);
}

/* The value of the next line, which must have this key; NULL: see *@err. */
static char *next(char **rest, const char *key, int *err)
{
	size_t len = strlen(key);
	char *line = *rest, *end = strchr(line, '\n');

	if (*err)
		return NULL;
	if (!end) {
		*err = -ENODATA;
		return NULL;
	}
	*end = '\0';
	*rest = end + 1;
	if (strncmp(line, key, len) || line[len] != ' ' || !line[len + 1]) {
		*err = -EINVAL;
		return NULL;
	}
	return line + len + 1;
}

static void next_name(char **rest, const char *key,
		      char name[VI_BIND_NAME_SIZE], int *err)
{
	const char *v = next(rest, key, err);

	name[0] = '\0';
	if (!v || !strcmp(v, "-"))
		return;
	if (!vi_bind_name_ok(v))
		*err = -EINVAL;
	else
		snprintf(name, VI_BIND_NAME_SIZE, "%s", v);
}

static uint64_t next_number(char **rest, const char *key, uint64_t max,
			    int *err)
{
	const char *v = next(rest, key, err);
	uint64_t n = 0;

	if (v && (vi_parse_u64(v, &n) || n > max))
		*err = -EINVAL;
	return *err ? 0 : n;
}

static void next_address(char **rest, struct vi_bind_facts *was, int *err)
{
	const char *v = next(rest, "address", err);
	uint32_t part[4];

	if (!v)
		return;
	if (vi_pci_address_parse(v, part) || strlen(v) >= VI_PCI_ADDRESS_SIZE)
		*err = -EINVAL;
	else
		snprintf(was->address, sizeof(was->address), "%s", v);
}

static void next_boot(char **rest, struct vi_journal *j, int *err)
{
	const char *v = next(rest, "boot", err);

	if (!v)
		return;
	if (strlen(v) >= sizeof(j->boot) ||
	    strspn(v, "0123456789abcdef-") != strlen(v))
		*err = -EINVAL;
	else
		snprintf(j->boot, sizeof(j->boot), "%s", v);
}

static void next_status(char **rest, struct vi_bind_facts *was, int *err)
{
	const char *v = next(rest, "status", err);
	uint64_t n;

	if (!v || !strcmp(v, "-"))
		return;
	if (vi_parse_u64(v, &n) || n > 0xff) {
		*err = -EINVAL;
		return;
	}
	was->has_status = true;
	was->status = n;
}

/* At least one; the last counts. A truncated last line was not completed. */
static void all_states(char **rest, struct vi_journal *j, int *err)
{
	bool any = false;
	const char *v;
	size_t i;

	while (!*err && (!any || strchr(*rest, '\n'))) {
		v = next(rest, "state", err);
		for (i = 0; v && i < ARRAY_SIZE(states); i++)
			if (!strcmp(v, states[i]))
				break;
		if (v && i == ARRAY_SIZE(states))
			*err = -EINVAL;
		if (*err)
			return;
		j->state = i;
		any = true;
	}
}

int vi_journal_parse(const char *text, size_t len, struct vi_journal *j)
{
	char copy[VI_JOURNAL_SIZE], *rest = copy;
	const char *v;
	int err = 0;

	memset(j, 0, sizeof(*j));
	if (len >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (strlen(copy) != len)
		return -EINVAL;
	v = next(&rest, "virtio-inspect-journal", &err);
	if (v && strcmp(v, "1"))
		err = -EINVAL;
	next_address(&rest, &j->was, &err);
	next_boot(&rest, j, &err);
	j->pid = next_number(&rest, "pid", INT32_MAX, &err);
	j->start = next_number(&rest, "start", UINT64_MAX, &err);
	j->time = next_number(&rest, "time", INT64_MAX, &err);
	next_name(&rest, "to", j->to, &err);
	next_name(&rest, "driver", j->was.driver, &err);
	next_name(&rest, "override", j->was.override, &err);
	next_name(&rest, "virtio", j->was.virtio, &err);
	next_name(&rest, "virtio_driver", j->was.virtio_driver, &err);
	next_status(&rest, &j->was, &err);
	all_states(&rest, j, &err);
	return err;
}
