/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON on standard output. */
#ifndef CMD_COMMON_JSON_H
#define CMD_COMMON_JSON_H

#include <virtio-inspect/json.h>

#include "common/tool.h"

/* The caller ends it with tool_json_end(). Returns NULL if out of memory, which
 * the writer's functions accept. @ctx may be NULL. */
struct vi_json *tool_json_new(struct vi_ctx *ctx);

/* Finish the output. False after a message: the output is incomplete then, see
 * tool_incomplete(). tool_close_output() reports failed writes. */
bool tool_json_end(struct vi_ctx *ctx, struct vi_json *json);

#endif
