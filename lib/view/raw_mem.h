/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Read a queue's ring from memory, at the addresses in vi_raw_queue. */
#ifndef VI_VIEW_RAW_MEM_H
#define VI_VIEW_RAW_MEM_H

#include "mem/mem.h"
#include "view/raw.h"

/*
 * Copy the ring and its indirect tables. Reads the device's part first, so that
 * U ≤ A holds in the copy; see also q->torn. Records unreadable memory in
 * q->memory_err and q->memory_fault. 0 or -ENOMEM.
 */
int vi_raw_queue_read(struct vi_raw_queue *q, struct vi_mem *mem);

/*
 * Source of indirect tables.
 *
 * @points: does descriptor @i have a table to read? Sets the addresses and
 *          size in *@t, which is zeroed.
 * @read:   read its first @len bytes; 0 or a negative errno.
 */
struct vi_table_source {
	bool (*points)(void *data, const struct vi_raw_queue *q, uint32_t i,
		       struct vi_table *t);
	int (*read)(void *data, const struct vi_table *t, void *buf,
		    size_t len);
	void *data;
};

/*
 * Read indirect tables into q->tables, a shared one once. In total, reads at
 * most the size of the memory in which they lie plus the ring's size; a table
 * beyond that has the error -ENOBUFS. 0 or -ENOMEM.
 */
int vi_raw_queue_read_tables(struct vi_raw_queue *q,
			 const struct vi_table_source *from);

/* Is descriptor @i indirect? Sets the table's address and length in *@t. */
bool vi_points_to_table(const struct vi_raw_queue *q, uint32_t i,
			struct vi_table *t);

#endif
