/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Samples in recordings. */
#ifndef VI_CAPTURE_SAMPLE_H
#define VI_CAPTURE_SAMPLE_H

#include <virtio-inspect/recording.h>

#include "capture/json_parts.h"
#include "sample/kept.h"

/*
 * What a line of a recording says: 1, with the sample in *@out; 0: it is the
 * header of a recording, and no sample; or c->err.
 */
int vi_cap_sample(struct vi_cap *c, const json_t *line,
		  struct vi_sample **out);

#endif
