// SPDX-License-Identifier: LGPL-2.1-or-later
/* Options of simulated devices: "sim:TYPE,key=value,...". */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/ctx.h"
#include "transport/sim/sim.h"

static const struct sim_model *const models[] = {
	&sim_blk, &sim_rng, &sim_net, &sim_console,
};

static const char *const fault_names[] = {
	[SIM_LOST_KICK]		= "lost-kick",
	[SIM_LOST_IRQ]		= "lost-irq",
	[SIM_STUCK]		= "stuck",
	[SIM_BAD_USED_ID]	= "bad-used-id",
	[SIM_NEEDS_RESET]	= "needs-reset",
	[SIM_LOST_REQUEST]	= "lost-request",
};

/* Features that options turn on or off, and their defaults. */
static const struct {
	const char *key;
	uint8_t bit;
	bool on;
} switches[] = {
	{ "packed", VIRTIO_F_RING_PACKED, false },
	{ "indirect", VIRTIO_RING_F_INDIRECT_DESC, true },
	{ "event-idx", VIRTIO_RING_F_EVENT_IDX, true },
	{ "in-order", VIRTIO_F_IN_ORDER, false },
};

static const char *const common_keys[] = { "fault", "after", "qsize", NULL };

const char *sim_option(const struct sim_device *dev, const char *key)
{
	const struct sim_option *o;

	for (o = dev->options; o->key; o++)
		if (!strcmp(o->key, key))
			return o->value;
	return NULL;
}

int sim_option_size(const struct sim_device *dev, const char *key,
		    uint64_t min, uint64_t max, uint64_t *value)
{
	const char *text = sim_option(dev, key), *unit;
	uint64_t n = 0, scale = 1;
	char *end;

	if (!text)
		return 0;
	errno = *text >= '0' && *text <= '9' ? 0 : EINVAL;
	if (!errno)
		n = strtoull(text, &end, 0);
	if (!errno && *end && (unit = strchr("kMG", *end)) && !end[1]) {
		scale = (uint64_t)1 << (*unit == 'k' ? 10 :
					*unit == 'M' ? 20 : 30);
		end++;
	}
	if (errno || *end || n > UINT64_MAX / scale ||
	    n * scale < min || n * scale > max)
		return vi_fail(NULL, -EINVAL,
			       "sim:%s: %s=%s: expected a number from %llu to %llu",
			       dev->model->name, key, text,
			       (unsigned long long)min,
			       (unsigned long long)max);
	*value = n * scale;
	return 0;
}

static bool is_switch(const char *key)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(switches); i++)
		if (!strcmp(switches[i].key, key))
			return true;
	return false;
}

static bool is_key(const char *const *keys, const char *key)
{
	for (; keys && *keys; keys++)
		if (!strcmp(*keys, key))
			return true;
	return false;
}

/* Split the text into options, in place. */
static int split_options(struct sim_device *dev, char *text)
{
	size_t n = 0, max = 2;
	char *at;

	for (at = text; at && *at; at++)
		max += *at == ',';
	dev->options = calloc(max, sizeof(*dev->options));
	if (!dev->options)
		return vi_fail(NULL, -ENOMEM, "out of memory");
	while (text) {
		char *key = strsep(&text, ",");
		char *value = strchr(key, '=');

		if (value)
			*value++ = '\0';
		if (!is_switch(key) && !is_key(common_keys, key) &&
		    !is_key(dev->model->options, key))
			return vi_fail(NULL, -EINVAL,
				       "sim:%s: unknown option \"%s\"; see virtio-inspect(3)",
				       dev->model->name, key);
		dev->options[n].key = key;
		dev->options[n++].value = value ? value : "";
	}
	return 0;
}

static int set_fault(struct sim_device *dev)
{
	const char *name = sim_option(dev, "fault");
	size_t i;

	if (!name)
		return 0;
	for (i = 1; i < ARRAY_SIZE(fault_names); i++) {
		if (!strcmp(fault_names[i], name)) {
			dev->fault = i;
			return 0;
		}
	}
	return vi_fail(NULL, -EINVAL,
		       "sim:%s: unknown fault \"%s\"; there are lost-kick, lost-irq, stuck, bad-used-id, needs-reset, lost-request",
		       dev->model->name, name);
}

static void offer(struct sim_device *dev, unsigned int bit)
{
	dev->offered.w[bit / 64] |= (uint64_t)1 << (bit % 64);
}

static int set_features(struct sim_device *dev)
{
	size_t i;

	offer(dev, VIRTIO_F_VERSION_1);
	for (i = 0; i < dev->model->num_features; i++)
		offer(dev, dev->model->features[i]);
	for (i = 0; i < ARRAY_SIZE(switches); i++) {
		const char *v = sim_option(dev, switches[i].key);
		bool on = v ? !*v || !strcmp(v, "on") : switches[i].on;

		if (v && *v && strcmp(v, "on") && strcmp(v, "off"))
			return vi_fail(NULL, -EINVAL,
				       "sim:%s: %s=%s: expected on or off",
				       dev->model->name, switches[i].key, v);
		if (on)
			offer(dev, switches[i].bit);
	}
	return 0;
}

static int set_queue_size(struct sim_device *dev)
{
	bool packed = dev->offered.w[0] >> VIRTIO_F_RING_PACKED & 1;
	uint64_t size = 256;
	int err;

	err = sim_option_size(dev, "qsize", 1, VIRTQUEUE_MAX_SIZE, &size);
	if (err)
		return err;
	if (!packed && size & (size - 1))
		return vi_fail(NULL, -EINVAL,
			       "sim:%s: qsize=%llu: the size of a split queue must be a power of two",
			       dev->model->name, (unsigned long long)size);
	dev->queue_size = size;
	return 0;
}

int sim_parse(struct sim_device *dev, const char *target)
{
	char *text, *rest;
	size_t i;
	int err;

	dev->target = strdup(target + strlen(VI_SIM_PREFIX));
	if (!dev->target)
		return vi_fail(NULL, -ENOMEM, "out of memory");
	rest = dev->target;
	text = strsep(&rest, ",");
	for (i = 0; i < ARRAY_SIZE(models); i++)
		if (!strcmp(models[i]->name, text))
			dev->model = models[i];
	if (!dev->model)
		return vi_fail(NULL, -ENODEV,
			       "sim:%s: no such simulated device; there are blk, rng, net, console",
			       text);
	err = split_options(dev, rest);
	if (!err)
		err = set_fault(dev);
	if (!err)
		err = sim_option_size(dev, "after", 0, UINT64_MAX,
				      &dev->after);
	if (!err)
		err = set_features(dev);
	if (!err)
		err = set_queue_size(dev);
	return err;
}
