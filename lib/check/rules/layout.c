// SPDX-License-Identifier: LGPL-2.1-or-later
/* The places and sizes of a queue's parts (virtio spec 1.4, 2.6 to 2.8). */
#include "check/judge/intervals.h"
#include "check/rules/rules.h"

void vi_judge_qsize(struct vi_judge *j)
{
	uint32_t n = j->q->size;

	if (!vi_has(j->q, VI_Q_SIZE)) {
		vi_skip(j, "the queue size is unknown");
		return;
	}
	/* A queue that is not set up may hold anything. */
	if (!vi_is_ready(j->q))
		return;
	if (!n)
		vi_found(j, "the queue has no entries");
	else if (n > VIRTQUEUE_MAX_SIZE)
		vi_found(j, "the queue has %u entries, more than %u", n,
			 VIRTQUEUE_MAX_SIZE);
	else if (!j->q->packed && n & (n - 1))
		vi_found(j, "the queue has %u entries, which is not a power of two", n);
	else
		return;
	vi_evidence(j, "size", n);
}

/* Input of the rules about addresses. */
static bool has_parts(struct vi_judge *j, struct vi_parts *p)
{
	if (!vi_parts(j->q, p)) {
		vi_skip(j, "the addresses of the queue's parts are unknown");
		return false;
	}
	return vi_is_ready(j->q);
}

void vi_judge_align(struct vi_judge *j)
{
	static const unsigned int split[] = { 16, 2, 4 };
	static const unsigned int packed[] = { 16, 4, 4 };
	const unsigned int *align = j->q->packed ? packed : split;
	struct vi_parts p;
	size_t i;

	if (!has_parts(j, &p))
		return;
	for (i = 0; i < 3; i++) {
		if (p.part[i].addr % align[i] == 0)
			continue;
		vi_found(j, "the %s is at 0x%llx, which is not aligned to %u bytes",
			 vi_part_name(j->q, i),
			 (unsigned long long)p.part[i].addr, align[i]);
		vi_evidence_hex(j, "address", p.part[i].addr);
		vi_evidence(j, "alignment", align[i]);
	}
}

void vi_judge_wrap(struct vi_judge *j)
{
	struct vi_parts p;
	size_t i;

	if (!has_parts(j, &p))
		return;
	for (i = 0; i < 3; i++)
		if (p.part[i].len > UINT64_MAX - p.part[i].addr)
			vi_found_part(j, i, &p.part[i],
				      "extends past the end of the address space");
}

static void found_overlap(struct vi_judge *j, size_t part, uint16_t other)
{
	vi_found(j, "the %s overlaps a part of queue %u",
		 vi_part_name(j->q, part), other);
	vi_evidence(j, "other_queue", other);
}

/* For tables, see vi_judge_table_overlap(). */
void vi_judge_overlap(struct vi_judge *j)
{
	const struct vi_clash *clash =
		&j->parts->clashes[j->queue - j->in->queues];
	struct vi_parts p;
	size_t i, k;

	if (!has_parts(j, &p))
		return;
	for (i = 0; i < 3; i++)
		for (k = i + 1; k < 3; k++)
			if (vi_overlap(&p.part[i], &p.part[k]))
				found_overlap(j, k, j->queue->index);
	if (clash->found)
		found_overlap(j, clash->part, clash->other);
}

/* Legacy devices receive one page number (spec 2.7.2, 4.1.4.10). */
void vi_judge_layout(struct vi_judge *j)
{
	uint64_t align = j->in->queue_align, used;
	struct vi_parts p;

	if (vi_input_has(j, VI_C_LEGACY) && !j->in->legacy)
		return;
	if (!vi_input_has(j, VI_C_LEGACY | VI_C_ALIGN)) {
		vi_skip(j, "it is unknown whether this is a legacy device, and which queue alignment it uses");
		return;
	}
	if (!has_parts(j, &p) || !align || align & (align - 1))
		return;
	/* Both rings end with an event index here, even an unused one. */
	used = (p.part[1].addr + vi_ring_parts(false, j->q->size).driver +
		align - 1) & ~(align - 1);
	if (p.part[0].addr % align || p.part[0].addr / align > UINT32_MAX) {
		vi_found(j, "the address 0x%llx of the ring is not a 32-bit page number with pages of %llu bytes",
			 (unsigned long long)p.part[0].addr,
			 (unsigned long long)align);
	} else if (p.part[1].addr != p.part[0].addr + p.part[0].len) {
		vi_found(j, "the available ring does not follow the descriptor table");
	} else if (p.part[2].addr != used) {
		vi_found(j, "the used ring is at 0x%llx, but the device expects it at 0x%llx",
			 (unsigned long long)p.part[2].addr,
			 (unsigned long long)used);
		vi_evidence_hex(j, "expected", used);
	} else {
		return;
	}
	vi_evidence_hex(j, "desc", p.part[0].addr);
	vi_evidence_hex(j, "driver", p.part[1].addr);
	vi_evidence_hex(j, "device", p.part[2].addr);
}
