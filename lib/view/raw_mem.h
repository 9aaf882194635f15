/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading a queue's ring out of memory, by the addresses that it has. */
#ifndef VI_VIEW_RAW_MEM_H
#define VI_VIEW_RAW_MEM_H

#include "mem/mem.h"
#include "view/raw.h"

/*
 * Fill in the copies of the ring and of its indirect tables. The device's
 * side is read first, so that U ≤ A holds of what is read; see also q->torn.
 * What is not there is noted in q->memory_err and q->memory_fault. 0, -ENOMEM.
 */
int vi_raw_queue_read(struct vi_raw_queue *q, struct vi_mem *mem);

/*
 * Where indirect tables come from.
 *
 * @points: does descriptor @i point to a table that is to be read? Fills in
 *          what the table is called; *@t is zeroed.
 * @read:   its first @len bytes; 0 or a negative errno.
 */
struct vi_table_source {
	bool (*points)(void *data, const struct vi_raw_queue *q, uint32_t i,
		       struct vi_table *t);
	int (*read)(void *data, const struct vi_table *t, void *buf,
		    size_t len);
	void *data;
};

/*
 * Read them into q->tables: one that several descriptors point to once, and
 * altogether no more than the memory that they lie in and the ring's size;
 * one that is more than that has the error -ENOBUFS. 0 or -ENOMEM.
 */
int vi_raw_queue_read_tables(struct vi_raw_queue *q,
			 const struct vi_table_source *from);

/* A descriptor that is indirect: into *@t what it says of its table. */
bool vi_points_to_table(const struct vi_raw_queue *q, uint32_t i,
			struct vi_table *t);

#endif
