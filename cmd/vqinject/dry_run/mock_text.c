// SPDX-License-Identifier: GPL-2.0-or-later
/* Print the rings of a dry run. */
#include <endian.h>
#include <inttypes.h>
#include <string.h>

#include "vqinject/dry_run/mock.h"
#include "vqinject/output/result.h"

#define ALIGN		4096

static void add_flag(struct text *t, unsigned int flags, unsigned int bit,
		     const char *name, bool *any)
{
	if (!(flags & bit))
		return;
	text_addf(t, "%s%s", *any ? "|" : "  ", name);
	*any = true;
}

/* Split rings: spec 1.4, 2.7.5; packed rings: 2.8.13 and 2.8.1. */
static void add_flags(struct text *t, unsigned int flags, bool packed)
{
	bool any = false;

	add_flag(t, flags, VRING_DESC_F_NEXT, "NEXT", &any);
	add_flag(t, flags, VRING_DESC_F_WRITE, "WRITE", &any);
	add_flag(t, flags, VRING_DESC_F_INDIRECT, "INDIRECT", &any);
	if (!packed)
		return;
	add_flag(t, flags, 1 << VRING_PACKED_DESC_F_AVAIL, "AVAIL", &any);
	add_flag(t, flags, 1 << VRING_PACKED_DESC_F_USED, "USED", &any);
}

/* --- Split --- */

static void add_split_desc(struct text *t, unsigned int i,
			   const struct vring_desc *desc, unsigned int indent)
{
	unsigned int flags = le16toh(desc->flags);

	text_addf(t, "%*s%u: 0x%" PRIx64 "+%" PRIu32, (int)indent, "", i,
		  le64toh(desc->addr), le32toh(desc->len));
	if (flags & VRING_DESC_F_NEXT)
		text_addf(t, "  next %u", le16toh(desc->next));
	add_flags(t, flags, false);
	text_add(t, "\n");
}

static void add_split_table(const struct mock_device *d, struct text *t,
			    const struct vring_desc *desc)
{
	size_t len = le32toh(desc->len), i;
	const uint8_t *at = mock_at(d, le64toh(desc->addr), len);
	struct vring_desc entry;

	for (i = 0; at && i < len / sizeof(entry); i++) {
		memcpy(&entry, at + i * sizeof(entry), sizeof(entry));
		add_split_desc(t, i, &entry, 6);
	}
}

static void add_split(const struct mock_device *d, const struct mock_queue *q,
		      struct text *t)
{
	struct vring ring;
	unsigned int i;

	vring_init(&ring, q->num, q->pages, ALIGN);
	text_add(t, "  descriptor table:\n");
	for (i = 0; i < q->num; i++) {
		if (!ring.desc[i].len)
			continue;
		add_split_desc(t, i, &ring.desc[i], 4);
		if (le16toh(ring.desc[i].flags) & VRING_DESC_F_INDIRECT)
			add_split_table(d, t, &ring.desc[i]);
	}
	text_addf(t, "  available ring: flags 0x%x, idx %u, heads",
		  le16toh(ring.avail->flags), le16toh(ring.avail->idx));
	for (i = 0; i < le16toh(ring.avail->idx); i++)
		text_addf(t, " %u", le16toh(ring.avail->ring[i]));
	text_add(t, "\n");
}

/* --- Packed --- */

static void add_packed_desc(struct text *t, unsigned int i,
			    const struct vring_packed_desc *desc,
			    unsigned int indent)
{
	text_addf(t, "%*s%u: 0x%" PRIx64 "+%" PRIu32 "  id %u", (int)indent,
		  "", i, le64toh(desc->addr), le32toh(desc->len),
		  le16toh(desc->id));
	add_flags(t, le16toh(desc->flags), true);
	text_add(t, "\n");
}

static void add_packed_table(const struct mock_device *d, struct text *t,
			     const struct vring_packed_desc *desc)
{
	size_t len = le32toh(desc->len), i;
	const uint8_t *at = mock_at(d, le64toh(desc->addr), len);
	struct vring_packed_desc entry;

	for (i = 0; at && i < len / sizeof(entry); i++) {
		memcpy(&entry, at + i * sizeof(entry), sizeof(entry));
		add_packed_desc(t, i, &entry, 6);
	}
}

static void add_packed(const struct mock_device *d, const struct mock_queue *q,
		       struct text *t)
{
	const struct vring_packed_desc *desc = q->pages;
	const struct vring_packed_desc_event *event;
	unsigned int i;

	text_add(t, "  descriptor ring:\n");
	for (i = 0; i < q->num; i++) {
		if (!desc[i].len)
			continue;
		add_packed_desc(t, i, &desc[i], 4);
		if (le16toh(desc[i].flags) & VRING_DESC_F_INDIRECT)
			add_packed_table(d, t, &desc[i]);
	}
	event = (const void *)(desc + q->num);
	text_addf(t, "  driver event suppression: 0x%04x 0x%04x\n",
		  le16toh(event->off_wrap), le16toh(event->flags));
}

void mock_print_queue(const struct mock_device *d, const struct mock_queue *q,
		      struct text *t)
{
	bool packed = virtio_has_feature(&d->vdev, VIRTIO_F_RING_PACKED);

	text_addf(t, "queue %u%s%s: %s, %u entries\n", q->index,
		  *q->name ? " " : "", q->name, packed ? "packed" : "split",
		  q->num);
	if (packed)
		add_packed(d, q, t);
	else
		add_split(d, q, t);
}

/* --- Buffers --- */

void mock_print_chain(const struct mock_device *d, const struct chain *c,
		      const uint8_t *mem, struct text *t)
{
	struct virtio_device *vdev = (struct virtio_device *)
				     (uintptr_t)&d->vdev;
	unsigned int i, n = c->out_num + c->in_num;

	for (i = 0; i < n; i++) {
		bool out = i < c->out_num;
		const struct piece *p = out ? &c->out[i] :
					&c->in[i - c->out_num];

		text_addf(t, "0x%" PRIx64 " %s%s%" PRIu64 " byte%s that the device %s\n",
			  vdev->dma->map(vdev, mem + p->at, p->spec.len),
			  p->label ? p->label : "", p->label ? ", " : "",
			  p->spec.len, p->spec.len == 1 ? "" : "s", out ? "reads" : "writes");
		/* SPEC_LENGTH has no content to show. */
		if (p->spec.kind != SPEC_LENGTH)
			dump_bytes(t, mem + p->at, p->spec.len, 2);
	}
}
