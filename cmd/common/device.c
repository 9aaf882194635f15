// SPDX-License-Identifier: GPL-2.0-or-later
/* Labels and states of devices. */
#include <virtio-inspect/virtio.h>

#include "common/device.h"

/*
 * The device status (virtio spec 1.4, 2.1). Bits that indicate trouble are
 * shown by name.
 */
void tool_add_status(struct text *t, const struct vi_value *v, bool plain)
{
	const char *before = " ";

	text_add_hex(t, v->number);
	if (plain)
		return;
	if (v->number & VIRTIO_CONFIG_S_NEEDS_RESET) {
		text_add(t, " NEEDS_RESET");
		before = ",";
	}
	if (v->number & VIRTIO_CONFIG_S_FAILED) {
		text_add(t, before);
		text_add(t, "FAILED");
	}
}

void tool_add_title(struct text *t, struct rec dev)
{
	const char *name = rec_string(dev, "name");
	const char *kname = rec_string(dev, "kname");

	text_add_escaped(t, name ? name : rec_or_dash(dev, "address"));
	if (!kname)
		return;
	text_add(t, " (");
	text_add_escaped(t, kname);
	text_add(t, ")");
}

void tool_add_label(struct text *t, struct rec dev)
{
	static const char *const fields[] = { "name", "type", "kname" };
	const char *s = rec_string(dev, "name");
	size_t i;

	/* Slots of a device tree and some PCI functions have no name. */
	if (!s && (s = rec_string(dev, "address")))
		text_add_escaped(t, s);
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		s = rec_string(dev, fields[i]);
		if (!s)
			continue;
		if (t->len && t->s[t->len - 1] != '\n')
			text_add(t, " ");
		text_add_escaped(t, s);
	}
}
