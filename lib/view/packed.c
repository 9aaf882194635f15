// SPDX-License-Identifier: LGPL-2.1-or-later
/* Positions in packed rings (virtio specification 1.4, section 2.8.1). */
#include "view/decode.h"

#define F_AVAIL		(1 << VRING_PACKED_DESC_F_AVAIL)
#define F_USED		(1 << VRING_PACKED_DESC_F_USED)

uint16_t vi_packed_step(const struct vi_raw_queue *q, uint16_t pos, uint32_t n)
{
	uint32_t at = VI_SLOT(pos) + n % q->size;

	/* Each whole lap flips the wrap counter. */
	if (n / q->size % 2)
		pos ^= VI_WRAP;
	if (at < q->size)
		return at | (pos & VI_WRAP);
	return (at - q->size) | ((pos & VI_WRAP) ^ VI_WRAP);
}

bool vi_packed_is_avail(uint16_t flags, uint16_t pos)
{
	return (flags & (F_AVAIL | F_USED)) ==
	       (pos & VI_WRAP ? F_AVAIL : F_USED);
}

bool vi_packed_is_used(uint16_t flags, uint16_t pos)
{
	return (flags & (F_AVAIL | F_USED)) ==
	       (pos & VI_WRAP ? F_AVAIL | F_USED : 0);
}

uint32_t vi_packed_distance(const struct vi_raw_queue *q, uint16_t from,
			    uint16_t to)
{
	uint32_t a = VI_SLOT(from), b = VI_SLOT(to);

	if ((from & VI_WRAP) != (to & VI_WRAP))
		return q->size + b - a;
	return b >= a ? b - a : 2 * q->size + b - a;
}
