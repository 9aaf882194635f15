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

/* Both layouts have 16 bytes; address and length are in the same place. */
union desc {
	struct vring_desc split;
	struct vring_packed_desc packed;
};

/* @nested: they are in an indirect table, where all are in use. */
static void add_descs(const struct mock_device *d, struct text *t,
		      const uint8_t *at, size_t num, bool packed, bool nested)
{
	union desc desc;
	size_t i;

	for (i = 0; at && i < num; i++) {
		unsigned int flags, len;
		uint64_t addr;

		memcpy(&desc, at + i * sizeof(desc), sizeof(desc));
		addr = le64toh(desc.split.addr);
		len = le32toh(desc.split.len);
		flags = le16toh(packed ? desc.packed.flags : desc.split.flags);
		if (!nested && !len)
			continue;
		text_addf(t, "%*s%zu: 0x%" PRIx64 "+%u", nested ? 6 : 4, "", i,
			  addr, len);
		if (packed)
			text_addf(t, "  id %u", le16toh(desc.packed.id));
		else if (flags & VRING_DESC_F_NEXT)
			text_addf(t, "  next %u", le16toh(desc.split.next));
		add_flags(t, flags, packed);
		text_add(t, "\n");
		if (!nested && flags & VRING_DESC_F_INDIRECT)
			add_descs(d, t, mock_at(d, addr, len),
				  len / sizeof(desc), packed, true);
	}
}

static void add_split(const struct mock_device *d, const struct mock_queue *q,
		      struct text *t)
{
	struct vring ring;
	unsigned int i;

	vring_init(&ring, q->num, q->pages, ALIGN);
	text_add(t, "  descriptor table:\n");
	add_descs(d, t, q->pages, q->num, false, false);
	text_addf(t, "  available ring: flags 0x%x, idx %u, heads",
		  le16toh(ring.avail->flags), le16toh(ring.avail->idx));
	for (i = 0; i < le16toh(ring.avail->idx); i++)
		text_addf(t, " %u", le16toh(ring.avail->ring[i]));
	text_add(t, "\n");
}

static void add_packed(const struct mock_device *d, const struct mock_queue *q,
		       struct text *t)
{
	const struct vring_packed_desc *desc = q->pages;
	const struct vring_packed_desc_event *event;

	text_add(t, "  descriptor ring:\n");
	add_descs(d, t, q->pages, q->num, true, false);
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
		const struct piece *p = chain_piece(c, i);

		text_addf(t, "0x%" PRIx64 " %s%s%" PRIu64 " byte%s that the device %s\n",
			  vdev->dma->map(vdev, mem + p->at, p->spec.len),
			  p->label ? p->label : "", p->label ? ", " : "",
			  p->spec.len, p->spec.len == 1 ? "" : "s",
			  i < c->out_num ? "reads" : "writes");
		/* SPEC_LENGTH has no content to show. */
		if (p->spec.kind != SPEC_LENGTH)
			dump_bytes(t, mem + p->at, p->spec.len, 2);
	}
}
