// SPDX-License-Identifier: GPL-2.0-or-later
/* Run each case on a reset device, and check that the device survived. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <virtio-inspect/inspect.h>

#include "vqinject/conform/conform.h"

enum conform_verdict conform_say(struct conform *c,
				 enum conform_verdict verdict,
				 const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->detail, sizeof(c->detail), fmt, ap);
	va_end(ap);
	return verdict;
}

/* Does the device still work? Without a harmless request for its type, starting
 * it has to be enough. */
static bool alive(struct conform *c)
{
	char kept[sizeof(c->detail)];
	enum conform_verdict v;

	memcpy(kept, c->detail, sizeof(kept));
	v = conform_start(c, 0, 0);
	if (v == CONFORM_PASS && c->request)
		v = conform_do_request(c, 1);
	conform_reset(c);
	if (v == CONFORM_PASS)
		memcpy(c->detail, kept, sizeof(kept));
	return v == CONFORM_PASS;
}

static bool gone(struct conform *c)
{
	return vi_presence(c->vdev) == VI_GONE;
}

static enum conform_verdict run_case(struct conform *c)
{
	enum conform_verdict v;
	char why[sizeof(c->detail)];

	*c->detail = '\0';
	if (gone(c))
		return conform_say(c, CONFORM_SKIP, "the device is gone");
	if (c->at->layouts && !c->request)
		return conform_say(c, CONFORM_SKIP,
				   "no harmless request is known for this type of device");
	if (conform_reset(c))
		return conform_say(c, CONFORM_WEDGED,
				   "cannot reset the device before the case");
	memset(c->in, 0xff, CONFORM_ROOM);
	v = c->at->run(c);
	if (gone(c))
		return conform_say(c, CONFORM_WEDGED, "the device is gone");
	if (!c->works) {
		conform_reset(c);
		return v;
	}
	if (conform_reset(c) || !alive(c)) {
		c->works = false;
		snprintf(why, sizeof(why), "%s", c->detail);
		return conform_say(c, CONFORM_WEDGED,
				   "the device no longer works after the case: %.100s",
				   *why ? why : "cannot reset the device");
	}
	return v;
}

/* If we ran out of memory, do not blame the device. */
static enum conform_verdict judge_case(struct conform *c)
{
	size_t failures = vi_failures(NULL);
	enum conform_verdict v = run_case(c);

	if (vi_failures(NULL) == failures)
		return v;
	tool_incomplete();
	return conform_say(c, CONFORM_SKIP,
			   "cannot run: out of memory");
}

static bool chosen(const struct conform_options *o,
		   const struct conform_case *row)
{
	return !o->only || !strncmp(row->name, o->only, strlen(o->only));
}

static bool has_layout(const struct conform *c, const struct conform_case *row,
		       bool packed)
{
	if (!row->layouts)
		return !packed;
	if (packed)
		return row->layouts & CONFORM_PACKED &&
		       conform_offers(c, VIRTIO_F_RING_PACKED);
	return row->layouts & CONFORM_SPLIT;
}

static bool run_table(struct conform *c, struct conform_report *r,
		      const struct conform_case *table)
{
	int packed;

	for (c->at = table; c->at->name; c->at++) {
		for (packed = 0; packed < 2; packed++) {
			if (!chosen(c->o, c->at) ||
			    !has_layout(c, c->at, packed))
				continue;
			if (c->o->watch)
				c->o->watch(c->o->watched);
			if (c->o->stop && *c->o->stop)
				return false;
			c->packed = packed;
			conform_report_case(r, c);
			conform_report_verdict(r, c, judge_case(c));
		}
	}
	return true;
}

static int run_tables(struct conform *c)
{
	static const struct conform_case *const tables[] = {
		conform_device_cases, conform_queue_cases, conform_ring_cases,
		conform_interrupt_cases, conform_raw_cases,
		conform_hostile_split, conform_hostile_packed,
	};
	struct conform_report report = { .o = c->o };
	size_t n = c->o->hostile ? ARRAY_SIZE(tables) : ARRAY_SIZE(tables) - 2;
	size_t i;

	c->works = alive(c);
	if (vi_failures(NULL))
		tool_incomplete();
	if (!c->works)
		tool_warn("%s: the device does not answer a harmless request even before the first case: %s",
			  c->o->target, c->detail);
	conform_report_begin(&report, c);
	for (i = 0; i < n && run_table(c, &report, tables[i]); i++)
		;
	conform_report_end(&report);
	if (c->o->stop && *c->o->stop)
		return EXIT_ERROR;
	if (!report.printed) {
		tool_error("%s: no case named \"%s\"", c->o->target,
			   c->o->only ? c->o->only : "");
		return EXIT_USAGE;
	}
	return report.count[CONFORM_FAIL] || report.count[CONFORM_WEDGED] ?
	       EXIT_FINDING : EXIT_DONE;
}

static int run_device(struct conform *c)
{
	int status = EXIT_ERROR;

	c->request = conform_request_for(c->vdev->id.device);
	if (c->vdev->config->get_features)
		c->vdev->config->get_features(c->vdev, &c->offered);
	c->out = virtio_alloc(c->vdev, CONFORM_ROOM);
	c->in = virtio_alloc(c->vdev, CONFORM_ROOM);
	c->table = virtio_alloc(c->vdev, CONFORM_ROOM);
	if (!c->out || !c->in || !c->table)
		tool_error("%s: out of memory for buffers", c->o->target);
	else
		status = run_tables(c);
	/* If the reset failed, the device may still write: leak the memory. */
	if (conform_reset(c))
		return status;
	virtio_free(c->vdev, c->out, CONFORM_ROOM);
	virtio_free(c->vdev, c->in, CONFORM_ROOM);
	virtio_free(c->vdev, c->table, CONFORM_ROOM);
	return status;
}

int conform_run(const struct conform_options *o)
{
	struct conform c = { .o = o };
	int status;

	if (vi_attach(o->target, &c.vdev))
		return tool_failed(NULL);
	status = run_device(&c);
	vi_detach(c.vdev);
	return status;
}
