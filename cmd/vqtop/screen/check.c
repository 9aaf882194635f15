// SPDX-License-Identifier: GPL-2.0-or-later
/* The keys c, to check a device now, and w, to capture all devices. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <virtio-inspect/capture.h>
#include <virtio-inspect/check.h>
#include <virtio-inspect/snapshot.h>

#include "common/device.h"
#include "common/select.h"
#include "vqtop/screen/interactive.h"

#define MAX_IN_A_SECOND	99

/* Prefer an error of the selected queue; otherwise take the first finding. */
static struct rec choose(struct rec dev, int64_t queue, size_t *count)
{
	struct rec best = { 0 };
	struct recs list;
	uint64_t index;
	size_t i;

	rec_records(dev, "findings", &list);
	*count = list.v.count;
	for (i = 0; i < list.v.count; i++) {
		struct rec f = recs_at(&list, i);
		bool mine = rec_number(f, "queue", &index) &&
			    (int64_t)index == queue;

		if (!best.object || (mine && rec_says(f, "severity", "error")))
			best = f;
	}
	return best;
}

static void say_result(struct vt_view *v, struct rec dev, const char *name)
{
	struct vi_value open;
	struct rec finding;
	size_t count;

	finding = choose(dev, v->index, &count);
	if (finding.object)
		vt_view_say(v, true, "%s: %s: %s%s", name,
			    rec_string(finding, "code"),
			    rec_string(finding, "message"),
			    count > 1 ? " (Enter shows all)" : "");
	else if (rec_get(dev, "undecided", &open) && open.count)
		vt_view_say(v, true, "%s: nothing wrong, but undecided: %s",
			    name, open.list[0]);
	else
		vt_view_say(v, false, "%s: checked, no faults found", name);
}

void vt_check(struct vt_source *s, struct vt_view *v)
{
	const struct vi_check_options how = {
		.size = sizeof(how), .access = s->o->attach,
	};
	struct text title = { 0 };
	struct vi_device *dev;
	char *name;

	if (!s->sampler || !v->device) {
		vt_view_say(v, true, "no device selected to check");
		return;
	}
	dev = tool_device_named(s->ctx, v->device);
	if (!dev || vi_check(s->ctx, dev, &how) < 0) {
		vt_view_say(v, true, "%s: %s", v->device, dev ?
			    vi_error(s->ctx) : "device gone");
		return;
	}
	tool_add_title(&title, rec_device(dev));
	name = text_take(&title);
	say_result(v, rec_device(dev), name ? name : v->device);
	free(name);
}

/* Number the captures of the same second. */
static int open_capture(char *name, size_t size)
{
	unsigned int n;
	int fd;
	time_t now = time(NULL);
	struct tm tm;
	char stamp[32] = "now";

	if (gmtime_r(&now, &tm))
		strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	snprintf(name, size, "vqtop-%s.json", stamp);
	for (n = 2;; n++) {
		fd = tool_new_file(name);
		if (fd >= 0 || errno != EEXIST || n > MAX_IN_A_SECOND)
			return fd;
		snprintf(name, size, "vqtop-%s-%u.json", stamp, n);
	}
}

void vt_capture(struct vt_source *s, struct vt_view *v)
{
	const struct vi_check_options how = {
		.size = sizeof(how), .access = s->o->attach,
	};
	const char *why;
	char name[64];
	int fd, err;

	if (!s->sampler) {
		vt_view_say(v, true, "cannot capture from a recording");
		return;
	}
	/* A single look would not show a hang, which is why one captures. */
	if (vi_check(s->ctx, NULL, &how) < 0) {
		vt_view_say(v, true, "%s", vi_error(s->ctx));
		return;
	}
	fd = open_capture(name, sizeof(name));
	if (fd < 0) {
		vt_view_say(v, true, "%s: cannot be written: %s", name,
			    strerror(errno));
		return;
	}
	err = vi_capture_write(s->ctx, NULL, fd, 0);
	why = vi_error(s->ctx);
	if (close(fd) && !err) {
		err = -errno;
		why = strerror(errno);
	}
	if (err) {
		unlink(name);
		vt_view_say(v, true, "%s: cannot be written: %s", name, why);
		return;
	}
	vt_view_say(v, false, "saved: %s (vqdump --read %s)", name, name);
}
