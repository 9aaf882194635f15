// SPDX-License-Identifier: LGPL-2.1-or-later
/* Lists of taps. */
#include <stdlib.h>
#include <string.h>

#include "inspect/counters.h"

struct vi_tap *vi_taps_add(struct vi_taps *taps)
{
	struct vi_tap *grown;
	size_t room;

	if (taps->count == taps->room) {
		room = taps->room ? taps->room * 2 : 4;
		grown = reallocarray(taps->tap, room, sizeof(*grown));
		if (!grown)
			return NULL;
		taps->tap = grown;
		taps->room = room;
	}
	grown = &taps->tap[taps->count++];
	memset(grown, 0, sizeof(*grown));
	return grown;
}

void vi_taps_free(struct vi_taps *taps)
{
	free(taps->tap);
	*taps = (struct vi_taps) { 0 };
}
