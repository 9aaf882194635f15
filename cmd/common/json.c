// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON on standard output. */
#include <stdio.h>

#include "common/json.h"

/* tool_close_output() reports failed writes. */
static int to_stdout(void *data, const char *s, size_t len)
{
	(void)data;
	fwrite(s, 1, len, stdout);
	return 0;
}

struct vi_json *tool_json_new(struct vi_ctx *ctx)
{
	return vi_json_new(ctx, to_stdout, NULL);
}

bool tool_json_end(struct vi_ctx *ctx, struct vi_json *json)
{
	if (!vi_json_end(json))
		return true;
	tool_failed(ctx);
	tool_incomplete();
	return false;
}
