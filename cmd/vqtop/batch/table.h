/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table that is printed over and over: one at a time, in memory that stays,
 * with no cost for characters that are ASCII.
 */
#ifndef CMD_VQTOP_BATCH_TABLE_H
#define CMD_VQTOP_BATCH_TABLE_H

#include "vqtop/model/columns.h"

/* A new one, with the columns' names above. */
void vt_table_begin(const struct vt_columns *columns);
/* The next cell, from left to right and down: add to it what is safe. */
struct text *vt_table_cell(void);
/* Add it to @t; nothing when it has no lines. */
void vt_table_add(struct text *t);
void vt_table_free(void);

#endif
