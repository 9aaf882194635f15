// SPDX-License-Identifier: LGPL-2.1-or-later
/* Option structs that begin with their size. */
#include <errno.h>
#include <string.h>

#include "core/options.h"

static bool is_zero(const unsigned char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len && !bytes[i]; i++)
		;
	return i == len;
}

int vi_options_copy(struct vi_ctx *ctx, void *known, size_t size,
		    const void *given)
{
	size_t theirs;

	memset(known, 0, size);
	if (!given)
		return 0;
	memcpy(&theirs, given, sizeof(theirs));
	if (theirs < sizeof(theirs))
		return vi_fail(ctx, -EINVAL,
			       "options: size not set; set the first member to the size of the struct");
	if (theirs > size &&
	    !is_zero((const unsigned char *)given + size, theirs - size))
		return vi_fail(ctx, -EINVAL,
			       "options: library version %s does not support one of the options set",
			       vi_version());
	memcpy(known, given, theirs < size ? theirs : size);
	return 0;
}
