/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the driver's copies of descriptors lie in a capture. */
#ifndef VI_INSPECT_FIELDS_RAW_H
#define VI_INSPECT_FIELDS_RAW_H

#include "view/decode.h"

void vi_extra_unpack(const uint8_t from[16], struct vi_extra *e);

#endif
