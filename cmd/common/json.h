/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON on standard output. */
#ifndef CMD_COMMON_JSON_H
#define CMD_COMMON_JSON_H

#include <virtio-inspect/json.h>

#include "common/tool.h"

/* To be ended with tool_json_end(); NULL, which is fine, when out of memory.
 * @ctx: NULL where there is none. */
struct vi_json *tool_json_new(struct vi_ctx *ctx);

/* False after a message; it is not all there then, see tool_incomplete().
 * Output that cannot be written is told of when the tool ends, see
 * tool_close_output(). */
bool tool_json_end(struct vi_ctx *ctx, struct vi_json *json);

#endif
