/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sorting rows, and searching in sorted ones. */
#ifndef VI_CORE_SORTED_H
#define VI_CORE_SORTED_H

#include <stdlib.h>

/* qsort() must not be passed NULL, which @rows may be if there are none. */
#define vi_sort(rows, count, order) do {				\
	if ((count) > 1)						\
		qsort((rows), (count), sizeof(*(rows)), (order));	\
} while (0)

/*
 * Sets @i to the first of @count sorted rows that does not come before what is
 * sought, or to @count. @before says of row @i whether it does. A macro, so
 * that each search compares its own rows without a call.
 */
#define vi_bisect(i, count, before) do {				\
	size_t low_ = 0, high_ = (count);				\
									\
	while ((i) = low_ + (high_ - low_) / 2, low_ < high_) {		\
		if (before)						\
			low_ = (i) + 1;					\
		else							\
			high_ = (i);					\
	}								\
} while (0)

#endif
