// SPDX-License-Identifier: GPL-2.0-or-later
/* Choosing and checking features (virtio spec 1.4, 2.2). */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/select.h"
#include "vqinject/engine/engine.h"
#include "vqinject/recipes/recipe.h"

/* Accept these if offered; others must be asked for. */
static const uint8_t usual[] = {
	VIRTIO_F_VERSION_1, VIRTIO_F_ACCESS_PLATFORM, VIRTIO_F_ORDER_PLATFORM,
};

static void set(struct vi_features *f, unsigned int bit, bool on)
{
	uint64_t mask = (uint64_t)1 << (bit % 64);

	if (on)
		f->w[bit / 64] |= mask;
	else
		f->w[bit / 64] &= ~mask;
}

static void accept(const struct vi_features *offered,
		   struct vi_features *asked, unsigned int bit)
{
	if (features_have(*offered, bit))
		set(asked, bit, true);
}

/* --- Names --- */

static void add_name(struct text *t, uint32_t device, unsigned int bit)
{
	const char *name = vi_feature_name(device, bit);

	if (name)
		text_add(t, name);
	else
		text_addf(t, "%u", bit);
}

void features_add_names(struct text *t, uint32_t device, struct vi_features f)
{
	unsigned int bit;
	bool any = false;

	for (bit = 0; bit < VIRTIO_FEATURES_BITS; bit++) {
		if (!features_have(f, bit))
			continue;
		if (any)
			text_add(t, ", ");
		any = true;
		add_name(t, device, bit);
	}
	if (!any)
		text_add(t, "none");
}

/* "MQ" for "VIRTIO_BLK_F_MQ", "EVENT_IDX" for "VIRTIO_F_EVENT_IDX". */
static const char *short_name(const char *name)
{
	const char *at = strstr(name, "_F_");

	return at ? at + 3 : name;
}

/* The bit with this number, name or short name of @len characters; -1: none. */
static int find_bit(uint32_t device, const char *s, size_t len)
{
	unsigned int bit;
	const char *name;
	char *end;

	if (len && isdigit((unsigned char)*s)) {
		unsigned long n = strtoul(s, &end, 10);

		return end == s + len && n < VIRTIO_FEATURES_BITS ? (int)n :
		       -1;
	}
	for (bit = 0; bit < VIRTIO_FEATURES_BITS; bit++) {
		name = vi_feature_name(device, bit);
		if (name && ((strlen(name) == len &&
			      !strncasecmp(name, s, len)) ||
			     (strlen(short_name(name)) == len &&
			      !strncasecmp(short_name(name), s, len))))
			return bit;
	}
	return -1;
}

/* --- --features --- */

static int bad_name(const struct vqinject_options *o, uint32_t device,
		    size_t at, size_t len)
{
	const char *type = vi_type_name(device);
	struct spec_error e;

	spec_fail(&e, at, "%s devices have no feature \"%.*s\"",
		  type ? type : "such", (int)(len < 40 ? len : 40),
		  o->features + at);
	return spec_show_error("features", o->features, &e);
}

static int apply_list(const struct vqinject_options *o, uint32_t device,
		      struct vi_features *asked)
{
	const char *s = o->features;
	struct spec_error e;
	size_t at = 0, len;
	int bit;

	while (s[at]) {
		if (s[at] != '+' && s[at] != '-') {
			spec_fail(&e, at, "expected + or - before each feature, and commas between them");
			return spec_show_error("features", s, &e);
		}
		len = strcspn(s + at + 1, ",");
		bit = find_bit(device, s + at + 1, len);
		if (bit < 0)
			return bad_name(o, device, at + 1, len);
		set(asked, bit, s[at] == '+');
		at += 1 + len;
		at += s[at] == ',' && s[at + 1];
		if (s[at] == ',') {
			spec_fail(&e, at, "feature expected after the comma");
			return spec_show_error("features", s, &e);
		}
	}
	return 0;
}

/* --- Options and recipes --- */

static int not_offered(const struct vqinject_options *o, uint32_t device,
		       const struct vi_features *offered, unsigned int bit,
		       const char *why)
{
	struct text t = { 0 };

	features_add_names(&t, device, *offered);
	tool_error("%s: %s needs %s, which the device does not offer; it offers %s",
		   o->device, why, vi_feature_name(device, bit),
		   t.failed ? "-" : t.s);
	free(t.s);
	return EXIT_ERROR;
}

static int apply_options(const struct vqinject_options *o, uint32_t device,
			 const struct vi_features *offered,
			 struct vi_features *asked)
{
	const struct {
		bool given;
		unsigned int bit;
		const char *why;
	} wanted[] = {
		{ o->packed, VIRTIO_F_RING_PACKED, "--layout packed" },
		{ o->indirect, VIRTIO_RING_F_INDIRECT_DESC, "--indirect" },
		{ o->event_idx, VIRTIO_RING_F_EVENT_IDX, "--event-idx" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		if (!wanted[i].given)
			continue;
		if (!features_have(*offered, wanted[i].bit))
			return not_offered(o, device, offered, wanted[i].bit,
					   wanted[i].why);
		set(asked, wanted[i].bit, true);
	}
	return 0;
}

static int apply_recipe(const struct vqinject_options *o, uint32_t device,
			const struct vi_features *offered,
			struct vi_features *asked)
{
	const struct recipe_verb *verb = o->recipe->verb;
	const uint8_t *bit;
	char why[80];

	for (bit = verb->wants; bit && *bit != RECIPE_NO_MORE; bit++)
		accept(offered, asked, *bit);
	snprintf(why, sizeof(why), "\"%s %s\"",
		 o->recipe->type->name, verb->verb);
	for (bit = verb->needs; bit && *bit != RECIPE_NO_MORE; bit++) {
		if (!features_have(*offered, *bit))
			return not_offered(o, device, offered, *bit, why);
		set(asked, *bit, true);
	}
	return 0;
}

/* With VFIO, only the IOMMU keeps the device from other memory. */
static int check_protection(const struct vqinject_options *o,
			    const struct vi_features *offered,
			    const struct vi_features *asked)
{
	if (o->attach == ATTACH_PHYSICAL || tool_is_simulated(o->device) ||
	    !features_have(*offered, VIRTIO_F_ACCESS_PLATFORM) ||
	    features_have(*asked, VIRTIO_F_ACCESS_PLATFORM))
		return 0;
	tool_error("%s: without VIRTIO_F_ACCESS_PLATFORM the device would bypass the IOMMU and treat addresses as physical; do not remove it",
		   o->device);
	return EXIT_USAGE;
}

int features_choose(const struct vqinject_options *o, uint32_t device,
		    const struct vi_features *offered,
		    struct vi_features *asked)
{
	int status;
	size_t i;

	memset(asked, 0, sizeof(*asked));
	for (i = 0; i < ARRAY_SIZE(usual); i++)
		accept(offered, asked, usual[i]);
	status = apply_options(o, device, offered, asked);
	if (!status && o->recipe)
		status = apply_recipe(o, device, offered, asked);
	if (!status && o->features)
		status = apply_list(o, device, asked);
	return status ? status : check_protection(o, offered, asked);
}

/* --- The answer of the device --- */

static char *names(uint32_t device, struct vi_features f)
{
	struct text t = { 0 };

	features_add_names(&t, device, f);
	return text_take(&t);
}

static struct vi_features without(struct vi_features f, struct vi_features g)
{
	return (struct vi_features){ { f.w[0] & ~g.w[0], f.w[1] & ~g.w[1] } };
}

void features_unoffered(const struct engine *e)
{
	struct vi_features extra = without(e->vdev->features, e->offered);
	char *list;

	if (!(extra.w[0] | extra.w[1]))
		return;
	list = names(e->vdev->id.device, extra);
	tool_warn("%s: the device kept FEATURES_OK although it does not offer %s; its behaviour is now undefined",
		  e->o->device, list ? list : "-");
	free(list);
}

void features_refused(const struct engine *e)
{
	struct vi_features extra = without(e->asked, e->offered);
	struct vi_features missing = without(e->offered, e->asked);
	uint32_t device = e->vdev->id.device;
	char *asked = names(device, e->asked);
	char *not_offered_ = names(device, extra);
	char *left_out = names(device, missing);

	tool_error("%s: the device refused the features: requested %s (not offered: %s); offered but not requested: %s",
		   e->o->device, asked ? asked : "-",
		   not_offered_ ? not_offered_ : "-",
		   left_out ? left_out : "-");
	free(asked);
	free(not_offered_);
	free(left_out);
}
