/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The writer that programs have, for what the library writes with it. */
#ifndef VI_RECORD_STREAM_H
#define VI_RECORD_STREAM_H

#include <virtio-inspect/json.h>

#include "record/writer.h"

/* @told: the error has a message already. */
struct vi_json {
	struct vi_ctx *ctx;
	struct vi_writer w;
	bool told;
};

/* Keep an error that has a message: nothing more is written. Returns @err. */
int vi_json_fail(struct vi_json *json, int err);

#endif
