// SPDX-License-Identifier: GPL-2.0-or-later
/* Where samples come from. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/rec.h"
#include "common/select.h"
#include "vqtop/model/source.h"

static int no_memory(struct vt_source *s)
{
	snprintf(s->why, sizeof(s->why), "out of memory");
	return -ENOMEM;
}

static bool add_name(struct vt_source *s, const char *name)
{
	char *copy = strdup(name);

	if (!copy || !tool_grow(&s->names, s->num_names, sizeof(*s->names))) {
		free(copy);
		tool_no_memory();
		return false;
	}
	s->names[s->num_names++] = copy;
	return true;
}

/*
 * Remember devices by the kernel's name, which they keep. A device that is
 * absent may appear later: watch for it by the name that the user gave.
 */
static int find_targets(struct vt_source *s)
{
	const char *const *target;
	size_t found = 0;

	for (target = s->o->targets; *target; target++) {
		struct vi_device *dev = vi_device_find(s->ctx, *target);
		const char *name = dev ? rec_string(rec_device(dev), "name") :
				   NULL;

		if (!dev)
			tool_failed(s->ctx);
		else if (!name)
			tool_error("%s: not held by virtio-pci, so its queues are unknown",
				   *target);
		found += !!name;
		if (!add_name(s, name ? name : *target))
			return EXIT_ERROR;
	}
	if (found == s->num_names)
		return EXIT_DONE;
	return found ? EXIT_SOME_FOUND : EXIT_NONE_FOUND;
}

static void log_message(void *data, enum vi_log_level level,
			const char *message)
{
	(void)data;
	if (level == VI_LOG_WARNING)
		vt_warn_seldom(message);
}

static int open_machine(struct vt_source *s)
{
	const struct vi_sampler_options how = {
		.size = sizeof(how), .access = s->o->attach,
		.max_cpu = s->o->max_cpu,
	};
	int status;

	s->ctx = tool_new_ctx(s->o->sysroot);
	if (!s->ctx)
		return EXIT_ERROR;
	vi_ctx_set_log(s->ctx, log_message, NULL);
	if (!tool_only_simulated(s->o->targets) && vi_scan(s->ctx))
		return tool_failed(s->ctx);
	status = find_targets(s);
	if (status == EXIT_ERROR || status == EXIT_NONE_FOUND)
		return status;
	if (!vi_sampler_new(s->ctx, &how, &s->sampler))
		return status;
	return tool_failed(s->ctx);
}

static bool is_in(const struct vt_snapshot *snapshot, const char *name)
{
	size_t i;

	for (i = 0; i < snapshot->count; i++)
		if (vt_is_device(&snapshot->row[i], name))
			return true;
	return false;
}

static int next_of_replay(struct vt_source *s, struct vt_snapshot *snapshot)
{
	struct vi_sample *sample;
	int ret = vi_recording_next(s->replay, &sample);

	if (ret < 0)
		snprintf(s->why, sizeof(s->why), "%s", vi_error(s->ctx));
	else if (ret && !vt_snapshot_set(snapshot, sample))
		return no_memory(s);
	return ret;
}

/*
 * A recording may name the devices that are wanted in its first sample, or only
 * later: read until all are found. Whoever shows a broken line reports it.
 */
static int find_in_replay(struct vt_source *s)
{
	struct vt_snapshot snapshot = { 0 };
	bool *found = calloc(s->num_names + 1, sizeof(*found));
	size_t i, left = s->num_names;
	int ret = 1;

	if (!found)
		return tool_no_memory();
	while (left && ret > 0) {
		ret = next_of_replay(s, &snapshot);
		for (i = 0; ret > 0 && i < s->num_names; i++)
			if (!found[i] && is_in(&snapshot, s->names[i])) {
				found[i] = true;
				left--;
			}
	}
	for (i = 0; !ret && i < s->num_names; i++)
		if (!found[i])
			tool_error("%s: no such device in the recording %s",
				   s->names[i], s->o->replay);
	free(found);
	vt_snapshot_free(&snapshot);
	vi_recording_seek(s->replay, 0);
	if (ret || !left)
		return EXIT_DONE;
	return left < s->num_names ? EXIT_SOME_FOUND : EXIT_NONE_FOUND;
}

static int open_replay(struct vt_source *s)
{
	const char *const *target;

	s->ctx = tool_new_ctx(NULL);
	if (!s->ctx)
		return EXIT_ERROR;
	vi_ctx_set_log(s->ctx, log_message, NULL);
	if (vi_recording_open(s->ctx, s->o->replay, &s->replay))
		return tool_failed(s->ctx);
	for (target = s->o->targets; *target; target++)
		if (!add_name(s, *target))
			return EXIT_ERROR;
	return find_in_replay(s);
}

int vt_source_open(struct vt_source *s, const struct vt_options *o)
{
	*s = (struct vt_source){ .o = o };
	return o->replay ? open_replay(s) : open_machine(s);
}

bool vt_source_record(struct vt_source *s)
{
	if (s->o->record)
		s->record = vt_record_open(s->o->record);
	return s->record || !s->o->record;
}

bool vt_source_close(struct vt_source *s)
{
	bool ok = vt_record_close(s->record);

	if (!ok)
		tool_error("%s: cannot be written: %s", s->o->record,
			   strerror(errno));
	vi_recording_close(s->replay);
	vi_sampler_free(s->sampler);
	tool_free_ctx(s->ctx);
	while (s->num_names)
		free((char *)s->names[--s->num_names]);
	free(s->names);
	return ok;
}

static bool is_type(const struct tool_filters *filters, const char *type)
{
	size_t i;

	for (i = 0; i < filters->count; i++) {
		const char *name = vi_type_name(filters->filter[i].device);

		if (name && type && !strcmp(name, type))
			return true;
	}
	return !filters->count;
}

static bool is_wanted(const struct vt_row *r, const void *data)
{
	const struct vt_source *s = data;
	size_t i;

	if (!is_type(&s->o->types, vt_text(r, "type")))
		return false;
	for (i = 0; i < s->num_names; i++)
		if (vt_is_device(r, s->names[i]))
			return true;
	return !s->num_names;
}

void vt_source_begin(struct vt_source *s)
{
	s->taken++;
	if (!vi_sampler_sample(s->sampler))
		return;
	s->failed++;
	vt_warn_seldom(vi_error(s->ctx));
}

/* There may be memory for a sample that says that there was none. */
static int take(struct vt_source *s, struct vt_snapshot *snapshot)
{
	const char *time = NULL;

	vi_sampler_sample(s->sampler);
	if (vt_snapshot_set(snapshot, vi_sampler_keep(s->sampler)))
		return 1;
	vi_get_string(vi_summary_schema(), vi_sampler_summary(s->sampler),
		      "time", &time);
	return vt_snapshot_set(snapshot, vi_sample_lost(time,
							"out of memory")) ?
	       1 : no_memory(s);
}

bool vt_source_lost(struct vt_source *s, struct vt_snapshot *snapshot,
		    const char *why)
{
	s->failed += !vt_error(snapshot);
	s->lost++;
	vt_warn_seldom(why);
	return vt_snapshot_fail(snapshot, why);
}

static int record(struct vt_source *s, const struct vt_snapshot *snapshot)
{
	if (!s->record || vt_record_add(s->record, snapshot->sample))
		return 1;
	snprintf(s->why, sizeof(s->why), "%s: cannot be written: %s",
		 s->o->record, strerror(errno));
	/* Keep what was recorded so far. */
	vt_record_close(s->record);
	s->record = NULL;
	s->record_lost = true;
	return -EIO;
}

int vt_source_next(struct vt_source *s, struct vt_snapshot *snapshot)
{
	int ret = s->replay ? next_of_replay(s, snapshot) : take(s, snapshot);
	const char *error;

	if (ret <= 0)
		return ret;
	error = vt_error(snapshot);
	s->taken++;
	s->failed += !!error;
	if (error && !s->replay)
		vt_warn_seldom(error);
	if ((s->num_names || s->o->types.count) &&
	    !vt_snapshot_keep(snapshot, is_wanted, s))
		return no_memory(s);
	return record(s, snapshot);
}

/* If a recording is incomplete, showing it does not fail. */
bool vt_source_failed(const struct vt_source *s)
{
	uint64_t failed = s->replay ? s->lost : s->failed;

	if (failed)
		tool_error("%" PRIu64 " of %" PRIu64 " samples are not whole, as %s",
			   failed, s->taken, s->replay ? "memory ran out" :
			   "something could not be read");
	return s->record_lost || failed;
}

double vt_source_between(struct vt_source *s)
{
	return s->sampler ? vi_sampler_interim(s->sampler) : VT_MAX_DELAY;
}
