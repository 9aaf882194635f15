// SPDX-License-Identifier: GPL-2.0-or-later
/* Displays, input and sound: used by who has their nodes in /dev open. */
#include <stdio.h>
#include <string.h>

#include "bind/use.h"
#include "core/file.h"

/* For each path below the device that matches: is /dev/FOLDER/NAME open? */
static int nodes_used(struct vi_use *u, const char *pattern,
		      const char *folder)
{
	struct vi_strings nodes;
	char path[256];
	size_t i;
	int err = vi_glob(u->dev, u->dev->path, pattern, &nodes);

	if (err)
		return vi_used(u, "its nodes in /dev cannot be found: %s",
			       strerror(-err));
	for (i = 0; !err && i < nodes.count; i++) {
		snprintf(path, sizeof(path), "/dev/%s%s", folder,
			 strrchr(nodes.v[i], '/'));
		err = vi_open_used(u, path);
	}
	return err;
}

/* The text console draws on it: on a frame buffer that the device has. */
static int framebuffer_used(struct vi_use *u)
{
	struct vi_strings found;
	char line[128];
	size_t i;
	int err = vi_glob(u->dev, "/sys/class/vtconsole", "vtcon#/name",
			  &found);

	for (i = 0; !err && i < found.count; i++) {
		char bind[256];
		uint64_t bound;

		snprintf(bind, sizeof(bind), "%.*s/bind",
			 (int)(strrchr(found.v[i], '/') - found.v[i]),
			 found.v[i]);
		if (vi_read_line(u->ctx, found.v[i], line,
				 sizeof(line)) > 0 &&
		    strstr(line, "frame buffer") &&
		    !vi_read_u64(u->ctx, bind, &bound) && bound)
			return vi_used(u, "the console is drawn on its frame buffer");
	}
	return 0;
}

static int gpu_used(struct vi_use *u)
{
	struct vi_strings fb;
	int err = nodes_used(u, "drm/*", "dri");

	if (!err)
		err = nodes_used(u, "../drm/*", "dri");
	if (!err)
		err = nodes_used(u, "graphics/*", "");
	if (err)
		return err;
	if ((!vi_glob(u->dev, u->dev->path, "graphics/fb#", &fb) && fb.count) ||
	    (!vi_glob(u->dev, u->dev->path, "../graphics/fb#", &fb) &&
	     fb.count))
		return framebuffer_used(u);
	return 0;
}

static int input_used(struct vi_use *u)
{
	int err = nodes_used(u, "input/input#/event#", "input");

	if (!err)
		err = nodes_used(u, "input/input#/mouse#", "input");
	if (!err)
		err = nodes_used(u, "input/input#/js#", "input");
	return err;
}

static int sound_used(struct vi_use *u)
{
	int err = nodes_used(u, "sound/card#/pcm*", "snd");

	return err ? err : nodes_used(u, "sound/card#/control*", "snd");
}

VI_USE_CHECK(gpu, 16, .used = gpu_used);
VI_USE_CHECK(input, 18, .used = input_used);
VI_USE_CHECK(sound, 25, .used = sound_used);
