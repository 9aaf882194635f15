/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Captures: devices, their last snapshot and their findings as JSON. Shared by
 * the files that write and read them.
 */
#ifndef VI_CAPTURE_CAPTURE_H
#define VI_CAPTURE_CAPTURE_H

#include <virtio-inspect/capture.h>

#include "inspect/host.h"
#include "inspect/snapshot.h"

extern const struct vi_access vi_capture_access;

#endif
