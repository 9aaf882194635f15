/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How devices are called and what state they say they are in. */
#ifndef CMD_COMMON_DEVICE_H
#define CMD_COMMON_DEVICE_H

#include "common/rec.h"
#include "common/text.h"

/* The status in hexadecimal; unless @plain with words that matter. */
void tool_add_status(struct text *t, const struct vi_value *v, bool plain);

/* "virtio0 blk vda", at the beginning of a line. */
void tool_add_label(struct text *t, struct rec dev);

#endif
