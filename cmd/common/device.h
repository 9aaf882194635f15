/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Labels and states of devices. */
#ifndef CMD_COMMON_DEVICE_H
#define CMD_COMMON_DEVICE_H

#include "common/rec.h"
#include "common/text.h"

/* The status in hexadecimal; unless @plain, with the names of trouble bits. */
void tool_add_status(struct text *t, const struct vi_value *v, bool plain);

/* "virtio0 (vda)": for messages. */
void tool_add_title(struct text *t, struct rec dev);

/* "virtio0 blk vda". A blank precedes it, except at the start of a line. */
void tool_add_label(struct text *t, struct rec dev);

#endif
