/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Samples that programs keep, whether a sampler took them or a file has
 * them. */
#ifndef VI_SAMPLE_KEPT_H
#define VI_SAMPLE_KEPT_H

#include <virtio-inspect/sampler.h>

#include "core/arena.h"
#include "core/compiler.h"
#include "sample/rate.h"

/*
 * @texts: of a sampler's; @pool has the rest, and all of one that was read.
 * @whole: the sample of which this one has some of the queues; or NULL.
 */
struct vi_sample {
	size_t refs;
	struct vi_arena texts;
	struct vi_pool pool;
	struct vi_sample *whole;
	struct vi_summary summary;
	size_t count;
	struct vi_rate rates[];
};

/* One with a reference, of which nothing is known, and with @room for queues
 * beyond its count, 0; NULL when out of memory. */
struct vi_sample *vi_sample_new(size_t room);

#endif
